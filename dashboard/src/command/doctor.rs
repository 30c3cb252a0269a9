//! `doctor`: the usual faults of this dashboard, and what to do about them.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::json;
use tenken_model::Language;

use super::exit::Exit;
use super::listening::Listening;
use super::{ConfigurationFile, Spoken, now, print};
use crate::configuration::{self, Options, PlaceFlags, USUAL_FILE};
use crate::doctor::{self, Answer, Check, Listens, Standing, count};

/// How the answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs, in Japanese and English.
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: ConfigurationFile,
    #[command(flatten)]
    flags: PlaceFlags,
    /// How the answers are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let flags: Options = arguments.flags.clone().into();
    let named = arguments.file.config.as_deref();
    let file = configuration::file_in_force(named, flags.data.as_deref(), Path::new(USUAL_FILE));
    let found = Options::in_force(flags, file.as_deref()).map_err(|error| format!("{error:#}"));
    let answers = doctor::run(found.map(|options| (options, file)), listens, now).await;
    let text = match arguments.format {
        Format::Text => text(&answers, arguments.spoken.language())?,
        Format::Json => serde_json::to_string_pretty(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "checked_at": now(),
            "checks": answers,
        }))?,
    };
    print(&text)?;
    Ok(exit(&answers))
}

/// What the answers are to whoever called it: a problem counts more than what could not be looked at.
fn exit(answers: &[Answer]) -> Exit {
    match (count(answers, Standing::Problem), count(answers, Standing::NotChecked)) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Unclear,
        (..) => Exit::Failed,
    }
}

fn listens(data: &Path) -> Listens {
    let listening = Listening::read(data).ok();
    listening.map_or_else(Listens::default, |listening| Listens {
        agents: Some(listening.agents),
        people: Some(listening.people),
        local: listening.local,
        metrics: listening.metrics,
    })
}

fn text(answers: &[Answer], t: Language) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for check in Check::ALL {
        for answer in answers.iter().filter(|answer| answer.check == *check) {
            writeln!(text, "[{}] {}: {}", answer.standing.name(t), check.name(t), t.of(&answer.says))?;
            if let Some(act) = &answer.act {
                writeln!(text, "    {}", t.doctor_act(t.of(act)))?;
            }
        }
    }
    let sum = |standing| count(answers, standing);
    write!(text, "\n{}", t.doctor_sum(sum(Standing::Ok), sum(Standing::Problem), sum(Standing::NotChecked)))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_with_what_to_do() {
        let answers = [
            Answer::ok(Check::Mail, Language::doctor_mail_unused),
            Answer::problem(Check::Names, Language::doctor_names_none, Language::doctor_names_none_act),
        ];
        let english = text(&answers, Language::English).unwrap();
        assert!(english.starts_with("[problem] names: ") && english.contains("\n    do: Write the name"), "{english}");
        assert!(english.ends_with("1 OK, 1 with a problem, 0 not checked"), "{english}");
        let japanese = text(&answers, Language::Japanese).unwrap();
        assert!(japanese.contains("[正常] メールサーバー: ") && japanese.contains("対処: "), "{japanese}");
        assert_eq!((exit(&answers), exit(&answers[..1]), exit(&[])), (Exit::Failed, Exit::Done, Exit::Done));
        let unseen = Answer::not_checked(Check::Clock, |t| t.doctor_clock_not_checked("x"));
        assert_eq!(exit(std::slice::from_ref(&unseen)), Exit::Unclear);
        assert_eq!(exit(&[unseen, answers[1].clone()]), Exit::Failed);
    }
}
