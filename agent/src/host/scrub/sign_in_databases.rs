//! Databases of sign-ins, written anew with those columns that are read: services are not among them.

use super::{Scrubber, logins};
use crate::collect::accounts::sign_in_databases::{
    DatabaseError, OF_LASTLOG2, OF_WTMPDB, SESSION, SESSIONS_OF_WTMPDB, STARTED, columns,
};
use crate::collect::sqlite::writer::write;
use crate::collect::sqlite::{SqliteError, Value};

/// In place of a table or column that was looked for and not found.
const OTHER: &str = "other";
/// How a database begins whose first page is damaged.
const DAMAGED: &[u8] = b"SQLite format 3\0\x02\0\x01\x01\0@  ";
const HEADER_BYTES: usize = 100;

pub(super) fn lastlog2(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    written(OF_LASTLOG2, columns(bytes, OF_LASTLOG2), |row| match row {
        [Value::Text(name), Value::Integer(seconds)] => {
            Some([Value::Text(scrubber.names.account(name)), Value::Integer(*seconds)])
        }
        _ => None,
    })
}

pub(super) fn wtmpdb(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let sessions = columns(bytes, SESSIONS_OF_WTMPDB);
    // One that does not tell of ends and places still tells who signed in.
    if let Err(DatabaseError::NoColumn(..)) = sessions {
        return written(OF_WTMPDB, columns(bytes, OF_WTMPDB), |[kind, user, begun]| {
            Some([kind.clone(), account(scrubber, kind, user)?, whole_number(begun)?])
        });
    }
    written(SESSIONS_OF_WTMPDB, sessions, |[kind, user, begun, ended, line, host]| {
        let text = |value: &Value| if let Value::Text(text) = value { text.clone() } else { String::new() };
        let line = String::from_utf8_lossy(logins::terminal(&text(line))).into_owned();
        let host = if *kind == Value::Integer(SESSION) {
            String::from_utf8_lossy(&logins::place(&text(host), &mut scrubber.addresses)).into_owned()
        } else {
            String::new()
        };
        let ended = whole_number(ended).unwrap_or(Value::Null);
        let user = account(scrubber, kind, user)?;
        Some([kind.clone(), user, whole_number(begun)?, ended, Value::Text(line), Value::Text(host)])
    })
}

/// The account of a row of that kind; nothing for a row that is not read.
fn account(scrubber: &mut Scrubber, kind: &Value, user: &Value) -> Option<Value> {
    match (kind, user) {
        (Value::Integer(STARTED), _) => Some(Value::Null),
        (Value::Integer(SESSION), Value::Text(user)) => Some(Value::Text(scrubber.names.account(user))),
        _ => None,
    }
}

fn whole_number(value: &Value) -> Option<Value> {
    matches!(value, Value::Integer(_)).then(|| value.clone())
}

/// The rows that are read of a table, or a database that is broken in the same way.
fn written<const N: usize>(
    (name, names): (&str, [&str; N]),
    rows: Result<Vec<[Value; N]>, DatabaseError>,
    mut keep: impl FnMut(&[Value; N]) -> Option<[Value; N]>,
) -> Vec<u8> {
    let database = match rows {
        Ok(rows) => {
            let rows: Vec<Vec<Value>> = rows.iter().filter_map(|row| keep(row).map(Vec::from)).collect();
            write(name, &names, &rows)
        }
        Err(DatabaseError::NoColumn(..)) => write(name, &[OTHER], &[]),
        Err(DatabaseError::Sqlite(SqliteError::NoTable(_))) => write(OTHER, &[OTHER], &[]),
        Err(DatabaseError::Sqlite(SqliteError::NotSqlite)) => Some(b"x\n".to_vec()),
        Err(DatabaseError::Sqlite(SqliteError::Page(_) | SqliteError::TooMany | SqliteError::Read(_))) => None,
    };
    // What does not fit on a page is as little read as what is damaged.
    database.unwrap_or_else(|| {
        let mut damaged = DAMAGED.to_vec();
        damaged.resize(HEADER_BYTES, 0);
        damaged
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTLOG2: &[u8] = include_bytes!("../../../tests/samples/accounts/lastlog2.db");
    const WTMPDB: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp.db");

    #[test]
    fn who_signed_in_and_when_stays_and_from_where_does_not() {
        let mut scrubber = Scrubber::of_nothing();
        let written = lastlog2(&mut scrubber, LASTLOG2);
        let name = |name: &str| Value::Text(name.to_owned());
        assert_eq!(
            columns(&written, OF_LASTLOG2).unwrap(),
            [[name("user1"), Value::Integer(1_795_309_200)], [name("user2"), Value::Integer(1_788_235_200)]]
        );
        let sessions = wtmpdb(&mut scrubber, WTMPDB);
        let rows = columns(&sessions, OF_WTMPDB).unwrap();
        assert_eq!(rows.len(), columns(WTMPDB, OF_WTMPDB).unwrap().len());
        assert_eq!(rows[1], [Value::Integer(SESSION), name("user1"), Value::Integer(1_788_249_700_123_456)]);
        for database in [written, sessions] {
            let text = String::from_utf8_lossy(&database).into_owned();
            for personal in ["hanako", "maint", "nopass", "203.0.113.9", "sshd"] {
                assert!(!text.contains(personal), "{personal}");
            }
        }
    }

    #[test]
    fn a_broken_database_stays_broken() {
        let mut scrubber = Scrubber::of_nothing();
        let cut = WTMPDB.get(..4_096).unwrap();
        for bytes in [b"", b"no database".as_slice(), LASTLOG2, cut] {
            let (before, after) = (columns(bytes, OF_WTMPDB), columns(&wtmpdb(&mut scrubber, bytes), OF_WTMPDB));
            let variant = |error: DatabaseError| match error {
                DatabaseError::Sqlite(SqliteError::Page(_)) => "damaged".to_owned(),
                other => other.to_string(),
            };
            assert_eq!(after.map_err(variant), before.map_err(variant));
        }
    }
}
