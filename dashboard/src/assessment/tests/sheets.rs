//! Evidence sheets as they are printed.

use tenken_form::print::pdf::page::Block;
use tenken_form::print::pdf::table::{Content, Table};
use tenken_model::Language;
use tenken_model::digest::Digest;

use super::agency::{Agency, CONTENT, item};
use super::look_at;
use crate::assessment::{Assessment, Judged, Scope, sheet};

/// What stands on the sheet of an item, a line for each paragraph.
fn said(assessment: &Assessment, id: &str, t: Language) -> String {
    let (section, item) = assessment.checklist.locate(&item(id)).unwrap();
    let cells = |table: &Table| {
        let cells = table.head.iter().flatten().chain(table.rows.iter().flatten());
        let said = cells.flat_map(|cell| &cell.content).map(|content| match content {
            Content::Paragraph(text) | Content::Entry(_, text) => text.said(),
        });
        said.collect::<Vec<_>>().join("\n")
    };
    let blocks = sheet::blocks(assessment, section, item, t);
    let lines = blocks.iter().map(|block| match block {
        Block::Heading(_, text) | Block::Paragraph(text) | Block::Note(text) => text.said(),
        Block::Table(table) => cells(table),
        Block::NewPage => String::new(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_sheet_says_what_is_declared_what_is_measured_and_why() {
    let assessment = Agency::usual().await.assessment().await;
    let measured = said(&assessment, "technical.9", Language::Japanese);
    for wanted in [
        "さくら健診センター",
        "実施済",
        "逸脱",
        "SV-KENSHIN01",
        "time_sync.service.state = inactive",
        "例外承認",
        "毎朝の始業時に手動で時刻を合わせ、記録する",
        "この機器は",
        "適合 0件・不適合 1件・例外承認 1件・確認できず 1件・対象外 0件",
        "監査記録の最新",
    ] {
        assert!(measured.contains(wanted), "{wanted}: {measured}");
    }
    assert!(!measured.contains("PC-OLD01"), "a revoked host counts no more");
    let attested = said(&assessment, "organizational.5", Language::Japanese);
    let digest = Digest::of(CONTENT).to_string();
    for wanted in ["個人情報保護規程.pdf", digest.as_str(), "sato", "有効", "新しい記録に置き換え"]
    {
        assert!(attested.contains(wanted), "{wanted}: {attested}");
    }
    assert!(said(&assessment, "organizational.2", Language::English).contains("Expired"));
}

#[tokio::test]
async fn the_sheet_of_an_item_reads_its_own_rules_alone_and_says_the_same() {
    for agency in [Agency::usual().await, Agency::hostile().await] {
        let all = agency.assessment().await;
        let mut read = 0;
        for item in agency.checklist.items() {
            let alone = agency.assess(Scope::Item(item)).await;
            let own = |judged: &Judged| item.all_rules().any(|rule| *rule == judged.stored.finding.key.rule);
            assert!(alone.findings.iter().all(own), "{}", item.id);
            assert_eq!(alone.findings, all.findings.iter().filter(|it| own(it)).cloned().collect::<Vec<_>>());
            read += alone.findings.len();
            for t in [Language::Japanese, Language::English] {
                assert_eq!(said(&alone, item.id.as_str(), t), said(&all, item.id.as_str(), t));
            }
        }
        assert!(read > 0);
    }
}

#[tokio::test]
async fn sheets_are_the_same_whenever_they_are_printed_and_take_any_text() {
    let agencies =
        [("usual", Agency::usual().await), ("hostile", Agency::hostile().await), ("empty", Agency::empty().await)];
    for (name, agency) in agencies {
        let assessment = agency.assessment().await;
        for id in ["technical.9", "technical.1", "organizational.5", "exchange.3"] {
            for t in [Language::Japanese, Language::English] {
                let (section, item) = assessment.checklist.locate(&item(id)).unwrap();
                let printed = sheet::write(&assessment, section, item, t).unwrap();
                assert!(printed.bytes.starts_with(b"%PDF-1.7") && printed.pages < 12, "{name} {id}");
                assert_eq!(printed, sheet::write(&assessment, section, item, t).unwrap());
                look_at(&format!("{name}-{id}.{}.pdf", t.tag()), &printed.bytes);
            }
        }
    }
}

#[tokio::test]
async fn a_sheet_that_would_be_too_long_counts_what_it_leaves_out() {
    let mut assessment = Agency::usual().await.assessment().await;
    let judged = assessment.findings[0].clone();
    assessment.findings = (0..250)
        .map(|at| {
            let mut judged = judged.clone();
            judged.host_name = format!("PC-{at:03}");
            judged
        })
        .collect();
    let rule = &judged.stored.finding.key.rule;
    let id = assessment.checklist.items_of(rule).next().unwrap().id.clone();
    let told = said(&assessment, id.as_str(), Language::Japanese);
    let hosts = (0..250).filter(|at| told.contains(&format!("PC-{at:03}"))).count();
    assert_eq!(hosts, 200, "those that fail come before those of which nothing is known");
    let left = 50 + assessment.silent_on(assessment.catalog.rule(rule).unwrap()).len();
    assert!(told.contains(&format!("ほかに{left}件")), "{left}: {told}");
}
