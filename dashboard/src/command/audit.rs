//! `audit`: whether the audit log is as it was written.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use tenken_model::Language;

use super::{Place, Spoken, print};
use crate::store::AuditHead;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Follows the chain of entries; prints its head, or the first entry that does not follow from the one before
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        spoken: Spoken,
    },
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Command::Verify { place, spoken } => {
            let mut transaction = place.open().await?.read().await?;
            let broken = transaction.audit_break().await?;
            let head = transaction.audit_head().await?;
            print(&told(broken, &head, spoken.language()))?;
            Ok(if broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// What is said of the chain, whose first entry that does not follow may be known.
fn told(broken: Option<i64>, head: &AuditHead, t: Language) -> String {
    match broken {
        Some(entry) => t.audit_broken(entry),
        None => t.audit_verified(head.entries, &head.digest.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;

    use super::*;

    #[test]
    fn the_head_or_the_first_broken_entry_is_told() {
        let head = AuditHead { entries: 41, digest: Digest::of(b"x") };
        let holds = told(None, &head, Language::English);
        assert!(holds.contains("41") && holds.contains(&head.digest.to_string()), "{holds}");
        let broken = told(Some(7), &head, Language::Japanese);
        assert!(broken.contains("7番") && !broken.contains(&head.digest.to_string()), "{broken}");
    }
}
