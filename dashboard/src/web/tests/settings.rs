//! When people are told, and a mail that shows whether the way works.

use axum::http::StatusCode;

use super::Bench;
use crate::alert::AlertSettings;
use crate::auth::role::Role;
use crate::status::Patience;

async fn kept(bench: &Bench) -> Option<AlertSettings> {
    bench.store.read().await.unwrap().setting().await.unwrap()
}

#[tokio::test]
async fn administrators_set_when_people_are_told() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let shown = admin.get("/settings").await;
    assert_eq!(shown.field("escalate").as_deref(), Some("8"));
    assert!(shown.text().contains("<option value=\"9\" selected>"), "nine o'clock");
    let typed = |digest, escalate, server_minutes, pc_days| listed(digest, escalate, server_minutes, pc_days, "20");
    for (digest, escalate) in [("24", "8"), ("", "8"), ("9", "0"), ("9", "161"), ("9", "-1"), ("9", "8.5"), ("9", "")] {
        let refused = admin.post_refused("/settings", &typed(digest, escalate, "30", "10")).await;
        assert!(refused.text().contains("aria-invalid"), "{digest} {escalate}");
    }
    for (server_minutes, pc_days) in [("4", "10"), ("30", "0"), ("30", "61"), ("", "10"), ("30", "1.5")] {
        let refused = admin.post_refused("/settings", &typed("9", "8", server_minutes, pc_days)).await;
        assert!(refused.text().contains("aria-invalid"), "{server_minutes} {pc_days}");
    }
    assert_eq!((kept(&bench).await, bench.audit().await), (None, Vec::new()));
    let set = admin.post("/settings", &typed("7", " 16 ", "30", "10")).await;
    assert_eq!((set.status, set.location()), (StatusCode::SEE_OTHER, "/settings?done=saved"));
    let seven = AlertSettings { digest_hour: Some(7), escalate_hours: 16, monthly_day: Some(20) };
    assert_eq!(kept(&bench).await, Some(seven));
    admin.post("/settings", &typed("off", "16", "30", "10")).await;
    assert_eq!(kept(&bench).await.unwrap().digest_hour, None);
    assert_eq!(bench.audit().await, ["person-admin alerts_set "; 2]);
    admin.post("/settings", &typed("off", "16", "60", "3")).await;
    assert_eq!(bench.audit().await[2..], ["person-admin presence_set "]);
    let patience: Option<Patience> = bench.store.read().await.unwrap().setting().await.unwrap();
    assert_eq!(patience, Some(Patience { server_minutes: 60, pc_days: 3 }));
    let auditor = bench.person(Role::Auditor).await;
    let text = auditor.get("/settings").await.text().to_owned();
    assert!(
        text.contains("16時間") && text.contains("3営業日") && !text.contains("action=\"/settings\""),
        "who may only look sees it: {text}"
    );
}

fn listed<'a>(
    digest: &'a str,
    escalate: &'a str,
    server_minutes: &'a str,
    pc_days: &'a str,
    monthly: &'a str,
) -> [(&'static str, &'a str); 5] {
    [
        ("digest", digest),
        ("escalate", escalate),
        ("server_minutes", server_minutes),
        ("pc_days", pc_days),
        ("monthly", monthly),
    ]
}

#[tokio::test]
async fn the_day_of_the_list_of_what_falls_due_is_set() {
    let bench = Bench::new().await;
    let admin = bench.person(Role::Admin).await;
    let shown = admin.get("/settings").await;
    assert!(shown.text().contains("<option value=\"20\" selected>毎月20日"), "{}", shown.text());
    for day in ["0", "32", "", "-1", "20.5", "last"] {
        let refused = admin.post_refused("/settings", &listed("9", "8", "30", "10", day)).await;
        assert!(refused.text().contains("aria-invalid"), "{day}");
    }
    assert_eq!(kept(&bench).await, None);
    for (day, kept_day) in [("5", Some(5)), ("off", None), ("31", Some(31))] {
        admin.post("/settings", &listed("9", "8", "30", "10", day)).await;
        assert_eq!(kept(&bench).await.unwrap().monthly_day, kept_day);
    }
    let auditor = bench.person(Role::Auditor).await;
    assert!(auditor.get("/settings").await.text().contains("毎月31日"), "who may only look sees it");
}

#[tokio::test]
async fn a_test_mail_is_sent_and_what_came_of_it_is_said() {
    let none = Bench::new().await;
    let answer = none.person(Role::Admin).await.post_refused("/settings/test-mail", &[]).await;
    assert!(answer.text().contains("通知メールは未設定です"), "{}", answer.text());

    let bench = Bench::mailing(false).await;
    let answer = bench.person(Role::Admin).await.post_refused("/settings/test-mail", &[]).await;
    assert!(answer.text().contains("テストメールをofficer@example.jpに送信しました。"), "{}", answer.text());
    assert!(bench.mail_folder().join("tenken.test.eml").exists());

    let broken = Bench::mailing(true).await;
    let answer = broken.person(Role::Admin).await.post_refused("/settings/test-mail", &[]).await;
    assert!(answer.text().contains("テストメールを送信できませんでした。"), "{}", answer.text());
}
