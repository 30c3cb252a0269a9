//! How exposed the services are, as systemd counts it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{installed, output};
use crate::report::{line, skip};

const UNITS: [&str; 3] = ["tenken-agent.service", "tenken-agent-packet-filter@.service", "tenken-dashboard.service"];
/// In tenths: what systemd counts has to be less.
const BELOW: u32 = 20;

/// Fails unless each service counts less than 2.0.
pub(super) fn check(folder: &Path) -> Result<()> {
    if !installed("systemd-analyze") {
        skip("exposure of the services", "systemd-analyze is not installed (package systemd)");
        return Ok(());
    }
    for unit in UNITS {
        let mut analyze = Command::new("systemd-analyze");
        analyze.args(["security", "--offline=true", "--no-pager"]).env("SYSTEMD_COLORS", "0").env("LC_ALL", "C.UTF-8");
        let told = output(analyze.arg(folder.join(unit)))?;
        let exposure = overall(&told).with_context(|| format!("systemd-analyze counted nothing of {unit}"))?;
        line(format_args!("{unit}: exposure {}.{}", exposure / 10, exposure % 10));
        if exposure >= BELOW {
            bail!(
                "{unit} is exposed by {}.{}; less than {}.{} is wanted",
                exposure / 10,
                exposure % 10,
                BELOW / 10,
                BELOW % 10
            );
        }
    }
    Ok(())
}

/// The count at the end of what systemd-analyze prints, in tenths.
fn overall(told: &str) -> Option<u32> {
    let (_, count) = told.lines().rev().find(|line| line.contains("Overall exposure level"))?.rsplit_once(": ")?;
    let (whole, tenth) = count.split_whitespace().next()?.split_once('.')?;
    Some(whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found() {
        let told = "✗ PrivateNetwork=  Service has access  0.5\n\n→ Overall exposure level for a.service: 1.9 OK 🙂\n";
        assert_eq!(overall(told), Some(19));
        assert_eq!(overall("→ Overall exposure level for a.service: 10.0 DANGEROUS"), Some(100));
        assert_eq!(overall("nothing"), None);
    }
}
