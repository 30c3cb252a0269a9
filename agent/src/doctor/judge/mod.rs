//! What is made of what was looked at.

mod local;
mod way;

use tenken_model::finding::Bilingual;
use tenken_model::{Instant, Language};

use super::seen::Seen;
use super::{Check, Found, Outcome};
use crate::host::{ReadError, ReadErrorKind};

/// Judges everything, in the order in which it is shown.
pub fn judge(seen: &Seen) -> Vec<Found> {
    let mut found = local::judge(seen);
    found.extend(way::judge(seen));
    found
}

/// A text in both languages.
fn both(text: impl Fn(Language) -> String) -> Bilingual {
    Bilingual { ja: text(Language::Japanese), en: text(Language::English) }
}

fn ok(check: Check, text: impl Fn(Language) -> String) -> Found {
    Found { check, outcome: Outcome::Ok, says: both(text) }
}

fn problem(check: Check, text: impl Fn(Language) -> String) -> Found {
    Found { check, outcome: Outcome::Problem, says: both(text) }
}

fn unchecked(check: Check, text: impl Fn(Language) -> String) -> Found {
    Found { check, outcome: Outcome::Unchecked, says: both(text) }
}

/// What could not be looked at.
fn not_looked(check: Check, error: &ReadError) -> Found {
    let said = error.to_string();
    if error.kind == ReadErrorKind::NotPermitted {
        return unchecked(check, |language| language.doctor_not_permitted(&error.tried));
    }
    unchecked(check, |language| language.doctor_failed(&said))
}

/// A time as people read it, the same in both languages.
fn time(at: Instant) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
