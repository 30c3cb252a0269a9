//! Which database rpm uses where there are several: its macros `_dbpath` and `_db_backend`.
//!
//! Of files of macros only plain definitions of these two are followed; the last counts. See rpm-macrofile(5) and
//! rpm-config(5).

use tenken_model::{Reason, ReasonCode, Size};

use super::rpm::{FOLDERS, Form};
use crate::collect::Look;
use crate::host::EntryKind;

const FILE_MAX: Size = Size::from_bytes(1 << 20);
const FILES_MAX: usize = 1_000;
/// Files, and folders with the beginning of the names of their files, in the order in which rpm reads them.
const FILES: [(&str, &str); 6] = [
    ("/usr/lib/rpm", "macros"),
    ("/usr/lib/rpm/macros.d", "macros."),
    ("/usr/lib/rpm/redhat", "macros"),
    ("/usr/lib/rpm/suse", "macros"),
    ("/etc/rpm", "macros."),
    ("/etc/rpm", "macros"),
];
const FOLDER: &str = "_dbpath";
const BACKEND: &str = "_db_backend";
/// What other macros stand for that the first is made of.
const KNOWN: [(&str, &str); 4] =
    [("%{_var}", "/var"), ("%{_localstatedir}", "/var"), ("%{_usr}", "/usr"), ("%{_prefix}", "/usr")];

/// What they say; nothing where no file does.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Macros {
    /// One of the folders in which databases are looked for.
    pub folder: Option<String>,
    /// The name of a form.
    pub backend: Option<String>,
}

/// Reads what rpm is told of its database.
pub(super) fn of_database(look: &Look<'_>) -> Result<Macros, Reason> {
    let mut macros = Macros::default();
    for (folder, name) in FILES {
        let begins = name.ends_with('.');
        let mut names: Vec<String> = if begins {
            let entries = look.list_if_there(folder, FILES_MAX).map_err(|error| error.reason())?;
            let is_read = |of: &str| of.starts_with(name) && !of.ends_with('~') && !of.contains(".rpm");
            entries
                .into_iter()
                .filter(|of| of.kind != EntryKind::Folder && is_read(&of.name))
                .map(|of| of.name)
                .collect()
        } else {
            vec![name.to_owned()]
        };
        names.sort_unstable();
        for name in names {
            let path = format!("{folder}/{name}");
            let Some(bytes) = look.read_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else { continue };
            macros.take(&bytes).map_err(|set| {
                let detail = format!("read {path}: what it sets {set} to is not followed");
                Reason::new(ReasonCode::Unsupported, detail)
            })?;
        }
    }
    Ok(macros)
}

impl Macros {
    /// A file that says the same, for recordings. A form that is not known has no name there.
    pub fn written(&self) -> String {
        let backend = self
            .backend
            .as_ref()
            .map(|name| if Form::ALL.iter().any(|form| form.is_called(name)) { name } else { "other" });
        let lines = [(FOLDER, self.folder.as_deref()), (BACKEND, backend)].into_iter();
        lines.filter_map(|(name, value)| Some(format!("%{name} {}\n", value?))).collect()
    }

    /// Takes the definitions of a file. One that is not followed is given by its name.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        for line in String::from_utf8_lossy(bytes).lines() {
            let Some(line) = line.trim_start().strip_prefix('%') else { continue };
            let (name, value) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            let value = value.trim();
            match name {
                FOLDER => self.folder = Some(folder(value).ok_or(FOLDER)?),
                BACKEND if value.contains(['%', '\\']) => return Err(BACKEND),
                BACKEND => self.backend = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn folder(value: &str) -> Option<String> {
    let known = KNOWN.iter().find_map(|(name, folder)| Some(format!("{folder}{}", value.strip_prefix(name)?)));
    let path = known.unwrap_or_else(|| value.to_owned());
    FOLDERS.contains(&path.as_str()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<(Option<String>, Option<String>), &'static str> {
        let mut macros = Macros::default();
        macros.take(text.as_bytes())?;
        Ok((macros.folder, macros.backend))
    }

    #[test]
    fn plain_definitions_are_followed() {
        let some = |folder: &str, backend: &str| Ok((Some(folder.to_owned()), Some(backend.to_owned())));
        let of_fedora = "# The rpm database\n%_dbpath\t\t%{_usr}/lib/sysimage/rpm\n%_db_backend\t      sqlite\n";
        assert_eq!(taken(of_fedora), some("/usr/lib/sysimage/rpm", "sqlite"));
        assert_eq!(
            taken("%_dbpath %{_var}/lib/rpm\n%_db_backend ndb\n%_db_backend bdb\n"),
            some("/var/lib/rpm", "bdb")
        );
        assert_eq!(taken("#%_dbpath /srv\n%_dbpathx /srv\n_db_backend x\n"), Ok((None, None)));
    }

    #[test]
    fn others_are_not_guessed() {
        assert_eq!(taken("%_db_backend %{?x}\n"), Err(BACKEND));
        assert_eq!(taken("%_dbpath %{getenv:HOME}/rpm\n"), Err(FOLDER));
        assert_eq!(taken("%_dbpath /srv/rpm\n"), Err(FOLDER), "nobody looks there");
    }
}
