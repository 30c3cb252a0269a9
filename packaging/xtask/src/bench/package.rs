//! How much is fetched to install each tool on a base system.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::peers::PEERS;
use crate::dist;
use crate::process::output;
use crate::report::line;

/// What is fetched for a tool.
pub(super) struct Fetched {
    /// What people call the tool.
    pub(super) name: &'static str,
    /// The size of its own packages.
    pub(super) own: u64,
    /// The size of what these need that no base system has.
    pub(super) needed: u64,
}

/// The agent's package, then those of the others.
pub(super) struct Packages {
    pub(super) agent: u64,
    pub(super) others: Vec<Fetched>,
}

/// Packs the agent and asks apt for the others, as if nothing were installed.
pub(super) fn sizes(folder: &Path, agent: &Path) -> Result<Packages> {
    line("Packing the agent, and asking for the sizes of packages ...");
    let package = dist::agent_package(agent)?;
    let agent = std::fs::metadata(&package).with_context(|| format!("looking at {}", package.display()))?.len();
    let nothing = folder.join("no-packages");
    std::fs::write(&nothing, "").context("writing an empty list of packages")?;
    let base = installing(&nothing, &["?priority(required)", "?priority(important)"])?;
    let mut others = Vec::new();
    for peer in &PEERS {
        let packages: BTreeSet<String> = installing(&nothing, peer.packages)?.difference(&base).cloned().collect();
        let sizes = sizes_of(&packages)?;
        // What is called netdata is a name for parts of the same version.
        let is_own =
            |package: &str| peer.packages.iter().any(|own| package == *own || package.starts_with(&format!("{own}-")));
        let own = sizes.iter().filter(|(package, _)| is_own(package)).map(|(_, size)| size).sum();
        let both: u64 = sizes.values().sum();
        others.push(Fetched { name: peer.name, own, needed: both.saturating_sub(own) });
    }
    Ok(Packages { agent, others })
}

/// The sizes of packages, all of which apt knows.
fn sizes_of(packages: &BTreeSet<String>) -> Result<BTreeMap<String, u64>> {
    let sizes = told(&output(Command::new("apt-cache").args(["show", "--no-all-versions"]).args(packages))?);
    if let Some(package) = packages.iter().find(|package| !sizes.contains_key(*package)) {
        bail!("apt knows no size of {package}");
    }
    Ok(sizes)
}

/// What apt would install where a list of packages tells what is there.
fn installing(status: &Path, packages: &[&str]) -> Result<BTreeSet<String>> {
    let told = output(
        Command::new("apt-get")
            .args(["install", "--simulate", "--no-install-recommends", "-o"])
            .arg(format!("Dir::State::status={}", status.display()))
            .args(packages),
    )?;
    let names = named(&told);
    if names.is_empty() {
        bail!("apt would install nothing for {}", packages.join(" "));
    }
    Ok(names)
}

/// The packages that apt says it would install.
fn named(told: &str) -> BTreeSet<String> {
    let lines = told.lines().filter_map(|line| line.strip_prefix("Inst "));
    lines.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned).collect()
}

/// The sizes of package files by package, as apt tells them.
fn told(shown: &str) -> BTreeMap<String, u64> {
    let of = |paragraph: &str| {
        let field = |name: &str| paragraph.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        Some((field("Package: ")?.to_owned(), field("Size: ")?.parse().ok()?))
    };
    shown.split("\n\n").filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apt_tells_is_read() {
        let told = "NOTE: This is only a simulation!\nInst gcc-12-base (12.2.0-14+deb12u1 Debian:12.15/oldstable [amd64])\n\
            Inst libc6 (2.36-9+deb12u14 Debian:12.15/oldstable [amd64]) []\nConf libc6 (2.36-9)\n";
        assert_eq!(named(told).into_iter().collect::<Vec<_>>(), ["gcc-12-base", "libc6"]);
        let shown = "Package: lynis\nInstalled-Size: 1636\nSize: 264788\n\nPackage: none\nInstalled-Size: 1\n\n\
            Package: monit\nSize: 364992\n";
        let sizes = [("lynis".to_owned(), 264_788), ("monit".to_owned(), 364_992)];
        assert_eq!(super::told(shown), BTreeMap::from(sizes));
    }
}
