//! Why a report or another request of a host is not taken.

use axum::http::StatusCode;
use tenken_model::report::{PROTOCOL, REPORT_BYTES_MAX, Refusal};
use tenken_model::{Instant, Span};
use thiserror::Error;

/// A request that is refused. Nothing of it is stored. The message is what the agent is told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// Its body is too large.
    #[error("the body is larger than {REPORT_BYTES_MAX} bytes; send fewer transitions in one report")]
    TooLarge,
    /// Its body is not what it should be.
    #[error("the body is not understood: {0}")]
    Malformed(String),
    /// It speaks a version of the wire form that this dashboard does not.
    #[error("the report is of protocol {0}, this dashboard speaks {PROTOCOL}; update the older of the two")]
    Protocol(u32),
    /// It holds more than is taken.
    #[error("the report holds too much: {what} {found}, at most {most}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: usize,
        /// The most that is taken.
        most: usize,
    },
    /// A fact in it is not what it should be. Its findings are taken when they come without it.
    #[error("a fact is not taken: {0}; the report without it would be")]
    Fact(String),
    /// The host's clock is too far off for its times to mean anything.
    #[error("the host's clock says {host}, the dashboard's {dashboard}; set the clock that is wrong")]
    Clock {
        /// What the report says.
        host: Instant,
        /// What the dashboard's clock says.
        dashboard: Instant,
    },
    /// Its host asks more often than hosts may.
    #[error("the host sends too many requests; what waits is taken later")]
    TooOften,
    /// It is of a spool that was replaced since.
    #[error("epoch {found} is older than epoch {stored}, which the dashboard has; begin a new epoch")]
    OldEpoch {
        /// The report's.
        found: u64,
        /// The dashboard's.
        stored: u64,
    },
    /// Its certificate is of no host that this dashboard knows.
    #[error("the certificate names no host of this dashboard; enrol the host again")]
    WrongHost,
    /// The host was revoked.
    #[error("the host was revoked on {0}; enrol it again if it is to report")]
    Revoked(Instant),
    /// Its certificate was replaced by a newer one that is in use.
    #[error("the certificate was replaced by a newer one; enrol the host again if the newer one is lost")]
    ReplacedCertificate,
    /// Its certificate has ended while its connection went on.
    #[error("the certificate ended on {0}; enrol the host again")]
    ExpiredCertificate(Instant),
    /// The enrolment token is unknown, used or too old; which of them is not told to strangers.
    #[error("the token is unknown, used or expired; make a new one on the dashboard")]
    Token,
    /// The dashboard shows a demonstration.
    #[error(
        "this dashboard shows a demonstration, which takes no real hosts; enrol the host at the agency's own dashboard"
    )]
    Demonstration,
}

/// How far a host's clock may be off. It is far more than any rule allows: what is refused here is a
/// clock that was lost, not one that drifts.
pub const CLOCK_OFF_MAX: Span = Span::from_days(1);

impl Refused {
    /// The stable word for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed(_) => "malformed",
            Self::Protocol(_) => "protocol",
            Self::Limit { .. } => "limit",
            Self::Fact(_) => "fact",
            Self::Clock { .. } => "clock",
            Self::TooOften => "too_often",
            Self::OldEpoch { .. } => "old_epoch",
            Self::WrongHost => "wrong_host",
            Self::Revoked(_) => "revoked",
            Self::ReplacedCertificate => "replaced_certificate",
            Self::ExpiredCertificate(_) => "expired_certificate",
            Self::Token => "token",
            Self::Demonstration => "demonstration",
        }
    }

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge | Self::Limit { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) | Self::Protocol(_) | Self::Fact(_) => StatusCode::BAD_REQUEST,
            Self::Clock { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::OldEpoch { .. } => StatusCode::CONFLICT,
            Self::WrongHost
            | Self::Revoked(_)
            | Self::ReplacedCertificate
            | Self::ExpiredCertificate(_)
            | Self::Token
            | Self::Demonstration => StatusCode::FORBIDDEN,
        }
    }

    /// The body of the answer.
    pub fn refusal(&self) -> Refusal {
        let epoch = match self {
            Self::OldEpoch { stored, .. } => Some(*stored),
            _ => None,
        };
        Refusal { epoch, ..Refusal::new(self.code(), self.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// The sources that give a refusal its word, each with what stands before the word.
    const SOURCES: [(&str, &str); 2] =
        [(include_str!("refusal.rs"), "=> \""), (include_str!("../web/agents.rs"), "Refusal::new(\"")];

    /// The pages that explain the words, each with the heading above them.
    const PAGES: [(&str, &str); 2] = [
        (include_str!("../../../docs/site/en/src/errors.md"), "## When the dashboard refuses an agent\n"),
        (include_str!("../../../docs/site/ja/src/errors.md"), "## ダッシュボードがエージェントを断るとき\n"),
    ];

    fn is_word(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    }

    fn in_code() -> BTreeSet<&'static str> {
        SOURCES
            .iter()
            .flat_map(|(source, before)| source.split(before).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|word| is_word(word))
            .collect()
    }

    fn on_page(page: &'static str, heading: &str) -> BTreeSet<&'static str> {
        let (_, below) = page.split_once(heading).unwrap();
        let section = below.split("\n## ").next().unwrap();
        section
            .lines()
            .filter_map(|line| line.strip_prefix('|')?.split('|').next())
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .filter(|word| is_word(word))
            .collect()
    }

    #[test]
    fn both_pages_explain_every_refusal_and_no_other() {
        let words = in_code();
        assert!(words.contains("old_epoch") && words.contains("internal"), "{words:?}");
        for (page, heading) in PAGES {
            assert_eq!(on_page(page, heading), words, "{heading}");
        }
    }
}
