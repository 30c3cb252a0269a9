//! The agent's package alone, of a program that was built before, to see how large it is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::programs::{Libc, Programs};
use super::{Dist, debian, epoch, files, tree};
use crate::process::target;
use crate::windows;

/// Packs it as it is shipped and says where the package lies.
pub(crate) fn package(agent: &Path) -> Result<PathBuf> {
    let work = target()?.join("agent-package");
    let dist = Dist {
        programs: Programs::Release,
        epoch: epoch::of_commit()?,
        maintainer: None,
        installer: windows::InstallerArguments::default(),
        output: work.join("shipped"),
        work,
    };
    files::emptied(&dist.output)?;
    // The dashboard's package is made beside it and thrown away: any program will do for it.
    let tree = tree::lay_programs(&dist, Libc::Gnu, |_| Ok(agent.to_owned()))?;
    debian::build(&dist, &tree)?;
    let is_agents =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tenken-agent_"));
    files::ending(&dist.output, "deb")?.into_iter().find(is_agents).context("no package of the agent came out")
}
