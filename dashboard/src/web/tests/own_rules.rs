//! Rules that people write themselves: from a draft to hosts, and back.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use tenken_engine::item::ItemState;
use tenken_engine::{Catalog, Checklist};
use tenken_model::digest::Digest;
use tenken_model::fact::KeptFact;
use tenken_model::finding::Bilingual;
use tenken_model::report::Heartbeat;
use tenken_model::{Finding, FindingKey, HostId, ItemId, Read, RuleId, Span, Topic, Verdict};

use super::{Answer, Bench, Browser, now};
use crate::auth::role::Role;
use crate::own_rules::InForce;
use crate::own_rules::tests::text;
use crate::registers::{Definition, keep};
use crate::status::Known;
use crate::store::{Failing, NewHost, StoredFinding};

const ITEM: &str = "technical.9";
const VERSION: &str = "/rules/own_guest/versions/1";

fn own() -> RuleId {
    RuleId::new("own_guest").unwrap()
}

/// Writes a rule and asks for its approval.
async fn ask(writer: &Browser) {
    let text = text("own_guest");
    let fields = [("id", "own_guest"), ("text", text.as_str()), ("item", ITEM)];
    assert_eq!(writer.post("/rules/new", &fields).await.location(), "/rules/own_guest/edit?done=own_rule_saved");
    let asked = writer.post("/rules/own_guest/ask", &[("version", "1"), ("revision", "1")]).await;
    assert_eq!(asked.location(), format!("{VERSION}?done=own_rule_asked"));
}

async fn approve(approver: &Browser) -> Answer {
    approver.post(&format!("{VERSION}/approve"), &[("revision", "1"), ("note", "確認しました")]).await
}

async fn roll_out(approver: &Browser, scope: &str) -> Answer {
    approver.post(&format!("{VERSION}/roll-out"), &[("scope", scope)]).await
}

async fn places(bench: &Bench) {
    let hosts = Definition::by_slug("hosts").unwrap();
    let file =
        "name,kind,status,site,group\nPC-UKETSUKE3,pc,in_use,本部,受付\nSV-KENSA,server,in_use,本部,検査\n".as_bytes();
    keep::import(&bench.store, hosts, file, None, "ito", now()).await.unwrap();
    let new = NewHost {
        id: HostId::new("h-2").unwrap(),
        name: "SV-KENSA".into(),
        enrolled_at: now(),
        certificate: Digest::of(b"d"),
        certificate_until: Span::from_days(90).after(now()),
    };
    let mut transaction = bench.store.write().await.unwrap();
    transaction.add_host(&new).await.unwrap();
    transaction.save().await.unwrap();
}

