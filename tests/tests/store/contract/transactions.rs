use tenken_dashboard::store::{NewHost, Store, StoreError};
use tenken_model::digest::Digest;

use super::{at, enrolled, id};
use crate::engines::Database;

pub(crate) async fn opening_again_keeps_everything(store: &Store, database: &Database) {
    enrolled(store, &id("h-1"), "受付PC").await;
    let again = Store::open(&database.location).await.unwrap();
    let mut transaction = again.read().await.unwrap();
    assert_eq!(transaction.hosts().await.unwrap()[0].name, "受付PC");
    drop(transaction);
    again.close().await;
}

pub(crate) async fn a_newer_schema_is_refused(_: &Store, database: &Database) {
    database.run("UPDATE schema_version SET version = version + 1").await;
    let error = Store::open(&database.location).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
    let told = error.to_string();
    assert!(told.contains("newer") && told.contains("backup"), "{told}");
}

pub(crate) async fn what_is_not_saved_did_not_happen(store: &Store, _: &Database) {
    let before = store.look().await.unwrap();
    let mut changes = store.changes();
    changes.borrow_and_update();
    let host = id("h-1");
    let mut transaction = store.write().await.unwrap();
    transaction.add_host(&new_host("h-1")).await.unwrap();
    assert!(transaction.host(&host).await.unwrap().is_some(), "a transaction sees what it wrote");
    drop(transaction);
    assert!(store.read().await.unwrap().host(&host).await.unwrap().is_none());
    assert_eq!(store.look().await.unwrap(), before);

    let mut transaction = store.write().await.unwrap();
    transaction.add_host(&new_host("h-1")).await.unwrap();
    let error = transaction.add_host(&new_host("h-1")).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    drop(transaction);
    assert!(store.read().await.unwrap().host(&host).await.unwrap().is_none());

    assert!(!changes.has_changed().unwrap());
    enrolled(store, &host, "a").await;
    assert!(changes.has_changed().unwrap(), "pages hear of what was saved");
    assert_eq!(*changes.borrow_and_update(), before + 1);
    store.read().await.unwrap().save().await.unwrap();
    assert_eq!(store.look().await.unwrap(), before + 1, "reading changes nothing");
}

pub(crate) async fn readers_see_one_state(store: &Store, _: &Database) {
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.hosts().await.unwrap().len(), 0);
    enrolled(store, &id("h-1"), "a").await;
    assert_eq!(reader.hosts().await.unwrap().len(), 0, "what is saved later is not seen");
    drop(reader);
    assert_eq!(store.read().await.unwrap().hosts().await.unwrap().len(), 1);
}

pub(crate) async fn writers_at_once_lose_nothing(store: &Store, database: &Database) {
    // Two stores on one database, as two dashboards.
    let other = Store::open(&database.location).await.unwrap();
    let before = store.look().await.unwrap();
    let tasks: Vec<_> = (0..24)
        .map(|n| {
            let store = if n % 2 == 0 { store.clone() } else { other.clone() };
            tokio::spawn(async move {
                let mut transaction = store.write().await.unwrap();
                let count = transaction.hosts().await.unwrap().len();
                transaction.add_host(&new_host(&format!("h-{count}"))).await.unwrap();
                transaction.save().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.read().await.unwrap().hosts().await.unwrap().len(), 24, "no two counted the same");
    assert_eq!(store.look().await.unwrap(), before + 24);
    other.close().await;
}

fn new_host(host: &str) -> NewHost {
    NewHost {
        id: id(host),
        name: host.into(),
        enrolled_at: at(0),
        certificate: Digest::of(b"a"),
        certificate_until: at(1),
    }
}
