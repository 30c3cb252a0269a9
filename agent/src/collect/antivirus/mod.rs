//! Anti-malware products: ClamAV is read and judged, others are recognised by name.

mod clamav;
mod clamd;
pub mod clamd_answer;
pub mod database_header;
pub mod freshclam_log;
pub mod options;
mod others;
mod running;
mod signatures;
#[cfg(test)]
mod tests;
pub mod time_zone;
pub mod updater;
pub mod windows;

use tenken_model::fact::antivirus::Antivirus;
use tenken_model::observation::Outcome;
use tenken_model::{Language, Topic};

use super::{Look, Needs};

/// Reads the state of every product found; absent when there is none.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Antivirus> {
    let running = running::Running::list(look);
    let clamav = match clamav::read(look, &running) {
        Ok(clamav) => clamav,
        Err(reason) => return Outcome::Failed(reason),
    };
    let others = others::find(look, &running);
    let products: Vec<_> = clamav.into_iter().chain(others.products).collect();
    match others.refused {
        Some(reason) if products.is_empty() => Outcome::Failed(reason),
        Some(reason) => {
            Outcome::Known(Antivirus { products: products.into_iter().chain([others::unseen(&reason)]).collect() })
        }
        None if products.is_empty() => Outcome::Absent(Language::English.absent(Topic::Antivirus)),
        None => Outcome::Known(Antivirus { products }),
    }
}