/// What a host told of its accounts: one, of that name.
async fn told(bench: &Bench, host: &str, account: &str) {
    let fact = serde_json::json!({"entries": [{
        "name": account, "uid": 1000, "shell": "/bin/bash", "interactive": true, "built_in": {"measured": false},
        "enabled": {"measured": true}, "administrator": {"measured": false}, "administrator_by": [],
        "password": {"measured": "set"}, "password_changed": {"measured": null}, "password_max_age": {"measured": null},
        "expires": {"measured": null}, "ssh_keys": {"measured": 0}, "last_sign_in": {"measured": null}
    }], "complete": {"measured": true}, "shared_uids": [], "sign_ins_since": {"measured": null},
        "outside_administrators": [], "administrators_complete": {"measured": true},
        "one_password_policy": {"measured": true}, "sign_ins_complete": {"measured": true}
    });
    // It was read days ago, and has not changed since, as the heartbeat says.
    let read_at = Span::from_days(-3).after(now());
    let wire = serde_json::json!({"read_at": read_at, "took": 1, "sources": [], "outcome": {"known": fact}});
    let fact = KeptFact::take(Topic::Accounts, wire, now()).unwrap();
    assert!(fact.observation().is_some());
    let system = serde_json::json!({"measured": {
        "family": "linux", "kind": "pc", "os": "debian", "os_version": "12", "kernel": "6.1", "host_name": "x",
        "container": false, "booted_at": {"measured": read_at}
    }});
    let heartbeat = Heartbeat {
        sent_at: now(),
        agent_version: "0.1.0".into(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: Digest::of(b"state"),
        state_seq: 0,
        policy_version: 1,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: serde_json::from_value::<Read<_>>(system).unwrap(),
        costs: Vec::new(),
        facts: BTreeMap::from([("accounts".to_owned(), fact.digest())]),
    };
    let host = HostId::new(host).unwrap();
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_fact(&host, &fact, now()).await.unwrap();
    transaction.hear(&host, now(), &heartbeat, Span::ZERO, true).await.unwrap();
    transaction.save().await.unwrap();
}

#[tokio::test]
async fn a_slip_is_told_with_its_line_and_column_beside_the_text() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let starter = officer.get("/rules/new").await;
    assert!(starter.text().contains("id: own_") && starter.text().contains("name=\"item\""), "{}", starter.text());
    let slip = text("own_guest").replace("a.name", "a.nam");
    for (id, why) in [("guest", "own_」で始まる"), ("clock_synchronised", "own_」で始まる"), ("own_", "own_」で始まる")]
    {
        let refused = officer.post_refused("/rules/new", &[("id", id), ("text", &slip)]).await;
        assert!(refused.text().contains(why) && refused.text().contains("a.nam "), "{id}: {}", refused.text());
    }
    let fields = [("id", "own_guest"), ("text", slip.as_str())];
    assert_eq!(officer.post("/rules/new", &fields).await.status, StatusCode::SEE_OTHER);
    let page = officer.get("/rules/own_guest/edit").await.text().to_owned();
    for part in [
        "誤り 1件",
        "16行 ",
        "「nam」はありません。「name」ではありませんか",
        "href=\"#t-16\"",
        "<li id=\"t-16\" class=\"wrong\">",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let asked = officer.post_refused("/rules/own_guest/ask", &[("version", "1"), ("revision", "1")]).await;
    assert!(asked.text().contains("誤りが残っています"), "{}", asked.text());
    assert!(!officer.get(VERSION).await.text().contains("/rules/own_guest/ask"), "it is not offered");
    let taken = officer.post_refused("/rules/new", &fields).await;
    assert!(taken.text().contains("すでに使われています"));

    // Another person writes it anew; who saw it before is told.
    let good = text("own_guest").replace('\n', "\r\n");
    let better = [("version", "1"), ("revision", "1"), ("text", good.as_str()), ("item", ITEM)];
    let admin = bench.person(Role::Admin).await;
    assert_eq!(admin.post("/rules/own_guest/edit", &better).await.status, StatusCode::SEE_OTHER);
    let late = officer.post_refused("/rules/own_guest/edit", &[better.as_slice(), &[("text", "x")]].concat()).await;
    assert!(late.text().contains("role=\"alert\""), "{}", late.text());
    let kept = bench.store.read().await.unwrap().own_version(&own(), 1).await.unwrap().unwrap();
    assert_eq!((kept.revision, kept.written.text), (2, text("own_guest")), "lines end as in files");
    assert_eq!(kept.written.writers, ["person-officer", "person-admin"]);
    let unmeasured = Checklist::embedded().unwrap();
    let unmeasured = unmeasured.items().find(|item| !item.takes_rules()).unwrap();
    let fields = [("version", "1"), ("revision", "2"), ("text", "x"), ("item", unmeasured.id.as_str())];
    let refused = admin.post_refused("/rules/own_guest/edit", &fields).await;
    assert!(refused.text().contains("測定していない項目"), "{}", refused.text());
}

#[tokio::test]
async fn nobody_approves_what_they_wrote_and_approving_needs_the_role_and_a_confirmation() {
    let bench = Bench::new().await;
    let author = bench.confirmed(Role::Admin).await;
    ask(&author).await;
    let own_page = author.get(VERSION).await.text().to_owned();
    assert!(own_page.contains("自分では承認できません") && !own_page.contains("/approve\""), "{own_page}");
    let refused = author.post_refused(&format!("{VERSION}/approve"), &[("revision", "1")]).await;
    assert!(refused.text().contains("自分では承認できません"));
    let officer = bench.confirmed(Role::Officer).await;
    assert_eq!(approve(&officer).await.status, StatusCode::FORBIDDEN);
    assert_eq!(officer.post("/rules/own_guest/withdraw", &[]).await.status, StatusCode::FORBIDDEN);

    let approver = bench.person(Role::Approver).await;
    assert!(approver.get(VERSION).await.text().contains(&format!("/confirm?next={VERSION}")));
    assert_eq!(approve(&approver).await.status, StatusCode::FORBIDDEN, "without a second factor");
    let approver = {
        let user = bench.user("person-approver").await;
        let browser = bench.session(user.id).await;
        let mut transaction = bench.store.write().await.unwrap();
        transaction.confirm_session(&browser.digest(), now()).await.unwrap();
        transaction.save().await.unwrap();
        browser
    };
    let early = roll_out(&approver, "all").await;
    assert!(early.text().contains("承認された版だけ"), "{}", early.text());
    let stale = approver.post_refused(&format!("{VERSION}/approve"), &[("revision", "7")]).await;
    assert!(stale.text().contains("role=\"alert\""));
    assert_eq!(approve(&approver).await.location(), format!("{VERSION}?done=own_rule_decided"));
    let again = approve(&approver).await;
    assert!(again.text().contains("role=\"alert\""), "it was decided");
    let none = approver.post_refused(&format!("{VERSION}/roll-out"), &[]).await;
    assert!(none.text().contains("適用先を1つ以上"), "{}", none.text());
    assert_eq!(roll_out(&approver, "all").await.location(), format!("{VERSION}?done=own_rule_rolled_out"));
    let acts: Vec<String> = bench.audit().await.into_iter().filter(|act| act.contains("own_rule")).collect();
    let told = |person: &str, act: &str| format!("person-{person} own_rule_{act} own_guest");
    let wanted = [("admin", "written"), ("admin", "asked"), ("approver", "approved"), ("approver", "rolled_out")];
    assert_eq!(acts, wanted.map(|(person, act)| told(person, act)));

    // What was decided is never written over: the next version begins, which an approver who wrote it cannot approve.
    let text = text("own_guest").replace("1h", "2h");
    let next = [("version", "1"), ("revision", "1"), ("text", text.as_str()), ("item", ITEM)];
    assert_eq!(approver.post("/rules/own_guest/edit", &next).await.status, StatusCode::SEE_OTHER);
    let seen = [("version", "2"), ("revision", "1")];
    assert_eq!(officer.post("/rules/own_guest/ask", &seen).await.status, StatusCode::SEE_OTHER);
    let second = "/rules/own_guest/versions/2";
    assert!(approver.post(&format!("{second}/approve"), &seen).await.text().contains("自分では承認できません"));
    assert_eq!(author.post(&format!("{second}/refuse"), &seen).await.status, StatusCode::SEE_OTHER);
    let versions = bench.store.read().await.unwrap().own_versions(&own(), 9).await.unwrap();
    let told: Vec<_> = versions.iter().map(|one| (one.written.version, one.state.word())).collect();
    assert_eq!(told, [(2, "refused"), (1, "approved")]);
    assert_eq!(bench.store.read().await.unwrap().rolled_out().await.unwrap()[0].version, 1, "it stays in force");
}

#[tokio::test]
async fn a_trial_says_who_would_fail_and_never_shows_what_is_not_known_as_good() {
    let bench = Bench::new().await;
    places(&bench).await;
    let officer = bench.person(Role::Officer).await;
    ask(&officer).await;
    told(&bench, "h-1", "guest").await;
    told(&bench, "h-2", "sato").await;
    let trial = async |query: &str| officer.get(&format!("{VERSION}/trial{query}")).await.text().to_owned();
    let all = trial("").await;
    let (pc, server) = (all.find("PC-UKETSUKE3").unwrap(), all.find("SV-KENSA").unwrap());
    assert!(pc < server && all.contains("2台のうち2台") && all.contains("適合していません。"), "{all}");
    let group = trial("?scope=group%3A%E6%A4%9C%E6%9F%BB").await;
    assert!(
        !group.contains("PC-UKETSUKE3") && group.contains("1台のうち1台") && group.contains("適合しています。"),
        "{group}"
    );
    assert_eq!(officer.get(&format!("{VERSION}/trial?scope=x")).await.status, StatusCode::BAD_REQUEST);

    // Facts of the clock stay on their hosts.
    let clock = text("own_clock").replace("[accounts]", "[time_sync]").replace(
        "!accounts.entries.exists(a, a.name == 'guest' && a.enabled)",
        "time_sync.services.exists(s, s.running)",
    );
    let fields = [("id", "own_clock"), ("text", clock.as_str())];
    assert_eq!(officer.post("/rules/new", &fields).await.status, StatusCode::SEE_OTHER);
    let stays = officer.get("/rules/own_clock/versions/1/trial").await.text().to_owned();
    assert!(stays.matches("time_syncの事実は機器の中だけにあり").count() == 2, "{stays}");
    assert!(stays.contains("1つのグループだけに適用") && !stays.contains("適合しています。"), "{stays}");
    let entries = bench.audit().await;
    assert!(
        entries.iter().all(|entry| !entry.contains("trial"))
            && bench.store.read().await.unwrap().findings().await.unwrap().len() == 1
    );
}

#[tokio::test]
async fn a_rule_in_force_counts_for_its_item_on_its_hosts_alone_until_it_is_withdrawn() {
    let bench = Bench::new().await;
    places(&bench).await;
    let officer = bench.person(Role::Officer).await;
    ask(&officer).await;
    let approver = bench.confirmed(Role::Approver).await;
    approve(&approver).await;
    assert_eq!(roll_out(&approver, "group:受付").await.status, StatusCode::SEE_OTHER);
    let (pc, server) = (HostId::new("h-1").unwrap(), HostId::new("h-2").unwrap());
    let in_force = async || {
        let mut transaction = bench.store.read().await.unwrap();
        let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
        InForce::read(&mut transaction, &catalog, &checklist).await.unwrap()
    };
    let causes = async || {
        let checklist = in_force().await.checklist;
        let known = Known::read(&mut bench.store.read().await.unwrap(), now()).await.unwrap();
        let status = known.status(checklist.item(&ItemId::new(ITEM).unwrap()).unwrap());
        let of_rule = status.causes.iter().filter(|cause| format!("{:?}", cause.reason).contains("own_guest"));
        let host = |cause: &tenken_engine::item::Cause| format!("{:?}", cause.reason).contains("h-1");
        of_rule.map(|cause| (cause.state, host(cause))).collect::<Vec<_>>()
    };
    assert_eq!(causes().await, [(ItemState::Unknown, true)], "it was not judged yet, and the other host is spared");

    for host in [&pc, &server] {
        let key = FindingKey { rule: own(), subject: None };
        let says = Bilingual { ja: "guest が使えます。".into(), en: "guest can sign in.".into() };
        let finding =
            Finding { key, verdict: Verdict::Fail, says, branch: None, evidence: Vec::new(), observed_at: now() };
        let (digest, failing) = (finding.digest(), Some(Failing { since: now(), awake: Span::ZERO }));
        let stored = StoredFinding { host: host.clone(), digest, finding, since: now(), failing, changed_at: now() };
        let mut transaction = bench.store.write().await.unwrap();
        transaction.set_finding(&stored).await.unwrap();
        let terms = crate::drift::Terms::of(&in_force().await.catalog, Some(Span::ZERO));
        crate::drift::settle(&mut transaction, &terms, None, now()).await.unwrap();
        transaction.save().await.unwrap();
    }
    assert_eq!(causes().await, [(ItemState::Drift, true)]);
    let drifting = async || {
        let open = bench.store.read().await.unwrap().open_drifts().await.unwrap();
        open.into_iter().filter(|drift| drift.finding.key.rule == own()).map(|drift| drift.host).collect::<Vec<_>>()
    };
    assert_eq!(drifting().await, std::slice::from_ref(&pc), "what the other host tells of it is no drift");
    let page = officer.get("/rules/own_guest").await.text().to_owned();
    for part in [
        "guest が使えます。",
        "満たしてほしい状態",
        "グループ「受付」に適用しています",
        "/items/technical.9",
        "/hosts/h-1",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let item = officer.get("/items/technical.9").await.text().to_owned();
    assert!(item.contains("id=\"r-own_guest\"") && item.contains("/rules/own_guest"), "pages of items tell of it");
    let drifts = officer.get("/drifts").await.text().to_owned();
    assert!(drifts.contains("満たしてほしい状態"), "by its title");
    let list = officer.get("/rules").await.text().to_owned();
    assert!(list.contains("適用中") && list.contains("/rules/clock_synchronised"), "{list}");

    let withdrawn = approver.post("/rules/own_guest/withdraw", &[]).await;
    assert_eq!(withdrawn.location(), "/rules/own_guest?done=own_rule_withdrawn");
    assert!(causes().await.is_empty());
    let mut transaction = bench.store.read().await.unwrap();
    assert!(transaction.findings().await.unwrap().iter().all(|stored| stored.finding.key.rule != own()));
    assert!(transaction.open_drifts().await.unwrap().iter().all(|drift| drift.finding.key.rule != own()));
    transaction.abandon().await.unwrap();
    let again = approver.post("/rules/own_guest/withdraw", &[]).await;
    assert!(again.text().contains("適用されていません"), "{}", again.text());
    assert!(officer.get("/rules").await.text().contains("適用終了"));
    assert_eq!(officer.get(VERSION).await.status, StatusCode::OK, "its versions stay");

    // A host that did not hear of it yet tells of it once more: that is no drift.
    let terms = crate::drift::Terms::of(&in_force().await.catalog, Some(Span::ZERO));
    assert!(terms.is_withdrawn(&own()) && !terms.is_withdrawn(&RuleId::new("clock_synchronised").unwrap()));
}
