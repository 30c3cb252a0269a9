//! How the agent stands, in the line that a service manager shows (`systemctl status`).

use tenken_model::{Instant, Topic};

/// What the line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The version of the policy in force; 0 for the built-in rules.
    pub policy: u64,
    /// When the dashboard last took a report, since the agent was started.
    pub reported_at: Option<Instant>,
    /// How many changes it does not have yet.
    pub waiting: usize,
    /// Why the last report failed, if it did.
    pub failed: Option<&'a str>,
}

impl Standing<'_> {
    /// The line, in English as logs are.
    pub fn line(&self) -> String {
        let rules = match self.policy {
            0 => "the built-in rules".to_owned(),
            version => format!("policy {version}"),
        };
        let reported = match self.reported_at {
            Some(at) => format!("last reported {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
            None => "nothing reported since the start".to_owned(),
        };
        let waiting = match self.waiting {
            0 => String::new(),
            count => format!("; {count} changes wait"),
        };
        let failed = self.failed.map(|why| format!("; cannot report: {why}")).unwrap_or_default();
        format!("watches {} topics by {rules}; {reported}{waiting}{failed}", Topic::ALL.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_watched_and_when_it_was_told() {
        let new = Standing { policy: 0, reported_at: None, waiting: 0, failed: None };
        let count = Topic::ALL.len();
        assert_eq!(
            new.line(),
            format!("watches {count} topics by the built-in rules; nothing reported since the start")
        );
        let failing = Standing {
            policy: 12,
            reported_at: Some(Instant::UNIX_EPOCH),
            waiting: 3,
            failed: Some("POST https://a/v1/report: refused"),
        };
        let said = failing.line();
        assert!(
            said.contains("policy 12; last reported 1970-01-01 00:00:00 UTC; 3 changes wait; cannot report: POST"),
            "{said}"
        );
    }
}
