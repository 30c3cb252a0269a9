//! Findings of one check as a table, as JSON and as JUnit XML.

pub mod json;
pub mod junit;
pub mod table;

use tenken_model::finding::{Bilingual, VerdictKind};
use tenken_model::{Finding, Instant, ItemId};

/// What one check of a host found, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The host's name.
    pub host: String,
    /// When it was checked.
    pub at: Instant,
    /// Every finding: failing first, then unknown, passing, not applicable; within these in the checklist's order.
    pub rows: Vec<Row>,
}

/// One finding with what people know it by.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The items its rule decides, in the checklist's order.
    pub items: Vec<ItemId>,
    /// The rule's title.
    pub title: Bilingual,
    /// The finding.
    pub finding: Finding,
}

impl Row {
    fn verdict(&self) -> VerdictKind {
        self.finding.verdict.kind()
    }
}

/// How many findings there are of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// The condition holds.
    pub pass: usize,
    /// The condition does not hold.
    pub fail: usize,
    /// It could not be known.
    pub unknown: usize,
    /// The rule does not bear on this host.
    pub not_applicable: usize,
}

impl Judged {
    /// Puts the rows in the order people read them.
    pub fn new(host: String, at: Instant, mut rows: Vec<Row>) -> Self {
        let urgency = |row: &Row| match row.verdict() {
            VerdictKind::Fail => 0,
            VerdictKind::Unknown => 1,
            VerdictKind::Pass => 2,
            VerdictKind::NotApplicable => 3,
        };
        rows.sort_by_key(urgency);
        Self { host, at, rows }
    }

    /// The counts by verdict.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            match row.verdict() {
                VerdictKind::Pass => counts.pass += 1,
                VerdictKind::Fail => counts.fail += 1,
                VerdictKind::Unknown => counts.unknown += 1,
                VerdictKind::NotApplicable => counts.not_applicable += 1,
            }
        }
        counts
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tenken_model::finding::{Bilingual, Evidence};
    use tenken_model::{Finding, FindingKey, Instant, ItemId, Reason, ReasonCode, RuleId, Subject, Verdict};

    use super::{Judged, Row};

    pub(crate) fn sample() -> Judged {
        let row = |rule: &str, verdict: Verdict, subject: Option<&str>| Row {
            items: vec![ItemId::new("technical.9").unwrap()],
            title: Bilingual { ja: "時計が合っている".into(), en: "The clock is right".into() },
            finding: Finding {
                key: FindingKey {
                    rule: RuleId::new(rule).unwrap(),
                    subject: subject.map(|subject| Subject::new(subject).unwrap()),
                },
                verdict,
                says: Bilingual { ja: "時計 <&> です。".into(), en: "Clock <&>.".into() },
                branch: None,
                evidence: vec![Evidence { path: "time_sync.x".into(), value: "1ms".into(), volatile: true }],
                observed_at: Instant::UNIX_EPOCH,
            },
        };
        Judged::new(
            "pc-1".into(),
            Instant::UNIX_EPOCH,
            vec![
                row("a", Verdict::Pass, None),
                row("b", Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "read /x: too slow")), None),
                row("c", Verdict::Fail, Some("hanako")),
                row("d", Verdict::NotApplicable, None),
            ],
        )
    }

    #[test]
    fn what_needs_attention_comes_first() {
        let judged = sample();
        let rules: Vec<&str> = judged.rows.iter().map(|row| row.finding.key.rule.as_str()).collect();
        assert_eq!(rules, ["c", "b", "a", "d"]);
        assert_eq!(judged.counts().unknown, 1);
    }
}
