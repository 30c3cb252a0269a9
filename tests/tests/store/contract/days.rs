use std::collections::BTreeMap;

use tenken_dashboard::demo::{self, DemoError, Plan};
use tenken_dashboard::store::{Day, DayCounts, Standing, Store};
use tenken_dashboard::trend;
use tenken_engine::item::ItemState;
use tenken_engine::{Catalog, Checklist};
use tenken_model::ItemId;

use super::at;
use crate::engines::Database;

fn day(on: &str, seconds: i64, state: ItemState) -> Day {
    let counts = DayCounts {
        day: on.parse().unwrap(),
        recorded_at: at(seconds),
        hosts: 40,
        reporting: 39,
        items: BTreeMap::from([(Standing::of(state, false), 90)]),
    };
    Day { counts, states: BTreeMap::from([(ItemId::new("technical.9").unwrap(), state)]) }
}

pub(crate) async fn the_latest_look_at_a_day_counts(store: &Store, database: &Database) {
    let other = Store::open(&database.location).await.unwrap();
    let keep = async |store: &Store, day: &Day| {
        let mut transaction = store.write().await.unwrap();
        transaction.set_day(day).await.unwrap();
        transaction.save().await.unwrap();
    };
    let (early, late) = (day("2026-11-24", 10, ItemState::Met), day("2026-11-24", 20, ItemState::Drift));
    keep(store, &day("2026-11-20", 1, ItemState::Unknown)).await;
    keep(store, &early).await;
    keep(&other, &late).await;
    keep(store, &early).await;
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.day(late.counts.day).await.unwrap(), Some(late.clone()));
    let all = transaction.day_counts("2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(all.iter().map(|counts| counts.day.to_string()).collect::<Vec<_>>(), ["2026-11-20", "2026-11-24"]);
    let item = ItemId::new("technical.9").unwrap();
    let of = transaction.days_of(&item, late.counts.day).await.unwrap();
    assert_eq!(of, BTreeMap::from([(late.counts.day, ItemState::Drift)]));
    other.close().await;
}

pub(crate) async fn two_dashboards_keep_one_day(store: &Store, database: &Database) {
    let other = Store::open(&database.location).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let store = if n % 2 == 0 { store } else { &other }.clone();
            tokio::spawn(async move {
                let checklist = Checklist::embedded().unwrap();
                trend::keep(&store, &checklist, at(i64::from(n))).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let days = store.read().await.unwrap().day_counts("2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!((days.len(), days[0].total()), (1, 90));
    other.close().await;
}

pub(crate) async fn a_demonstration_is_made_once(store: &Store, _: &Database) {
    let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
    let plan = Plan { hosts: 3, days: 14, seed: 1, until: at(6 * 3_600) };
    demo::fill(store, &catalog, &checklist, plan, |_| {}).await.unwrap();
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.hosts().await.unwrap().len(), 3);
    assert!(transaction.day_counts("2026-11-01".parse().unwrap()).await.unwrap().len() > 5);
    drop(transaction);
    let again = demo::fill(store, &catalog, &checklist, plan, |_| {}).await;
    assert!(matches!(again, Err(DemoError::NotEmpty)), "{again:?}");
}
