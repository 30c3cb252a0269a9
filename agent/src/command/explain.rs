//! `explain`: all about one rule, and what it finds here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use tenken_engine::Rule;
use tenken_engine::checklist::Item;
use tenken_engine::expression::show;
use tenken_engine::rule::Parameter;
use tenken_model::fact::AnyObservation;
use tenken_model::observation::{Source, SourceOutcome};
use tenken_model::schema::Value;
use tenken_model::{Facts, Language, RuleId, Topic, Verdict};

use super::{print, source};
use crate::show::{Judged, table};

/// The most places that are listed; `facts` lists all.
const PLACES_SHOWN: usize = 40;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The rule, such as `clock_synchronised`
    rule: String,
    #[command(flatten)]
    source: source::Arguments,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let source = source::Source::open(&arguments.source, language)?;
    let Some((id, rule)) =
        RuleId::new(&*arguments.rule).ok().and_then(|id| source.catalog.rule(&id).map(|rule| (id, rule)))
    else {
        let known: Vec<String> = source.catalog.rules().map(|rule| rule.id.to_string()).collect();
        bail!("{}\n{}", language.explain_no_rule(&arguments.rule), known.join("\n"));
    };
    let mut text = format!("{id}: {}\n", language.of(&rule.title));
    section(&mut text, &language.explain_why(), language.of(&rule.why))?;
    section(&mut text, &language.explain_items(), &items(&source, &id, language))?;
    section(&mut text, &language.explain_sources(), &sources(rule, language))?;
    section(&mut text, &language.explain_parameters(), &parameters(rule, language))?;
    match rule.condition() {
        Some(condition) => {
            let facts = source.facts_on(&condition.topics);
            section(&mut text, &language.explain_here(), &here(&source.judge(&facts), &id, language))?;
            section(&mut text, &language.explain_looked_at(), &looked_at(&facts, &condition.topics, language))?;
        }
        None => section(&mut text, &language.explain_here(), &language.explain_by_dashboard())?,
    }
    let os = source.host.system().ok().map(|system| system.os);
    let heading = match &os {
        Some(os) => language.explain_remedy_on(os),
        None => language.explain_remedy(),
    };
    section(&mut text, &heading, language.of(rule.remedy.for_system(os.as_deref())))?;
    print(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// The items the rule decides, with their short names.
fn items(source: &source::Source, rule: &RuleId, language: Language) -> String {
    let line = |item: &Item| format!("{} {}", item.id, language.of(&item.short));
    source.checklist.items_of(rule).map(line).collect::<Vec<_>>().join("\n")
}

/// Where the requirement comes from, a line each.
fn sources(rule: &Rule, language: Language) -> String {
    rule.sources.iter().map(|source| language.of(source)).collect::<Vec<_>>().join("\n")
}

/// Each parameter with its value, its bounds and where it comes from.
fn parameters(rule: &Rule, language: Language) -> String {
    let line = |(name, parameter): (&String, &Parameter)| {
        let shown = |value: &Value| show::value(value, language);
        let bounds = match (&parameter.min, &parameter.max) {
            (Some(min), Some(max)) => language.explain_bounds(&shown(min), &shown(max)),
            _ => String::new(),
        };
        let title = language.of(&parameter.title);
        format!("{name}: {title} = {}{bounds} ({})", shown(&parameter.default), language.of(&parameter.source))
    };
    rule.parameters.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The places that were looked at for the rule, those that are there first, each once.
fn looked_at(facts: &Facts, topics: &[Topic], language: Language) -> String {
    let observations: Vec<AnyObservation> = topics.iter().filter_map(|topic| facts.observation(*topic)).collect();
    let mut places: Vec<&Source> = observations.iter().flat_map(AnyObservation::sources).collect();
    places.sort_by_key(|source| matches!(source.outcome, SourceOutcome::NotThere));
    let mut seen = BTreeSet::new();
    places.retain(|source| seen.insert(&source.place));
    let line = |source: &&Source| {
        let outcome = match &source.outcome {
            SourceOutcome::Read => language.source_read(),
            SourceOutcome::NotThere => language.source_not_there(),
            SourceOutcome::Refused(reason) => format!("{} ({})", language.reason(reason.code), reason.detail),
        };
        format!("{}: {outcome}", source.place)
    };
    let mut lines: Vec<String> = places.iter().take(PLACES_SHOWN).map(line).collect();
    if let Some(left) = places.len().checked_sub(PLACES_SHOWN).filter(|left| *left > 0) {
        lines.push(language.explain_places_left(left));
    }
    lines.join("\n")
}

fn section(text: &mut String, title: &str, body: &str) -> std::fmt::Result {
    if body.trim().is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{title}")?;
    body.trim_end().lines().try_for_each(|line| writeln!(text, "  {line}"))
}

fn here(judged: &Judged, rule: &RuleId, language: Language) -> String {
    let mut lines = Vec::new();
    for row in judged.rows.iter().filter(|row| row.finding.key.rule == *rule) {
        let finding = &row.finding;
        lines.push(format!("{}: {}", table::verdict(finding.verdict.kind(), language), language.of(&finding.says)));
        if let Verdict::Unknown(reason) = &finding.verdict {
            lines.push(format!("    {}: {}", language.reason(reason.code), reason.detail));
        }
        lines.extend(finding.evidence.iter().map(|evidence| format!("    {} = {}", evidence.path, evidence.value)));
    }
    lines.join("\n")
}
