//! Approval of what a register asks for: by another person with the role and a second factor, of what is written now.

use axum::http::StatusCode;

use super::{Bench, Browser, now};
use crate::auth::role::Role;
use crate::registers::approve;
use crate::registers::{Definition, Row};

const WORK: [(&str, &str); 7] = [
    ("number", "2026-014"),
    ("work_on", "2026-11-24"),
    ("vendor", "ABC保守"),
    ("system", "健診システム"),
    ("manner", "remote"),
    ("workers", "鈴木"),
    ("content", "更新プログラムの適用"),
];
const NEW: &str = "/registers/maintenance/new";
const ROW: &str = "/registers/maintenance/1";
const APPROVE: &str = "/registers/maintenance/1/approve";

fn works() -> &'static Definition {
    Definition::by_slug("maintenance").unwrap()
}

async fn row(bench: &Bench) -> (Row, i64) {
    let stored = bench.store.read().await.unwrap().register_row(works(), 1).await.unwrap().unwrap();
    (stored.row, stored.revision)
}

async fn told(bench: &Bench) -> Vec<(String, String)> {
    let entries = bench.store.read().await.unwrap().audit_entries(None, 100).await.unwrap();
    let of_rows = entries.into_iter().map(|(_, entry)| (entry.act, entry.person));
    of_rows.filter(|(act, _)| act.starts_with("register_row")).rev().collect()
}

async fn act(browser: &Browser, address: &str, revision: i64) -> (StatusCode, String) {
    let answer = browser.post(address, &[("revision", &revision.to_string())]).await;
    let text =
        if answer.status == StatusCode::SEE_OTHER { answer.location().to_owned() } else { answer.text().to_owned() };
    (answer.status, text)
}

#[tokio::test]
async fn a_request_is_approved_by_another_person_who_confirmed_who_it_is() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert_eq!(officer.post(NEW, &WORK).await.status, StatusCode::SEE_OTHER);
    let waits = officer.get(ROW).await.text().to_owned();
    assert!(waits.contains("まだ承認されていません。2026年11月24日までに") && !waits.contains(APPROVE), "{waits}");
    assert!(
        !waits.contains("name=\"approver\"") && !waits.contains("name=\"approved_on\""),
        "they are no fields: {waits}"
    );
    assert_eq!(act(&officer, APPROVE, 1).await.0, StatusCode::FORBIDDEN);

    let unconfirmed = bench.person(Role::Admin).await;
    let page = unconfirmed.get(ROW).await.text().to_owned();
    assert!(page.contains(&format!("/confirm?next={ROW}")) && !page.contains(APPROVE), "{page}");
    assert_ne!(act(&unconfirmed, APPROVE, 1).await.1, format!("{ROW}?done=approved"));
    assert!(row(&bench).await.0.get("approver").is_empty());

    let approver = bench.confirmed(Role::Approver).await;
    assert!(approver.get("/tasks").await.text().contains("保守作業台帳: 内容を確認し、承認してください"));
    assert!(approver.get(ROW).await.text().contains(APPROVE));
    assert_eq!(act(&approver, APPROVE, 7).await.0, StatusCode::OK, "it was not seen as it is");
    assert_eq!(act(&approver, APPROVE, 1).await.1, format!("{ROW}?done=approved"));
    let (given, revision) = row(&bench).await;
    assert_eq!((given.get("approver"), given.get("approved_on")), ("person-approver", "2026-11-24"));
    assert!(officer.get(ROW).await.text().contains("person-approverさんが2026年11月24日に承認しました。"));
    assert!(!approver.get("/tasks").await.text().contains("承認してください"));
    assert_eq!(act(&approver, APPROVE, revision).await.0, StatusCode::OK, "it is approved already");

    let back = act(&approver, "/registers/maintenance/1/take-back", revision).await;
    assert_eq!(back.1, format!("{ROW}?done=approval_taken_back"));
    assert!(row(&bench).await.0.get("approver").is_empty());
    let acts = told(&bench).await;
    let acts: Vec<(&str, &str)> = acts.iter().map(|(act, person)| (act.as_str(), person.as_str())).collect();
    let expected = [
        ("register_row_added", "person-officer"),
        ("register_row_approved", "person-approver"),
        ("register_row_approval_taken_back", "person-approver"),
    ];
    assert_eq!(acts, expected);
    let nowhere = act(&approver, "/registers/accounts/1/approve", 1).await.0;
    assert_eq!(nowhere, StatusCode::NOT_FOUND, "rows of others need none");
}

