//! What people state for items, with the files that prove it.

use axum::http::{StatusCode, header};
use tenken_model::digest::Digest;
use tenken_model::{ItemId, Span};

use super::{Bench, encoded, now};
use crate::auth::role::Role;
use crate::store::NewAttestation;

const PAGE: &str = "/items/organizational.5";
const FORM: &str = "/items/organizational.5/attest";

fn item() -> ItemId {
    ItemId::new("organizational.5").unwrap()
}

#[tokio::test]
async fn an_item_is_attested_with_its_evidence() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let (long, most) = ("証".repeat(2_001), "証".repeat(2_000));
    for wrong in ["", "  \n", long.as_str()] {
        let refused = officer.send_files(FORM, &[("evidence", wrong)], &[]).await;
        assert_eq!(refused.status, StatusCode::OK);
        assert!(refused.text().contains("aria-invalid"), "{wrong}");
    }
    for wrong in ["2026-11-23", "来年"] {
        let refused = officer.send_files(FORM, &[("evidence", "x"), ("until", wrong)], &[]).await;
        assert!(refused.text().contains("今日以降の日付"), "{wrong}");
    }
    let done = officer.send_files(FORM, &[("evidence", &most), ("until", "令和8年12月31日")], &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/items/organizational.5?done=attested"));
    let kept = bench.store.read().await.unwrap().attestations_of(&item()).await.unwrap();
    assert_eq!(kept.iter().map(|kept| kept.stated.person.as_str()).collect::<Vec<_>>(), ["person-officer"]);
    assert_eq!(kept[0].stated.valid_until.to_string(), "2026-12-31 15:00:00 UTC");
    assert!(officer.get(PAGE).await.text().contains("2026年12月31日"));
    assert_eq!(bench.audit().await, ["person-officer item_attested organizational.5"]);
    // A day beyond the usual time does not make it hold longer.
    officer.send_files(FORM, &[("evidence", "x"), ("until", "2099-12-31")], &[]).await;
    let kept = bench.store.read().await.unwrap().attestations_of(&item()).await.unwrap();
    assert!(kept[0].stated.valid_until.to_string().starts_with("2027-11-24"));
}

