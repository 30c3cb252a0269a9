use std::collections::BTreeMap;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tenken_model::policy::{Policy, SIGNATURE_CONTEXT};
use tenken_model::register::RegisterKind;
use tenken_model::report::Heartbeat;
use tenken_model::{Read, ReasonCode, Span};

use super::parameters::SetParameter;
use super::*;
use crate::groups::HostScope;
use crate::own_rules;
use crate::registers::keep;
use crate::registers::{Column, Definition, Register, Row};
use crate::store::{Location, NewHost};

struct Bench {
    data: TempDir,
    store: Store,
    authority: Authority,
    rules: BTreeMap<RuleId, String>,
    catalog: Catalog,
}

fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
}

fn id(text: &str) -> HostId {
    HostId::new(text).unwrap()
}

async fn bench() -> Bench {
    let data = TempDir::new().unwrap();
    let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
    let authority = Authority::open(data.path(), &store, at(0)).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    for (host, name) in [("h-1", "sv1"), ("h-2", "PC2")] {
        let new = NewHost {
            id: id(host),
            name: name.into(),
            enrolled_at: at(0),
            certificate: Digest::of(b"c"),
            certificate_until: at(1),
        };
        transaction.add_host(&new).await.unwrap();
    }
    transaction.save().await.unwrap();
    let rules = BTreeMap::from([(RuleId::new("clock_synchronised").unwrap(), "id: clock_synchronised\n".to_owned())]);
    Bench { data, store, authority, rules, catalog: Catalog::embedded().unwrap() }
}

impl Bench {
    fn built_in(&self) -> BuiltIn<'_> {
        BuiltIn { sources: &self.rules, catalog: &self.catalog }
    }

    async fn refresh(&self, second: i64) -> usize {
        refresh(&self.store, &self.authority, self.built_in(), at(second)).await.unwrap()
    }

    /// The policy as an agent takes it.
    async fn policy(&self, host: &str) -> Policy {
        let signed = current(&self.store, &self.authority, self.built_in(), &id(host), at(500)).await.unwrap().unwrap();
        let key = UnparsedPublicKey::new(&ED25519, STANDARD.decode(self.authority.policy_key()).unwrap());
        let message = [SIGNATURE_CONTEXT, signed.body.as_bytes()].concat();
        key.verify(&message, &STANDARD.decode(&signed.signature).unwrap()).unwrap();
        serde_json::from_str(&signed.body).unwrap()
    }

    async fn account(&self, host: &str, account: &str) {
        let accounts = Definition::by_slug("accounts").unwrap();
        let cells = [("host", host), ("account", account), ("kind", "person"), ("owner", "佐藤")];
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        let mut transaction = self.store.write().await.unwrap();
        transaction.add_row(accounts, &Row::read(accounts, typed).unwrap(), "ito", at(1)).await.unwrap();
        transaction.save().await.unwrap();
    }
}

#[tokio::test]
async fn versions_grow_with_content_alone() {
    let mut bench = bench().await;
    assert_eq!((bench.refresh(1).await, bench.refresh(2).await), (2, 0));
    let first = bench.policy("h-1").await;
    assert_eq!((first.version, first.issued_at, first.host), (1, at(1), id("h-1")));
    assert_eq!(first.rules, bench.rules);
    bench.rules.clear();
    assert_eq!(bench.policy("h-1").await.version, 2, "asking makes the newest");
    assert_eq!(bench.refresh(3).await, 1, "the other host's");

    let mut transaction = bench.store.write().await.unwrap();
    let settings = PolicySettings { time_references: vec!["192.0.2.1".into()], ..PolicySettings::default() };
    transaction.set_setting(&settings).await.unwrap();
    transaction.revoke_host(&id("h-2"), at(4)).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(bench.refresh(5).await, 1, "none for a revoked host");
    assert_eq!(bench.policy("h-1").await.time_references, ["192.0.2.1"]);
    let revoked = current(&bench.store, &bench.authority, bench.built_in(), &id("h-2"), at(6)).await.unwrap();
    assert_eq!(revoked, None);
}

