//! Building everything twice, in two folders, to see that it comes out the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Arguments, epoch, files, sums};
use crate::process::{must, output, root, target};
use crate::report::{line, skip, step};

/// Of different length, because what is padded to a length would hide it.
const FOLDERS: [&str; 2] = ["once", "and-once-more"];

/// Builds and compares.
pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let above = target()?.join("dist-twice");
    let time = epoch::of_commit()?;
    let mut outputs = Vec::new();
    for name in FOLDERS {
        step(&format!("dist, {name}"));
        let folder = above.join(name);
        let sources = folder.join("tree");
        files::emptied(&sources)?;
        export(&sources)?;
        let built = folder.join("shipped");
        must(&mut again(arguments, &sources, &folder.join("target"), &built, time))?;
        outputs.push(built);
    }
    let [one, other] = outputs.as_slice() else { bail!("two outputs were to be compared") };
    let mut differing = differing(one, other)?;
    if files::sizes(one)?.iter().any(|(name, _)| is_never_the_same(name)) {
        skip("comparing the installer for Windows", "wixl gives each a number and times of its own");
        // Its sum differs with it.
        differing.retain(|name| !is_never_the_same(name) && name != sums::SUMS);
    }
    if differing.is_empty() {
        line(format_args!("The same to the byte in both: {} files.", files::listed(one)?.len()));
        return Ok(());
    }
    bail!("not the same in {} and {}: {}", one.display(), other.display(), differing.join(", "))
}

/// What no tool makes twice the same.
fn is_never_the_same(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "msi")
}

/// The same command in another folder.
fn again(arguments: &Arguments, sources: &Path, built_into: &Path, built: &Path, time: u64) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(sources)
        .args(["run", "--locked", "--quiet", "-p", "xtask", "--", "dist", "--output"])
        .arg(built);
    command.env("CARGO_TARGET_DIR", built_into).env(epoch::VARIABLE, time.to_string());
    for value in &arguments.only {
        command.args(["--only", &format!("{value:?}").to_lowercase()]);
    }
    command.args(["--programs", &format!("{:?}", arguments.programs).to_lowercase()]);
    if let Some(maintainer) = &arguments.maintainer {
        command.args(["--maintainer", maintainer]);
    }
    command
}

/// Copies what git knows.
fn export(to: &Path) -> Result<()> {
    let root = root()?;
    let listed = output(Command::new("git").current_dir(&root).args(["ls-files", "-z", "--cached"]))?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let from = root.join(name);
        let (bytes, mode) = read(&from)?;
        files::write(&to.join(name), bytes, mode)?;
    }
    Ok(())
}

fn read(path: &PathBuf) -> Result<(Vec<u8>, u32)> {
    use std::os::unix::fs::PermissionsExt as _;
    let tried = || format!("reading {}", path.display());
    let mode = std::fs::metadata(path).with_context(tried)?.permissions().mode() & 0o777;
    Ok((std::fs::read(path).with_context(tried)?, mode))
}

/// The names of what is not the same in both folders, or in one of them alone.
fn differing(one: &Path, other: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> =
        files::sizes(one)?.into_iter().chain(files::sizes(other)?).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names.retain(|name| {
        let read = |folder: &Path| std::fs::read(folder.join(name)).ok();
        let (here, there) = (read(one), read(other));
        here.is_none() || here != there
    });
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_and_what_is_missing_is_told() {
        let folder = std::env::temp_dir().join(format!("tenken-twice-{}", std::process::id()));
        let (one, other) = (folder.join("one"), folder.join("other"));
        for (path, text) in [("one/a", "a"), ("other/a", "a"), ("one/b", "b"), ("other/b", "c"), ("other/d", "d")] {
            files::write(&folder.join(path), text, 0o644).unwrap();
        }
        assert_eq!(differing(&one, &other).unwrap(), ["b", "d"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
