//! Finding items, hosts and rows of registers.

use super::{Bench, Browser, encoded};
use crate::auth::role::Role;

async fn add(officer: &Browser, slug: &str, fields: &[(&str, &str)]) {
    let done = officer.post(&format!("/registers/{slug}/new"), fields).await;
    assert_eq!(done.location(), format!("/registers/{slug}?done=saved"));
}

#[tokio::test]
async fn everything_is_found_by_any_of_its_words() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    add(&officer, "networks", &[("name", "2F無線ＬＡＮ"), ("kind", "wireless"), ("place", "2階_倉庫 100%")]).await;
    add(&officer, "networks", &[("name", "<script>alert(1)</script>"), ("kind", "wired")]).await;
    let viewer = bench.person(Role::Viewer).await;
    let found = async |typed: &str| {
        let page = viewer.get(&format!("/search?q={}", encoded(typed))).await;
        assert_eq!(page.status, axum::http::StatusCode::OK);
        page.text().to_owned()
    };
    let row = "href=\"/registers/networks/1\"";
    // Width and case; the word for a choice as it is shown, in either language; signs that mean something in SQL.
    for typed in ["無線lan", "無線ｌａｎ 2f", "Wireless 倉庫", "階_倉", "100%", "ネットワーク 無線", "2F"]
    {
        let wanted = !typed.contains("ネットワーク");
        assert_eq!(found(typed).await.contains(row), wanted, "{typed}");
    }
    for typed in ["階%倉", "100_", "無線LAN 3階", "!", "' OR 1=1 --"] {
        let page = found(typed).await;
        assert!(!page.contains(row) && page.contains("見つかりませんでした"), "{typed}");
    }
    let page = found("<script>").await;
    assert!(page.contains("href=\"/registers/networks/2\"") && !page.contains("<script>alert"));
    assert!(found("時刻同期").await.contains("href=\"/items/technical.9\""));
    let host = bench.store.read().await.unwrap().host_names().await.unwrap().remove(0);
    assert!(found(&host.1.to_uppercase()).await.contains(&format!("href=\"/hosts/{}\"", host.0)));
    assert!(!found("").await.contains("見つかりませんでした"), "nothing was looked for");
}