#[tokio::test]
async fn a_host_gets_its_own_rows_and_those_of_every_host() {
    let bench = bench().await;
    let none = bench.policy("h-1").await;
    assert!(matches!(none.registers.accounts, Read::NotRead(_)), "a register that is not kept is not empty");
    bench.account("*", "everywhere").await;
    bench.account("SV1", "here").await;
    bench.account("pc2", "there").await;
    let names = |policy: &Policy| -> Vec<String> {
        policy.registers.accounts.measured().unwrap().iter().map(|row| row.account.clone()).collect()
    };
    let policy = bench.policy("h-1").await;
    assert_eq!((names(&policy), policy.version), (vec!["everywhere".to_owned(), "here".to_owned()], 2));
    assert_eq!(names(&bench.policy("h-2").await), ["everywhere", "there"]);
    assert!(matches!(policy.registers.devices, Read::NotRead(_)));

    let mut transaction = bench.store.write().await.unwrap();
    transaction.begin_register(Register::Joined(RegisterKind::Devices), at(9)).await.unwrap();
    transaction.rename_host(&id("h-1"), "PC2").await.unwrap();
    transaction.save().await.unwrap();
    let policy = bench.policy("h-1").await;
    assert_eq!(policy.registers.devices.measured().map(Vec::len), Some(0));
    assert_eq!(names(&policy), ["everywhere", "there"], "rows follow the name");
}

#[tokio::test]
async fn an_endpoint_is_checked_by_the_host_that_its_row_names() {
    let bench = bench().await;
    let hosts = Definition::by_slug("hosts").unwrap();
    let endpoints = Definition::by_slug("endpoints").unwrap();
    let add = async |definition: &'static Definition, cells: &[(&str, &str)]| {
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        let mut transaction = bench.store.write().await.unwrap();
        transaction.add_row(definition, &Row::read(definition, typed).unwrap(), "ito", at(1)).await.unwrap();
        transaction.save().await.unwrap();
    };
    let place = [("kind", "pc"), ("place", "1F"), ("status", "in_use")];
    for name in ["sv1", "PC2"] {
        add(hosts, &[&[("name", name)][..], &place].concat()).await;
    }
    bench.refresh(1).await;
    assert!(matches!(bench.policy("h-1").await.registers.endpoints, Read::NotRead(_)), "not kept is not empty");
    let purpose = ("purpose", "結果の受け渡し");
    let (tls, url) = (("transport", "tls"), ("address", "https://kenpo.example.jp/"));
    add(endpoints, &[("counterpart", "健保"), purpose, tls, url, ("probed_by", "sv1")]).await;
    add(endpoints, &[("counterpart", "拠点"), purpose, ("transport", "ipsec"), url, ("probed_by", "sv1")]).await;
    add(endpoints, &[("counterpart", "基金"), purpose, tls, ("probed_by", "sv1")]).await;
    add(endpoints, &[("counterpart", "代行"), purpose, tls, url]).await;
    assert_eq!(bench.refresh(2).await, 2);
    let named = async |host: &str| {
        let rows = bench.policy(host).await.registers.endpoints;
        rows.measured().unwrap().iter().map(|row| row.counterpart.clone()).collect::<Vec<_>>()
    };
    assert_eq!(named("h-1").await, ["健保"]);
    assert!(named("h-2").await.is_empty(), "none of its own, and that is known");
}

