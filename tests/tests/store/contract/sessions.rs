use tenken_dashboard::log_review::{Month, Sheet};
use tenken_dashboard::registers::{Column, Definition, Row};
use tenken_dashboard::store::{HostSession, LogSheet, ReviewResult, ShortList, SignedSheet, Store};
use tenken_model::digest::Digest;

use super::{at, enrolled, id};
use crate::engines::Database;

pub(crate) async fn sessions_of_hosts_are_kept_once_with_their_end(store: &Store, _: &Database) {
    let (one, other) = (id("h-1"), id("h-2"));
    enrolled(store, &one, "a").await;
    enrolled(store, &other, "b").await;
    let session = |account: &str, started, ended: Option<i64>| HostSession {
        account: account.into(),
        terminal: "pts/0".into(),
        from: "10.8.0.7".into(),
        started: at(started),
        ended: ended.map(at),
        goes_on: ended.is_none(),
    };
    let mut transaction = store.write().await.unwrap();
    for known in [session("maint-suzuki", 10, None), session("maint-suzuki", 10, Some(20)), session("b", 30, None)] {
        transaction.keep_host_session(&one, &known).await.unwrap();
    }
    transaction.keep_host_session(&other, &session("maint-suzuki", 10, Some(20))).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let kept = transaction.host_sessions(&one).await.unwrap();
    assert_eq!(kept, [session("b", 30, None), session("maint-suzuki", 10, Some(20))], "the newest first, each once");
    let between = transaction.host_sessions_between(at(10), at(30)).await.unwrap();
    assert_eq!(between.values().map(Vec::len).collect::<Vec<_>>(), [1, 1], "the end is not in it");
    transaction.forget_host_session(&one, &session("b", 30, None)).await.unwrap();
    assert_eq!(transaction.host_sessions(&one).await.unwrap(), [session("maint-suzuki", 10, Some(20))], "one alone");
    transaction.keep_host_session(&one, &session("b", 30, None)).await.unwrap();
    transaction.forget_host_sessions(at(30)).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.host_sessions(&one).await.unwrap().len(), 1);
    assert!(transaction.host_sessions(&other).await.unwrap().is_empty());
}

fn sheet(month: Month, hosts: usize) -> LogSheet {
    let empty = Sheet {
        month,
        from: month.begins(),
        until: month.ends(),
        made_at: month.ends(),
        hosts,
        accounts_kept: true,
        resets_kept: false,
        out_of_hours: ShortList { lines: Vec::new(), left: 0 },
        administrators: ShortList { lines: Vec::new(), left: 0 },
        special: ShortList { lines: Vec::new(), left: 0 },
        unregistered: ShortList { lines: Vec::new(), left: 0 },
        changes: ShortList { lines: Vec::new(), left: 0 },
        resets: ShortList { lines: Vec::new(), left: 0 },
        gaps: ShortList { lines: Vec::new(), left: 0 },
        late: std::collections::BTreeMap::new(),
        happened: None,
    };
    LogSheet::new(empty).unwrap()
}

pub(crate) async fn a_sheet_of_logs_is_replaced_until_it_is_signed(store: &Store, _: &Database) {
    let (march, april): (Month, Month) = ("2027-03".parse().unwrap(), "2027-04".parse().unwrap());
    let definition = Definition::by_slug("reviews").unwrap();
    let typed = |column: &'static Column| match column.name {
        "kind" => Some("logs".to_owned()),
        "result" => Some("clean".to_owned()),
        "reviewed_on" => Some("2027-03-31".to_owned()),
        "name" | "reviewed_by" => Some("x".to_owned()),
        _ => None,
    };
    let row = Row::read(definition, typed).unwrap();
    let mut transaction = store.write().await.unwrap();
    let row = transaction.add_row(definition, &row, "sato", at(1)).await.unwrap();
    let (first, second) = (sheet(march, 1), sheet(march, 2));
    for kept in [&first, &second, &sheet(april, 3)] {
        assert!(transaction.keep_log_sheet(kept).await.unwrap());
    }
    let signed = SignedSheet {
        at: at(9),
        person: "sato".into(),
        result: ReviewResult::Found,
        findings: "x".into(),
        row,
        document: Digest::of(b"pdf"),
    };
    assert!(!transaction.sign_log_sheet(march, &first.digest, &signed).await.unwrap(), "it was made anew");
    assert!(transaction.sign_log_sheet(march, &second.digest, &signed).await.unwrap());
    assert!(!transaction.sign_log_sheet(march, &second.digest, &signed).await.unwrap(), "once");
    assert!(!transaction.keep_log_sheet(&first).await.unwrap(), "what is signed stays");
    transaction.save().await.unwrap();
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.log_sheet(march).await.unwrap(), Some(second));
    assert_eq!(transaction.log_sheet_head(march).await.unwrap().unwrap().signed, Some(signed));
    let months: Vec<Month> = transaction.log_sheet_heads().await.unwrap().iter().map(|head| head.month).collect();
    assert_eq!(months, [april, march]);
    assert_eq!(transaction.log_sheet(march.before()).await.unwrap(), None);
}
