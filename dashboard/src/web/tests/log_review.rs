//! The monthly review of logs, from what a host told to the signed sheet.

use axum::http::StatusCode;
use tenken_model::digest::Digest;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::observation::Outcome;
use tenken_model::{HostId, Instant, ItemId, Observation, Read, Span};

use super::{Bench, now};
use crate::auth::role::Role;
use crate::log_review::{self, Month};
use crate::store::NewHost;

const SHEET: &str = "/log-review/2026-10";

fn october() -> Month {
    "2026-10".parse().unwrap()
}

/// An agency whose first host came in September and tells of one sign-in at night in October.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let host = HostId::new("h-0").unwrap();
    let session = Session {
        account: "hanako".into(),
        terminal: "pts/0".into(),
        origin: SessionOrigin::Network,
        from: "192.0.2.7".into(),
        started: "2026-10-14T13:10:00Z".parse().unwrap(),
        ended: Some("2026-10-14T13:40:00Z".parse().unwrap()),
        ended_by: SessionEnd::SignedOut,
    };
    let fact = Sessions {
        entries: vec![session],
        since: Read::Measured(Some(Instant::UNIX_EPOCH)),
        complete: Read::Measured(true),
        left_out: 0,
    };
    let outcome = Outcome::Known(fact);
    let observation = Observation { read_at: now(), took: Span::ZERO, sources: Vec::new(), outcome };
    let mut transaction = bench.store.write().await.unwrap();
    let new = NewHost {
        id: host.clone(),
        name: "SV-KENSHIN01".into(),
        enrolled_at: "2026-09-10T00:00:00Z".parse().unwrap(),
        certificate: Digest::of(b"d"),
        certificate_until: Span::from_days(90).after(now()),
    };
    transaction.add_host(&new).await.unwrap();
    let fact = KeptFact::of(&AnyObservation::Sessions(observation)).unwrap();
    transaction.set_fact(&host, &fact, now()).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(log_review::prepare(&bench.store, now()).await.unwrap(), 2, "October and November");
    assert_eq!(log_review::prepare(&bench.store, now()).await.unwrap(), 0, "once a day");
    bench
}

