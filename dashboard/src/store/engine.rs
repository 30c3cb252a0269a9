//! What differs between the two databases. Everything else is written once.

use std::path::{Path, PathBuf};

use super::error::StoreError;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It reads one state of the database, whatever others write meanwhile.
    Read,
    /// It writes. There is one at a time, so that what it decided on holds until it is saved.
    Write,
    /// It takes rows of the outbox that no other takes.
    Claim,
}

/// One of the two databases.
pub(super) trait Engine: std::fmt::Debug + Send + Sync {
    /// Statements for a new connection.
    fn greeting(&self) -> &'static [&'static str];
    /// The statement that begins a transaction.
    fn begin(&self, purpose: Purpose) -> &'static str;
    /// The statement after which a writing transaction is the only one.
    fn lock(&self, purpose: Purpose) -> Option<&'static str>;
    /// The words of the schema, each with what it stands for.
    fn words(&self) -> &'static [(&'static str, &'static str)];
    /// Takes mails that are due and that nobody else has taken: now, taken until, how many, on which way.
    fn claim_mail(&self) -> &'static str;
    /// The bytes that the database takes, as `bytes`.
    fn size(&self) -> &'static str;
    /// The version of the database's program, as `version`.
    fn version(&self) -> &'static str;
    /// What is wrong with the database's own form, a row each as `problem`, or `ok`; absent where the server looks after it itself.
    fn faults(&self) -> Option<&'static str>;
    /// Writers of this process wait for each other before they ask the database.
    fn queues_writers(&self) -> bool;
    /// How rows are read and put back whole.
    fn whole(&self) -> &'static Whole;
}

/// The statements with which a backup reads and fills every table.
#[derive(Debug)]
pub(super) struct Whole {
    /// Whether there is the table that says which schema it is: `found`.
    pub(super) has_schema: &'static str,
    /// Every column of every table: `table_name`, `column_name`, and its `type`.
    pub(super) columns: &'static str,
    /// The tables whose rows the database numbers: `table_name`, and the `last` number it gave.
    pub(super) counters: &'static str,
    /// Sets the last number that was given to a row of the table $1 to $2.
    pub(super) set_counter: &'static [&'static str],
    /// References between rows are looked at when the transaction is saved.
    pub(super) defer: &'static str,
    /// Between columns and values of an INSERT that brings the numbers of its rows.
    pub(super) numbered: &'static str,
    /// Copies the database into the file $1; absent where that is not the dashboard's to do.
    pub(super) copy: Option<&'static str>,
}

const SQLITE: Whole = Whole {
    has_schema: "SELECT COUNT(*) AS found FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'",
    columns: "SELECT CAST(m.name AS TEXT) AS table_name, CAST(c.name AS TEXT) AS column_name, CAST(c.type AS TEXT) AS type \
              FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
              AND m.name <> 'schema_version' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, c.cid",
    counters: "SELECT CAST(name AS TEXT) AS table_name, CAST(seq AS INTEGER) AS last FROM sqlite_sequence ORDER BY name",
    set_counter: &[
        "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1",
        "INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 \
         WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)",
    ],
    defer: "PRAGMA defer_foreign_keys = ON",
    numbered: "",
    copy: Some("VACUUM INTO $1"),
};

const POSTGRES: Whole = Whole {
    has_schema: "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = current_schema() \
                 AND table_name = 'schema_version'",
    columns: "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name, \
              CAST(data_type AS TEXT) AS type FROM information_schema.columns WHERE table_schema = current_schema() \
              AND table_name <> 'schema_version' ORDER BY table_name, ordinal_position",
    counters: "SELECT CAST(table_name AS TEXT) AS table_name, \
               COALESCE(pg_sequence_last_value(CAST(pg_get_serial_sequence(quote_ident(table_name), column_name) \
               AS regclass)), 0) AS last FROM information_schema.columns \
               WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY table_name",
    set_counter: &["SELECT setval(CAST(pg_get_serial_sequence(quote_ident($1), 'id') AS regclass), $2)"],
    defer: "SET CONSTRAINTS ALL DEFERRED",
    numbered: " OVERRIDING SYSTEM VALUE",
    copy: None,
};

