use tempfile::TempDir;
use tenken_engine::{Catalog, Checklist};
use tenken_model::Instant;

use super::*;
use crate::drift::Terms;
use crate::groups::{Division, Placements};
use crate::registers::Definition;
use crate::routing::Routing;
use crate::status::Known;
use crate::store::MailKind;

fn until() -> Instant {
    "2026-11-26T06:30:00Z".parse().unwrap()
}

fn plan(hosts: u64, days: u64, seed: u64) -> Plan {
    Plan { hosts, days, seed, until: until() }
}

async fn filled(plan: Plan) -> (TempDir, Store) {
    let data = TempDir::new().unwrap();
    let store = Store::open_folder(data.path()).await.unwrap();
    let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
    let mut days = 0;
    fill(&store, &catalog, &checklist, plan, |progress| days = progress.done).await.unwrap();
    assert!(days >= plan.days / 2, "{days}");
    (data, store)
}

/// What is there, but for the secrets of links, which are never the same.
async fn content(store: &Store) -> String {
    let mut transaction = store.read().await.unwrap();
    let hosts = transaction.hosts().await.unwrap();
    let drifts = (transaction.open_drifts().await.unwrap(), transaction.resolved_drifts(500).await.unwrap());
    let mut history = Vec::new();
    for host in &hosts {
        history.push(transaction.history_of_host(&host.id, 5_000).await.unwrap());
    }
    let audit = transaction.audit_entries(None, 5_000).await.unwrap();
    let days = transaction.day_counts(chrono::NaiveDate::MIN).await.unwrap();
    format!("{hosts:?}\n{drifts:?}\n{history:?}\n{audit:?}\n{days:?}")
}

#[tokio::test]
async fn a_small_fleet_lives_through_some_weeks() {
    let (_data, store) = filled(plan(3, 20, 1)).await;
    let checklist = Checklist::embedded().unwrap();
    let mut transaction = store.read().await.unwrap();
    let known = Known::read(&mut transaction, until()).await.unwrap();
    assert_eq!((known.hosts.len(), known.reporting()), (3, 3));
    let statuses = known.statuses(&checklist);
    let met = statuses.values().filter(|status| status.state == tenken_engine::item::ItemState::Met).count();
    assert!(met > 40, "{met} are met");
    let rows = transaction.open_row_counts().await.unwrap();
    for definition in Definition::all() {
        assert!(rows.get(&definition.kind).is_some_and(|rows| *rows > 0), "{} is empty", definition.slug);
    }
    let days = transaction.day_counts(chrono::NaiveDate::MIN).await.unwrap();
    assert!(days.len() >= 12 && days.iter().all(|day| day.total() == 90), "{}", days.len());
    assert!(transaction.declaration().await.unwrap().is_some());
    let placements = Placements::read(&mut transaction, tenken_calendar::japan::date_of(until())).await.unwrap();
    assert!(
        placements.names(Division::Group).len() > 1 && placements.names(Division::Site).contains(&"本部".to_owned())
    );
    let pc = known.hosts.iter().find_map(|host| placements.of(&host.name)?.owner()).unwrap();
    assert!(pc.email.as_ref().unwrap().ends_with("@sakura.example"), "{pc:?}");
    let routing: Routing = transaction.setting().await.unwrap().unwrap();
    assert_eq!(routing.routes.len(), 1);
    let own = transaction.rolled_out().await.unwrap();
    assert_eq!(own.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["own_examination_screens_lock"]);
    let newest = transaction.newest_own_versions().await.unwrap();
    let states: Vec<&str> = newest.values().map(|version| version.state.word()).collect();
    assert_eq!(states, ["approved", "waiting"]);
    let asked = transaction.mails(5_000).await.unwrap();
    assert!(asked.iter().any(|mail| mail.kind == MailKind::Asked), "the user of a PC was asked");
    assert_eq!(transaction.audit_break().await.unwrap(), None);
    assert!(is_one(&mut transaction).await.unwrap());
    let entries = transaction.audit_entries(None, 5_000).await.unwrap();
    assert!(entries.iter().all(|(_, entry)| entry.at <= until()), "nothing is done after the end");
    drop(transaction);

    let later: Instant = "2026-11-28T06:30:00Z".parse().unwrap();
    let terms = Terms::of(&Catalog::embedded().unwrap(), None);
    assert_eq!(live::hear_all(&store, &terms, later).await.unwrap(), 3);
    let known = Known::read(&mut store.read().await.unwrap(), later).await.unwrap();
    assert_eq!(known.reporting(), 3, "while it is served its hosts do not fall silent");

    let again = fill(&store, &Catalog::embedded().unwrap(), &checklist, plan(3, 20, 1), |_| {}).await;
    assert!(matches!(again, Err(DemoError::NotEmpty)), "{again:?}");
}

#[tokio::test]
async fn a_seed_gives_one_year_and_another_seed_another() {
    let (_one, first) = filled(plan(4, 16, 7)).await;
    let (_two, second) = filled(plan(4, 16, 7)).await;
    let (_three, third) = filled(plan(4, 16, 8)).await;
    let first = content(&first).await;
    assert!(first == content(&second).await, "the same seed");
    assert!(first != content(&third).await, "another seed");
}

#[tokio::test]
async fn rules_of_the_agency_are_judged_on_the_hosts_that_they_are_for_alone() {
    let (_data, store) = filled(plan(14, 20, 1)).await;
    let mut transaction = store.read().await.unwrap();
    let rule = tenken_model::RuleId::new("own_examination_screens_lock").unwrap();
    let hosts = transaction.hosts_with_rule(&rule).await.unwrap();
    let names = transaction.all_host_names().await.unwrap();
    let id_of = |name: &str| names.iter().find(|(_, found)| found == name).map(|(id, _)| id.clone()).unwrap();
    assert_eq!(hosts, ["検査-01", "検査-02", "検査-03"].map(id_of));
    // The screen of one of them has been loose for three business days.
    let counts = transaction.finding_counts_of_rule(&rule).await.unwrap();
    assert_eq!((counts.fail, counts.unknown), (1, 0), "of the person who works there");
    let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
    let in_force = crate::own_rules::InForce::read(&mut transaction, &catalog, &checklist).await.unwrap();
    let loaded = in_force.catalog.rule(&rule).unwrap();
    for (id, text, cases) in own_rules::all() {
        let id = tenken_model::RuleId::new(id).unwrap();
        assert!(crate::own_rules::lint(&id, text, cases).is_good(), "{id}");
    }
    assert!(loaded.parameters.contains_key("idle_max"));
}

#[tokio::test]
async fn only_an_empty_store_is_filled() {
    let data = TempDir::new().unwrap();
    let store = Store::open_folder(data.path()).await.unwrap();
    assert!(is_empty(&store).await.unwrap());
    let mut transaction = store.write().await.unwrap();
    let entry = crate::store::AuditEntry {
        at: until(),
        person: "console".into(),
        act: "calendar_set".into(),
        subject: String::new(),
        detail: String::new(),
    };
    transaction.audit(&entry).await.unwrap();
    transaction.save().await.unwrap();
    let checklist = Checklist::embedded().unwrap();
    let refused = fill(&store, &Catalog::embedded().unwrap(), &checklist, plan(1, 5, 1), |_| {}).await;
    assert!(matches!(refused, Err(DemoError::NotEmpty)), "{refused:?}");
    assert!(!is_one(&mut store.read().await.unwrap()).await.unwrap(), "nothing real is ever marked as a demonstration");
}
