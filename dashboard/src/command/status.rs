//! `status`: how the items stand, on the console.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use tenken_engine::item::{ItemState, ItemStatus};
use tenken_engine::{Catalog, Checklist};
use tenken_model::finding::VerdictKind;
use tenken_model::{ItemId, Language, Verdict};

use super::exit::Exit;
use super::{PlaceArguments, Spoken, now, print};
use crate::own_rules::InForce;
use crate::pages::state::Shown as _;
use crate::status::Known;
use crate::store::{Host, StoredFinding};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Prints nothing; exit code 0 once every host has reported in full, else 1
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let store = arguments.place.place()?.open().await?;
    let mut transaction = store.read().await?;
    let hosts: Vec<Host> = transaction.hosts().await?.into_iter().filter(|host| host.revoked_at.is_none()).collect();
    if arguments.quiet {
        let complete = !hosts.is_empty() && hosts.iter().all(has_reported_in_full);
        return Ok(if complete { Exit::Done } else { Exit::Failed });
    }
    let known = Known::read(&mut transaction, now()).await?;
    let InForce { catalog, checklist, .. } =
        InForce::read(&mut transaction, &super::catalog()?, &super::checklist()?).await?;
    let findings = transaction.findings().await?;
    transaction.abandon().await?;
    let language = arguments.spoken.language();
    let statuses = known.statuses(&checklist);
    let mut text = language.status_hosts(known.reporting(), known.hosts.len());
    sections(&mut text, &checklist, &statuses, language)?;
    rules(&mut text, &catalog, &checklist, &hosts, &findings, language)?;
    print(&text)?;
    Ok(Exit::Done)
}

/// Everything the agent knew when it last spoke is stored.
fn has_reported_in_full(host: &Host) -> bool {
    host.heartbeat.as_ref().is_some_and(|heartbeat| {
        heartbeat.state_seq > 0
            && heartbeat.state_seq <= host.acknowledged
            && heartbeat.policy_version > 0
            && heartbeat.state_digest == host.state_digest
    })
}

fn sections(
    text: &mut String,
    checklist: &Checklist,
    statuses: &BTreeMap<ItemId, ItemStatus>,
    language: Language,
) -> std::fmt::Result {
    writeln!(text, "\n")?;
    for section in &checklist.sections {
        let states: Vec<ItemState> =
            section.items.iter().filter_map(|item| statuses.get(&item.id)).map(|status| status.state).collect();
        let met = states.iter().filter(|state| **state == ItemState::Met).count();
        let heading = match language {
            Language::Japanese => &section.heading_ja,
            Language::English => &section.heading_en,
        };
        write!(text, "{}", language.status_section(heading, met, section.items.len()))?;
        for state in ItemState::ALL.iter().filter(|state| **state != ItemState::Met) {
            let count = states.iter().filter(|found| *found == state).count();
            if count > 0 {
                write!(text, ", {} {count}", state.label(language))?;
            }
        }
        writeln!(text)?;
    }
    Ok(())
}

/// Each rule that fails or is unknown somewhere, with its items.
fn rules(
    text: &mut String,
    catalog: &Catalog,
    checklist: &Checklist,
    hosts: &[Host],
    findings: &[StoredFinding],
    language: Language,
) -> std::fmt::Result {
    let open: Vec<&StoredFinding> = findings
        .iter()
        .filter(|stored| matches!(stored.finding.verdict.kind(), VerdictKind::Fail | VerdictKind::Unknown))
        .filter(|stored| hosts.iter().any(|host| host.id == stored.host))
        .collect();
    if open.is_empty() && hosts.iter().any(has_reported_in_full) {
        return write!(text, "\n{}", language.status_all_pass());
    }
    if open.is_empty() {
        return write!(text, "\n{}", language.status_no_report());
    }
    writeln!(text, "\n{}", language.status_not_passing())?;
    for rule in catalog.rules() {
        let items: Vec<String> = checklist.items_of(&rule.id).map(|item| item.id.to_string()).collect();
        let items = if items.is_empty() { language.status_no_item() } else { items.join(" ") };
        for stored in open.iter().filter(|stored| stored.finding.key.rule == rule.id) {
            let finding = &stored.finding;
            let verdict = language.verdict(finding.verdict.kind());
            let subject = finding.key.subject.as_ref().map_or_else(String::new, |subject| format!(" [{subject}]"));
            write!(text, "  {verdict} {}{subject} ({items}): {}", rule.id, language.of(&finding.says))?;
            if let Verdict::Unknown(reason) = &finding.verdict {
                write!(text, " {}", reason.detail)?;
            }
            writeln!(text)?;
        }
    }
    Ok(())
}