/// One file in the data folder.
#[derive(Debug)]
pub(super) struct Sqlite;

/// A server that several dashboards share.
#[derive(Debug)]
pub(super) struct Postgres;

/// The outbox's claim with the database's own way not to wait for rows that another has taken. The mails of one thread go, on each way, one
/// after the other, as they were written: nobody reads of an end before the beginning.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE outbox SET claimed_until = $2, attempts = attempts + 1 WHERE id IN (",
            "SELECT o.id FROM outbox o WHERE o.sent_at IS NULL AND o.dropped_at IS NULL AND o.due <= $1 ",
            "AND o.claimed_until <= $1 AND o.way = $4 ",
            "AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.thread = o.thread AND b.way = o.way ",
            "AND b.id < o.id AND b.sent_at IS NULL AND b.dropped_at IS NULL) ORDER BY o.due, o.id LIMIT $3",
            $lock,
            ") RETURNING id, thread, kind, round, message_id, created_at, attempts, body"
        )
    };
}

impl Engine for Sqlite {
    fn greeting(&self) -> &'static [&'static str] {
        &[
            "PRAGMA busy_timeout = 10000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
        ]
    }

    fn begin(&self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::Read => "BEGIN",
            Purpose::Write | Purpose::Claim => "BEGIN IMMEDIATE",
        }
    }

    fn lock(&self, _: Purpose) -> Option<&'static str> {
        None
    }

    fn words(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("{bytes}", "BLOB"),
            ("{number}", "INTEGER"),
            ("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("{table}", "STRICT"),
        ]
    }

    fn claim_mail(&self) -> &'static str {
        claim!("")
    }

    fn size(&self) -> &'static str {
        "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()"
    }

    fn version(&self) -> &'static str {
        "SELECT sqlite_version() AS version"
    }

    fn faults(&self) -> Option<&'static str> {
        Some("SELECT quick_check AS problem FROM pragma_quick_check LIMIT 5")
    }

    fn queues_writers(&self) -> bool {
        true
    }

    fn whole(&self) -> &'static Whole {
        &SQLITE
    }
}

impl Engine for Postgres {
    fn greeting(&self) -> &'static [&'static str] {
        // A dashboard that stops in the middle of a transaction must not stop the others for long.
        &["SET idle_in_transaction_session_timeout = '30s'", "SET lock_timeout = '15s'"]
    }

    fn begin(&self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Purpose::Write | Purpose::Claim => "BEGIN",
        }
    }

    fn lock(&self, purpose: Purpose) -> Option<&'static str> {
        match purpose {
            // The number is Tenken's own; advisory locks are per database.
            Purpose::Write => Some("SELECT pg_advisory_xact_lock(7821163)"),
            Purpose::Read | Purpose::Claim => None,
        }
    }

    fn words(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("{bytes}", "BYTEA"),
            ("{number}", "BIGINT"),
            ("{id}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            ("{table}", ""),
        ]
    }

    fn claim_mail(&self) -> &'static str {
        claim!(" FOR UPDATE SKIP LOCKED")
    }

    fn size(&self) -> &'static str {
        "SELECT pg_database_size(current_database()) AS bytes"
    }

    fn version(&self) -> &'static str {
        "SELECT current_setting('server_version') AS version"
    }

    fn faults(&self) -> Option<&'static str> {
        None
    }

    fn queues_writers(&self) -> bool {
        false
    }

    fn whole(&self) -> &'static Whole {
        &POSTGRES
    }
}

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    url: String,
    /// The file of a SQLite database.
    file: Option<PathBuf>,
}

/// The name of the SQLite database in the data folder.
pub const FILE: &str = "tenken.db";

