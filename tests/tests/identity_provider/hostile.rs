//! What is refused of a provider that misbehaves, and what the audit log says of it.

use anyhow::Result;
use tempfile::TempDir;
use tenken_tests::dashboard::PASSWORD;
use tenken_tests::openid::Provider;
use tenken_tests::skip;

use super::bench::{Bench, SESSION, through};

const SECRET: &str = "a secret for tests only";

/// How the provider misbehaves, and what the audit log says of it.
const CASES: &[(&str, &str)] = &[
    ("nonce", "nonce"),
    ("no_nonce", "nonce"),
    ("audience", "宛先"),
    ("audiences", "宛先"),
    ("party", "azp another"),
    ("issuer", "発行者"),
    ("mixed_up", "発行者"),
    ("description", "発行者"),
    ("expired", "時刻"),
    ("issued_early", "時刻"),
    ("issued_late", "時刻"),
    ("none", "署名"),
    ("hs256", "署名"),
    ("rs512", "署名"),
    ("key", "署名"),
    ("changed", "署名"),
    ("crit", "応答"),
    ("no_subject", "応答"),
    ("no_token", "応答"),
    ("no_json", "応答"),
    ("huge", "応答"),
    ("huge_keys", "応答"),
    ("huge_token", "応答"),
    ("redirect", "302"),
    ("token_redirect", "応答"),
    ("plain", "authorization_endpoint"),
    ("plain_token", "接続できません"),
    ("refused", "invalid_client"),
    ("denied", "access_denied"),
    ("slow", "接続できません"),
    ("slow_token", "接続できません"),
    ("good?sub=kato", "kato@example.jp"),
];

fn bench(test: &str) -> Result<Option<Bench>> {
    let folder = TempDir::new()?;
    match Provider::hostile(&folder.path().join("provider"))? {
        Ok(provider) => {
            let mut bench = Bench::start(folder, provider, "tenken", Some(SECRET), "")?;
            let mut browser = bench.administrator()?;
            let leaving = browser.send("/account", "/account/identity", &[("identity_password", PASSWORD)])?;
            let bound = through(&mut browser, &leaving, "", "")?;
            assert_eq!(bound.address.query(), Some("done=identity_bound"), "{}", bound.page);
            Ok(Some(bench))
        }
        Err(why) => {
            skip(test, &why);
            Ok(None)
        }
    }
}

/// Has the provider behave so.
fn be(bench: &mut Bench, mode: &str) -> Result<()> {
    let address = format!("{}/be/{mode}", bench.provider.issuer);
    bench.browser()?.follow(address.parse()?).map(drop)
}

#[test]
fn whatever_the_provider_does_wrong_nobody_comes_in_and_the_log_says_why() -> Result<()> {
    let Some(mut bench) = bench("whatever_the_provider_does_wrong")? else { return Ok(()) };
    for (mode, why) in CASES {
        be(&mut bench, mode)?;
        let mut browser = bench.browser()?;
        let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
        let shown = if leaving.leads_to().is_ok() { through(&mut browser, &leaving, "", "")? } else { leaving };
        assert!(browser.cookie(SESSION).is_none(), "{mode}: somebody came in: {}", shown.page);
        assert!(
            shown.page.contains("role=\"alert\"") && shown.page.contains("name=\"password\""),
            "{mode}: {}",
            shown.page
        );
        let [person, act, _, detail] = bench.newest()?;
        assert_eq!((person.as_str(), act.as_str()), ("—", "identity_refused"), "{mode}: {detail}");
        assert!(detail.contains(why), "{mode}: {detail}");
    }
    let hits = bench.browser()?.follow(format!("{}/hits", bench.provider.issuer).parse()?)?;
    assert_eq!(hits.page, "0", "no redirection was followed");
    for mode in ["good", "skewed"] {
        be(&mut bench, mode)?;
        let mut browser = bench.browser()?;
        let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
        let entered = through(&mut browser, &leaving, "", "")?;
        assert!(browser.cookie(SESSION).is_some(), "{mode}: {}", entered.page);
    }
    Ok(())
}

#[test]
fn an_old_session_at_the_provider_confirms_nothing() -> Result<()> {
    let Some(mut bench) = bench("an_old_session_at_the_provider")? else { return Ok(()) };
    let mut browser = bench.browser()?;
    let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
    through(&mut browser, &leaving, "", "")?;
    for (mode, why) in [("stale", "秒前の認証"), ("no_auth_time", "auth_time"), ("good?sub=kato", "kato@example.jp")]
    {
        be(&mut bench, mode)?;
        let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
        let shown = through(&mut browser, &leaving, "", "")?;
        assert!(shown.page.contains("role=\"alert\""), "{mode}: {}", shown.page);
        let [_, act, _, detail] = bench.newest()?;
        assert!(act == "identity_refused" && detail.contains(why), "{mode}: {act} {detail}");
        assert_eq!(browser.visit("/people/new")?.address.path(), "/confirm", "{mode}");
    }
    be(&mut bench, "single")?;
    let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
    through(&mut browser, &leaving, "", "")?;
    assert_eq!(browser.visit("/people/new")?.address.path(), "/confirm", "one factor");
    be(&mut bench, "good")?;
    let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
    let confirmed = through(&mut browser, &leaving, "", "")?;
    assert_eq!(confirmed.address.path(), "/people/new", "{}", confirmed.page);
    Ok(())
}

#[test]
fn a_provider_that_is_down_delays_no_password() -> Result<()> {
    let Some(bench) = bench("a_provider_that_is_down")? else { return Ok(()) };
    // The settings name a port that nobody listens on.
    let mut bench = bench.restart("tenken", Some(SECRET), "")?;
    let file = bench.folder.path().join("provider.yaml");
    let text = std::fs::read_to_string(&file)?.replace(&bench.provider.issuer, "https://localhost:9");
    std::fs::write(&file, text)?;
    bench.running.kill()?;
    bench.running = bench.dashboard.start()?;
    let mut browser = bench.browser()?;
    let shown = browser.send("/sign-in", "/sign-in/provider", &[("next", "/hosts")])?;
    assert!(
        shown.page.contains("認証基盤に接続できません") && shown.page.contains("name=\"next\" value=\"/hosts\""),
        "{}",
        shown.page
    );
    assert!(bench.newest()?[3].contains("接続できません"));
    bench.administrator()?;
    Ok(())
}
