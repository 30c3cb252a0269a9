//! The agent's packages, and which version each agent is.

use axum::http::{StatusCode, header};
use tenken_model::digest::Digest;
use tenken_model::report::Heartbeat;
use tenken_model::{HostId, Span};

use super::{Bench, PACKAGE, now};
use crate::auth::role::Role;

#[tokio::test]
async fn packages_are_handed_to_whoever_asks_and_nothing_else_is() {
    let bench = Bench::new().await;
    let nobody = bench.nobody();
    let answer = nobody.get(&format!("/packages/{PACKAGE}")).await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "a package"));
    assert_eq!(answer.header(header::CONTENT_LENGTH), "9");
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/octet-stream");
    assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=3600");
    assert!(answer.header(header::CONTENT_DISPOSITION).contains(PACKAGE));
    // As APT asks for the lists of a flat repository.
    let list = nobody.get("/packages/./InRelease").await;
    assert_eq!((list.status, list.text(), list.header(header::CACHE_CONTROL)), (StatusCode::OK, "signed", "no-cache"));

    let data = bench.data.path();
    std::fs::write(data.join("packages/secret.key"), "key").unwrap();
    std::os::unix::fs::symlink(data.join("authority/ca.key"), data.join("packages/tenken-agent-9.9.9.msi")).unwrap();
    for outside in [
        "/packages/secret.key",
        "/packages/tenken-agent-9.9.9.msi",
        "/packages/tenken-agent_0.2.0_amd64.deb",
        "/packages/..%2Ftenken.db",
        "/packages/%2e%2e%2fauthority%2fca.key",
        "/packages/./..%2fauthority%2fca.key",
        "/packages/%2Fetc%2Fpasswd",
        "/packages/tenken-agent%00.deb",
        "/packages/tenken-agent%0d%0aX:%20y.deb",
    ] {
        let answer = nobody.get(outside).await;
        assert_ne!(answer.status, StatusCode::OK, "{outside}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("PRIVATE"), "{outside}");
    }
    assert_eq!(nobody.get("/hosts/versions").await.status, StatusCode::SEE_OTHER, "the list tells of the agency");
}

#[tokio::test]
async fn a_large_package_comes_whole() {
    let bench = Bench::new().await;
    let content: Vec<u8> = (0..1_000_003_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
    std::fs::write(bench.data.path().join("packages/tenken-agent-0.3.0.msi"), &content).unwrap();
    let answer = bench.nobody().get("/packages/tenken-agent-0.3.0.msi").await;
    assert_eq!(Digest::of(&answer.body), Digest::of(&content));
    let page = bench.person(Role::Viewer).await.get("/hosts/versions").await;
    assert!(page.text().contains(&Digest::of(&content).to_string()), "{}", page.text());
}

#[tokio::test]
async fn versions_are_compared_with_the_newest_package() {
    let bench = Bench::new().await;
    let viewer = bench.person(Role::Viewer).await;
    let page = viewer.get("/hosts/versions").await;
    assert!(page.text().contains("未報告") && page.text().contains("比較できません"), "{}", page.text());
    let hosts = viewer.get("/hosts").await;
    assert!(hosts.text().contains("不明</td></tr>"), "a version that was not reported is unknown: {}", hosts.text());

    let host = HostId::new("h-1").unwrap();
    let heartbeat: Heartbeat = serde_json::from_value(serde_json::json!({
        "sent_at": now(), "agent_version": "0.1.0", "uptime": "1h", "awake": "1h",
        "state_digest": Digest::of(b"s"), "state_seq": 1, "policy_version": 1, "folded": 0,
        "system": {"not_read": {"code": "unsupported", "detail": "x"}}, "costs": [],
    }))
    .unwrap();
    let mut transaction = bench.store.write().await.unwrap();
    transaction.hear(&host, now(), &heartbeat, Span::ZERO, true).await.unwrap();
    transaction.save().await.unwrap();
    assert!(viewer.get("/hosts/versions").await.text().contains("配布中の最新"));
    let marked = "<a class=\"version\" href=\"/hosts/versions\">0.1.0 <span class=\"mark warn\">";
    assert!(!viewer.get("/hosts").await.text().contains(marked), "the newest is not marked");
    std::fs::write(bench.data.path().join("packages/tenken-agent_0.2.0_amd64.deb"), "newer").unwrap();
    assert!(viewer.get("/hosts").await.text().contains(marked), "an older one leads to the page of versions");
    for address in ["/hosts/versions", "/hosts/h-1", "/hosts"] {
        assert!(viewer.get(address).await.text().contains("配布中の0.2.0より古い版"), "{address}");
    }
}
