//! What outsiders are given, held against the official schemas and read back as they would read it.

mod agency;
mod packages;
mod schemas;
mod sheets;

use agency::Agency;
use tenken_engine::item::ItemState;
use tenken_model::Language;

use super::json;

/// Where sheets and packages are written to, to be looked at.
const FOLDER: &str = "TENKEN_SHEETS";

/// Writes a file to be looked at, if a folder is named for that.
fn look_at(name: &str, bytes: &[u8]) {
    let Some(folder) = std::env::var_os(FOLDER).map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[tokio::test]
async fn the_same_assessment_says_the_same() {
    let agency = Agency::usual().await;
    let (one, two) = (agency.assessment().await, agency.assessment().await);
    assert_eq!(json::write(&one), json::write(&two));
    for t in [Language::Japanese, Language::English] {
        assert_eq!(super::ocsf::write(&one, t), super::ocsf::write(&two, t));
        assert_eq!(super::oscal::results(&one, t), super::oscal::results(&two, t));
    }
}

#[tokio::test]
async fn everything_that_is_known_is_in_the_json() {
    let agency = Agency::usual().await;
    let assessment = agency.assessment().await;
    let document = json::document(&assessment);
    assert_eq!((document["format"].as_u64(), document["items"].as_array().unwrap().len()), (Some(1), 90));
    assert_eq!(document["verdict"], "not_met");
    assert_eq!(document["declaration"]["version"], 2);
    assert_eq!(document["hosts"].as_array().unwrap().len(), 4, "also the revoked one");
    assert_eq!(document["hosts_without_agent"][0], "PC-KENSHIN09");
    let standing = |host: &str, rule: &str| {
        let all = document["findings"].as_array().unwrap();
        let found = all.iter().find(|found| found["host"] == host && found["finding"]["key"]["rule"] == rule);
        found.map(|found| found["standing"].as_str().unwrap().to_owned())
    };
    assert_eq!(standing("h-1", "clock_service_running").as_deref(), Some("fail"));
    assert_eq!(standing("h-2", "clock_service_running").as_deref(), Some("waived"));
    assert_eq!(standing("h-3", "clock_service_running").as_deref(), Some("unknown"), "it passed before it fell silent");
    assert_eq!(standing("h-4", "clock_service_running"), None, "it is revoked");
    let item = document["items"].as_array().unwrap().iter().find(|item| item["id"] == "technical.9").unwrap();
    assert_eq!(item["state"], ItemState::Drift.word());
    assert_eq!(item["declared"]["status"], "done");
    let states: Vec<&str> =
        document["attestations"].as_array().unwrap().iter().map(|stated| stated["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["lapsed", "withdrawn", "in_force", "replaced"]);
}

#[tokio::test]
async fn an_agency_that_has_nothing_is_told_as_one_that_has_nothing() {
    let agency = Agency::empty().await;
    let document = json::document(&agency.assessment().await);
    assert!(document["declaration"].is_null() && document["verdict"].is_null());
    assert!(document["items"].as_array().unwrap().iter().all(|item| item["state"] != "met"));
}
