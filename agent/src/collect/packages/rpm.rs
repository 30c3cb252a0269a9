//! What rpm has installed.
//!
//! Of its database of SQLite the table of names is read, or the beginnings of the headers of packages beside it, which are
//! some fifty megabytes. The other forms, Berkeley DB and ndb, keep headers alone.

use std::collections::BTreeSet;

use tenken_model::{Reason, ReasonCode};

use thiserror::Error;

use super::rpm_berkeley::{self, BerkeleyError};
use super::rpm_header::{HeaderError, Package, Step, read};
use super::rpm_macros;
use super::rpm_ndb::{self, NdbError};
use crate::collect::Look;
use crate::collect::sqlite::blobs::blobs_of;
use crate::collect::sqlite::{Bytes, SqliteError, Table, Value};

/// Where databases lie: on RHEL and before SUSE 15, and on Fedora and SUSE. Either may be a link to the other.
pub const FOLDERS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
/// The table of names, and its column that is read.
pub const NAMES: (&str, &str) = ("Name", "key");
/// The table of headers.
pub const HEADERS: &str = "Packages";
/// Keys that signatures are checked with are kept as packages of this name.
const KEYS: &str = "gpg-pubkey";
/// More than every package of a distribution's release for one kind of processor.
const PACKAGES_MAX: usize = 60_000;
/// The key in Berkeley DB under which rpm keeps the number of the next package.
const NEXT_NUMBER: [u8; 4] = [0; 4];

/// How a database is kept, in the order in which rpm looks for one where it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// SQLite: RHEL 9 and later, Fedora.
    Sqlite,
    /// rpm's own: SUSE 15 and later.
    Ndb,
    /// Hash files of Berkeley DB: RHEL 8 and before.
    Berkeley,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Ndb, Self::Berkeley];

    /// The name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "rpmdb.sqlite",
            Self::Ndb => "Packages.db",
            Self::Berkeley => "Packages",
        }
    }

    /// Whether rpm calls it so in its settings. One that only reads Berkeley DB has a name of its own for that.
    pub(super) fn is_called(self, name: &str) -> bool {
        match self {
            Self::Sqlite => name == "sqlite",
            Self::Ndb => name == "ndb",
            Self::Berkeley => ["bdb", "bdb_ro"].contains(&name),
        }
    }
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its file.
    pub path: String,
    /// How it is kept.
    pub form: Form,
}

/// Where a database may lie, in the order in which rpm looks.
pub fn places() -> impl Iterator<Item = (&'static str, Form)> {
    FOLDERS.into_iter().flat_map(|folder| Form::ALL.into_iter().map(move |form| (folder, form)))
}

