//! Where and when it was measured, and with what.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::peers::{PEERS, version};
use crate::process::{output, root};

/// What is told of it.
pub(super) struct Machine {
    /// The day, by UTC.
    pub(super) date: String,
    /// Processor, cores and memory, kernel, distribution and the first process, as one sentence has them.
    pub(super) told: String,
    /// The versions of all tools.
    pub(super) versions: String,
}

/// Looks.
pub(super) fn look(agent: &Path) -> Result<Machine> {
    let date = output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?.trim().to_owned();
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let cpu = model(&read("/proc/cpuinfo")?);
    let cores = std::thread::available_parallelism().context("counting cores")?;
    let gib = kib_of_memory(&read("/proc/meminfo")?).div_ceil(1 << 20);
    let first = read("/proc/1/comm")?;
    let debian = read("/etc/debian_version")?;
    let told = format!(
        "{cores} cores of {cpu}, {gib} GiB of memory, Linux {}, Debian {}, first process `{}`",
        kernel.trim(),
        debian.trim(),
        first.trim()
    );
    let program = output(Command::new(agent).arg("--version"))?;
    let commit = output(Command::new("git").current_dir(root()?).args(["rev-parse", "--short=10", "HEAD"]))?;
    let peers = PEERS.iter().flat_map(|peer| peer.packages);
    let mut versions = vec![format!("{} of commit {}", program.trim(), commit.trim())];
    versions.extend(peers.filter_map(|package| Some(format!("{package} {}", version(package)?))));
    Ok(Machine { date, told, versions: versions.join(", ") })
}

fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {path}"))
}

/// What /proc/cpuinfo calls the first processor.
fn model(cpuinfo: &str) -> String {
    let named = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    named.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

fn kib_of_memory(meminfo: &str) -> u64 {
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    total.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_tells_of_a_machine_is_read() {
        assert_eq!(model("processor\t: 0\nmodel name\t: Some CPU @ 2.50GHz\nflags\t\t: fpu\n"), "Some CPU @ 2.50GHz");
        assert_eq!(model(""), "an unknown processor");
        assert_eq!(kib_of_memory("MemTotal:       24684096 kB\nMemFree: 1 kB\n"), 24_684_096);
    }
}
