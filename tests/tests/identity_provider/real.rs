//! The whole way, with a certified provider.

use anyhow::Result;
use tempfile::TempDir;
use tenken_tests::dashboard::{ADMINISTRATOR, PASSWORD};
use tenken_tests::openid::Provider;
use tenken_tests::skip;

use super::bench::{Bench, SESSION, through};

const SECRET: &str = "a secret for tests only: +/%&\n";

fn bench(test: &str, client: &str, secret: Option<&str>, more: &str) -> Result<Option<Bench>> {
    let folder = TempDir::new()?;
    match Provider::certified(&folder.path().join("provider"))? {
        Ok(provider) => Bench::start(folder, provider, client, secret, more).map(Some),
        Err(why) => {
            skip(test, &why);
            Ok(None)
        }
    }
}

/// Binds the administrator to an account of the provider that is called `sato`.
fn bind(bench: &mut Bench) -> Result<()> {
    let mut browser = bench.administrator()?;
    let leaving = browser.send("/account", "/account/identity", &[("identity_password", PASSWORD)])?;
    let bound = through(&mut browser, &leaving, "sato", "pwd otp")?;
    assert_eq!(bound.address.query(), Some("done=identity_bound"), "{}", bound.page);
    Ok(())
}

#[test]
fn a_person_binds_an_account_signs_in_and_confirms_with_it() -> Result<()> {
    let Some(mut bench) = bench("a_person_binds_an_account", "tenken", Some(SECRET), "")? else { return Ok(()) };

    // Nobody is bound: whoever the provider knows does not come in, whatever name they bear.
    let mut stranger = bench.browser()?;
    let leaving = stranger.send("/sign-in", "/sign-in/provider", &[("next", "/hosts")])?;
    let address = leaving.leads_to()?;
    let asked: Vec<String> = address.query_pairs().map(|(name, _)| name.into_owned()).collect();
    for wanted in ["state", "nonce", "code_challenge", "code_challenge_method", "redirect_uri"] {
        assert!(asked.iter().any(|name| name == wanted), "{wanted}: {address}");
    }
    assert!(address.as_str().contains("code_challenge_method=S256"), "{address}");
    let refused = through(&mut stranger, &leaving, "sato", "pwd otp")?;
    assert!(refused.page.contains("この外部アカウントでは利用できません"), "{}", refused.page);
    assert!(stranger.cookie(SESSION).is_none());
    let [_, act, _, why] = bench.newest()?;
    assert!(act == "identity_refused" && why.contains("sato@example.jp"), "{act} {why}");

    // A wrong password binds nothing.
    let mut browser = bench.administrator()?;
    let wrong = browser.send("/account", "/account/identity", &[("identity_password", "wrong")])?;
    assert!(wrong.page.contains("現在のパスワードが違います") && wrong.leads_to().is_err());
    bind(&mut bench)?;
    assert_eq!(bench.newest()?, [ADMINISTRATOR, "identity_bound", ADMINISTRATOR, "sato@example.jp"].map(str::to_owned));

    // In, without a code since the provider shows two factors, with a session that nobody knew before, to where one wanted.
    let mut browser = bench.browser()?;
    let leaving = browser.send("/sign-in", "/sign-in/provider", &[("next", "/hosts")])?;
    let entered = through(&mut browser, &leaving, "sato", "pwd otp")?;
    assert_eq!(entered.address.path(), "/hosts", "{}", entered.page);
    let first = browser.cookie(SESSION).map(str::to_owned);
    assert!(first.is_some() && browser.cookie("tenken_flow").is_none());
    assert_eq!(bench.newest()?[1], "signed_in_by_provider");

    // What needs a second factor anew asks the provider anew, though there is a session.
    assert_eq!(browser.visit("/people/new")?.address.path(), "/confirm");
    let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
    let asked = leaving.leads_to()?;
    assert!(asked.as_str().contains("prompt=login") && asked.as_str().contains("max_age=0"), "{asked}");
    let single = through(&mut browser, &leaving, "sato", "pwd")?;
    assert_eq!(single.address.path(), "/account/second-factor", "one factor is not enough: {}", single.page);
    assert_eq!(browser.visit("/people/new")?.address.path(), "/confirm");
    let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
    let other = through(&mut browser, &leaving, "kato", "pwd otp")?;
    assert!(!other.page.contains("person_new") && browser.visit("/people/new")?.address.path() == "/confirm");
    browser.forget_provider();
    let leaving = browser.send("/confirm?next=/people/new", "/confirm/provider", &[("next", "/people/new")])?;
    let confirmed = through(&mut browser, &leaving, "sato", "pwd otp")?;
    assert_eq!(confirmed.address.path(), "/people/new", "{}", confirmed.page);
    assert_eq!(bench.newest()?[1], "confirmed_by_provider");

    // An invited person needs no password.
    let fields = [("name", "ito"), ("role", "officer"), ("email", "")];
    let invited = browser.send("/people/new", "/people/new", &fields)?;
    let link = invited.page.split_once("/join?key=").map(|(_, rest)| rest.chars().take(43).collect::<String>());
    let key = link.unwrap_or_default();
    let mut ito = bench.browser()?;
    let leaving = ito.send(&format!("/join?key={key}"), "/join/provider", &[("key", &key)])?;
    let taken = through(&mut ito, &leaving, "sato", "pwd otp")?;
    assert!(taken.page.contains("ほかの利用者に登録されています"), "{}", taken.page);
    ito.forget_provider();
    let leaving = ito.send(&format!("/join?key={key}"), "/join/provider", &[("key", &key)])?;
    let joined = through(&mut ito, &leaving, "ito", "pwd")?;
    assert_eq!(joined.address.path(), "/", "{}", joined.page);
    let leaving = bench.browser()?.send(&format!("/join?key={key}"), "/join/provider", &[("key", &key)])?;
    let mut again = bench.browser()?;
    assert!(
        again.follow(leaving.leads_to()?)?.address.path().starts_with("/interaction/"),
        "the link is judged at the end"
    );

    // An administrator takes the binding away, and the sessions with it.
    let person = browser.visit("/people")?;
    let number =
        person.page.split("href=\"/people/").find_map(|part| part.split_once("\">ito").map(|(number, _)| number));
    let page = format!("/people/{}", number.unwrap_or_default());
    assert!(browser.visit(&page)?.page.contains("ito@example.jp"));
    browser.send(&page, &format!("{page}/unbind"), &[])?;
    assert_eq!(bench.newest()?, [ADMINISTRATOR, "identity_unbound", "ito", "ito@example.jp"].map(str::to_owned));
    assert!(!ito.is_in()?, "the sessions end");
    Ok(())
}

