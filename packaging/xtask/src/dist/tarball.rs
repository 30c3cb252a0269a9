//! Programs that need no library of the system, each with what is installed beside it.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::programs::{Libc, Programs};
use super::{Dist, NAMES, VERSION, files};
use crate::process::{installed, output, root};
use crate::report::skip;
use crate::windows;

/// Builds one of each program.
pub(super) fn build(dist: &Dist) -> Result<()> {
    let libc = libc(dist.programs)?;
    pack_all(dist, &dist.tree(libc)?, libc)
}

/// Packs what was built for the tests: that nothing is missing.
pub(super) fn check(dist: &Dist, tree: &Path) -> Result<()> {
    pack_all(dist, tree, Libc::Gnu)
}

fn pack_all(dist: &Dist, tree: &Path, libc: Libc) -> Result<()> {
    for name in NAMES {
        let named = named(name, libc);
        let above = dist.work.join("tarball").join(name);
        files::emptied(&above)?;
        fill(name, tree, &above.join(&named))?;
        pack(dist, &above, &named)?;
    }
    Ok(())
}

/// The name of a tarball and of the one folder in it.
pub(super) fn named(name: &str, libc: Libc) -> String {
    let kind = match libc {
        Libc::Gnu => "gnu",
        Libc::Musl => "static",
    };
    format!("{name}-{VERSION}-linux-x86_64-{kind}")
}

/// The C library that is linked in, or that of the system where that cannot be.
pub(super) fn libc(programs: Programs) -> Result<Libc> {
    if programs == Programs::Debug {
        return Ok(Libc::Gnu);
    }
    let why = if installed("musl-gcc") {
        windows::target_missing(Libc::Musl.triple())?
    } else {
        Some("musl-gcc is not installed (package musl-tools)".to_owned())
    };
    Ok(match why {
        None => Libc::Musl,
        Some(why) => {
            skip("programs that need no library", &why);
            Libc::Gnu
        }
    })
}

/// Lays what is in it.
fn fill(name: &str, tree: &Path, folder: &Path) -> Result<()> {
    let is_own = |path: &Path| {
        let found = path.file_name().and_then(|found| found.to_str()).unwrap_or_default();
        found.trim_start_matches(['_', '.']).trim_start_matches("usr.bin.").starts_with(name)
    };
    for within in [
        "usr/bin",
        "man",
        "systemd",
        "sysusers",
        "tmpfiles",
        "completions/bash",
        "completions/zsh",
        "completions/fish",
        "apparmor",
        "sbom",
    ] {
        for path in files::listed(&tree.join(within))?.iter().filter(|path| is_own(path)) {
            let to = folder.join(within.trim_start_matches("usr/")).join(path.file_name().unwrap_or_default());
            let mode = if within == "usr/bin" { 0o755 } else { 0o644 };
            files::write(&to, std::fs::read(path)?, mode)?;
        }
    }
    if name == "tenken-dashboard" {
        files::copy_all(&tree.join("configuration"), &folder.join("configuration"))?;
    }
    let sources = root()?;
    files::lay(&sources.join("LICENSE"), &folder.join("LICENSE"))?;
    for note in ["INSTALL.md", "INSTALL.ja.md"] {
        files::lay(&sources.join("packaging/tarball").join(note), &folder.join(note))?;
    }
    Ok(())
}

/// Packs it as everybody would who has the same files.
fn pack(dist: &Dist, above: &Path, named: &str) -> Result<()> {
    let packed = dist.output.join(format!("{named}.tar.gz"));
    // Packing what is thrown away well is a waste.
    let level = if dist.programs == Programs::Debug { 1 } else { 9 };
    output(
        Command::new("tar")
            .current_dir(above)
            .env("LC_ALL", "C")
            .args(["--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"])
            .args([format!("--mtime=@{}", dist.epoch), format!("--use-compress-program=gzip -n -{level}")])
            .arg("--file")
            .arg(packed)
            .arg(named),
    )
    .map(drop)
}
