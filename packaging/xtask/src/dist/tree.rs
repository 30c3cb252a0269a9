//! Everything that is installed, in one folder that the packages take from.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::programs::{self, Libc};
use super::{Dist, NAMES, files, sbom};
use crate::process::root;

/// Lays it and says where:
///
/// `usr/bin` programs, `man`, `completions/SHELL`, `systemd` units, `sysusers`, `tmpfiles`, `apparmor`, `configuration`, `sbom`.
pub(super) fn lay(dist: &Dist, libc: Libc) -> Result<PathBuf> {
    lay_programs(dist, libc, |name| programs::build(name, dist.programs, libc, dist.epoch))
}

/// Lays it with programs that are found by their names.
pub(super) fn lay_programs(dist: &Dist, libc: Libc, program: impl Fn(&str) -> Result<PathBuf>) -> Result<PathBuf> {
    let tree = dist.work.join("trees").join(libc.triple());
    files::emptied(&tree)?;
    for name in NAMES {
        programs::strip(&program(name)?, &tree.join("usr/bin").join(name))?;
        sbom::write(dist, name, libc, &tree.join("sbom").join(format!("{name}.cdx.json")))?;
    }
    reference(dist, &tree)?;
    let sources = root()?.join("packaging");
    for folder in ["systemd", "preset", "sysusers", "tmpfiles", "apparmor"] {
        files::copy_all(&sources.join(folder), &tree.join(folder))?;
    }
    Ok(tree)
}

/// Manual pages, the configuration, and completions by the names that shells look for.
fn reference(dist: &Dist, tree: &Path) -> Result<()> {
    let written = dist.work.join("reference");
    files::emptied(&written)?;
    programs::reference(&written, dist.programs)?;
    for folder in ["man", "configuration"] {
        files::copy_all(&written.join(folder), &tree.join(folder))?;
    }
    for (shell, before, after) in [("bash", "", ".bash"), ("zsh", "_", ""), ("fish", "", ".fish")] {
        for name in NAMES {
            let from = written.join("completions").join(shell).join(format!("{before}{name}{after}"));
            // bash looks for the bare name of the program.
            let after = if shell == "bash" { "" } else { after };
            files::lay(&from, &tree.join("completions").join(shell).join(format!("{before}{name}{after}")))?;
        }
    }
    Ok(())
}
