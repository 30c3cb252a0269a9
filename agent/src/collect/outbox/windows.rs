//! Folders from which files are handed to another party, on Windows.

use tenken_model::fact::outbox::Outbox;
use tenken_model::observation::Outcome;
use tenken_model::{Language, Topic};

use super::{FOLDERS_MAX, read};
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Needs};

/// Looks at the folders that are named as paths of Windows: from a drive or a server.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Outbox> {
    let folders = &needs.registers.outbox_folders;
    if folders.is_empty() {
        return Outcome::Absent(Language::English.absent(Topic::Outbox));
    }
    let variables = Variables::read(look).unwrap_or_default();
    let path = |folder: &str| variables.path(folder).map(|path| path.to_string_lossy().into_owned());
    let folders = folders.iter().take(FOLDERS_MAX).map(|folder| read(look, needs, folder, path(folder))).collect();
    Outcome::Known(Outbox { folders })
}