#[tokio::test]
async fn a_sheet_is_looked_at_signed_and_serves_several_items() {
    let bench = bench().await;
    let officer = bench.person(Role::Officer).await;
    let people = [("name", "person-officer"), ("affiliation", "own"), ("secrecy", "false")];
    assert_eq!(officer.post("/registers/people/new", &people).await.status, StatusCode::SEE_OTHER);
    assert!(officer.get("/tasks").await.text().contains("ログ点検票 2026年10月分"), "it is to be signed");
    let list = officer.get("/log-review").await.text().to_owned();
    assert!(list.contains(SHEET) && list.contains("署名待ち") && list.contains("作成中"), "{list}");
    let page = officer.get(SHEET).await;
    for part in
        ["2026/10/14 22:10", "hanako", "192.0.2.7", "記録がまだ届いていません", "失敗したサインイン", "person-officer"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let digest = page.field("digest").unwrap();
    let typed = [
        ("digest", digest.as_str()),
        ("reviewer", "person-officer"),
        ("result", "found"),
        ("findings", "14日夜は残業届あり。\r\nUSBは使用なし。"),
        ("item", "maintenance.8"),
        ("item", "exchange.1"),
    ];
    for (name, text, says) in [
        ("findings", "", "確かめたことを書いてください"),
        ("reviewer", "だれか", "だれか"),
        ("result", "", "選んでください"),
        ("digest", "0000000000000000000000000000000000000000000000000000000000000000", "点検票が新しくなりました"),
    ] {
        let wrong = typed.map(|(field, typed)| if field == name { (field, text) } else { (field, typed) });
        let answer = officer.post(SHEET, &wrong).await;
        assert!(answer.status == StatusCode::OK && answer.text().contains(says), "{name}: {}", answer.text());
    }
    let part = officer.get(&format!("{SHEET}?part=4")).await;
    assert!(part.text().contains("hanako") && part.field("digest").is_none(), "{}", part.text());
    assert!(!part.text().contains("記録がまだ届いていません"), "another part");
    assert_eq!(officer.get(&format!("{SHEET}?part=99")).await.status, StatusCode::NOT_FOUND);
    let viewer = bench.person(Role::Viewer).await;
    assert!(!viewer.get(SHEET).await.text().contains("name=\"findings\""));
    assert_eq!(viewer.post(SHEET, &typed).await.status, StatusCode::FORBIDDEN);

    assert_eq!(officer.post(SHEET, &typed).await.location(), format!("{SHEET}?done=logs_signed"));
    let signed = officer.get(SHEET).await.text().to_owned();
    assert!(
        signed.contains("14日夜は残業届あり。\nUSBは使用なし。") && !signed.contains("name=\"findings\""),
        "{signed}"
    );
    assert!(officer.get("/registers/reviews").await.text().contains("アクセスログの確認 2026年10月分"));
    assert!(!officer.get("/tasks").await.text().contains("ログ点検票 2026年10月分"));
    let mut transaction = bench.store.read().await.unwrap();
    let head = transaction.log_sheet_head(october()).await.unwrap().unwrap();
    let document = head.signed.unwrap().document;
    for (item, stated) in [("technical.7", 1), ("maintenance.8", 1), ("physical.4", 0), ("exchange.1", 0)] {
        let item = ItemId::new(item).unwrap();
        let files = transaction.files_of(&item).await.unwrap();
        assert_eq!(files.iter().filter(|file| file.digest == document).count(), stated, "{item}");
    }
    let file = transaction.evidence(&document, "").await.unwrap().unwrap();
    assert!(file.content.starts_with(b"%PDF-"));
    transaction.abandon().await.unwrap();
    assert!(bench.audit().await.contains(&"person-officer log_sheet_signed 2026-10".to_owned()));

    let again = officer.post(SHEET, &typed).await;
    assert!(again.text().contains("すでに署名されています"), "{}", again.text());
    let remade = officer.post(&format!("{SHEET}/make"), &[]).await;
    assert!(remade.text().contains("すでに署名されています"), "{}", remade.text());
}

#[tokio::test]
async fn a_month_that_goes_on_is_not_signed_and_one_without_hosts_has_no_sheet() {
    let bench = bench().await;
    let officer = bench.person(Role::Officer).await;
    let page = officer.get("/log-review/2026-11").await;
    assert!(
        page.text().contains("2026年11月30日から署名できます") && page.field("digest").is_none(),
        "{}",
        page.text()
    );
    let sheet = bench.store.read().await.unwrap().log_sheet("2026-11".parse().unwrap()).await.unwrap().unwrap();
    let typed = [
        ("digest", sheet.digest.to_string()),
        ("reviewer", "x".into()),
        ("result", "clean".into()),
        ("findings", "x".into()),
    ];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let early = officer.post("/log-review/2026-11", &typed).await;
    assert!(early.text().contains("2026年11月30日から署名できます"), "{}", early.text());
    assert_eq!(officer.post("/log-review/2026-11/make", &[]).await.location(), "/log-review/2026-11?done=logs_made");
    for nothing in ["/log-review/2026-08", "/log-review/2026-9", "/log-review/x"] {
        assert_eq!(officer.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
        assert_eq!(officer.post(&format!("{nothing}/make"), &[]).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn the_next_sheet_begins_where_the_signed_one_ended() {
    let bench = bench().await;
    let end: Instant = "2026-11-30T07:00:00Z".parse().unwrap();
    let november: Month = "2026-11".parse().unwrap();
    assert!(log_review::make(&bench.store, november, end).await.unwrap());
    let sheet = bench.store.read().await.unwrap().log_sheet(november).await.unwrap().unwrap();
    assert_eq!((sheet.sheet.from, sheet.sheet.until), (november.begins(), end));
    let checklist = tenken_engine::Checklist::embedded().unwrap();
    let signature = log_review::Signature {
        seen: sheet.digest,
        reviewer: "佐藤".into(),
        result: crate::store::ReviewResult::Clean,
        findings: "確認した。".into(),
        items: Vec::new(),
    };
    let signing = log_review::sign(&bench.store, &checklist, november, &signature, "sato", end).await.unwrap();
    assert_eq!(signing, log_review::Signing::Done);
    let later = Span::from_days(1).after(end);
    assert!(!log_review::make(&bench.store, november, later).await.unwrap(), "it is signed");
    assert!(log_review::make(&bench.store, november.next(), later).await.unwrap());
    let next = bench.store.read().await.unwrap().log_sheet(november.next()).await.unwrap().unwrap();
    assert_eq!(next.sheet.from, end, "what happened after the signature is looked at too");
}
