//! Backups, restores and updates of the schema, from and to both databases.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;
use tenken_dashboard::authority::Authority;
use tenken_dashboard::backup::{Archive, BackupError, Wanted, restore, unpack, write};
use tenken_dashboard::enrol::{self, TokenTerms};
use tenken_dashboard::store::{Counter, Location, NewToken, Store, StoreError, Table, newest_schema};
use tenken_model::digest::Digest;
use tenken_tests::schema_sample;

use super::{added, another_drift, at, drifted, id};
use crate::engines::Database;

/// Every row of every table, as text, and the numbers that were given.
async fn everything(store: &Store) -> (BTreeMap<String, Vec<String>>, Vec<Counter>) {
    let mut transaction = store.read().await.unwrap();
    let mut all = BTreeMap::new();
    for table in transaction.tables().await.unwrap() {
        let mut rows = Vec::new();
        let each = |row| {
            rows.push(format!("{row:?}"));
            Ok::<_, StoreError>(())
        };
        transaction.rows_of(&table, each).await.unwrap();
        rows.sort();
        all.insert(table.name, rows);
    }
    let counters = transaction.counters().await.unwrap();
    // A table of which no row was ever numbered is not counted on one of both.
    (all, counters.into_iter().filter(|counter| counter.last > 0).collect())
}

/// The tables with their columns in one order: a later schema may add them in another.
async fn shape(store: &Store) -> Vec<Table> {
    let mut tables = store.read().await.unwrap().tables().await.unwrap();
    for table in &mut tables {
        table.columns.sort_by(|one, two| one.0.cmp(&two.0));
    }
    tables
}

async fn backed_up(store: &Store, data: &Path, to: &Path) {
    let out = std::fs::File::create(to).unwrap();
    write(store, data, out, to, at(100)).await.unwrap();
}

pub(crate) async fn a_backup_of_one_database_is_restored_into_the_other(store: &Store, database: &Database) {
    let folder = TempDir::new().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("a.backup"));
    let authority = Authority::open(&data, store, at(0)).await.unwrap();
    // A drift that another tells of, which has a higher number: rows refer to rows that come later.
    let host = id("h-1");
    let (mut transaction, first, _) = drifted(store, &host).await;
    let second = another_drift(&mut transaction, &host, "screen_locks_when_idle").await;
    transaction.save().await.unwrap();
    database.run("UPDATE drifts SET told_by = 2 WHERE id = 1").await;
    assert!(first < second);
    enrol::make_token(store, &authority, TokenTerms::ONE_HOST, "sato", at(1)).await.unwrap();
    backed_up(store, &data, &file).await;

    let (before, counted) = everything(store).await;
    let mut places = vec![Location::folder(folder.path()).unwrap()];
    if database.on_server() {
        places.push(database.another("another").await);
    }
    for place in places {
        let (other, transaction) = unpack(&mut Archive::open(&file).unwrap(), &place).await.unwrap();
        transaction.save().await.unwrap();
        assert_eq!(everything(&other).await, (before.clone(), counted.clone()));
        // It goes on as the first would have.
        let mut transaction = other.write().await.unwrap();
        let third = another_drift(&mut transaction, &host, "clock_service_running").await;
        assert!(third > second, "no number is given twice");
        transaction.save().await.unwrap();
        other.close().await;
        let again = unpack(&mut Archive::open(&file).unwrap(), &place).await.map(drop);
        assert!(matches!(again, Err(BackupError::OccupiedServer)), "a database with tables is not filled");
    }
}

pub(crate) async fn a_restored_database_is_that_of_its_authority_alone(store: &Store, database: &Database) {
    let folder = TempDir::new().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("a.backup"));
    let own = Authority::open(&data, store, at(0)).await.unwrap().digest();
    backed_up(store, &data, &file).await;
    let server = if database.on_server() { Some(database.another("restored").await) } else { None };
    let to = folder.path().join("new");
    let wanted = Wanted { data: &to, server: server.as_ref(), replace: false, person: "console", now: at(200) };
    restore(&file, &wanted).await.unwrap();
    let restored = match &server {
        Some(location) => Store::open(location).await.unwrap(),
        None => Store::open_folder(&to).await.unwrap(),
    };
    assert_eq!(Authority::open(&to, &restored, at(201)).await.unwrap().digest(), own);
    let entries = restored.read().await.unwrap().audit_entries(None, 9).await.unwrap();
    assert_eq!(entries[0].1.act, "backup_restored");
    restored.close().await;
    if server.is_some() {
        // The folder may be another's by now; the database is not empty.
        let elsewhere = folder.path().join("elsewhere");
        let refused = restore(&file, &Wanted { data: &elsewhere, ..wanted }).await.unwrap_err();
        assert!(matches!(refused, BackupError::OccupiedServer), "{refused}");
        assert!(!elsewhere.join("authority").exists());
    }
}

