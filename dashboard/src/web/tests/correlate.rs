//! What facts and registers tell together, as people see it: a vendor's day, from the request to the review.

use axum::http::StatusCode;
use tenken_engine::Catalog;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::observation::Outcome;
use tenken_model::{HostId, Instant, Observation, Read, Span};

use super::{Bench, Browser, now};
use crate::auth::role::Role;
use crate::correlate;
use crate::drift::Terms;
use crate::registers::Definition;

/// The dashboard's clock says half past two in the afternoon of Tuesday 24 November.
const WORK: [(&str, &str); 8] = [
    ("number", "2026-014"),
    ("work_on", "2026-11-24"),
    ("vendor", "ABC保守"),
    ("system", "健診システム"),
    ("manner", "remote"),
    ("workers", "鈴木"),
    ("content", "更新プログラムの適用"),
    ("account", "* / maint-suzuki"),
];

fn session(started: &str, ended: &str) -> Session {
    Session {
        account: "maint-suzuki".into(),
        terminal: "pts/0".into(),
        origin: SessionOrigin::Network,
        from: "10.8.0.7".into(),
        started: started.parse().unwrap(),
        ended: Some(ended.parse().unwrap()),
        ended_by: SessionEnd::SignedOut,
    }
}

async fn tell(bench: &Bench, entries: Vec<Session>) {
    let fact = Sessions {
        entries,
        since: Read::Measured(Some(Instant::UNIX_EPOCH)),
        complete: Read::Measured(true),
        left_out: 0,
    };
    let outcome = Outcome::Known(fact);
    let observation = Observation { read_at: now(), took: Span::ZERO, sources: Vec::new(), outcome };
    let fact = KeptFact::of(&AnyObservation::Sessions(observation)).unwrap();
    let host = HostId::new("h-1").unwrap();
    let terms = Terms::of(&Catalog::embedded().unwrap(), None);
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_fact(&host, &fact, now()).await.unwrap();
    correlate::judge_host(&mut transaction, &terms, &host, now()).await.unwrap();
    crate::drift::settle(&mut transaction, &terms, Some(&host), now()).await.unwrap();
    transaction.save().await.unwrap();
}

async fn added(browser: &Browser, slug: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(&format!("/registers/{slug}/new"), fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("/registers/{slug}?done=saved")));
}

#[tokio::test]
async fn a_session_is_linked_to_its_request_and_an_extra_one_raises_a_drift() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    for (name, affiliation, company) in [("鈴木", "vendor", "ABC保守"), ("加藤", "own", ""), ("佐藤", "own", "")]
    {
        let fields = [("name", name), ("affiliation", affiliation), ("company", company), ("secrecy", "false")];
        added(&officer, "people", &fields).await;
    }
    let account = [("account", "maint-suzuki"), ("kind", "maintenance"), ("owner", "鈴木"), ("administrator", "false")];
    added(&officer, "accounts", &account).await;
    added(&officer, "maintenance", &WORK).await;
    let definition = Definition::by_slug("maintenance").unwrap();
    let id = bench.store.read().await.unwrap().open_rows(definition).await.unwrap()[0].id;
    let row = format!("/registers/maintenance/{id}");
    let approver = bench.confirmed(Role::Approver).await;
    let answer = approver.post(&format!("{row}/approve"), &[("revision", "1")]).await;
    assert_eq!(answer.location(), format!("{row}?done=approved"));
    assert!(officer.get(&row).await.text().contains("まだ記録されていません"));
    assert!(officer.get("/tasks").await.text().contains("アクセスログを点検し"), "the work day has come");

    let requested = || session("2026-11-24T01:02:00Z", "2026-11-24T02:40:00Z");
    tell(&bench, vec![requested()]).await;
    let page = officer.get(&row).await.text().to_owned();
    assert!(page.contains("maint-suzuki 2026/11/24 10:02〜2026/11/24 11:40") && page.contains("/hosts/h-1"), "{page}");
    let host = officer.get("/hosts/h-1").await.text().to_owned();
    assert!(host.contains(&format!("<a href=\"{row}\">registers.maintenance/")), "{host}");

    let drifts = bench.store.read().await.unwrap().open_drifts().await.unwrap().len();
    tell(&bench, vec![session("2026-11-23T01:00:00Z", "2026-11-23T01:05:00Z"), requested()]).await;
    let mut transaction = bench.store.read().await.unwrap();
    let open = transaction.open_drifts().await.unwrap();
    let subject =
        |text: &str| open.iter().find(|drift| drift.finding.key.subject.as_ref().is_some_and(|it| it.as_str() == text));
    let drift = subject("maint-suzuki 2026-11-23 10:00").unwrap();
    assert_eq!(open.len(), drifts + 1, "the session of the day before, and nothing else");
    assert_eq!(transaction.mails_of(drift.id).await.unwrap().len(), 1);
    transaction.abandon().await.unwrap();
    let page = officer.get(&format!("/drifts/{}", drift.id)).await.text().to_owned();
    for part in ["2026-11-23の作業申請が保守作業台帳にありません", "/registers/accounts/", "事後承認の理由を書いて承認"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let item = officer.get("/items/maintenance.5").await.text().to_owned();
    assert!(item.contains("maint-suzuki 2026-11-23 10:00") && item.contains("承認された作業申請がある"), "{item}");
}