#[tokio::test]
async fn files_are_kept_by_their_digest_and_never_shown_as_pages() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let pdf = b"%PDF-1.7\n<script>alert(1)</script>";
    let files: [(&str, &[u8]); 2] = [("C:\\docs\\規程<b>.pdf", pdf), ("記録.csv", "日付,氏名\n".as_bytes())];
    let done = officer.send_files(FORM, &[("evidence", "規程集")], &files).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = officer.get(PAGE).await;
    assert!(
        page.text().contains("規程b.pdf")
            && page.text().contains("記録.csv")
            && page.text().contains("ウイルス検査なし")
    );
    let digest = Digest::of(pdf);
    let viewer = bench.person(Role::Viewer).await;
    let file = viewer.get(&format!("/evidence/{digest}")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(&file.body[..], pdf);
    assert_eq!(file.header(header::CONTENT_TYPE), "application/octet-stream");
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment; filename*=UTF-8''%E8"));
    assert_eq!(file.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let again = officer.send_files(FORM, &[("evidence", "写し")], &[("写し.pdf", pdf), ("控え.pdf", pdf)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let page = officer.get(PAGE).await;
    for name in ["規程b.pdf", "写し.pdf", "控え.pdf"] {
        let named = encoded(name);
        let address = format!("/evidence/{digest}?name={named}");
        assert!(page.text().contains(&format!("href=\"{address}\"")), "{address}: {}", page.text());
        let file = viewer.get(&address).await;
        let disposition = file.header(header::CONTENT_DISPOSITION).to_owned();
        assert_eq!(disposition, format!("attachment; filename*=UTF-8''{named}"));
    }
    let other = viewer.get(&format!("/evidence/{digest}?name=evil.exe")).await;
    assert!(!other.header(header::CONTENT_DISPOSITION).contains("evil"), "a name that it never had");
    for wrong in ["/evidence/x", "/evidence/../../etc/passwd", &format!("/evidence/{}", Digest::of(b"other"))] {
        assert_eq!(viewer.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let entry = bench.store.read().await.unwrap().audit_entries(None, 3).await.unwrap();
    assert_eq!((entry[1].1.act.as_str(), entry[1].1.subject.clone()), ("evidence_taken", digest.to_string()));
    assert!(entry[2].1.detail.contains(&digest.to_string()));
}

/// Files with their names.
type Files<'a> = &'a [(&'a str, &'a [u8])];

#[tokio::test]
async fn files_that_run_or_are_too_many_or_too_large_are_refused_with_their_name() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let large = vec![b'a'; (10 << 20) + 1];
    let many: Vec<(&str, &[u8])> = (0..11).map(|_| ("a.txt", b"a".as_slice())).collect();
    let cases: [(Files<'_>, &str); 5] = [
        (&[("好.html", b"<html>")], "好.html"),
        (&[("a.pdf", b"%PDF-1.7 /JavaScript")], "マクロやスクリプト"),
        (&[("a.exe", b"MZ\0\0")], "種類のファイル"),
        (&[("大.txt", &large)], "10 MiBを超えて"),
        (&many, "10個まで"),
    ];
    for (files, why) in cases {
        let refused = officer.send_files(FORM, &[("evidence", "規程集")], files).await;
        assert_eq!(refused.status, StatusCode::OK, "{why}");
        assert!(refused.text().contains(why) && refused.text().contains("規程集"), "{why}");
    }
    assert!(bench.store.read().await.unwrap().attestations_of(&item()).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_of_several_ways_is_chosen_and_shown() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let form = "/items/exchange.12/attest";
    for wrong in ["", "none", "client_certificates "] {
        let refused = officer.send_files(form, &[("evidence", "x"), ("branch", wrong)], &[]).await;
        assert!(refused.text().contains("満たしている要件を選んでください"), "{wrong}");
    }
    for (way, shown) in [
        ("ipsec", "IPsecによるVPN接続を利用している"),
        ("closed_network", "オープンなネットワークで医療情報を交換していない"),
    ] {
        let fields = [("evidence", "全PCの設定画面"), ("branch", way)];
        assert_eq!(officer.send_files(form, &fields, &[]).await.status, StatusCode::SEE_OTHER, "{way}");
        let page = officer.get("/items/exchange.12").await;
        assert!(page.text().contains(shown), "{way}");
        // The host of the bench has not been judged, so that it may keep a tunnel of its own.
        assert_eq!(page.text().contains("実施済"), way == "closed_network", "{way}");
    }
}

#[tokio::test]
async fn a_statement_is_taken_back_once_and_stays_readable() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    officer.send_files(FORM, &[("evidence", "誤って記録")], &[]).await;
    let address = "/items/organizational.5/attestations/1/withdraw";
    let elsewhere = officer.post("/items/organizational.4/attestations/1/withdraw", &[]).await;
    assert_eq!(elsewhere.status, StatusCode::CONFLICT);
    assert_eq!(officer.post(address, &[]).await.location(), "/items/organizational.5?done=withdrawn");
    assert_eq!(officer.post(address, &[]).await.status, StatusCode::CONFLICT);
    let page = officer.get(PAGE).await;
    assert!(page.text().contains("以前の確認記録") && page.text().contains("誤って記録"));
    assert_eq!(
        bench.audit().await,
        ["person-officer item_attested organizational.5", "person-officer attestation_withdrawn organizational.5"]
    );
}

#[tokio::test]
async fn a_page_tells_which_part_of_a_statement_holds_until_when() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let checklist = tenken_engine::Checklist::embedded().unwrap();
    let item = ItemId::new("organizational.1").unwrap();
    let ask = checklist.item(&item).unwrap().attestation.clone().unwrap();
    let (part, lapsed) = ("機器から測定できない部分の有効期限", "一部期限切れ");
    // In Japan it is the 24th of November.
    for (days_ago, statement, says, is_whole) in [
        (2, ask.statement_ja(), "2027年2月22日", true),
        (91, ask.statement_ja(), "2026年11月25日", true),
        (92, ask.statement_ja(), "(期限切れ)", false),
        (2, ask.asks.ja.clone(), "この確認記録には含まれていません", true),
    ] {
        let attested_at = Span::from_days(-days_ago).after(now());
        let stated = NewAttestation {
            item: item.clone(),
            statement,
            evidence: "e".into(),
            person: "sato".into(),
            attested_at,
            valid_until: ask.valid_for.after(attested_at),
            branch: None,
        };
        let mut transaction = bench.store.write().await.unwrap();
        transaction.attest(&stated).await.unwrap();
        transaction.save().await.unwrap();
        let page = officer.get("/items/organizational.1").await;
        let (_, after) = page.text().split_once(part).unwrap();
        let (told, _) = after.split_once("</div>").unwrap();
        assert!(told.contains(says), "{days_ago}: {told}");
        assert_eq!(page.text().contains(lapsed), !is_whole, "{days_ago}");
    }
    assert!(!officer.get(PAGE).await.text().contains(part), "nothing of that item is kept elsewhere");
}
