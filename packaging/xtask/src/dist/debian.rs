//! Packages of Debian and Ubuntu, made by Debian's own tools.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::programs::Programs;
use super::{Dist, VERSION, epoch, files};
use crate::process::{installed, output, root};

/// What debhelper calls a unit that lies in its folder.
const UNITS: [(&str, &str); 6] = [
    ("tenken-agent.service", "tenken-agent.service"),
    ("tenken-agent-packet-filter.socket", "tenken-agent.tenken-agent-packet-filter.socket"),
    ("tenken-agent-packet-filter@.service", "tenken-agent.tenken-agent-packet-filter@.service"),
    ("tenken-dashboard.service", "tenken-dashboard.service"),
    ("tenken-dashboard-agents.socket", "tenken-dashboard.tenken-dashboard-agents.socket"),
    ("tenken-dashboard-people.socket", "tenken-dashboard.tenken-dashboard-people.socket"),
];
/// Stands in debian/control for who answers for the packages.
const MAINTAINER: &str = "Tenken maintainers <maintainers@tenken.invalid>";
/// Where debian/copyright takes the licence of the fonts.
const LICENCE_OF_FONTS: &str = "@OFL@";

/// What is missing to build them.
pub(super) fn missing() -> Option<String> {
    [("dh", "debhelper"), ("dh_apparmor", "dh-apparmor"), ("po2debconf", "po-debconf")]
        .into_iter()
        .find(|(program, _)| !installed(program))
        .map(|(program, package)| format!("{program} is not installed (package {package})"))
}

/// Builds both packages of what lies in a tree.
pub(super) fn build(dist: &Dist, tree: &Path) -> Result<()> {
    if let Some(why) = missing() {
        bail!("packages of Debian cannot be built: {why}");
    }
    let above = dist.work.join("deb");
    let folder = above.join("tenken");
    files::emptied(&above)?;
    let (sources, debian) = (root()?.join("packaging"), folder.join("debian"));
    files::copy_all(&sources.join("debian"), &debian)?;
    std::os::unix::fs::symlink(tree, folder.join("tree")).context("laying the tree beside debian/")?;
    for (unit, name) in UNITS {
        files::lay(&sources.join("systemd").join(unit), &debian.join(name))?;
    }
    describe(dist, &debian)?;
    let mut rules = Command::new(debian.join("rules"));
    rules.arg("binary").current_dir(&folder);
    rules.env(epoch::VARIABLE, dist.epoch.to_string()).env("DEB_RULES_REQUIRES_ROOT", "no");
    rules.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("DEB_BUILD_OPTIONS", "terse");
    // Packing what is thrown away well is a waste.
    let compression = if dist.programs == Programs::Debug { "-Zgzip -z1" } else { "-Zxz" };
    output(rules.env("TENKEN_COMPRESSION", compression))?;
    let packages = files::ending(&above, "deb")?;
    if packages.len() != 2 {
        bail!("{} packages came out in {}, not 2", packages.len(), above.display());
    }
    for package in packages {
        files::lay(&package, &dist.output.join(package.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Writes what of debian/ differs from build to build.
fn describe(dist: &Dist, debian: &Path) -> Result<()> {
    let maintainer = dist.maintainer.as_deref().unwrap_or(MAINTAINER);
    let control = read(&debian.join("control"))?.replace(MAINTAINER, maintainer);
    files::write(&debian.join("control"), control, 0o644)?;
    let changelog = changelog(maintainer, &epoch::as_in_mail(dist.epoch)?);
    files::write(&debian.join("changelog"), changelog, 0o644)?;
    let licence = read(&root()?.join("dashboard/form/fonts/OFL.txt"))?;
    let copyright = read(&debian.join("copyright"))?.replace(LICENCE_OF_FONTS, indented(&licence).trim_end());
    files::write(&debian.join("copyright"), copyright, 0o644)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Debian's changelog, which tells of packages; what changed in the programs is told elsewhere.
fn changelog(maintainer: &str, date: &str) -> String {
    format!(
        "tenken ({VERSION}) unstable; urgency=medium\n\n  * Tenken {VERSION}; what changed stands in CHANGELOG.md of its \
         sources.\n\n -- {maintainer}  {date}\n"
    )
}

/// A text as a field of debian/copyright holds it.
fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.trim().is_empty() { " .\n".to_owned() } else { format!(" {}\n", line.trim_end()) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_one_field() {
        assert_eq!(indented("One\n\n  two \r\n"), " One\n .\n   two\n");
    }

    #[test]
    fn the_changelog_is_of_this_version() {
        let told = changelog("A <a@b.example>", "Fri, 28 Nov 2025 04:00:00 +0000");
        assert!(told.starts_with(&format!("tenken ({VERSION}) ")), "{told}");
        assert!(told.ends_with("\n -- A <a@b.example>  Fri, 28 Nov 2025 04:00:00 +0000\n"), "{told}");
    }
}
