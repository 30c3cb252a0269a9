//! axe-core, with which the browser test looks for what keeps people out of a page.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{installed, must, output, target};
use crate::report::line;

/// The package as its registry names it.
const PACKAGE: &str = "axe-core@4.10.3";
/// SHA-256 of its script.
const DIGEST: &str = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb";

/// The script, fetched once; absent, with why, where it cannot be had. A script that is not the known one is refused.
pub(crate) fn script(fetch: bool) -> Result<Option<PathBuf>> {
    let folder = target()?.join("tools").join(PACKAGE);
    let script = folder.join("axe.min.js");
    if !script.is_file() {
        if !fetch || !installed("npm") {
            line("axe-core is not there: pages are not looked at for barriers");
            return Ok(None);
        }
        std::fs::create_dir_all(&folder)?;
        if let Err(error) = fetched(&folder) {
            line(format_args!("axe-core could not be fetched: {error:#}"));
            return Ok(None);
        }
    }
    let digest = output(Command::new("sha256sum").arg(&script))?;
    if !digest.starts_with(DIGEST) {
        bail!("{} is not the script of {PACKAGE}; remove it", script.display());
    }
    Ok(Some(script))
}

fn fetched(folder: &Path) -> Result<()> {
    let archive = output(Command::new("npm").args(["pack", PACKAGE, "--silent", "--pack-destination"]).arg(folder))?;
    must(
        Command::new("tar")
            .arg("-xzf")
            .arg(folder.join(archive.trim()))
            .arg("-C")
            .arg(folder)
            .args(["--strip-components=1", "package/axe.min.js"]),
    )
}
