//! The people of a story, and how they come in.

use std::cell::Cell;

use anyhow::{Context as _, Result, ensure};
use tenken_dashboard::auth::totp::{Key, step};
use tenken_tests::browser::Browser;
use tenken_tests::clock::MovedClock;

/// Nobody's password holds their name.
const PASSWORD: &str = "点検の合言葉は長いほうがよい";

/// Somebody with an account of the dashboard.
#[derive(Debug)]
pub(crate) struct Person {
    /// What they sign in as.
    pub(crate) name: &'static str,
    app: Option<Key>,
    /// The step of the code that was used last.
    used: Cell<i64>,
}

impl Person {
    fn new(name: &'static str) -> Self {
        Self { name, app: None, used: Cell::new(0) }
    }

    /// 高橋, who administers the dashboard: made by the link of the first run, with a second factor.
    pub(crate) fn administrator(browser: &Browser, clock: &MovedClock, link: &str) -> Result<Self> {
        let mut person = Self::new("高橋");
        browser.go(link)?;
        browser.write("ユーザー名", person.name)?;
        browser.write("パスワード", PASSWORD)?;
        browser.write("パスワード(確認)", PASSWORD)?;
        browser.press("登録してサインイン")?;
        person.set_up_app(browser, clock, link)?;
        Ok(person)
    }

    /// Somebody whom the administrator, who is signed in, invites in that role, and who joins. Whoever approves sets a second
    /// factor up.
    pub(crate) fn join(
        browser: &Browser,
        clock: &MovedClock,
        base: &str,
        (name, role): (&'static str, &'static str),
    ) -> Result<Self> {
        let mut person = Self::new(name);
        browser.go(&format!("{base}/people/new"))?;
        browser.write("ユーザー名", name)?;
        browser.choose("役割", role)?;
        browser.press("招待リンクを作る")?;
        let address = browser.script("return document.querySelector('pre.command').innerText")?;
        let address = address.as_str().context("the invitation shows an address")?.trim().to_owned();
        browser.forget()?;
        let (_, path) = address.split_once("/join").context("the address leads to where one joins")?;
        browser.go(&format!("{base}/join{path}"))?;
        browser.write("パスワード", PASSWORD)?;
        browser.write("パスワード(確認)", PASSWORD)?;
        browser.press("決定してサインイン")?;
        ensure!(browser.text()?.contains("遵守状況"), "{name} is in: {}", browser.text()?);
        if role == "責任者" {
            person.set_up_app(browser, clock, base)?;
        }
        Ok(person)
    }

    /// Takes the key that the page shows into an authenticator app.
    fn set_up_app(&mut self, browser: &Browser, clock: &MovedClock, link: &str) -> Result<()> {
        let base: String = link.split('/').take(3).collect::<Vec<_>>().join("/");
        browser.go(&format!("{base}/account/second-factor"))?;
        let shown = browser.script("return document.querySelector('pre.command').innerText")?;
        let shown: String = shown.as_str().unwrap_or_default().split_whitespace().collect();
        self.app = Some(Key::from_text(&shown).context("the page shows a key")?);
        self.write_code(browser, clock)?;
        browser.write("現在のパスワード", PASSWORD)?;
        browser.press("二要素認証を設定")?;
        ensure!(browser.text()?.contains("回復用コード"), "{}", browser.text()?);
        Ok(())
    }

    /// Signs in, as on a morning: by password, then by the app's code.
    pub(crate) fn sign_in(&self, browser: &Browser, clock: &MovedClock, base: &str) -> Result<()> {
        browser.forget()?;
        browser.go(&format!("{base}/sign-in"))?;
        browser.write("ユーザー名", self.name)?;
        browser.write("パスワード", PASSWORD)?;
        browser.press("サインイン")?;
        if self.app.is_some() {
            self.write_code(browser, clock)?;
            browser.press("サインイン")?;
        }
        let text = browser.text()?;
        ensure!(text.contains("遵守状況") && text.contains(self.name), "{} is signed in: {text}", self.name);
        Ok(())
    }

    /// Types the code that the app shows now. No code is taken twice: whoever was too fast waits for the next.
    fn write_code(&self, browser: &Browser, clock: &MovedClock) -> Result<()> {
        let app = self.app.as_ref().context("has an app")?;
        if step(clock.now()?) <= self.used.get() {
            clock.advance(chrono::TimeDelta::seconds(30))?;
        }
        let now = step(clock.now()?);
        self.used.set(now);
        let code = app.code(now).context("a code")?;
        browser.write("確認コード", &format!("{code:06}"))
    }
}
