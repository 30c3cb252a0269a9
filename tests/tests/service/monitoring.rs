//! The listener of monitoring, read as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::installed::Installed;

/// Numbers by their name and labels.
type Scraped = BTreeMap<String, f64>;

/// Reads the text format 0.0.4 and takes nothing that is not of it.
fn scrape(text: &str) -> Result<Scraped, String> {
    let (mut scraped, mut kinds, mut helped, mut done) =
        (Scraped::new(), BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let mut family = String::new();
    if !text.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    for line in text.lines() {
        let odd = |why: &str| format!("{why}: {line}");
        if let Some(help) = line.strip_prefix("# HELP ") {
            let name = help.split(' ').next().unwrap_or_default().to_owned();
            helped.insert(name.clone()).then_some(()).ok_or_else(|| odd("a family twice"))?;
            done.insert(std::mem::replace(&mut family, name));
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').ok_or_else(|| odd("no type"))?;
            if name != family || !["counter", "gauge", "histogram"].contains(&kind) {
                return Err(odd("a type of nothing"));
            }
            kinds.insert(name.to_owned(), kind.to_owned());
        } else {
            let (series, value) = line.rsplit_once(' ').ok_or_else(|| odd("no value"))?;
            let name = series.split('{').next().unwrap_or_default();
            let suffixes: &[&str] = match kinds.get(&family).map(String::as_str) {
                Some("histogram") => &["_bucket", "_sum", "_count"],
                Some(_) => &[""],
                None => return Err(odd("a number without a type")),
            };
            if !suffixes.iter().any(|suffix| format!("{family}{suffix}") == name) || done.contains(name) {
                return Err(odd("a number in another family"));
            }
            labels(series.get(name.len()..).unwrap_or_default()).ok_or_else(|| odd("labels"))?;
            let value = value.parse().map_err(|_| odd("no number"))?;
            scraped.insert(series.to_owned(), value).is_none().then_some(()).ok_or_else(|| odd("a number twice"))?;
        }
    }
    Ok(scraped)
}

/// Labels as `{name="value",…}`, or nothing.
fn labels(text: &str) -> Option<()> {
    if text.is_empty() {
        return Some(());
    }
    let inner = text.strip_prefix('{')?.strip_suffix("\"}")?;
    for label in inner.split("\",") {
        let (name, value) = label.split_once("=\"")?;
        let good = |c: char| c == '_' || c.is_ascii_alphanumeric();
        if name.is_empty() || !name.chars().all(good) || value.contains(['"', '\n', '\\']) {
            return None;
        }
    }
    Some(())
}

#[test]
fn the_check_itself_is_strict() {
    let good = "# HELP a x\n# TYPE a gauge\na{b=\"c\",d=\"e\"} 1\n";
    assert_eq!(scrape(good).unwrap(), Scraped::from([("a{b=\"c\",d=\"e\"}".to_owned(), 1.0)]));
    for bad in [
        "a 1\n",
        "# HELP a x\n# TYPE a gauge\na 1",
        "# HELP a x\n# TYPE a gauge\nb 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a x\n# TYPE a gauge\na{b=c} 1\n",
        "# HELP a x\n# TYPE a gauge\na one\n",
        "# HELP a x\n# TYPE a sum\na 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n",
    ] {
        assert!(scrape(bad).is_err(), "{bad}");
    }
}

fn get(address: &str, path: &str) -> (u16, String, String) {
    let client = tenken_tests::http::client().timeout(std::time::Duration::from_mins(1)).build().unwrap();
    let answer = client.get(format!("http://{address}{path}")).send().unwrap();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), kind, answer.text().unwrap())
}

#[test]
fn monitoring_reads_numbers_and_health_without_names() {
    let installed = Installed::new("names: [tenken.example.jp]\nagency: 点検市\n");
    let (_running, listening) = installed.start();
    let address = listening["metrics"].as_str().unwrap();
    assert_eq!(get(address, "/health/live").0, 200);
    let (status, _, body) = get(address, "/health/ready");
    let health: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &health["ready"]), (200, &Value::Bool(true)), "{body}");
    let people = listening["people"].as_str().unwrap();
    let browser = tenken_tests::http::client().tls_danger_accept_invalid_certs(true).build().unwrap();
    assert!(browser.get(format!("https://{people}/v1/authority")).send().unwrap().status().is_success());

    let (status, kind, text) = get(address, "/metrics");
    assert_eq!((status, kind.as_str()), (200, "text/plain; version=0.0.4; charset=utf-8"));
    let scraped = scrape(&text).unwrap();
    let is = |series: &str, value: f64| assert_eq!(scraped.get(series), Some(&value), "{series} in\n{text}");
    is("tenken_database_up", 1.0);
    is("tenken_database_errors_total", 0.0);
    is("tenken_hosts{standing=\"reporting\"}", 0.0);
    is("tenken_open_drifts", 0.0);
    is("tenken_http_requests_total{listener=\"people\",status=\"200\"}", 1.0);
    is("tenken_http_request_duration_seconds_count{listener=\"people\"}", 1.0);
    let items: f64 = scraped.iter().filter(|(name, _)| name.starts_with("tenken_items")).map(|(_, value)| value).sum();
    assert!((items - 90.0).abs() < 0.5, "{items}");
    assert!(scraped["tenken_certificate_days_left{certificate=\"authority\"}"] > 3_600.0);
    assert!(scraped["tenken_certificate_days_left{certificate=\"server\"}"] > 790.0);
    assert!(scraped["tenken_database_size_bytes"] > 4_096.0);
    for name in ["tenken.example.jp", "点検市", "127.0.0.1", "localhost"] {
        assert!(!text.contains(name), "{name}");
    }
    assert_eq!(get(address, "/").0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_written_is_not_ready_but_alive() {
    let installed = Installed::new("");
    let (_running, listening) = installed.start();
    let address = listening["metrics"].as_str().unwrap().to_owned();
    let url = format!("sqlite:{}", installed.data().join("tenken.db").display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("PRAGMA busy_timeout = 30000").await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let asked = tokio::task::spawn_blocking(move || (get(&address, "/health/ready"), get(&address, "/health/live")));
    let ((status, _, body), (alive, ..)) = asked.await.unwrap();
    let health: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, alive), (503, 200), "{body}");
    let works = |part: &str| {
        let checks = health["checks"].as_array().unwrap();
        checks.iter().find(|check| check["part"] == part).unwrap()["works"].as_bool().unwrap()
    };
    assert!(works("store_readable") && works("jobs") && works("authority") && !works("store_writable"), "{body}");
}
