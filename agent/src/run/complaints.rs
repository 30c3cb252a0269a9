//! Saying what is wrong once, and when it is over, so that a log of a bad week can be read.

use std::collections::BTreeMap;

/// What is wrong at present, by what it is about.
#[derive(Debug, Default)]
pub struct Complaints {
    said: BTreeMap<&'static str, String>,
}

impl Complaints {
    /// Whether this was not said last of its subject, and so is to be said now.
    pub fn is_news(&mut self, about: &'static str, what: &str) -> bool {
        if self.said.get(about).is_some_and(|said| said == what) {
            return false;
        }
        self.said.insert(about, what.to_owned());
        true
    }

    /// It is over; whether there was something to be over.
    pub fn is_over(&mut self, about: &'static str) -> bool {
        self.said.remove(about).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_said_once_until_it_is_over() {
        let mut complaints = Complaints::default();
        assert!(complaints.is_news("report", "refused"));
        assert!(!complaints.is_news("report", "refused"));
        assert!(complaints.is_news("policy", "refused"));
        assert!(complaints.is_news("report", "unreachable"));
        assert!(complaints.is_over("report"));
        assert!(!complaints.is_over("report"));
        assert!(complaints.is_news("report", "unreachable"));
    }
}