#[tokio::test]
async fn what_people_write_in_a_register_reaches_agents_without_a_timer() {
    let bench = bench().await;
    let (catalog, checklist) = (Catalog::embedded().unwrap(), tenken_engine::Checklist::embedded().unwrap());
    let authority = Authority::open(bench.data.path(), &bench.store, at(0)).await.unwrap();
    let app = crate::app::App::new(bench.store.clone(), authority, catalog, checklist, String::new(), None, || at(10));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let job = tokio::spawn(crate::jobs::refresh_policies(app, stopped));
    let version = async |wanted: u64| {
        let reached = async {
            while bench.store.read().await.unwrap().policy_version(&id("h-1")).await.unwrap() < wanted {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), reached).await.unwrap();
    };
    version(1).await;
    let accounts = Definition::by_slug("accounts").unwrap();
    let file = "account,kind,owner\nsato,person,佐藤\n".as_bytes();
    keep::import(&bench.store, accounts, file, None, "ito", at(11)).await.unwrap();
    version(2).await;
    let row = bench.store.read().await.unwrap().open_rows(accounts).await.unwrap().remove(0);
    keep::close(&bench.store, accounts, keep::Seen { id: row.id, revision: 1 }, "ito", at(12)).await.unwrap();
    version(3).await;
    let hosts = Definition::by_slug("hosts").unwrap();
    let file = b"name,kind,status\nsv1,server,in_use\n";
    keep::import(&bench.store, hosts, file, None, "ito", at(13)).await.unwrap();
    bench.account("*", "everywhere").await;
    version(4).await;
    stop.send_replace(true);
    job.await.unwrap();
    let signed = bench.store.read().await.unwrap().policy(&id("h-1")).await.unwrap().unwrap().signed;
    let policy: Policy = serde_json::from_str(&signed.body).unwrap();
    let registers = serde_json::to_string(&policy.registers).unwrap();
    assert!(registers.contains("everywhere") && !registers.contains("in_use"), "hosts stay here: {registers}");
}

#[tokio::test]
async fn a_host_whose_policy_is_too_large_leaves_the_others_theirs() {
    let mut bench = bench().await;
    bench.rules.insert(RuleId::new("long").unwrap(), "x".repeat(POLICY_BYTES_MAX - 2_000));
    let accounts = Definition::by_slug("accounts").unwrap();
    let mut transaction = bench.store.write().await.unwrap();
    transaction.begin_register(Register::Joined(RegisterKind::Accounts), at(1)).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(bench.refresh(1).await, 2);
    let text = "田".repeat(500);
    let mut transaction = bench.store.write().await.unwrap();
    let cells = [("host", "sv1"), ("account", "sato"), ("kind", "person"), ("owner", &text), ("note", &text)];
    let typed = |column: &'static Column| {
        cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
    };
    transaction.add_row(accounts, &Row::read(accounts, typed).unwrap(), "ito", at(1)).await.unwrap();
    transaction.save().await.unwrap();
    bench.account("PC2", "there").await;
    assert_eq!((bench.refresh(2).await, bench.refresh(3).await), (1, 0), "it is not tried again and again");
    assert_eq!(bench.policy("h-2").await.version, 2);
    let held = async || bench.store.read().await.unwrap().host(&id("h-1")).await.unwrap().unwrap().policy_held;
    assert!(held().await.unwrap().bytes > u64::try_from(POLICY_BYTES_MAX).unwrap(), "people see it");
    assert_eq!(bench.policy("h-1").await.version, 1, "the one it has");

    let row = bench.store.read().await.unwrap().open_rows(accounts).await.unwrap().remove(0);
    keep::close(&bench.store, accounts, keep::Seen { id: row.id, revision: 1 }, "ito", at(4)).await.unwrap();
    assert_eq!((bench.refresh(5).await, bench.refresh(6).await), (1, 0));
    assert_eq!((held().await, bench.policy("h-1").await.version), (None, 2), "all is as before it was too large");
}

