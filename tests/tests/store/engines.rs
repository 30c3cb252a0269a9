//! Both databases for tests: SQLite in a folder, PostgreSQL from the system's package.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tempfile::TempDir;
use tenken_dashboard::store::{Location, Store};
use tenken_tests::postgres::Server;

/// A store with what it lives on; both end with the test.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) database: Database,
    _folder: Option<TempDir>,
}

/// Where a store lies.
pub(crate) struct Database {
    pub(crate) location: Location,
    url: String,
}

impl Database {
    /// It is on a server.
    pub(crate) fn on_server(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Makes an empty database beside it on its server.
    pub(crate) async fn another(&self, name: &str) -> Location {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let (server, _) = self.url.rsplit_once('/').unwrap();
        Location::server(&format!("{server}/{name}?sslmode=disable")).unwrap()
    }

    /// Runs a statement past the store.
    pub(crate) async fn run(&self, statement: &'static str) {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

pub(crate) async fn sqlite() -> Opened {
    let folder = TempDir::new().unwrap();
    let location = Location::folder(folder.path()).unwrap();
    let store = Store::open(&location).await.unwrap();
    let url = format!("sqlite:{}", folder.path().join("tenken.db").display());
    Opened { store, database: Database { location, url }, _folder: Some(folder) }
}

pub(crate) async fn on(server: &Server, database: &str) -> Opened {
    let url = server.database(database).unwrap();
    let location = Location::server(&url).unwrap();
    let store = Store::open(&location).await.unwrap();
    Opened { store, database: Database { location, url }, _folder: None }
}

/// Runs a contract on SQLite and, where it is installed, on PostgreSQL; each with a new database.
#[macro_export]
macro_rules! on_both_engines {
    ($($module:ident :: $contract:ident),* $(,)?) => {
        #[cfg(test)]
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $contract() {
                    let opened = $crate::engines::sqlite().await;
                    $crate::$module::$contract(&opened.store, &opened.database).await;
                    opened.store.close().await;
                }
            )*
        }
        #[cfg(test)]
        mod postgresql {
            // One server for all contracts: starting one takes longer than a contract.
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn every_contract() {
                if let Some(why) = tenken_tests::postgres::missing() {
                    tenken_tests::skip("every_contract", why);
                    return;
                }
                let server = tenken_tests::postgres::Server::start().unwrap();
                $(
                    let opened = $crate::engines::on(&server, stringify!($contract)).await;
                    $crate::$module::$contract(&opened.store, &opened.database).await;
                    opened.store.close().await;
                )*
            }
        }
    };
}
