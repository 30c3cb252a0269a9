//! `service`: the agent as a service of the system, where programs register themselves with its manager.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use tenken_model::Language;

use super::{print, run as resident};
use crate::host::live::LiveHost;
use crate::host::live::installer::Installer;
use crate::host::live::service::{self, Manager};
use crate::host::registration::{RegistrationError, SERVICE, Started};
use crate::host::storage;

/// Elsewhere a package brings what the manager needs, and the command is not shown.
pub(super) const IS_HERE: bool = service::REGISTERS;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Registers this program as a service, or makes whole what is registered for it
    Install,
    /// Stops the service and takes it away
    Remove {
        /// Deletes what the agent keeps as well: its identity and what was not reported yet
        #[arg(long)]
        purge: bool,
    },
    /// Starts the service if it does not run
    Start,
    /// Runs as the service; for the service manager only
    Run,
}

pub(super) fn run(command: &Command, language: Language) -> Result<ExitCode> {
    let done = match command {
        Command::Install => install(language),
        Command::Remove { purge } => remove(*purge, language),
        Command::Start => service::start().map_err(|error| said(&error, language)).and_then(|started| {
            print(&match started {
                Started::Now => language.service_started(SERVICE),
                Started::Already => language.service_runs_already(SERVICE),
            })
        }),
        Command::Run => service::run(serve).map_err(|error| said(&error, language)),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn install(language: Language) -> Result<()> {
    // Lists of services show one text to everybody.
    let description =
        format!("{} / {}", Language::Japanese.service_description(), Language::English.service_description());
    let installed = service::install(&description).map_err(|error| said(&error, language))?;
    let program = installed.program.display().to_string();
    for (setting, why) in &installed.left_out {
        print(&language.service_left_out(setting, why))?;
    }
    print(&if installed.anew {
        language.service_installed(SERVICE, &program)
    } else {
        language.service_repaired(SERVICE, &program)
    })
}

fn remove(purge: bool, language: Language) -> Result<()> {
    let removed = service::remove().map_err(|error| said(&error, language))?;
    print(&if removed.was_there { language.service_removed(SERVICE) } else { language.service_not_there(SERVICE) })?;
    let folder = storage::state_folder();
    let shown = folder.display().to_string();
    if !purge {
        return if folder.exists() { print(&language.service_state_kept(&shown)) } else { Ok(()) };
    }
    delete(&folder).map_err(|error| anyhow!(language.service_state_not_deleted(&shown, &error.to_string())))?;
    print(&language.service_state_deleted(&shown))
}

/// Deletes the state folder, if it is the agent's own, and the folder that was made for it if nothing else is in it.
fn delete(folder: &Path) -> std::io::Result<()> {
    storage::check_private_folder(folder)?;
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Another program of Tenken may keep something there.
    let _ = folder.parent().map(std::fs::remove_dir);
    Ok(())
}

/// Runs the agent for the service manager. What goes wrong has no reader but the log.
fn serve(manager: Manager) -> bool {
    // A level that is none is no reason not to run; that it was none is said.
    let (level, odd) = match super::log_level(None) {
        Ok(level) => (level, None),
        Err(error) => (tenken_log::Level::default(), Some(error)),
    };
    manager.begin_log(level);
    if let Some(error) = odd {
        tracing::warn!(%error, "the usual level of logging counts");
    }
    let place = Installer::new(None);
    let done = place
        .map_err(anyhow::Error::from)
        .and_then(|place| resident::reside(storage::state_folder(), LiveHost::new(), manager, &place));
    match done {
        Ok(()) => true,
        Err(error) => {
            tracing::error!("the agent cannot run: {error:#}");
            false
        }
    }
}

/// Why it did not work, as the one who typed reads it.
fn said(error: &RegistrationError, language: Language) -> anyhow::Error {
    anyhow!(match error {
        RegistrationError::NotHere => language.service_not_here(),
        RegistrationError::NotElevated { tried } => language.service_not_elevated(tried),
        RegistrationError::OtherProgram { program } => language.service_other_program(SERVICE, program),
        RegistrationError::Exposed { path, by } => language.service_exposed(&path.display().to_string(), by),
        RegistrationError::NotInstalled => language.service_not_installed(SERVICE),
        RegistrationError::BeingRemoved => language.service_being_removed(SERVICE),
        RegistrationError::StillRunning => language.service_still_running(SERVICE),
        RegistrationError::NotTheManager => language.service_not_the_manager(),
        RegistrationError::Failed { tried, why } => language.service_failed(tried, why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_said_in_one_line_of_either_language() {
        let errors = [
            RegistrationError::NotHere,
            RegistrationError::NotElevated { tried: "install the service".to_owned() },
            RegistrationError::OtherProgram { program: r#""C:\old\tenken-agent.exe" service run"#.to_owned() },
            RegistrationError::Exposed { path: "C:/tools/tenken-agent.exe".into(), by: "S-1-5-11".to_owned() },
            RegistrationError::NotInstalled,
            RegistrationError::BeingRemoved,
            RegistrationError::StillRunning,
            RegistrationError::NotTheManager,
            RegistrationError::Failed { tried: "set recovery".to_owned(), why: "it is odd".to_owned() },
        ];
        for error in errors {
            let [japanese, english] =
                [Language::Japanese, Language::English].map(|language| said(&error, language).to_string());
            assert!(japanese.lines().count() == 1 && english.lines().count() == 1, "{japanese} {english}");
            assert!(japanese.contains('。') && english.is_ascii(), "{japanese} {english}");
        }
    }

    #[test]
    fn only_what_is_there_is_deleted() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("Tenken").join("agent");
        delete(&folder).unwrap();
        storage::create_private_folder(&folder).unwrap();
        std::fs::write(folder.join("identity.json"), "{}").unwrap();
        delete(&folder).unwrap();
        assert!(!folder.exists() && !folder.parent().unwrap().exists());
        storage::create_private_folder(&folder).unwrap();
        std::fs::write(scratch.path().join("Tenken").join("other"), "").unwrap();
        delete(&folder).unwrap();
        assert!(!folder.exists() && folder.parent().unwrap().exists());
    }
}
