//! lastlog2 and wtmpdb: the databases that replace lastlog and wtmp. See lastlog2(8), wtmpdb(8).

use tenken_model::Instant;
use thiserror::Error;

use super::utmp::SignIns;
use crate::collect::sqlite::{SqliteError, Value, table};

/// wtmpdb's type of a start of the machine.
pub const STARTED: i64 = 1;
/// wtmpdb's type of a session.
pub const SESSION: i64 = 3;
/// The table of lastlog2, and those of its columns that are read.
pub const OF_LASTLOG2: (&str, [&str; 2]) = ("Lastlog2", ["Name", "Time"]);
/// The table of wtmpdb, and those of its columns that are read.
pub const OF_WTMPDB: (&str, [&str; 3]) = ("wtmp", ["Type", "User", "Login"]);

/// The same table, with what is read of its sessions.
pub const SESSIONS_OF_WTMPDB: (&str, [&str; 6]) = ("wtmp", ["Type", "User", "Login", "Logout", "TTY", "RemoteHost"]);

/// Why a database of sign-ins cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DatabaseError {
    /// It cannot be read.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// A column that is needed is not there.
    #[error("table {0} has no column {1}")]
    NoColumn(&'static str, &'static str),
}

/// The rows of a table with those columns alone, in their order; a value that a row lacks is nothing.
pub fn columns<const N: usize>(
    database: &[u8],
    (name, columns): (&'static str, [&'static str; N]),
) -> Result<Vec<[Value; N]>, DatabaseError> {
    let table = table(database, name)?;
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = table.column(column).ok_or(DatabaseError::NoColumn(name, column))?;
    }
    Ok(table.rows.iter().map(|row| places.map(|place| row.get(place).cloned().unwrap_or(Value::Null))).collect())
}

/// Adds the last sign-ins of lastlog2. It does not tell since when it is kept.
pub fn add_lastlog2(sign_ins: &mut SignIns, database: &[u8]) -> Result<(), DatabaseError> {
    for row in columns(database, OF_LASTLOG2)? {
        if let [Value::Text(name), Value::Integer(seconds)] = &row
            && let Some(at) = Instant::from_timestamp(*seconds, 0).filter(|_| *seconds > 0)
        {
            sign_ins.add_last(name, at);
        }
    }
    Ok(())
}

/// Adds the sessions of wtmpdb.
pub fn add_wtmpdb(sign_ins: &mut SignIns, database: &[u8]) -> Result<(), DatabaseError> {
    for row in columns(database, OF_WTMPDB)? {
        let [Value::Integer(kind), user, Value::Integer(micros)] = &row else { continue };
        let Some(at) = Instant::from_timestamp_micros(*micros).filter(|_| *micros > 0) else { continue };
        match (*kind, user) {
            (STARTED, _) => sign_ins.add_start(at),
            (SESSION, Value::Text(user)) => sign_ins.add_session(user, at),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LASTLOG2: &[u8] = include_bytes!("../../../tests/samples/accounts/lastlog2.db");
    const WTMPDB: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp.db");

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn last_sign_ins() {
        let mut sign_ins = SignIns::default();
        add_lastlog2(&mut sign_ins, LASTLOG2).unwrap();
        assert_eq!(sign_ins.of("hanako"), Some(at("2026-11-22T01:00:00Z")));
        assert_eq!((sign_ins.of("nopass"), sign_ins.since()), (None, None));
    }

    #[test]
    fn sessions() {
        let mut sign_ins = SignIns::default();
        add_wtmpdb(&mut sign_ins, WTMPDB).unwrap();
        assert_eq!(sign_ins.of("hanako"), Some(at("2026-09-01T08:01:40.123456Z")));
        assert_eq!(sign_ins.of("nopass"), Some(Instant::from_timestamp(1_780_000_200, 0).unwrap()));
        assert_eq!(sign_ins.of("soft-reboot"), None);
        assert_eq!(
            sign_ins.since(),
            Some(Instant::from_timestamp(1_780_000_000, 0).unwrap()),
            "not the start with a wrong clock"
        );
    }

    #[test]
    fn databases_of_something_else() {
        let mut sign_ins = SignIns::default();
        assert_eq!(add_lastlog2(&mut sign_ins, WTMPDB), Err(SqliteError::NoTable("Lastlog2".to_owned()).into()));
        assert_eq!(add_wtmpdb(&mut sign_ins, b"no database"), Err(SqliteError::NotSqlite.into()));
        let place = LASTLOG2.windows(8).position(|window| window == b"Time INT").unwrap();
        let mut renamed = LASTLOG2.to_vec();
        renamed[place..place + 4].copy_from_slice(b"Date");
        assert_eq!(add_lastlog2(&mut sign_ins, &renamed), Err(DatabaseError::NoColumn("Lastlog2", "Time")));
        assert_eq!(sign_ins, SignIns::default());
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 16..LASTLOG2.len(), byte in any::<u8>()) {
            let mut bytes = LASTLOG2.to_vec();
            bytes[at] = byte;
            let mut sign_ins = SignIns::default();
            let _ = (add_lastlog2(&mut sign_ins, &bytes), add_wtmpdb(&mut sign_ins, &bytes));
        }
    }
}
