//! `doctor`: finds the usual faults of an installed agent.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use tenken_model::Language;

use super::print;
use crate::doctor::judge::judge;
use crate::doctor::look::Looking;
use crate::doctor::{Found, Outcome, overall};
use crate::host::live::{LiveHost, terminal};
use crate::host::storage;
use crate::run::clock::LiveClock;

/// How long a name, and then each address, may take.
const WITHIN: Duration = Duration::from_secs(10);

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each, for people.
    Lines,
    /// For programs.
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Lines)]
    format: Format,
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value_os_t = storage::state_folder())]
    state_dir: PathBuf,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let (host, place) = (LiveHost::new(), super::place(None, &arguments.state_dir)?);
    let looking = Looking {
        state_dir: &arguments.state_dir,
        host: &host,
        place: &place,
        clock: &LiveClock,
        within: WITHIN,
        variable: &terminal::variable,
    };
    let found = judge(&looking.look());
    print(&match arguments.format {
        Format::Lines => lines(&found, language),
        Format::Json => json(&found)?,
    })?;
    Ok(ExitCode::from(match overall(&found) {
        Outcome::Ok => 0,
        Outcome::Problem => 1,
        Outcome::Unchecked => 2,
    }))
}

/// A line each, and how many of each outcome.
fn lines(found: &[Found], language: Language) -> String {
    let line = |one: &Found| {
        let (outcome, check) = (one.outcome.title(language), one.check.title(language));
        format!("[{outcome}] {check}: {}", language.of(&one.says))
    };
    let count = |outcome| found.iter().filter(|one| one.outcome == outcome).count();
    let counts = [Outcome::Ok, Outcome::Problem, Outcome::Unchecked].map(count);
    let mut lines: Vec<String> = found.iter().map(line).collect();
    lines.push(language.doctor_sum(counts[0], counts[1], counts[2]));
    lines.join("\n")
}

/// Everything that was found, for programs.
#[derive(Serialize)]
struct Whole<'a> {
    result: Outcome,
    checks: &'a [Found],
}

fn json(found: &[Found]) -> Result<String> {
    Ok(serde_json::to_string_pretty(&Whole { result: overall(found), checks: found })?)
}

#[cfg(test)]
mod tests {
    use tenken_model::finding::Bilingual;

    use super::*;
    use crate::doctor::Check;

    fn found(check: Check, outcome: Outcome) -> Found {
        Found { check, outcome, says: Bilingual { ja: "時刻".to_owned(), en: "the time".to_owned() } }
    }

    #[test]
    fn a_problem_weighs_more_than_what_could_not_be_looked_at() {
        let all = [
            found(Check::Clock, Outcome::Ok),
            found(Check::Name, Outcome::Unchecked),
            found(Check::Tls, Outcome::Problem),
        ];
        assert_eq!(overall(&all), Outcome::Problem);
        assert_eq!(overall(&all[..2]), Outcome::Unchecked);
        assert_eq!(overall(&all[..1]), Outcome::Ok);
    }

    #[test]
    fn both_forms_say_everything() {
        let all = [found(Check::Clock, Outcome::Ok), found(Check::LeftToken, Outcome::Problem)];
        let said = lines(&all, Language::English);
        assert_eq!(said, "[OK] Clock: the time\n[problem] Token file: the time\n1 OK, 1 with a problem, 0 not checked");
        assert!(lines(&all, Language::Japanese).contains("[問題あり] 登録用ファイル: 時刻"));
        let value: serde_json::Value = serde_json::from_str(&json(&all).unwrap()).unwrap();
        assert_eq!(value["result"], "problem");
        assert_eq!(value["checks"][1]["check"], "left_token");
        assert_eq!(value["checks"][1]["says"]["ja"], "時刻");
    }
}
