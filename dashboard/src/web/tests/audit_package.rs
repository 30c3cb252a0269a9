//! The audit package, its parts, and evidence sheets, as browsers get them.

use std::io::{Cursor, Read as _};

use axum::http::{StatusCode, header};
use tenken_model::digest::Digest;
use zip::ZipArchive;

use super::Bench;
use crate::auth::role::Role;

#[tokio::test]
async fn a_package_is_made_for_who_may_inspect_and_that_is_written_down() {
    let bench = Bench::new().await;
    bench.declare().await;
    for role in [Role::Viewer, Role::Officer, Role::Approver] {
        let browser = bench.person(role).await;
        for address in ["/audit-package", "/audit-package/oscal", "/audit-package/json"] {
            assert_eq!(browser.get(address).await.status, StatusCode::FORBIDDEN, "{role} {address}");
        }
        assert_eq!(browser.post("/audit-package", &[]).await.status, StatusCode::FORBIDDEN, "{role}");
        assert!(!browser.get("/declaration").await.text().contains("/audit-package"), "{role}");
    }
    assert_eq!(bench.audit().await, [""; 0]);
    let auditor = bench.person(Role::Auditor).await;
    assert!(auditor.get("/declaration").await.text().contains("href=\"/audit-package\""));
    assert!(auditor.get("/audit").await.text().contains("href=\"/audit-package\""));
    let page = auditor.get("/audit-package").await;
    assert!(page.text().contains("90項目") && !page.text().contains("取り込まれていません"));
    assert_eq!(bench.audit().await, [""; 0], "reading about it makes none");
    let forged = auditor.post_bare("/audit-package", &[("csrf", "x")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);

    let package = auditor.post("/audit-package", &[("registers", "")]).await;
    assert_eq!(package.status, StatusCode::OK);
    assert_eq!(package.header(header::CONTENT_TYPE), "application/zip");
    let name = "tenken-audit-20261124T053000Z.zip";
    assert_eq!(package.header(header::CONTENT_DISPOSITION), format!("attachment; filename=\"{name}\""));
    assert_eq!(package.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(package.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(bench.audit().await, [format!("person-auditor package_made {name}")]);
    let entries = bench.store.read().await.unwrap().audit_entries(None, 1).await.unwrap();
    assert_eq!(entries[0].1.detail, format!("SHA-256 {}", Digest::of(&package.body)));
    let mut archive = ZipArchive::new(Cursor::new(&package.body)).unwrap();
    let mut readme = String::new();
    archive.by_name("README.txt").unwrap().read_to_string(&mut readme).unwrap();
    assert!(readme.contains("第1版"), "{readme}");
    assert!(auditor.get("/audit").await.text().contains("監査パッケージを作成"));
}

#[tokio::test]
async fn parts_for_programs_are_files_to_save() {
    let bench = Bench::new().await;
    let auditor = bench.person(Role::Auditor).await;
    assert!(auditor.get("/audit-package").await.text().contains("まだ取り込まれていません"));
    for (kind, media, ending, wanted) in [
        ("oscal", "application/json", "json", "assessment-results"),
        ("oscal-catalog", "application/json", "json", "technical.9_smt"),
        ("ocsf", "application/jsonl", "jsonl", "\"class_uid\":2003"),
        ("json", "application/json", "json", "\"format\": 1"),
    ] {
        let answer = auditor.get(&format!("/audit-package/{kind}")).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, media), "{kind}");
        let name = format!("attachment; filename=\"tenken-{kind}-2026-11-24.{ending}\"");
        assert_eq!(answer.header(header::CONTENT_DISPOSITION), name);
        assert!(answer.text().contains(wanted), "{kind}");
    }
    assert_eq!(auditor.get("/audit-package/../audit").await.status, StatusCode::NOT_FOUND);
    assert_eq!(auditor.get("/audit-package/pdf").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everybody_prints_the_sheet_of_an_item() {
    let bench = Bench::new().await;
    let viewer = bench.person(Role::Viewer).await;
    assert!(viewer.get("/items/technical.9").await.text().contains("href=\"/items/technical.9/sheet\""));
    let sheet = viewer.get("/items/technical.9/sheet").await;
    assert_eq!((sheet.status, sheet.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
    let name = "attachment; filename=\"evidence-technical.9-2026-11-24.pdf\"";
    assert_eq!(sheet.header(header::CONTENT_DISPOSITION), name);
    assert!(sheet.body.starts_with(b"%PDF-"));
    for missing in ["/items/technical.99/sheet", "/items/x/sheet"] {
        assert_eq!(viewer.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    assert_eq!(bench.nobody().get("/items/technical.9/sheet").await.status, StatusCode::SEE_OTHER);
}
