//! A chapter for every built-in rule, and the list of all: what is checked, why, how it is repaired, by what it can be set.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use tenken_engine::expression::show;
use tenken_engine::rule::Parameter;
use tenken_engine::rule::remedy::SystemLine;
use tenken_engine::{Catalog, Checklist, Rule};
use tenken_model::Language;

/// Writes the chapters below a book's sources and lists them in its table of contents.
pub(super) fn write(sources: &Path, catalog: &Catalog, checklist: &Checklist, t: Language) -> Result<()> {
    let folder = sources.join("rules");
    std::fs::create_dir_all(&folder)?;
    let mut contents = format!("- [{}](rules/index.md)\n", t.rules_title());
    for rule in catalog.rules() {
        let name = format!("{}.md", rule.id);
        std::fs::write(folder.join(&name), chapter(rule, checklist, t)?)?;
        writeln!(contents, "  - [{}](rules/{name})", line(t.of(&rule.title)))?;
    }
    std::fs::write(folder.join("index.md"), list(catalog, checklist, t)?)?;
    let summary = sources.join("SUMMARY.md");
    let written = std::fs::read_to_string(&summary).with_context(|| format!("reading {}", summary.display()))?;
    Ok(std::fs::write(summary, format!("{}\n{contents}", written.trim_end()))?)
}

/// All rules by the item that they decide; those of no item last.
fn list(catalog: &Catalog, checklist: &Checklist, t: Language) -> Result<String, std::fmt::Error> {
    let mut text = format!("# {}\n", t.rules_title());
    for section in &checklist.sections {
        let heading = match t {
            Language::Japanese => &section.heading_ja,
            Language::English => &section.heading_en,
        };
        writeln!(text, "\n## {heading}\n")?;
        for item in &section.items {
            let decided = catalog.rules().filter(|rule| checklist.items_of(&rule.id).any(|other| other.id == item.id));
            let links: Vec<String> =
                decided.map(|rule| format!("[{}]({}.md)", line(t.of(&rule.title)), rule.id)).collect();
            if !links.is_empty() {
                writeln!(text, "- `{}` {}: {}", item.id, line(t.of(&item.short)), links.join(&t.list_join()))?;
            }
        }
    }
    Ok(text)
}

fn chapter(rule: &Rule, checklist: &Checklist, t: Language) -> Result<String, std::fmt::Error> {
    let mut text = format!("# {}\n\n`{}`\n\n{}\n", line(t.of(&rule.title)), rule.id, t.of(&rule.why).trim());
    facts(&mut text, rule, checklist, t)?;
    writeln!(text, "\n## {}\n", t.rule_remedy())?;
    block(&mut text, t.of(&rule.remedy.general))?;
    for (systems, steps) in &rule.remedy.on {
        let names: Vec<String> = systems.iter().map(|system| on(*system, t)).collect();
        writeln!(text, "\n### {}\n", names.join(" / "))?;
        block(&mut text, t.of(steps))?;
    }
    if !rule.parameters.is_empty() {
        writeln!(text, "\n## {}\n", t.parameters_title())?;
        for (name, parameter) in &rule.parameters {
            threshold(&mut text, name, parameter, t)?;
        }
    }
    writeln!(text, "\n## {}\n", t.rule_sources())?;
    for source in &rule.sources {
        writeln!(text, "- {}", line(t.of(source)))?;
    }
    Ok(text)
}

/// What it bears on, who judges it, on what and where.
fn facts(text: &mut String, rule: &Rule, checklist: &Checklist, t: Language) -> std::fmt::Result {
    let items: Vec<String> = checklist.items_of(&rule.id).map(|item| format!("`{}`", item.id)).collect();
    writeln!(text, "\n| | |\n| --- | --- |")?;
    if !items.is_empty() {
        writeln!(text, "| {} | {} |", t.rules_items(), items.join(" "))?;
    }
    let judged = if rule.telling().is_some() { t.rule_judged_by_dashboard() } else { t.rule_judged_by_agent() };
    writeln!(text, "| {} | {judged} |", t.rule_judged())?;
    if let Some(condition) = rule.condition() {
        let topics: Vec<String> = condition.topics.iter().map(|topic| format!("`{}`", topic.name())).collect();
        writeln!(text, "| {} | {} |", t.rule_topics(), topics.join(" "))?;
        let systems: Vec<&str> = condition.systems.iter().map(|system| system.word()).collect();
        let systems = if systems.is_empty() { t.rule_systems_all() } else { systems.join(&t.list_join()) };
        writeln!(text, "| {} | {systems} |", t.rule_systems())?;
    }
    writeln!(text, "| {} | {} |", t.grace_label(), rule.grace.text(t))
}

fn threshold(text: &mut String, name: &str, parameter: &Parameter, t: Language) -> std::fmt::Result {
    let shown = |value| show::value(value, t);
    write!(
        text,
        "- `{name}`: {} ({} {})",
        line(t.of(&parameter.title)),
        t.parameter_default(),
        shown(&parameter.default)
    )?;
    if let (Some(min), Some(max)) = (&parameter.min, &parameter.max) {
        write!(text, ", {}", t.parameter_between(&shown(min), &shown(max)))?;
    }
    writeln!(text, "<br>{}", line(t.of(&parameter.source)))
}

fn on(system: SystemLine, t: Language) -> String {
    match system {
        SystemLine::Debian => t.rule_on_debian(),
        SystemLine::Redhat => t.rule_on_redhat(),
        SystemLine::Suse => t.rule_on_suse(),
        SystemLine::Windows => t.rule_on_windows(),
        SystemLine::Macos => t.rule_on_macos(),
    }
}

/// Steps stand as they are written: their lines and indentation mean something, and signs of Markdown in them mean themselves.
fn block(text: &mut String, steps: &str) -> std::fmt::Result {
    writeln!(text, "```text\n{}\n```", steps.trim_end().replace("```", "'''"))
}

/// A text in one line of Markdown, in which it means only itself.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match character {
            '\n' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_only_themselves() {
        assert_eq!(line("a_b *c*\n[d] <e>|"), r"a\_b \*c\* \[d\] \<e\>\|");
        let mut text = String::new();
        block(&mut text, "1. run\n  ```\n").unwrap();
        assert_eq!(text, "```text\n1. run\n  '''\n```\n");
    }

    #[test]
    fn every_rule_has_a_chapter_in_both_languages() {
        let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
        for language in [Language::Japanese, Language::English] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("SUMMARY.md"), "# Summary\n").unwrap();
            write(folder.path(), &catalog, &checklist, language).unwrap();
            let summary = std::fs::read_to_string(folder.path().join("SUMMARY.md")).unwrap();
            for rule in catalog.rules() {
                let chapter = std::fs::read_to_string(folder.path().join(format!("rules/{}.md", rule.id))).unwrap();
                assert!(chapter.contains(&line(language.of(&rule.title))), "{}", rule.id);
                assert!(summary.contains(&format!("(rules/{}.md)", rule.id)), "{}", rule.id);
            }
        }
    }
}
