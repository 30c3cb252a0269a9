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

/// How many processes wanted a processor in the last minute: what others do on a machine spoils what is measured.
pub(super) fn load() -> Result<String> {
    Ok(first(&read("/proc/loadavg")?))
}

/// Looks, once all is measured.
pub(super) fn look(agent: &Path, load_before: &str) -> Result<Machine> {
    let date = output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?.trim().to_owned();
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let cpu = model(&read("/proc/cpuinfo")?);
    let cores = std::thread::available_parallelism().context("counting cores")?;
    let gib = kib_of_memory(&read("/proc/meminfo")?).div_ceil(1 << 20);
    let first_process = read("/proc/1/comm")?;
    let debian = read("/etc/debian_version")?;
    let told = format!(
        "{cores} cores of {cpu}, {gib} GiB of memory, Linux {}, Debian {}, first process `{}`; load average \
         {load_before} before and {} after",
        kernel.trim(),
        debian.trim(),
        first_process.trim(),
        load()?
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

fn first(words: &str) -> String {
    words.split_whitespace().next().unwrap_or("unknown").to_owned()
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
        assert_eq!(first("8.64 7.53 6.68 9/420 31337\n"), "8.64");
        assert_eq!(kib_of_memory("MemTotal:       24684096 kB\nMemFree: 1 kB\n"), 24_684_096);
    }
}
