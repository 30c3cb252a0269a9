//! The authority's files: whole or not at all, and for one account alone.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::error::AuthorityError;

/// Far more than any key or certificate takes, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 10;

fn file(act: &'static str, path: &Path) -> impl Fn(std::io::Error) -> AuthorityError {
    let path = path.to_owned();
    move |source| AuthorityError::File { act, path: path.clone(), source }
}

/// Reads a file; a private one must not be readable by others.
pub(super) fn read(path: &Path, private: bool) -> Result<String, AuthorityError> {
    let metadata = std::fs::metadata(path).map_err(file("reading", path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if private && mode & 0o077 != 0 {
        return Err(AuthorityError::Open { path: path.to_owned(), mode });
    }
    if metadata.len() > FILE_BYTES_MAX {
        let problem = format!("it is larger than {FILE_BYTES_MAX} bytes");
        return Err(AuthorityError::Damaged { path: path.to_owned(), problem });
    }
    std::fs::read_to_string(path).map_err(file("reading", path))
}

/// Makes `folder` with these files, all at once. If another process made it meanwhile, its files stay.
pub(super) fn make_folder(folder: &Path, files: &[(&str, String)]) -> Result<(), AuthorityError> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    let draft = draft(folder);
    let builder = || {
        let mut builder = std::fs::DirBuilder::new();
        builder.mode(0o700);
        builder
    };
    builder().recursive(true).create(parent).map_err(file("making", parent))?;
    builder().create(&draft).map_err(file("making", &draft))?;
    for (name, text) in files {
        let path = draft.join(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut out = options.open(&path).map_err(file("writing", &path))?;
        out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(file("writing", &path))?;
    }
    sync(&draft)?;
    match std::fs::rename(&draft, folder) {
        Ok(()) => sync(parent),
        Err(error) if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) => {
            std::fs::remove_dir_all(&draft).map_err(file("removing", &draft))
        }
        Err(error) => Err(file("making", folder)(error)),
    }
}

fn draft(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    PathBuf::from(name)
}

fn sync(folder: &Path) -> Result<(), AuthorityError> {
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file("syncing", folder))
}