/// The database of this host; nothing where rpm keeps none. One that is not whole is an error.
pub fn database(look: &Look<'_>) -> Result<Option<Database>, Reason> {
    let mut found = Vec::new();
    for (folder, form) in places() {
        let path = format!("{folder}/{}", form.file());
        match look.metadata(&path) {
            // The same file by a link of its folder.
            Ok(metadata) if found.iter().any(|(_, _, known)| *known == metadata) => {}
            Ok(metadata) => found.push((folder, Database { path, form }, metadata)),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    if found.len() > 1 {
        let macros = rpm_macros::of_database(look)?;
        if let Some(told) = &macros.folder {
            found.retain(|(folder, ..)| folder == told);
        }
        let is_told = |form: Form| macros.backend.as_ref().is_some_and(|name| form.is_called(name));
        if found.iter().any(|(_, database, _)| is_told(database.form)) {
            found.retain(|(_, database, _)| is_told(database.form));
        }
        let folders: BTreeSet<&str> = found.iter().map(|(folder, ..)| *folder).collect();
        if folders.len() > 1 {
            let paths: Vec<&str> = found.iter().map(|(_, database, _)| database.path.as_str()).collect();
            let detail = format!(
                "look for the database of rpm: there are {}, and it is not known which is used",
                paths.join(" and ")
            );
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
    }
    let Some((_, database, _)) = found.into_iter().next() else { return Ok(None) };
    if database.form == Form::Sqlite {
        without_log(look, &database.path)?;
    }
    Ok(Some(database))
}

/// Changes of a database of SQLite may still be in its log.
fn without_log(look: &Look<'_>, path: &str) -> Result<(), Reason> {
    let log = format!("{path}-wal");
    match look.metadata(&log) {
        Ok(metadata) if metadata.size.bytes() > 0 => {
            let detail = format!("read {path}: a change of it is in {log}, which is not read");
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
        Ok(_) => Ok(()),
        Err(error) if error.is_not_there() => Ok(()),
        Err(error) => Err(error.reason()),
    }
}

/// Why packages are not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackagesError {
    /// The database of SQLite is not.
    #[error("{0}")]
    Database(SqliteError),
    /// The database of Berkeley DB is not.
    #[error("{0}")]
    Berkeley(BerkeleyError),
    /// The database of rpm's own form is not.
    #[error("{0}")]
    Ndb(NdbError),
    /// A package in it is not.
    #[error("{0}")]
    Package(HeaderError),
    /// A package has no number.
    #[error("a package is of no number")]
    Key,
    /// More packages than are read.
    #[error("more than {PACKAGES_MAX} packages")]
    TooMany,
}

impl PackagesError {
    /// As a fact gives it.
    pub fn reason(self, path: &str) -> Reason {
        let code = match self {
            Self::Database(SqliteError::Read(error))
            | Self::Berkeley(BerkeleyError::Read(error))
            | Self::Ndb(NdbError::Read(error)) => return error.reason(),
            Self::Berkeley(BerkeleyError::Form) | Self::Ndb(NdbError::Version(_)) => ReasonCode::Unsupported,
            Self::TooMany | Self::Ndb(NdbError::TooMany) => ReasonCode::TooLarge,
            Self::Database(_) | Self::Berkeley(_) | Self::Ndb(_) | Self::Package(_) | Self::Key => {
                ReasonCode::Unparsable
            }
        };
        Reason::new(code, format!("read {path}: {self}"))
    }
}

/// The packages with their versions; of several versions of one all.
pub fn packages(form: Form, database: Bytes<'_>) -> Result<Vec<Package>, PackagesError> {
    let mut packages = Vec::new();
    let mut damage = None;
    let mut take = |bytes: &[u8], whole: usize| match read(bytes, whole) {
        _ if damage.is_some() => None,
        Ok(Step::Needs(length)) => Some(length),
        Ok(Step::Package(_)) if packages.len() >= PACKAGES_MAX => {
            damage = Some(PackagesError::TooMany);
            None
        }
        Ok(Step::Package(package)) => {
            packages.push(package);
            None
        }
        Err(error) => {
            damage = Some(PackagesError::Package(error));
            None
        }
    };
    match form {
        Form::Sqlite => blobs_of(database, HEADERS, &mut take).map_err(PackagesError::Database)?,
        Form::Ndb => rpm_ndb::blobs_of(database, &mut take).map_err(PackagesError::Ndb)?,
        Form::Berkeley => {
            let mut is_odd = false;
            let mut numbered = |key: &[u8], bytes: &[u8], whole: usize| {
                is_odd |= key.len() != NEXT_NUMBER.len();
                if key == NEXT_NUMBER { None } else { take(bytes, whole) }
            };
            rpm_berkeley::values_of(database, &mut numbered).map_err(PackagesError::Berkeley)?;
            if is_odd {
                return Err(PackagesError::Key);
            }
        }
    }
    damage.map_or(Ok(()), Err)?;
    packages.retain(|package: &Package| package.name != KEYS);
    Ok(packages)
}

/// The names of the packages, each once.
pub fn names(table: &Table) -> Vec<String> {
    let Some(column) = table.column(NAMES.1) else { return Vec::new() };
    let name = |row: &Vec<Value>| match row.get(column) {
        Some(Value::Text(name)) if name != KEYS && !name.is_empty() => Some(name.clone()),
        _ => None,
    };
    table.rows.iter().filter_map(name).collect::<BTreeSet<String>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::collect::sqlite::table;

    const WITH_MODULES: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb_with_modules.sqlite");
    const RPMDB: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb.sqlite");

    #[test]
    fn names_of_a_real_database() {
        assert_eq!(names(&table(RPMDB, NAMES.0).unwrap()), ["anydesk", "bind-libs", "kernel-core"]);
    }

    fn all(form: Form, database: &[u8]) -> Result<Vec<Package>, PackagesError> {
        let read = |at: u64, length: usize| {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let end = at.saturating_add(length).min(database.len());
            Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
        };
        packages(form, &read)
    }

    #[test]
    fn packages_of_real_databases() {
        let of = |package: &Package| {
            format!("{} {} {} {}", package.name, package.evr, package.arch, package.module.as_deref().unwrap_or("-"))
        };
        let forms: [(Form, &[u8]); 4] = [
            (Form::Sqlite, WITH_MODULES),
            (Form::Ndb, include_bytes!("../../../tests/samples/software/Packages.db")),
            (Form::Berkeley, include_bytes!("../../../tests/samples/software/Packages")),
            (Form::Berkeley, include_bytes!("../../../tests/samples/software/Packages_big_endian")),
        ];
        for (form, database) in forms {
            let mut found: Vec<String> = all(form, database).unwrap().iter().map(of).collect();
            found.sort_unstable();
            assert_eq!(
                found,
                [
                    "bash 5.1.8-9.el9 x86_64 -",
                    "nodejs 1:18.20.2-2.module+el9.4.0+21742+692df1ea x86_64 nodejs:18",
                    "openssl 1:3.0.7-27.el9 x86_64 -",
                    "tzdata 2024a-1.el9 noarch -",
                ]
            );
            // The kind of a package's name: no text any more.
            let mut damaged = database.to_vec();
            let at = damaged.windows(8).position(|bytes| bytes == [0, 0, 3, 0xe8, 0, 0, 0, 6]).unwrap();
            damaged[at + 7] = 9;
            let error = all(form, &damaged).unwrap_err();
            let is_of_package = error == PackagesError::Package(HeaderError::Damaged);
            assert!(is_of_package || matches!(error, PackagesError::Ndb(NdbError::Blob(_))), "{error}");
            let other = Form::ALL.into_iter().find(|other| *other != form).unwrap();
            assert!(all(other, database).is_err());
        }
    }
}
