//! The published form: taken in, contradicted, changed by two people, waived.

use axum::http::StatusCode;
use tenken_engine::Checklist;
use tenken_form::declaration::Status;
use tenken_model::{ItemId, RuleId, Span};

use super::{Bench, Browser, now};
use crate::auth::role::Role;
use crate::declaration::settle;
use crate::drift::{self, Terms};
use crate::store::{
    Decision, MailBody, MailKind, NewAttestation, NewWaiver, Resolution, Thread, Version, WaiverDecision, WaiverNews,
};

const PUBLISHED: &str = include_str!("../../../form/tests/forms/published.txt");

fn clock() -> ItemId {
    ItemId::new("technical.9").unwrap()
}

async fn in_force(bench: &Bench) -> Version {
    bench.store.read().await.unwrap().declaration().await.unwrap().unwrap()
}

/// Lets Tenken look for contradictions.
async fn look(bench: &Bench) -> usize {
    settle(&bench.store, &Checklist::embedded().unwrap(), now()).await.unwrap()
}

/// A form with a file, and the fields of the page it gives.
async fn read(browser: &Browser, form: &str) -> (String, String) {
    let answer = browser.upload("/declaration/import", &browser.token, form.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let content = answer.field("content").unwrap_or_default();
    (content, answer.text().to_owned())
}

#[tokio::test]
async fn a_published_form_is_looked_at_and_taken_in() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert!(officer.get("/declaration").await.text().contains("まだ取り込まれていません"));
    let (content, page) = read(&officer, PUBLISHED).await;
    assert!(page.contains("90項目のうち90項目") && page.contains("すべて読み取れました"), "{page}");
    assert!(page.contains("ICカードは使用していない") && page.contains("2024年12月11日"));
    let done = officer.post("/declaration/import/apply", &[("content", &content)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/declaration?done=taken_in"));
    let version = in_force(&bench).await;
    assert_eq!(version.declaration().answers.len(), 90);
    assert_eq!(version.declaration().updated_on.to_string(), "2024-12-11");
    let page = officer.get("/declaration").await;
    assert!(page.text().contains("最低限のガイドラインを遵守済") && !page.text().contains("薬樹"));
    let file = officer.get("/declaration/form/html").await;
    assert!(file.header(axum::http::header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert!(file.text().contains("薬樹株式会社") && file.text().contains("■ ICカードは使用していない"));
    for (kind, magic) in [("pdf", b"%PDF".as_slice()), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")] {
        let file = officer.get(&format!("/declaration/versions/1/{kind}")).await;
        assert!(file.body.starts_with(magic), "{kind}");
        assert_eq!(file.body, officer.get(&format!("/declaration/form/{kind}")).await.body, "{kind}");
    }
    assert_eq!(officer.get("/declaration/form/exe").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.audit().await, ["person-officer declaration_taken_in 1"]);
}

#[tokio::test]
async fn what_could_not_be_read_is_filled_in_before_anything_is_kept() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let form = PUBLISHED.replace("2024年 12月 11日", "").replace("使用していない\t□()", "使用していない\t■()");
    let (content, page) = read(&officer, &form).await;
    assert!(page.contains("90項目のうち89項目") && page.contains("両方に印があります"), "{page}");
    assert!(page.contains("status.technical.3") && page.contains("name=\"updated_on\""));
    let missing = officer.post("/declaration/import/apply", &[("content", &content)]).await;
    assert_eq!(missing.status, StatusCode::OK);
    let fields = [
        ("content", content.as_str()),
        ("status.technical.3", "planned"),
        ("when.technical.3", ""),
        ("updated_on", "令和6年12月11日"),
    ];
    let refused = officer.post("/declaration/import/apply", &fields).await;
    assert!(refused.text().contains("実施時期を記入してください"));
    assert!(bench.store.read().await.unwrap().declaration().await.unwrap().is_none());
    let fields = [fields[0], fields[1], ("when.technical.3", "2027年5月"), fields[3]];
    assert_eq!(officer.post("/declaration/import/apply", &fields).await.status, StatusCode::SEE_OTHER);
    let version = in_force(&bench).await;
    let answer = version.declaration().answer(&ItemId::new("technical.3").unwrap()).unwrap().clone();
    assert!(matches!(answer.status, Status::Planned(Some(when)) if when.as_str() == "2027年5月"));
    assert_eq!(version.declaration().updated_on.to_string(), "2024-12-11");
}

#[tokio::test]
async fn a_date_to_come_is_refused_and_what_was_typed_stays() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let form =
        PUBLISHED.replace("2024年 12月 11日", "2062年 12月 11日").replace("使用していない\t□()", "使用していない\t■()");
    let (content, page) = read(&officer, &form).await;
    assert!(page.contains("name=\"updated_on\"") && page.contains("2062年12月11日"));
    let fields = [
        ("content", content.as_str()),
        ("status.technical.3", "planned"),
        ("when.technical.3", "2027年5月"),
        ("updated_on", "2062-12-11"),
    ];
    let refused = officer.post("/declaration/import/apply", &fields).await;
    assert!(refused.text().contains("今日までの日付") && refused.text().contains("value=\"2027年5月\""));
    assert!(bench.store.read().await.unwrap().declaration().await.unwrap().is_none());
}

#[tokio::test]
async fn taking_back_a_lapsed_statement_hides_nothing() {
    let bench = Bench::new().await;
    bench.declare().await;
    let officer = bench.person(Role::Officer).await;
    let item = ItemId::new("organizational.5").unwrap();
    let stated = |days: i64| NewAttestation {
        item: item.clone(),
        statement: "s".into(),
        evidence: "e".into(),
        person: "sato".into(),
        attested_at: Span::from_days(days - 10).after(now()),
        valid_until: Span::from_days(days).after(now()),
        branch: None,
    };
    let mut transaction = bench.store.write().await.unwrap();
    transaction.attest(&stated(300)).await.unwrap();
    transaction.attest(&stated(-30)).await.unwrap();
    transaction.save().await.unwrap();
    // The drift of the clock, and the statement that lapsed long ago.
    assert_eq!(look(&bench).await, 2);
    assert!(officer.get("/items/organizational.5").await.text().contains("確認期限切れ"));
    officer.post("/items/organizational.5/attestations/2/withdraw", &[]).await;
    assert_eq!(look(&bench).await, 0);
    assert_eq!(bench.store.read().await.unwrap().open_proposals().await.unwrap().len(), 2);
    // The one before, which would still hold, does not count again.
    assert!(officer.get("/items/organizational.5").await.text().contains("担当者の確認記録がまだありません"));
    assert!(!officer.get("/declaration").await.text().contains("矛盾する状態は見つかっていません"));
}

#[tokio::test]
async fn what_is_no_form_is_refused_with_a_reason() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    for (form, why) in [
        ("", "貼り付けるか"),
        ("%PDF-1.7", "PDF"),
        ("ようこそ", "一つも見つかりません"),
        ("<script>alert(1)</script>", "一つも見つかりません"),
    ] {
        let (content, page) = read(&officer, form).await;
        assert!(content.is_empty() && page.contains(why), "{form}: {page}");
        assert!(!page.contains("<script>alert"));
    }
    let odd = format!("{PUBLISHED}\n<b onclick=x>&lt;script&gt;</b>\n");
    let (_, page) = read(&officer, &odd).await;
    assert!(
        page.contains("どこにも当てはまらなかった行") && !page.contains("<script>") && !page.contains("onclick=x>")
    );
}

#[tokio::test]
async fn a_second_form_is_proposed_and_changes_nothing_itself() {
    let bench = Bench::new().await;
    bench.declare().await;
    let officer = bench.person(Role::Officer).await;
    let (content, page) = read(&officer, PUBLISHED).await;
    assert!(page.contains("変更案となり"));
    let fields = [("content", content.as_str()), ("reason", "転記漏れ")];
    let done = officer.post("/declaration/import/apply", &fields).await;
    assert_eq!(done.location(), "/declaration?done=taken_in_proposed");
    let open = bench.store.read().await.unwrap().open_proposals().await.unwrap();
    let about: Vec<_> = open.iter().map(|proposal| proposal.proposed.change.item().map(ToString::to_string)).collect();
    assert_eq!(about, [None, Some("technical.3".to_owned())]);
    assert_eq!(in_force(&bench).await.id, 1);
}

#[tokio::test]
async fn a_contradicted_answer_is_changed_by_two_people() {
    let bench = Bench::new().await;
    bench.declare().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    assert_eq!((look(&bench).await, look(&bench).await), (1, 0));
    let page = officer.get("/declaration").await;
    assert!(page.text().contains("Tenkenが検出") && page.text().contains("1項目が、いまの状態と合っていません"));
    // What names no time cannot be approved.
    let early = approver.post("/proposals/accept", &[("proposal", "1")]).await;
    assert!(early.text().contains("実施時期が決まっていない"), "{}", early.text());
    for (when, why) in [("", "実施時期を記入"), ("そのうち", "年と月が分かる"), ("2024年5月", "過ぎています")]
    {
        let fields = [("status", "planned"), ("when", when), ("reason", "更新待ち")];
        let refused = officer.post_refused("/items/technical.9/propose", &fields).await;
        assert!(refused.text().contains(why), "{when}");
    }
    let fields = [("status", "planned"), ("when", "2027年5月"), ("remark", ""), ("reason", "機器更新まで直せない")];
    let done = officer.post("/items/technical.9/propose", &fields).await;
    assert_eq!(done.location(), "/declaration?done=proposed");
    let page = approver.get("/declaration").await;
    assert!(page.text().contains("「遵守していない」になります") && page.text().contains("実施予定(2027年5月)"));
    assert_eq!(officer.post("/proposals/accept", &[("proposal", "2")]).await.status, StatusCode::FORBIDDEN);
    // Who saw Tenken's proposal has not seen this one.
    let stale = approver.post("/proposals/accept", &[("proposal", "1")]).await;
    assert!(stale.text().contains("すでに処理された"));
    let done = approver.post("/proposals/accept", &[("proposal", "2"), ("note", "了承")]).await;
    assert_eq!(done.location(), "/declaration?done=accepted");

    let version = in_force(&bench).await;
    assert_eq!((version.id, version.declaration().updated_on.to_string()), (2, "2026-11-24".to_owned()));
    assert!(!version.declaration().answer(&clock()).unwrap().is_done());
    let page = officer.get("/declaration/versions/2").await;
    assert!(page.text().contains("実施予定(2027年5月)") && page.text().contains("了承"));
    assert!(officer.get("/items/technical.9").await.text().contains("実施予定(2027年5月)"));
    assert!(bench.store.read().await.unwrap().publication(2).await.unwrap().unwrap().shown_at.is_none());
    let again = approver.post("/proposals/accept", &[("proposal", "2")]).await;
    assert!(again.text().contains("すでに処理された"));
    assert_eq!(
        bench.audit().await,
        [
            "person-officer change_proposed technical.9",
            "person-approver version_accepted 2",
            "person-approver change_accepted technical.9"
        ]
    );
    assert_eq!(look(&bench).await, 0);
}

#[tokio::test]
async fn decisions_want_a_fresh_second_factor() {
    let bench = Bench::new().await;
    bench.declare().await;
    look(&bench).await;
    let approver = bench.person(Role::Approver).await;
    assert!(approver.get("/declaration").await.text().contains("/confirm?next=/declaration"));
    for address in ["/proposals/accept", "/proposals/1/refuse", "/waivers/1/grant", "/waivers/1/refuse"] {
        let refused = approver.post(address, &[("proposal", "1")]).await;
        assert!(refused.text().contains("/account"), "{address}: {}", refused.status);
    }
    assert!(bench.store.read().await.unwrap().proposal(1).await.unwrap().unwrap().decided.is_none());
}

#[tokio::test]
async fn nobody_approves_their_own() {
    let bench = Bench::new().await;
    bench.declare().await;
    let admin = bench.confirmed(Role::Admin).await;
    let fields = [("status", "planned"), ("when", "2027年5月"), ("reason", "x")];
    assert_eq!(admin.post("/items/technical.9/propose", &fields).await.status, StatusCode::SEE_OTHER);
    for address in ["/proposals/accept", "/proposals/1/refuse"] {
        let refused = admin.post(address, &[("proposal", "1")]).await;
        assert!(refused.text().contains("自分の提案は自分では承認できません"), "{address}");
    }
    assert_eq!(in_force(&bench).await.id, 1);
    // Another person's proposal in its place is that person's.
    let approver = bench.confirmed(Role::Approver).await;
    let fields = [("status", "planned"), ("when", "2027年6月"), ("reason", "y")];
    approver.post("/items/technical.9/propose", &fields).await;
    assert!(approver.post("/proposals/accept", &[("proposal", "2")]).await.text().contains("自分の提案"));
    assert_eq!(admin.post("/proposals/accept", &[("proposal", "2")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_that_changed_meanwhile_is_not_overwritten() {
    let bench = Bench::new().await;
    bench.declare().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    let fields = [("version", "1"), ("cell-0-0-0", "初期費用"), ("cell-0-0-1", "100円"), ("reason", "改定")];
    assert_eq!(officer.post("/declaration/header", &fields).await.location(), "/declaration?done=proposed");
    let page = approver.get("/declaration").await;
    assert!(page.text().contains("<del>初期費用 | 0円</del>") && page.text().contains("<ins>初期費用 | 100円</ins>"));
    let mut transaction = bench.store.write().await.unwrap();
    let mut version = transaction.declaration().await.unwrap().unwrap().kept;
    version.declaration.header.blocks.clear();
    transaction.add_version(&version).await.unwrap();
    transaction.save().await.unwrap();
    let refused = approver.post("/proposals/accept", &[("proposal", "1")]).await;
    assert!(refused.text().contains("提案し直してください"));
    assert_eq!(in_force(&bench).await.id, 2);
    // Nor is a form that was made from another version.
    assert_eq!(officer.post("/declaration/header", &fields).await.status, StatusCode::CONFLICT);
    let withdrawn = officer.post("/proposals/1/withdraw", &[]).await;
    assert_eq!(withdrawn.location(), "/declaration?done=withdrawn");
}

#[tokio::test]
async fn what_is_refused_is_not_proposed_again_for_the_same_drift() {
    let bench = Bench::new().await;
    bench.declare().await;
    let approver = bench.confirmed(Role::Approver).await;
    look(&bench).await;
    assert_eq!(approver.post("/proposals/1/refuse", &[]).await.location(), "/declaration?done=refused");
    assert_eq!(look(&bench).await, 0);
    assert!(bench.store.read().await.unwrap().open_proposals().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_waiver_ends_the_drift_and_its_end_brings_it_back() {
    let bench = Bench::new().await;
    bench.declare().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    look(&bench).await;
    for (until, why) in [("", "1年以内"), ("2026-11-23", "1年以内"), ("2028-01-01", "1年以内")] {
        let fields = [("wide", "host"), ("reason", "x"), ("compensation", "y"), ("until", until)];
        assert!(officer.post_refused("/drifts/1/waiver", &fields).await.text().contains(why), "{until}");
    }
    let fields =
        [("wide", "host"), ("reason", "更新待ち"), ("compensation", "毎週手で確認"), ("until", "令和9年3月31日")];
    assert_eq!(officer.post("/drifts/1/waiver", &fields).await.location(), "/waivers?done=waiver_asked");
    assert_eq!(officer.post("/waivers/1/grant", &[]).await.status, StatusCode::FORBIDDEN);
    assert!(officer.get("/waivers").await.text().contains("承認待ち"));
    assert_eq!(approver.post("/waivers/1/grant", &[]).await.location(), "/waivers?done=waiver_decided");
    let drift = bench.store.read().await.unwrap().drift(1).await.unwrap().unwrap();
    assert!(matches!(drift.resolved, Some((_, Resolution::Waived))));
    let mails = bench.store.read().await.unwrap().mails(1).await.unwrap();
    assert_eq!((&mails[0].thread, mails[0].kind), (&Thread::Drift(1), MailKind::Waived));
    let MailBody::Drift(news) = &mails[0].body else { panic!("{mails:?}") };
    let waiver = WaiverNews { granted_by: "person-approver".into(), until: "2027-03-31T15:00:00Z".parse().unwrap() };
    assert_eq!(news.waiver, Some(waiver));
    look(&bench).await;
    let proposal = bench.store.read().await.unwrap().proposal(1).await.unwrap().unwrap();
    assert!(matches!(proposal.decided, Some((_, None, Decision::Settled))));

    let terms = Terms::new(std::collections::BTreeMap::new());
    assert!(!drift::is_due(&bench.store, &terms, now()).await.unwrap());
    let after: tenken_model::Instant = "2027-03-31T15:00:00Z".parse().unwrap();
    assert!(!drift::is_due(&bench.store, &terms, Span::from_secs(-1).after(after)).await.unwrap());
    assert!(drift::is_due(&bench.store, &terms, after).await.unwrap());
    assert_eq!(officer.post("/waivers/1/end", &[]).await.location(), "/waivers?done=waiver_ended");
    assert!(drift::is_due(&bench.store, &terms, now()).await.unwrap());
    assert_eq!(
        bench.audit().await,
        ["person-officer waiver_asked 1", "person-approver waiver_granted 1", "person-officer waiver_ended 1"]
    );
}

#[tokio::test]
async fn a_waiver_for_every_host_is_one_decision_and_no_mail_for_each_drift() {
    let bench = Bench::new().await;
    let (officer, approver) = (bench.person(Role::Officer).await, bench.confirmed(Role::Approver).await);
    look(&bench).await;
    let fields = [("wide", "all"), ("reason", "x"), ("compensation", "y"), ("until", "2027-03-31")];
    assert_eq!(officer.post("/drifts/1/waiver", &fields).await.location(), "/waivers?done=waiver_asked");
    assert_eq!(approver.post("/waivers/1/grant", &[]).await.location(), "/waivers?done=waiver_decided");
    let mut transaction = bench.store.read().await.unwrap();
    let drift = transaction.drift(1).await.unwrap().unwrap();
    assert!(matches!(drift.resolved, Some((_, Resolution::Waived))));
    let kinds: Vec<MailKind> = transaction.mails_of(1).await.unwrap().iter().map(|mail| mail.kind).collect();
    assert!(!kinds.contains(&MailKind::Waived), "{kinds:?}");
}

#[tokio::test]
async fn long_lists_of_waivers_and_versions_are_cut_and_lead_on() {
    let bench = Bench::new().await;
    for _ in 0..60 {
        bench.declare().await;
    }
    let mut transaction = bench.store.write().await.unwrap();
    for _ in 0..90 {
        let asked = NewWaiver {
            rule: RuleId::new("clock_synchronised").unwrap(),
            host: None,
            subject: None,
            reason: "更新待ち".into(),
            compensation: "毎週手で確認".into(),
            until: Span::from_days(9).after(now()),
            asked_at: now(),
            asked_by: "ito".into(),
        };
        transaction.ask_waiver(&asked).await.unwrap();
    }
    for id in 2..=90 {
        transaction.decide_waiver(id, WaiverDecision::Refused, "tanaka", now()).await.unwrap();
    }
    transaction.save().await.unwrap();
    let viewer = bench.person(Role::Viewer).await;
    for (address, part, sizes) in
        [("/waivers", "<li id=\"w-", [40, 40, 10]), ("/declaration/versions", "/declaration/versions/", [50, 10, 10])]
    {
        for (page, size) in (1..).zip(sizes) {
            let shown = viewer.get(&format!("{address}?page={page}")).await;
            assert_eq!(shown.text().matches(part).count(), size, "{address} {page}");
        }
        assert!(viewer.get(address).await.text().contains(&format!("href=\"{address}?page=2\"")), "{address}");
    }
    let first = viewer.get("/waivers").await;
    assert!(first.text().contains("id=\"w-1\"") && first.text().contains("id=\"w-90\""), "what waits comes first");
}

#[tokio::test]
async fn the_public_address_is_checked_and_kept() {
    let bench = Bench::new().await;
    bench.declare().await;
    let officer = bench.person(Role::Admin).await;
    for bad in ["", "javascript:alert(1)", "file:///etc/passwd", "www.example.jp"] {
        let refused = officer.post_refused("/declaration/publication", &[("address", bad)]).await;
        assert!(refused.text().contains("https:// または"), "{bad}");
    }
    assert_eq!(officer.post("/declaration/publication/check", &[]).await.status, StatusCode::NOT_FOUND);
    let done = officer.post("/declaration/publication", &[("address", "https://www.example.jp/form")]).await;
    assert_eq!(done.location(), "/declaration/publication?done=address_set");
    assert!(officer.get("/declaration/publication").await.text().contains("まだ照合していません"));
}
