//! `docs/items.md`: each item of the form with the rules that decide it, the facts these rest on, and the systems they are
//! for. Written from the catalogue, so that it cannot say what is not so.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Result, anyhow, bail};
use tenken_engine::checklist::{Checklist, Class, Item};
use tenken_engine::{Catalog, Problem, Rule};
use tenken_model::fact::system::SystemFamily;

use crate::process::root;
use crate::report::line;

const FILE: &str = "docs/items.md";

/// What to do with the table.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only says whether the file is as the catalogue has it
    #[arg(long)]
    check: bool,
}

/// Writes the table, or says that the file differs from it.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.check {
        return check();
    }
    std::fs::write(root()?.join(FILE), rendered()?)?;
    line(format_args!("Wrote {FILE}"));
    Ok(())
}

/// Fails where the file is not as the catalogue has it.
pub(crate) fn check() -> Result<()> {
    if std::fs::read_to_string(root()?.join(FILE)).unwrap_or_default() != rendered()? {
        bail!("{FILE} is not as the catalogue has it; `cargo xtask items` writes it anew");
    }
    Ok(())
}

fn rendered() -> Result<String> {
    let problems = |found: Vec<Problem>| anyhow!("{found:?}");
    let catalog = Catalog::embedded().map_err(problems)?;
    let checklist = Checklist::embedded().map_err(problems)?;
    Ok(render(&catalog, &checklist)?)
}

/// The whole file.
fn render(catalog: &Catalog, checklist: &Checklist) -> Result<String, std::fmt::Error> {
    let mut text = String::from(HEAD);
    let undecided: Vec<&Item> = checklist.items().filter(|item| !is_decided(item, catalog)).collect();
    if undecided.is_empty() {
        writeln!(text, "Every item of class A, B or D has a rule that decides it on Linux.\n")?;
    } else {
        let names: Vec<String> = undecided.iter().map(|item| item.id.to_string()).collect();
        writeln!(text, "Of class A, B or D, but without a rule that decides it on Linux: {}.\n", names.join(", "))?;
    }
    for section in &checklist.sections {
        writeln!(text, "## {} {} ({})\n", section.chapter, section.heading_ja, section.heading_en)?;
        writeln!(text, "| item | class | rules | facts | Linux | Windows | macOS |")?;
        writeln!(text, "| --- | --- | --- | --- | --- | --- | --- |")?;
        for item in &section.items {
            row(&mut text, item, catalog)?;
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

const HEAD: &str = "# Items, rules and facts

Written by `cargo xtask items` from `rules/catalog` and `rules/checklist`; do not edit it by hand. The class says how an item is
decided: A by measuring alone, B by a person's attestation that measuring supports, C by an attestation alone, D by comparing
what hosts show with registers. A system is marked where at least one rule of the item is meant for hosts of it; 台帳 stands for
rules that the dashboard judges with its registers, whatever the system. Windows was shown on Wine and on written hosts
(`tests/hosts`), macOS was never run.

";

fn rules<'a>(item: &'a Item, catalog: &'a Catalog) -> impl Iterator<Item = &'a Rule> {
    item.all_rules().filter_map(|id| catalog.rule(id))
}

/// Whether nothing is left to be decided by a rule on Linux.
fn is_decided(item: &Item, catalog: &Catalog) -> bool {
    let decides = |rule: &Rule| rule.condition().is_none_or(|condition| condition.is_for(SystemFamily::Linux));
    item.class == Class::C || rules(item, catalog).any(decides)
}

fn row(text: &mut String, item: &Item, catalog: &Catalog) -> std::fmt::Result {
    let ids: Vec<&str> = rules(item, catalog).map(|rule| rule.id.as_str()).collect();
    let topics: BTreeSet<&str> = rules(item, catalog)
        .filter_map(Rule::condition)
        .flat_map(|condition| condition.topics.iter().map(|topic| topic.name()))
        .collect();
    let by_dashboard = rules(item, catalog).any(|rule| rule.telling().is_some());
    let on = |system| {
        let measured = rules(item, catalog)
            .filter_map(Rule::condition)
            .any(|condition| condition.is_for(system) && condition.topics.iter().all(|topic| topic.is_read_on(system)));
        match (measured, by_dashboard) {
            (true, true) => "✓ 台帳",
            (true, false) => "✓",
            (false, true) => "台帳",
            (false, false) => "",
        }
    };
    writeln!(
        text,
        "| {} {} ({}) | {} | {} | {} | {} | {} | {} |",
        item.id,
        item.short.ja,
        item.short.en,
        item.class.word(),
        listed(&ids),
        listed(&topics.into_iter().collect::<Vec<_>>()),
        on(SystemFamily::Linux),
        on(SystemFamily::Windows),
        on(SystemFamily::Macos),
    )
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