#[tokio::test]
async fn nobody_approves_their_own_nor_writes_an_approval_into_a_cell() {
    let bench = Bench::new().await;
    let approver = bench.confirmed(Role::Approver).await;
    let typed = [&WORK[..], &[("approver", "加藤"), ("approved_on", "2026-11-20")]].concat();
    let refused = approver.post(NEW, &typed).await;
    assert!(refused.status == StatusCode::OK && refused.text().contains("責任者が画面で承認したときに"));
    assert_eq!(approver.post(NEW, &WORK).await.status, StatusCode::SEE_OTHER);
    let page = approver.get(ROW).await.text().to_owned();
    assert!(page.contains("自分では承認できません") && !page.contains(APPROVE), "{page}");
    let (status, own) = act(&approver, APPROVE, 1).await;
    assert!(status == StatusCode::OK && own.contains("自分では承認できません"), "{own}");

    let changed = [&WORK[..], &[("revision", "1"), ("approver", "加藤"), ("approved_on", "2026-11-20")]].concat();
    assert!(approver.post(ROW, &changed).await.text().contains("責任者が画面で承認したときに"));
    let csv = "申請番号,作業日,保守業者,対象システム,作業方法,作業者,作業内容,承認者,承認日\n\
               2026-014,2026-11-24,ABC保守,健診システム,リモート,鈴木,更新プログラムの適用,加藤,2026-11-20\n";
    let taken = crate::registers::keep::import(&bench.store, works(), csv.as_bytes(), None, "x", now()).await.unwrap();
    let crate::registers::keep::Taking::Faulty(preview) = taken else { panic!("{taken:?}") };
    let columns: Vec<&str> = preview.file.errors.iter().filter_map(|error| Some(error.column?.name)).collect();
    assert_eq!(columns, ["approver", "approved_on"]);
    assert!(row(&bench).await.0.get("approver").is_empty());
}

#[tokio::test]
async fn who_changes_what_was_approved_takes_the_approval_back() {
    let bench = Bench::new().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    officer.post(NEW, &WORK).await;
    act(&approver, APPROVE, 1).await;
    let reviewed = [&WORK[..], &[("revision", "2"), ("reviewed_on", "2026-11-24"), ("result", "済")]].concat();
    assert_eq!(officer.post(ROW, &reviewed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(row(&bench).await.0.get("approver"), "person-approver", "what is filled in afterwards");
    let mut moved = WORK.to_vec();
    moved[1].1 = "2026-11-23";
    moved.push(("revision", "3"));
    assert_eq!(officer.post(ROW, &moved).await.status, StatusCode::SEE_OTHER);
    assert!(row(&bench).await.0.get("approver").is_empty());
    let (status, late) = act(&approver, APPROVE, 4).await;
    assert!(status == StatusCode::OK && late.contains("先に担当者が「事後承認の理由」"), "{late}");
    let because = [&moved[..7], &[("revision", "4"), ("late_reason", "夜間の障害対応")]].concat();
    assert_eq!(officer.post(ROW, &because).await.status, StatusCode::SEE_OTHER);
    assert_eq!(act(&approver, APPROVE, 5).await.0, StatusCode::SEE_OTHER);
    let waiting = approve::waiting(&mut bench.store.read().await.unwrap()).await.unwrap();
    assert_eq!(waiting, []);
}

#[tokio::test]
async fn renaming_an_account_puts_no_other_under_an_approval_that_is_still_to_be_used() {
    let bench = Bench::new().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    let account =
        [("host", "*"), ("account", "maint-a"), ("kind", "maintenance"), ("owner", "x"), ("administrator", "false")];
    assert_eq!(officer.post("/registers/accounts/new", &account).await.status, StatusCode::SEE_OTHER);
    let account_row = "/registers/accounts/1";
    for (number, day) in [("over", "2026-11-23"), ("ahead", "2026-11-25")] {
        let more = [("account", "* / maint-a"), ("late_reason", "障害")];
        let work = [&WORK[2..], &[("number", number), ("work_on", day)], &more].concat();
        assert_eq!(officer.post(NEW, &work).await.status, StatusCode::SEE_OTHER);
    }
    for id in [2, 3] {
        assert_eq!(act(&approver, &format!("/registers/maintenance/{id}/approve"), 1).await.0, StatusCode::SEE_OTHER);
    }
    let mut renamed = account.to_vec();
    renamed[1].1 = "maint-b";
    renamed.push(("revision", "1"));
    assert_eq!(officer.post(account_row, &renamed).await.status, StatusCode::SEE_OTHER);
    let rows = bench.store.read().await.unwrap().open_rows(works()).await.unwrap();
    let given: Vec<_> = rows.iter().map(|row| (row.row.get("account"), row.row.get("approver"))).collect();
    assert_eq!(given, [("* / maint-a", "person-approver"), ("* / maint-b", "")]);
}
