//! The one time that everything built carries.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process::{output, root};

/// By this name tools that build the same twice know the time to write (reproducible-builds.org).
pub(super) const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// When what is built was committed, in seconds since 1970; what the environment says comes before.
pub(super) fn of_commit() -> Result<u64> {
    let told = match std::env::var(VARIABLE) {
        Ok(told) => told,
        Err(_) => output(Command::new("git").current_dir(root()?).args(["log", "-1", "--format=%ct"]))?,
    };
    told.trim().parse().with_context(|| format!("reading {VARIABLE}, or the commit's time: {}", told.trim()))
}

/// That time as mails and Debian's changelogs write it.
pub(super) fn as_in_mail(epoch: u64) -> Result<String> {
    written(epoch, &["-R"])
}

/// As ISO 8601 writes it.
pub(super) fn as_iso(epoch: u64) -> Result<String> {
    written(epoch, &["+%Y-%m-%dT%H:%M:%SZ"])
}

/// As the changelog of an rpm writes it.
pub(super) fn as_in_rpm(epoch: u64) -> Result<String> {
    written(epoch, &["+%a %b %d %Y"])
}

fn written(epoch: u64, format: &[&str]) -> Result<String> {
    let at = format!("@{epoch}");
    let told = output(Command::new("date").env("LC_ALL", "C").args(["-u", "-d", &at]).args(format))?;
    Ok(told.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_each_format_wants_it() {
        let epoch = 1_764_302_400;
        assert_eq!(as_in_mail(epoch).unwrap(), "Fri, 28 Nov 2025 04:00:00 +0000");
        assert_eq!(as_iso(epoch).unwrap(), "2025-11-28T04:00:00Z");
        assert_eq!(as_in_rpm(epoch).unwrap(), "Fri Nov 28 2025");
    }
}