impl Location {
    /// The database in a data folder.
    pub fn folder(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let Some(path) = path.to_str() else {
            let shown = folder.to_string_lossy().into_owned();
            return Err(StoreError::Address { shown, problem: "the path is not UTF-8; choose another data folder" });
        };
        Ok(Self { url: format!("sqlite:{}?mode=rwc", escape(path)), file: Some(folder.join(FILE)) })
    }

    /// The database that is in a data folder, to look at it alone: nothing is made or changed.
    pub fn to_look_at(folder: &Path) -> Result<Self, StoreError> {
        let Self { url, file } = Self::folder(folder)?;
        Ok(Self { url: url.replace("?mode=rwc", "?mode=ro"), file })
    }

    /// A PostgreSQL server: `postgres://user:password@host/database`.
    pub fn server(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self { url: url.to_owned(), file: None });
        }
        let problem = "write postgres://user:password@host/database, or leave it out to keep SQLite in the data folder";
        Err(StoreError::Address { shown: without_password(url), problem })
    }

    /// The same with a password that was kept apart from the address.
    pub fn with_password(&self, password: &str) -> Result<Self, StoreError> {
        let refused = |problem| StoreError::Address { shown: without_password(&self.url), problem };
        let mut url = reqwest::Url::parse(&self.url).map_err(|_| refused("it is no address"))?;
        if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
            return Err(refused(
                "the password is given twice, in the address and in a file; take it out of the address",
            ));
        }
        url.query_pairs_mut().append_pair("password", password);
        Ok(Self { url: url.into(), file: self.file.clone() })
    }

    /// The address, which may be shown and logged.
    pub fn shown(&self) -> String {
        without_password(&self.url)
    }

    /// It is a server's, not a file of the data folder.
    pub fn is_server(&self) -> bool {
        self.file.is_none()
    }

    /// The file of a SQLite database.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn engine(&self) -> &'static dyn Engine {
        if self.is_server() { &Postgres } else { &Sqlite }
    }
}

/// Escapes what has a meaning in an address.
fn escape(path: &str) -> String {
    path.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '%' => escaped.push_str("%25"),
            '?' => escaped.push_str("%3F"),
            '#' => escaped.push_str("%23"),
            other => escaped.push(other),
        }
        escaped
    })
}

/// An address that may be shown and logged.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.chars().take(40).collect() };
    match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://…@{}", without_query(place)),
        None => format!("{scheme}://{}", without_query(rest)),
    }
}

/// A password may stand there too.
fn without_query(place: &str) -> &str {
    place.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_by_their_scheme_and_hide_passwords() {
        assert!(Location::server("postgres://a:b@h/d").is_ok());
        for bad in ["mysql://root:secret@h/d", "/var/lib/tenken", "sqlite:x", ""] {
            let told = Location::server(bad).unwrap_err().to_string();
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn a_password_of_its_own_is_read_as_it_is_and_never_shown() {
        let password = "p&ss =w%rd@/?#";
        for address in
            ["postgres://tenken@h/d", "postgres://tenken@h/d?sslmode=disable", "postgres:///d?host=/run/postgresql"]
        {
            let location = Location::server(address).unwrap().with_password(password).unwrap();
            let url = reqwest::Url::parse(location.url()).unwrap();
            assert_eq!(url.query_pairs().find(|(key, _)| key == "password").unwrap().1, password, "{address}");
            assert!(!location.shown().contains("ss"), "{}", location.shown());
            assert!(location.with_password("again").unwrap_err().to_string().contains("twice"));
        }
        let full = Location::server("postgres://tenken:secret@h/d").unwrap();
        let told = full.with_password("again").unwrap_err().to_string();
        assert!(told.contains("twice") && !told.contains("secret"), "{told}");
    }

    #[test]
    fn a_folder_may_have_an_odd_name() {
        let location = Location::folder(Path::new("/srv/100%? #1")).unwrap();
        assert_eq!(location.url(), "sqlite:/srv/100%25%3F %231/tenken.db?mode=rwc");
    }
}
