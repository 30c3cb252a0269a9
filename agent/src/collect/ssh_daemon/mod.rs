//! OpenSSH's server as it is configured: its own file, and those that files include.

pub mod algorithms;
pub mod command_line;
pub mod effective;
pub mod flat;
pub mod sshd_config;
#[cfg(test)]
mod tests;

use tenken_model::{Reason, ReasonCode, Size};

use self::flat::{Flat, flatten};
use self::sshd_config::{Directive, parse};
use super::{Look, glob};
use crate::host::EntryKind;

/// How deep files may include files; sshd's own limit.
pub const DEPTH_MAX: usize = 16;
/// The most files that are followed; more is a mistake or an attack.
pub const FILES_MAX: usize = 512;
/// The configuration: the administrator's, then the vendor's.
pub const CONFIGURATIONS: [&str; 2] = ["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"];

const FILE_MAX: Size = Size::from_bytes(256 * 1024);
/// What includes are relative to.
const FOLDER: &str = "/etc/ssh";

/// A file and its directives, in their order.
pub type File = (String, Vec<Directive>);

/// The server's own file; nothing where none is there.
pub fn configuration(look: &Look<'_>) -> Result<Option<File>, Reason> {
    for path in CONFIGURATIONS {
        if let Some(file) = read(look, path)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// The whole configuration as sshd goes through it; empty where there is none.
pub fn in_order(look: &Look<'_>) -> Result<Flat, Reason> {
    let (file, directives) = configuration(look)?.unwrap_or_default();
    flatten(&file, &directives, &mut |argument| included(look, argument))
}

/// The files of one argument of an `Include`, in sshd's order.
pub fn included(look: &Look<'_>, argument: &str) -> Result<Vec<File>, Reason> {
    if argument.is_empty() {
        return Err(Reason::new(ReasonCode::Unparsable, "an Include has an empty argument, which sshd refuses"));
    }
    let paths = glob::paths(look, &included_path(argument))?;
    if paths.len() > FILES_MAX {
        let detail = format!("read {argument}: it means more than {FILES_MAX} files");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let mut files = Vec::new();
    for path in paths {
        // sshd opens a folder as it does a file, and finds no line in it.
        if !is_folder(look, &path) {
            files.extend(read(look, &path)?);
        }
    }
    Ok(files)
}

fn is_folder(look: &Look<'_>, path: &str) -> bool {
    look.metadata(path).is_ok_and(|found| found.kind == EntryKind::Folder)
}

/// The path or pattern that an argument of an `Include` means. One that begins with `~` is relative to where sshd was
/// started.
pub fn included_path(argument: &str) -> String {
    if argument.starts_with(['/', '~']) { argument.to_owned() } else { format!("{FOLDER}/{argument}") }
}

/// A file and its directives; nothing where it is not there.
pub fn read(look: &Look<'_>, path: &str) -> Result<Option<File>, Reason> {
    let bytes = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
    bytes.map(|bytes| parsed(path, &bytes)).transpose()
}

fn parsed(path: &str, bytes: &[u8]) -> Result<File, Reason> {
    let directives = parse(bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{path}: {error}")))?;
    Ok((path.to_owned(), directives))
}
