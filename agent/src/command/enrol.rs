//! `enrol`: gives this host its identity.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use tenken_model::Language;
use tenken_model::enrol::EnrolToken;

use super::{print, runtime};
use crate::enrol::{self, EnrolError};
use crate::host::Host as _;
use crate::host::live::{LiveHost, owner};
use crate::host::storage;
use crate::identity::Identity;
use crate::machine;
use crate::transport::{self, CallError, Patience};

/// By this word a dashboard refuses a token.
const TOKEN: &str = "token";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The dashboard's address as browsers reach it: `https://tenken.example:7742`
    #[arg(long, value_name = "URL")]
    dashboard: String,
    /// The token that the dashboard showed; it is used once
    #[arg(long, value_name = "TOKEN")]
    token: String,
    /// Where the agent keeps its state
    #[arg(long, value_name = "FOLDER", default_value_os_t = storage::state_folder())]
    state_dir: PathBuf,
    /// The name by which people know this host; otherwise its own
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, language: Language) -> Result<ExitCode> {
    let failed = |why: &dyn Display| anyhow!(language.enrol_failed(&why.to_string()));
    let token: EnrolToken = arguments.token.trim().parse().map_err(|_| anyhow!(language.enrol_no_token()))?;
    prepare(&arguments.state_dir).map_err(|error| no_folder(&arguments.state_dir, &error, language))?;
    if let Some(identity) = Identity::load(&arguments.state_dir).map_err(|error| failed(&error))? {
        let file = Identity::path(&arguments.state_dir).display().to_string();
        bail!(language.enrol_already(identity.host.as_str(), &file));
    }
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => LiveHost::new().system().map_err(|error| failed(&error))?.host_name,
    };
    transport::install_cryptography();
    let enrolled = enrol::enrol(&arguments.dashboard, &token, &name, Patience::default());
    let identity = runtime()?.block_on(enrolled).map_err(|error| anyhow!(refused(&error, language)))?;
    machine::take(&arguments.state_dir, &LiveHost::new()).map_err(|error| failed(&error))?;
    identity.store(&arguments.state_dir).map_err(|error| failed(&error))?;
    print(&language.enrol_done(identity.host.as_str(), &identity.report_url))?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the state folder, and makes sure that files can be kept there before a token is used up.
fn prepare(state_dir: &Path) -> std::io::Result<()> {
    owner::act_for(state_dir)?;
    let probe = state_dir.join("enrol.probe");
    drop(storage::create_private(&probe)?);
    std::fs::remove_file(&probe)
}

fn no_folder(state_dir: &Path, error: &std::io::Error, language: Language) -> anyhow::Error {
    let shown = state_dir.display().to_string();
    if error.kind() == ErrorKind::PermissionDenied {
        return anyhow!(language.enrol_not_permitted(&shown));
    }
    anyhow!(language.enrol_no_folder(&shown, &error.to_string()))
}

/// Why a dashboard did not enrol this host, as the one who typed reads it.
fn refused(error: &EnrolError, language: Language) -> String {
    match error {
        EnrolError::OtherAuthority { url } => language.enrol_other_authority(url),
        EnrolError::Call(CallError::Refused { refusal, .. }) if refusal.code == TOKEN => language.enrol_token_refused(),
        EnrolError::Call(CallError::Unreachable { tried, why }) => language.enrol_unreachable(tried, why),
        EnrolError::Call(_) | EnrolError::Answer(_) => language.enrol_failed(&error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::report::Refusal;

    use super::*;

    #[test]
    fn a_folder_of_others_and_one_that_cannot_be_are_said() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let no_folder = |kind: ErrorKind, language| no_folder(Path::new("/x"), &kind.into(), language).to_string();
        assert!(prepare(&file.path().join("state")).is_err());
        let said = no_folder(ErrorKind::PermissionDenied, Language::English);
        assert!(said.contains("/x") && said.contains("sudo"), "{said}");
        assert!(no_folder(ErrorKind::PermissionDenied, Language::Japanese).contains("管理者"));
        assert!(no_folder(ErrorKind::NotADirectory, Language::English).starts_with("make /x"));
        let scratch = tempfile::tempdir().unwrap();
        prepare(&scratch.path().join("a/b")).unwrap();
        assert_eq!(std::fs::read_dir(scratch.path().join("a/b")).unwrap().count(), 0);
    }

    #[test]
    fn refusals_are_said_in_the_language_of_the_terminal() {
        let refused_with = |code: &str| {
            let refusal = Refusal::new(code, "the token is unknown");
            EnrolError::Call(CallError::Refused { tried: "POST /v1/enrol".to_owned(), status: 403, refusal })
        };
        let unreachable = CallError::Unreachable { tried: "GET /v1/authority".to_owned(), why: "refused".to_owned() };
        for (error, japanese, english) in [
            (refused_with("token"), "このトークンは使えません", "make a new one"),
            (refused_with("too_often"), "登録できませんでした", "too_often"),
            (EnrolError::Call(unreachable), "接続できません", "GET /v1/authority: refused"),
            (
                EnrolError::OtherAuthority { url: "https://a".to_owned() },
                "https://aの認証局",
                "https://a with the token",
            ),
        ] {
            let said = [Language::Japanese, Language::English].map(|language| refused(&error, language));
            assert!(said[0].contains(japanese) && said[1].contains(english), "{said:?}");
            assert!(said.iter().all(|said| said.lines().count() == 1), "{said:?}");
        }
    }
}
