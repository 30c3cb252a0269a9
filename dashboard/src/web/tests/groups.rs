//! Groups and sites, and hosts filtered by them.

use axum::http::StatusCode;

use super::{Bench, encoded};
use crate::auth::role::Role;

const HOST: [(&str, &str); 5] =
    [("name", "pc-uketsuke3"), ("kind", "pc"), ("status", "in_use"), ("site", "本部/東棟"), ("group", "受付")];

#[tokio::test]
async fn hosts_are_gathered_by_the_group_and_site_of_their_row() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    let none = officer.get("/groups").await;
    assert!(none.text().contains("まだありません。"), "{}", none.text());
    assert!(officer.get("/groups/-").await.text().contains("PC-UKETSUKE3"), "it is in none yet");

    assert_eq!(officer.post("/registers/hosts/new", &HOST).await.status, StatusCode::SEE_OTHER);
    let viewer = bench.person(Role::Viewer).await;
    let groups = viewer.get("/groups").await;
    let (group, site) = (format!("/groups/{}", encoded("受付")), format!("/sites/{}", encoded("本部/東棟")));
    for address in [&group, &site] {
        assert!(groups.text().contains(address.as_str()), "{address} is not in {}", groups.text());
        let page = viewer.get(address).await;
        for part in ["PC-UKETSUKE3", "/drifts/1", "/items/technical.9", "動いていません。"] {
            assert!(page.text().contains(part), "{address} lacks {part}: {}", page.text());
        }
    }
    for missing in ["/groups/-", "/groups/x", "/sites/%E5%8F%97%E4%BB%98"] {
        assert_eq!(viewer.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let host = viewer.get("/hosts/h-1").await;
    assert!(host.text().contains(group.as_str()) && host.text().contains(site.as_str()), "{}", host.text());
}

#[tokio::test]
async fn the_list_of_hosts_is_filtered_by_links() {
    let bench = Bench::new().await;
    let officer = bench.person(Role::Officer).await;
    assert!(!officer.get("/hosts").await.text().contains("class=\"chip\""), "there is nothing to filter by");
    officer.post("/registers/hosts/new", &HOST).await;
    let other = [("name", "PC-KENSA1"), ("kind", "pc"), ("status", "in_use"), ("group", "検査")];
    assert_eq!(officer.post("/registers/hosts/new", &other).await.status, StatusCode::SEE_OTHER);
    let all = officer.get("/hosts").await;
    let here = format!("/hosts?group={}", encoded("受付"));
    assert!(all.text().contains(here.as_str()) && all.text().contains("PC-KENSA1"), "{}", all.text());
    let row = "href=\"/hosts/h-1\"";
    let shown = officer.get(&here).await;
    assert!(shown.text().contains(row) && !shown.text().contains("PC-KENSA1"), "{}", shown.text());
    let elsewhere = officer.get(&format!("/hosts?group={}", encoded("検査"))).await;
    assert!(!elsewhere.text().contains(row) && elsewhere.text().contains("PC-KENSA1"), "{}", elsewhere.text());
    assert!(elsewhere.text().contains("この条件に合う機器はありません。"));
    let without = officer.get("/hosts?site=-").await;
    assert!(!without.text().contains(row) && without.text().contains("PC-KENSA1"), "{}", without.text());
    let form = officer.get("/registers/hosts/new").await;
    assert!(form.text().contains("<option value=\"検査\">"), "names in use are offered: {}", form.text());
}
