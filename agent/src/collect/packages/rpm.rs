//! What rpm has installed.
//!
//! Of its database of SQLite only the table of names is read: the headers of packages beside it are some fifty megabytes.
//! The older forms (Berkeley DB, and ndb of SUSE) are recognised and not read.

use std::collections::BTreeSet;

use crate::collect::sqlite::{Table, Value};

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
/// Keys that signatures are checked with are kept as packages of this name.
const KEYS: &str = "gpg-pubkey";

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
    use super::*;
    use crate::collect::sqlite::table;

    const RPMDB: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb.sqlite");

    #[test]
    fn names_of_a_real_database() {
        assert_eq!(names(&table(RPMDB, NAMES.0).unwrap()), ["anydesk", "bind-libs", "kernel-core"]);
    }
}
