//! A check as JSON, for programs.

use serde::Serialize;
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, Instant, ItemId};

use super::{Counts, Judged};

/// The version of this form; it grows when a field changes its meaning.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    host: &'a str,
    checked_at: Instant,
    agent_version: &'static str,
    counts: Counts,
    findings: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    items: &'a [ItemId],
    title: &'a Bilingual,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// The whole check in one document.
pub fn render(judged: &Judged) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Document {
        format: FORMAT,
        host: &judged.host,
        checked_at: judged.at,
        agent_version: env!("CARGO_PKG_VERSION"),
        counts: judged.counts(),
        findings: judged
            .rows
            .iter()
            .map(|row| Shown { items: &row.items, title: &row.title, finding: &row.finding })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_is_there_with_its_reason() {
        let text = render(&super::super::tests::sample()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["counts"]["fail"], 1);
        assert_eq!(value["findings"].as_array().unwrap().len(), 4);
        assert_eq!(value["findings"][0]["key"]["subject"], "hanako");
        assert_eq!(value["findings"][1]["reason"]["code"], "timed_out");
    }
}
