//! Anti-malware on Windows: Microsoft Defender, what Security Center knows, and products of vendors by their services.
//!
//! What protects is judged. A product that stands aside for another (Defender in passive mode) is told of as not running, and so
//! is one that is stopped; an entry of Security Center whose program is gone is no product.

pub mod dates;
mod defender;
pub mod defender_settings;
pub mod exclusions;
pub mod product_state;
mod readings;
mod security_center;
mod services;
#[cfg(test)]
mod tests;
mod vendors;

use tenken_model::fact::antivirus::{Antivirus, AntivirusProduct};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use self::services::Services;
use super::others;
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Needs};

/// Reads the state of every product found; absent when there is none.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Antivirus> {
    let variables = match Variables::read(look) {
        Ok(variables) => variables,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let services = Services::list(look);
    let center = security_center::read(look, &variables);
    let mut products: Vec<AntivirusProduct> = Vec::new();
    products.extend(defender::read(look, &services, &center));
    products.extend(vendors::find(look, &services, &center, &variables));
    match center.refused.as_ref().or(services.refused()) {
        Some(reason) if products.is_empty() => Outcome::Failed(reason.clone()),
        Some(reason) => {
            products.push(others::unseen(reason));
            Outcome::Known(Antivirus { products })
        }
        None if products.is_empty() => Outcome::Absent(Language::English.absent(Topic::Antivirus)),
        None => Outcome::Known(Antivirus { products }),
    }
}

/// A product of which nothing but its name is known so far.
fn not_read(name: &str, reason: &Reason) -> AntivirusProduct {
    AntivirusProduct { name: name.to_owned(), ..others::unseen(reason) }
}

/// A product that is judged, of whose updater Windows tells nothing: that signatures are new shows that it works.
fn told_by_windows(name: &str, by_signatures: bool) -> AntivirusProduct {
    let detail = format!("{name}: it fetches signatures itself; only their age tells that it does");
    let reason = Reason::new(ReasonCode::Unsupported, detail);
    AntivirusProduct {
        judged: true,
        by_signatures,
        updater_running: Read::NotRead(reason.clone()),
        updater_last_success: Read::NotRead(reason.clone()),
        ..not_read(name, &reason)
    }
}