#[test]
fn a_code_or_an_answer_is_taken_once_and_from_who_asked() -> Result<()> {
    let Some(mut bench) = bench("a_code_or_an_answer_is_taken_once", "tenken", Some(SECRET), "")? else {
        return Ok(());
    };
    bind(&mut bench)?;
    let mut browser = bench.browser()?;
    let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
    let asked = browser.follow(leaving.leads_to()?)?;
    let mut address = asked.address.clone();
    address.query_pairs_mut().append_pair("login", "sato").append_pair("amr", "pwd otp");
    let entered = browser.follow(address)?;
    assert_eq!(entered.address.path(), "/", "{}", entered.page);
    browser.forget(SESSION);

    // The answer of one sign-in in the browser of another: nobody can be signed in by a link.
    let mut attacker = bench.browser()?;
    let leaving = attacker.send("/sign-in", "/sign-in/provider", &[])?;
    let mut victim = bench.browser()?;
    victim.send("/sign-in", "/sign-in/provider", &[])?;
    let shown = through(&mut victim, &leaving, "sato", "pwd otp")?;
    assert!(shown.page.contains("もう一度やり直してください") && victim.cookie(SESSION).is_none(), "{}", shown.page);
    // And it is used up for who asked.
    let state =
        leaving.leads_to()?.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned());
    let state = state.unwrap_or_default();
    let again = attacker.visit(&format!("/sign-in/provider/callback?state={state}&code=x"))?;
    assert!(again.page.contains("もう一度やり直してください") && attacker.cookie(SESSION).is_none());
    for odd in ["", "?state=x", "?code=x", "?state=x&code=x&code=y", "?error=access_denied"] {
        let shown = attacker.visit(&format!("/sign-in/provider/callback{odd}"))?;
        assert!(attacker.cookie(SESSION).is_none(), "{odd}: {}", shown.page);
    }
    Ok(())
}

#[test]
fn each_way_of_signing_and_of_showing_the_client_works() -> Result<()> {
    let Some(mut bench) = bench("each_way_of_signing", "tenken", Some(SECRET), "")? else { return Ok(()) };
    bind(&mut bench)?;
    for (client, secret) in [("tenken-es", Some(SECRET)), ("tenken-ps", Some(SECRET)), ("tenken-public", None)] {
        bench = bench.restart(client, secret, "local_sign_in: everybody\n")?;
        let mut browser = bench.browser()?;
        let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
        let entered = through(&mut browser, &leaving, "sato", "pwd otp")?;
        assert_eq!((entered.address.path(), browser.is_in()?), ("/", true), "{client}: {}", entered.page);
    }
    bench = bench.restart("tenken", Some("another"), "")?;
    let mut browser = bench.browser()?;
    let leaving = browser.send("/sign-in", "/sign-in/provider", &[])?;
    let refused = through(&mut browser, &leaving, "sato", "pwd otp")?;
    assert!(refused.page.contains("認証結果を確認できませんでした"), "{}", refused.page);
    let [_, act, _, why] = bench.newest()?;
    assert!(act == "identity_refused" && why.contains("シークレット") && why.contains("invalid_client"), "{act} {why}");
    Ok(())
}
