//! What rpm has installed.
//!
//! Of its database of SQLite the table of names is read, or the beginnings of the headers of packages beside it, which are
//! some fifty megabytes.
//! The older forms (Berkeley DB, and ndb of SUSE) are recognised and not read.

use std::collections::BTreeSet;

use tenken_model::{Reason, ReasonCode};

use thiserror::Error;

use super::rpm_header::{HeaderError, Package, Step, read};
use crate::collect::Look;
use crate::collect::sqlite::blobs::blobs_of;
use crate::collect::sqlite::{Bytes, SqliteError, Table, Value};

/// Where databases of SQLite lie: of RHEL 9 and its relatives, and of Fedora and SUSE.
pub const SQLITE: [&str; 2] = ["/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite"];
/// Databases of other forms: Berkeley DB of RHEL 8 and before, ndb of SUSE.
pub const OTHERS: [&str; 4] = [
    "/var/lib/rpm/Packages",
    "/var/lib/rpm/Packages.db",
    "/usr/lib/sysimage/rpm/Packages",
    "/usr/lib/sysimage/rpm/Packages.db",
];
/// The table of names, and its column that is read.
pub const NAMES: (&str, &str) = ("Name", "key");
/// The table of headers.
pub const HEADERS: &str = "Packages";
/// Keys that signatures are checked with are kept as packages of this name.
const KEYS: &str = "gpg-pubkey";

/// Where the database of this host lies; nothing where rpm keeps none. One that is not whole or of another form is an error.
pub fn database(look: &Look<'_>) -> Result<Option<String>, Reason> {
    for path in SQLITE {
        if !look.exists(path).map_err(|error| error.reason())? {
            continue;
        }
        let log = format!("{path}-wal");
        match look.metadata(&log) {
            Ok(metadata) if metadata.size.bytes() > 0 => {
                let detail = format!("read {path}: a change of it is in {log}, which is not read");
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
            Ok(_) => {}
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
        return Ok(Some(path.to_owned()));
    }
    for path in OTHERS {
        if look.exists(path).map_err(|error| error.reason())? {
            let detail = format!("read {path}: it is a database of rpm in a form that is not read");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
    }
    Ok(None)
}

/// Why packages are not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackagesError {
    /// The database is not.
    #[error("{0}")]
    Database(SqliteError),
    /// A package in it is not.
    #[error("{0}")]
    Package(HeaderError),
}

/// The packages with their versions; of several versions of one all.
pub fn packages(database: Bytes<'_>) -> Result<Vec<Package>, PackagesError> {
    let mut packages = Vec::new();
    let mut damage = None;
    let taken = blobs_of(database, HEADERS, &mut |bytes, whole| match read(bytes, whole) {
        Ok(Step::Needs(length)) => Some(length),
        Ok(Step::Package(package)) => {
            packages.push(package);
            None
        }
        Err(error) => {
            damage = Some(error);
            None
        }
    });
    taken.map_err(PackagesError::Database)?;
    damage.map_or(Ok(()), |error| Err(PackagesError::Package(error)))?;
    packages.retain(|package| package.name != KEYS);
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

    #[test]
    fn packages_of_a_real_database() {
        let all = |database: &[u8]| {
            let read = |at: u64, length: usize| {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                let end = at.saturating_add(length).min(database.len());
                Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
            };
            packages(&read)
        };
        let of = |package: &Package| {
            format!("{} {} {} {}", package.name, package.evr, package.arch, package.module.as_deref().unwrap_or("-"))
        };
        let found: Vec<String> = all(WITH_MODULES).unwrap().iter().map(of).collect();
        assert_eq!(
            found,
            [
                "openssl 1:3.0.7-27.el9 x86_64 -",
                "nodejs 1:18.20.2-2.module+el9.4.0+21742+692df1ea x86_64 nodejs:18",
                "bash 5.1.8-9.el9 x86_64 -",
                "tzdata 2024a-1.el9 noarch -",
            ]
        );
        // The kind of the first package's name: no text any more.
        let mut damaged = WITH_MODULES.to_vec();
        let at = damaged.windows(8).position(|bytes| bytes == [0, 0, 3, 0xe8, 0, 0, 0, 6]).unwrap();
        damaged[at + 7] = 9;
        assert!(all(&damaged).is_err());
    }
}