pub(crate) async fn every_released_schema_comes_to_the_newest(fresh: &Store, database: &Database) {
    let folder = TempDir::new().unwrap();
    // The newest schema, which may be unreleased, is made here; those that were released are stored.
    let mut files = vec![schema_sample::make(folder.path()).await.unwrap()];
    let mut released: Vec<_> = std::fs::read_dir(schema_sample::stored())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "backup"))
        .collect();
    released.sort();
    let newest = newest_schema();
    let expected: Vec<_> =
        (1..=newest).map(|schema| schema_sample::stored().join(schema_sample::name(schema))).collect();
    assert!(
        released == expected || released == expected[..expected.len() - 1],
        "one stored database of each: {released:?}"
    );
    files.extend(released);
    for (number, file) in files.iter().enumerate() {
        let mut archive = Archive::open(file).unwrap();
        let told = archive.manifest().clone();
        let data = folder.path().join(format!("{number}"));
        std::fs::create_dir(&data).unwrap();
        let place = if database.on_server() {
            database.another(&format!("schema_{number}")).await
        } else {
            Location::folder(&data).unwrap()
        };
        let (old, transaction) = unpack(&mut archive, &place).await.unwrap();
        transaction.save().await.unwrap();
        assert_eq!(old.read().await.unwrap().schema_mark().await.unwrap().schema, told.schema);
        old.close().await;

        let store = Store::open(&place).await.unwrap();
        let mut transaction = store.read().await.unwrap();
        assert_eq!(transaction.schema_mark().await.unwrap().schema, newest);
        assert_eq!(transaction.audit_break().await.unwrap(), None);
        assert_eq!(transaction.audit_head().await.unwrap(), told.audit);
        // What pages begin with can be read.
        assert!(!transaction.hosts().await.unwrap().is_empty());
        assert!(!transaction.findings().await.unwrap().is_empty());
        assert!(!transaction.users().await.unwrap().is_empty());
        tenken_dashboard::status::Known::read(&mut transaction, told.made_at).await.unwrap();
        transaction.abandon().await.unwrap();
        assert_eq!(shape(&store).await, shape(fresh).await, "an updated database is made as a new one");
        store.close().await;
        let names = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
        let copied = names.filter(|name| name.to_string_lossy().contains(".schema-")).count();
        let wanted = usize::from(!database.on_server() && told.schema < newest);
        assert_eq!(copied, wanted, "{}: it was copied before it was updated", file.display());
    }
}

pub(crate) async fn a_token_lets_in_no_more_hosts_than_it_says(store: &Store, database: &Database) {
    const HOSTS: u32 = 12;
    let digest = Digest::of(b"many");
    let mut transaction = store.write().await.unwrap();
    let new = NewToken { digest, made_at: at(0), made_by: "sato".into(), until: at(60), hosts: HOSTS };
    let token = transaction.add_token(&new).await.unwrap();
    transaction.save().await.unwrap();
    // Two stores on one database, as two dashboards.
    let other = Store::open(&database.location).await.unwrap();
    let tasks: Vec<_> = (0..=HOSTS)
        .map(|number| {
            let store = if number % 2 == 0 { store.clone() } else { other.clone() };
            tokio::spawn(async move {
                let host = id(&format!("h-{number}"));
                let mut transaction = store.write().await.unwrap();
                let Some(used) = transaction.use_token(&digest, at(1)).await.unwrap() else { return false };
                let new = added(&host, &format!("PC-{number}"));
                transaction.add_host(&new).await.unwrap();
                transaction.add_enrolment(used.id, &host, at(1)).await.unwrap();
                transaction.save().await.unwrap();
                true
            })
        })
        .collect();
    let mut entered = 0;
    for task in tasks {
        entered += u32::from(task.await.unwrap());
    }
    assert_eq!(entered, HOSTS);
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.hosts().await.unwrap().len(), usize::try_from(HOSTS).unwrap());
    assert_eq!(transaction.enrolments(token, 99).await.unwrap().len(), usize::try_from(HOSTS).unwrap());
    let kept = transaction.token_of_number(token).await.unwrap().unwrap();
    assert_eq!((kept.used, kept.works(at(2))), (HOSTS, false));
    drop(transaction);
    other.close().await;
}