/// A host says which version it has in force, and what of it it cannot read.
async fn hear(bench: &Bench, host: &str, version: u64, rules_unread: Option<Vec<RuleId>>) {
    let heartbeat = Heartbeat {
        sent_at: at(2),
        agent_version: "0.1.0".into(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: Digest::of(b"state"),
        state_seq: 0,
        policy_version: version,
        policy_refused: None,
        rules_unread,
        folded: 0,
        system: Read::not_read(ReasonCode::Failed, "x"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    };
    let mut transaction = bench.store.write().await.unwrap();
    transaction.hear(&id(host), at(2), &heartbeat, Span::ZERO, true).await.unwrap();
    transaction.save().await.unwrap();
}

#[tokio::test]
async fn a_restored_store_goes_on_above_what_hosts_have() {
    let bench = bench().await;
    assert_eq!(bench.refresh(1).await, 2);
    let says = async |host: &str, version: u64| hear(&bench, host, version, Some(Vec::new())).await;
    says("h-1", 41).await;
    says("h-2", u64::MAX).await;
    assert_eq!(bench.refresh(3).await, 1, "what nobody can have made is not believed");
    assert_eq!((bench.policy("h-1").await.version, bench.policy("h-2").await.version), (42, 1));
    says("h-1", 42).await;
    assert_eq!(bench.refresh(4).await, 0);
}

#[tokio::test]
async fn thresholds_of_rules_that_the_dashboard_judges_stay_there() {
    let bench = bench().await;
    let set = |rule: &str, name: &str, value: serde_json::Value| SetParameter {
        rule: RuleId::new(rule).unwrap(),
        name: name.into(),
        scope: HostScope::All,
        value,
        reason: "x".into(),
        set_at: at(0),
        set_by: "ito".into(),
    };
    let parameters = Parameters {
        set: vec![
            set("clock_synchronised", "last_sync_max", serde_json::json!("2h")),
            set("maintenance_logs_reviewed", "within", serde_json::json!(5)),
            set("clock_synchronised", "no_such", serde_json::json!(5)),
            set("no_such_rule", "within", serde_json::json!(5)),
        ],
    };
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_setting(&parameters).await.unwrap();
    transaction.save().await.unwrap();
    let policy = bench.policy("h-1").await;
    assert_eq!(policy.parameters.keys().map(RuleId::as_str).collect::<Vec<_>>(), ["clock_synchronised"]);
    assert_eq!(policy.parameters.values().map(BTreeMap::len).sum::<usize>(), 1, "what a rule does not take stays here");
    assert!(policy.rules.keys().all(|rule| !crate::correlate::judges(rule)));
}

/// An own rule of that id, rolled out to these hosts.
async fn roll_out(bench: &Bench, rule: &str, scopes: &[&str]) {
    let checklist = tenken_engine::Checklist::embedded().unwrap();
    let draft = own_rules::Draft { text: own_rules::tests::text(rule), ..own_rules::Draft::default() };
    let id = own_rules::begin(&bench.store, &checklist, rule, &draft, "ito", at(1)).await.unwrap();
    let seen = own_rules::Seen { version: 1, revision: 1 };
    own_rules::ask(&bench.store, &id, seen, "ito", at(2)).await.unwrap();
    own_rules::decide(&bench.store, &id, seen, (true, ""), "kato", at(3)).await.unwrap();
    let scopes: Vec<HostScope> = scopes.iter().map(|word| HostScope::from_word(word).unwrap()).collect();
    own_rules::roll_out(&bench.store, &id, 1, &scopes, "kato", at(4)).await.unwrap();
}

async fn register(bench: &Bench) {
    let hosts = Definition::by_slug("hosts").unwrap();
    let file = "name,kind,status,site,group\nsv1,server,in_use,本部,検査\nPC2,pc,in_use,本部,受付\n".as_bytes();
    keep::import(&bench.store, hosts, file, None, "ito", at(1)).await.unwrap();
}

#[tokio::test]
async fn an_own_rule_reaches_the_hosts_it_is_for_and_leaves_them_when_it_is_withdrawn() {
    let bench = bench().await;
    register(&bench).await;
    assert_eq!(bench.refresh(1).await, 2);
    roll_out(&bench, "own_guest", &["group:受付"]).await;
    assert_eq!(bench.refresh(5).await, 1, "the other host's policy says the same as before");
    let own = RuleId::new("own_guest").unwrap();
    let (server, pc) = (bench.policy("h-1").await, bench.policy("h-2").await);
    assert_eq!((server.version, server.rules.contains_key(&own)), (1, false));
    assert_eq!((pc.version, pc.rules.get(&own)), (2, Some(&own_rules::tests::text("own_guest"))));
    assert!(pc.rules.contains_key(&RuleId::new("clock_synchronised").unwrap()));
    own_rules::withdraw(&bench.store, &own, "kato", at(6)).await.unwrap();
    assert_eq!(bench.refresh(7).await, 1);
    let pc = bench.policy("h-2").await;
    assert_eq!((pc.version, pc.rules.contains_key(&own)), (3, false));
}

#[tokio::test]
async fn an_agent_that_would_refuse_everything_is_given_no_own_rule() {
    let bench = bench().await;
    roll_out(&bench, "own_guest", &["all"]).await;
    let own = RuleId::new("own_guest").unwrap();
    let waiting = || async {
        let mut transaction = bench.store.read().await.unwrap();
        let found = own_rules::behind(&mut transaction, &own, at(9)).await.unwrap();
        found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert!(bench.policy("h-1").await.rules.contains_key(&own), "it was not heard of yet");
    assert!(waiting().await.is_empty());

    hear(&bench, "h-1", 1, None).await;
    let held = bench.policy("h-1").await;
    assert_eq!((held.version, held.rules.contains_key(&own)), (2, false));
    assert_eq!(held.rules, bench.rules, "what is built in is judged");
    assert_eq!(waiting().await, ["sv1"]);

    // One that tells what it cannot read is given it, and judges it as unknown.
    hear(&bench, "h-2", 1, Some(vec![own.clone()])).await;
    assert!(bench.policy("h-2").await.rules.contains_key(&own));
    assert_eq!(waiting().await, ["PC2", "sv1"]);

    hear(&bench, "h-1", 2, Some(Vec::new())).await;
    hear(&bench, "h-2", 1, Some(vec![RuleId::new("own_other").unwrap()])).await;
    assert!(bench.policy("h-1").await.rules.contains_key(&own), "its agent was updated");
    assert!(waiting().await.is_empty());
}

#[tokio::test]
async fn only_hosts_that_a_rule_is_for_wait_for_it() {
    let bench = bench().await;
    register(&bench).await;
    roll_out(&bench, "own_guest", &["group:受付"]).await;
    for host in ["h-1", "h-2"] {
        hear(&bench, host, 1, None).await;
    }
    let mut transaction = bench.store.read().await.unwrap();
    let of = |rule: &str| RuleId::new(rule).unwrap();
    let found = own_rules::behind(&mut transaction, &of("own_guest"), at(9)).await.unwrap();
    assert_eq!(found, [(id("h-2"), "PC2".to_owned())]);
    // What is built in was refused by these, which their own pages tell.
    assert!(own_rules::behind(&mut transaction, &of("clock_synchronised"), at(9)).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_most_specific_threshold_holds_for_a_host() {
    let bench = bench().await;
    register(&bench).await;
    let set = async |scope: &str, value: Option<&str>| {
        let target = parameters::Target {
            rule: RuleId::new("clock_synchronised").unwrap(),
            name: "last_sync_max".into(),
            scope: HostScope::from_word(scope).unwrap(),
        };
        parameters::set(&bench.store, &bench.catalog, target, value, "試行", "kato", at(2)).await
    };
    let held = async |host: &str| {
        let policy = bench.policy(host).await;
        policy.parameters.values().flat_map(BTreeMap::values).map(|value| value.as_str().unwrap().to_owned()).next()
    };
    assert_eq!((held("h-1").await, held("h-2").await), (None, None));
    set("group:受付", Some("2h")).await.unwrap();
    set("all", Some("4h")).await.unwrap();
    assert_eq!((held("h-1").await.as_deref(), held("h-2").await.as_deref()), (Some("4h"), Some("2h")));
    set("site:本部", Some("3h")).await.unwrap();
    assert_eq!((held("h-1").await.as_deref(), held("h-2").await.as_deref()), (Some("3h"), Some("2h")));
    let version = bench.policy("h-1").await.version;
    set("group:受付", None).await.unwrap();
    assert_eq!(held("h-2").await.as_deref(), Some("3h"), "the next wider one holds");
    assert_eq!(bench.policy("h-1").await.version, version, "nothing changed for the other");
    for bad in ["9999d", "0m", "soon", ""] {
        assert!(matches!(set("all", Some(bad)).await, Err(parameters::ParameterRefused::Value(_))), "{bad}");
    }
    assert!(matches!(set("site:東支所", None).await, Err(parameters::ParameterRefused::Gone)));
}
