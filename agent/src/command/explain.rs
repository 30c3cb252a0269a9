//! `explain`: all about one rule, and what it finds here.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use tenken_engine::expression::show;
use tenken_model::{Language, RuleId, Verdict};

use super::{print, source};
use crate::show::{Judged, table};

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
    let items: Vec<String> = source.items(&id).iter().map(ToString::to_string).collect();
    section(&mut text, &language.explain_items(), &items.join("\n"))?;
    section(&mut text, &language.explain_sources(), &rule.sources.join("\n"))?;
    let parameters: Vec<String> = rule
        .parameters
        .iter()
        .map(|(name, parameter)| {
            format!(
                "{name}: {} = {} ({})",
                language.of(&parameter.title),
                show::value(&parameter.default, language),
                parameter.source
            )
        })
        .collect();
    section(&mut text, &language.explain_parameters(), &parameters.join("\n"))?;
    let here = match rule.condition() {
        Some(_) => here(&source.judge(&source.facts()), &id, language),
        None => language.explain_by_dashboard(),
    };
    section(&mut text, &language.explain_here(), &here)?;
    section(&mut text, &language.explain_remedy(), language.of(&rule.remedy))?;
    print(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
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
