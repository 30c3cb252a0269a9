//! The part of the test that packs the programs that were built for it, and has what was packed looked at by the tools that
//! distributions look at packages with.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::programs::{Libc, Programs};
use super::{Dist, NAMES, debian, epoch, files, rpm, sbom, tarball, units};
use crate::process::{installed, output, root, target};
use crate::report::{line, skip};
use crate::windows;

/// Builds and checks; every fault is told.
pub(crate) fn run() -> Result<()> {
    let work = target()?.join("packages");
    let dist = Dist {
        programs: Programs::Debug,
        epoch: epoch::of_commit()?,
        maintainer: None,
        installer: windows::InstallerArguments::default(),
        output: for_tests()?,
        work,
    };
    files::emptied(&dist.output)?;
    units::check(&root()?.join("packaging/systemd"))?;
    profile()?;
    translations()?;
    let tree = dist.tree(Libc::Gnu)?;
    components(&tree)?;
    if let Some(why) = debian::missing() {
        skip("packages of Debian", &why);
    } else {
        debian::build(&dist, &tree)?;
        looked_at("lintian", &["--fail-on", "error", "--tag-display-limit", "0", "--allow-root"], &dist.output, "deb")?;
    }
    if let Some(why) = rpm::missing() {
        skip("packages of RPM", &why);
    } else {
        rpm::build(&dist, &tree)?;
        let rules = root()?.join("packaging/rpm/rpmlint.toml").display().to_string();
        looked_at("rpmlint", &["--config", &rules], &dist.output, "rpm")?;
    }
    tarball::check(&dist, &tree)
}

/// Where the packages lie that the tests install.
pub(crate) fn for_tests() -> Result<PathBuf> {
    Ok(target()?.join("packages/shipped"))
}

/// The profile of AppArmor, as its own parser reads it. The kernel is not asked.
fn profile() -> Result<()> {
    if !installed("apparmor_parser") {
        skip("profile of AppArmor", "apparmor_parser is not installed (package apparmor)");
        return Ok(());
    }
    for path in files::listed(&root()?.join("packaging/apparmor"))? {
        output(Command::new("apparmor_parser").args(["--skip-kernel-load", "--skip-cache"]).arg(&path))?;
        line(format_args!("apparmor_parser: {} is read", path.display()));
    }
    Ok(())
}

/// That every question of the packages is asked in Japanese as well.
fn translations() -> Result<()> {
    if !installed("msgfmt") {
        skip("translation of the packages' questions", "msgfmt is not installed (package gettext)");
        return Ok(());
    }
    let catalogue = root()?.join("packaging/debian/po/ja.po");
    let template = root()?.join("packaging/debian/po/templates.pot");
    output(Command::new("msgfmt").args(["--check", "--output-file=/dev/null"]).arg(&catalogue))?;
    output(Command::new("msgcmp").arg(&catalogue).arg(&template)).map(drop)
}

/// The lists of components.
fn components(tree: &Path) -> Result<()> {
    for name in NAMES {
        let path = tree.join("sbom").join(format!("{name}.cdx.json"));
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let list = serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        if let Some(fault) = sbom::faults(&list, name).first() {
            bail!("{}: {fault}", path.display());
        }
    }
    Ok(())
}

/// Has packages looked at; what the tool says is told where it is not content.
fn looked_at(tool: &str, arguments: &[&str], folder: &Path, extension: &str) -> Result<()> {
    if !installed(tool) {
        skip(&format!("{tool} over the packages"), &format!("it is not installed (package {tool})"));
        return Ok(());
    }
    let packages = files::ending(folder, extension)?;
    let done = Command::new(tool)
        .args(arguments)
        .args(&packages)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .with_context(|| format!("starting {tool}"))?;
    let told = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if !done.status.success() {
        bail!("{tool} is not content:\n{told}");
    }
    line(format_args!("{tool}: {}", told.trim().lines().last().unwrap_or("nothing to say")));
    Ok(())
}
