//! Laying files.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Makes a folder that is empty.
pub(super) fn emptied(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("emptying {}", folder.display()));
        }
        Ok(()) | Err(_) => {}
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

/// Copies a file to a path whose folders need not be there, for everybody to read.
pub(super) fn lay(from: &Path, to: &Path) -> Result<()> {
    let bytes = std::fs::read(from).with_context(|| format!("reading {}", from.display()))?;
    write(to, &bytes, 0o644)
}

/// Writes a file whose folders need not be there.
pub(super) fn write(to: &Path, bytes: impl AsRef<[u8]>, mode: u32) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    std::fs::write(to, bytes).with_context(|| format!("writing {}", to.display()))?;
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(mode))
        .with_context(|| format!("opening {} to all", to.display()))
}

/// The entries of a folder, sorted.
pub(super) fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))? {
        found.push(entry.with_context(|| format!("listing {}", folder.display()))?.path());
    }
    found.sort();
    Ok(found)
}

/// Copies what lies in a folder, and below it, into another.
pub(super) fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for path in listed(from)? {
        let beside = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_all(&path, &beside)?;
        } else {
            let mode = std::fs::metadata(&path)?.permissions().mode() & 0o777;
            write(&beside, std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?, mode)?;
        }
    }
    Ok(())
}

/// The files of a folder that end so.
pub(super) fn ending(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    Ok(listed(folder)?.into_iter().filter(|path| path.extension().is_some_and(|found| found == extension)).collect())
}

/// The files of a folder by name, with their sizes in bytes.
pub(super) fn sizes(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for path in listed(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        sizes.push((name, std::fs::metadata(&path)?.len()));
    }
    Ok(sizes)
}
