//! The pages in a real browser: the first sign-in, every page at the width of a desk and of a phone, and a page
//! that changes by itself.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use anyhow::{Context as _, Result, ensure};
    use tempfile::TempDir;
    use tenken_tests::agent::Agent;
    use tenken_tests::browser::Browser;
    use tenken_tests::dashboard::{ADMINISTRATOR, Dashboard, PASSWORD};
    use tenken_tests::program::Running;
    use tenken_tests::scratch::{MAINTENANCE_ACCOUNT, Scratch};
    use tenken_tests::{poll, skip};

    /// Where the pictures are kept, to be looked at; otherwise they go with the test.
    const PICTURES: &str = "TENKEN_PICTURES";
    /// The script of axe-core, with which pages are looked at for what keeps people out.
    const AXE: &str = "TENKEN_AXE";
    /// The most time from a change on the host until an open page shows it.
    const LIVE: Duration = Duration::from_secs(2);

    struct Stage {
        scratch: Scratch,
        dashboard: Dashboard,
        pictures: PathBuf,
        axe: Option<String>,
        _running: [Running; 2],
        folder: TempDir,
    }

    impl Stage {
        fn set() -> Result<Self> {
            let folder = TempDir::new()?;
            let place = folder.path();
            let scratch = Scratch::make(&place.join("root"))?;
            let mail = place.join("mail.yaml");
            let inbox = place.join("mails");
            std::fs::write(
                &mail,
                format!(
                    "from: 点検 <tenken@example.jp>\nto: [officer@example.jp]\ndashboard: https://tenken.example.jp\ntransport: {{kind: folder, folder: {}}}\n",
                    inbox.display()
                ),
            )?;
            let mail = mail.to_str().context("the folder's name is text")?;
            let mut dashboard = Dashboard::new(place, &["--mail", mail, "--agency", "さくら健診センター"]);
            let first = dashboard.start()?;
            dashboard.register(
                "accounts",
                &format!("host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤花子,false,\n*,{MAINTENANCE_ACCOUNT},maintenance,保守会社,false,2026-01-31\n"),
            )?;
            let agent = Agent::enrol(place, scratch.root(), &dashboard)?;
            let second = agent.start()?;
            poll::until("the first full report is stored", Duration::from_secs(30), || {
                Ok(dashboard.command(&["status", "--quiet"]).is_ok().then_some(()))
            })?;
            let pictures = std::env::var_os(PICTURES).map_or_else(|| place.join("pictures"), PathBuf::from);
            std::fs::create_dir_all(&pictures)?;
            let axe = std::env::var_os(AXE).map(std::fs::read_to_string).transpose()?;
            Ok(Self { scratch, dashboard, pictures, axe, _running: [first, second], folder })
        }

        fn browser(&self, width: u32) -> Result<Browser> {
            let folder = self.folder.path().join(format!("browser-{width}"));
            Browser::open(&folder, width, 900)
        }

        fn url(&self, address: &str) -> String {
            format!("{}{address}", self.dashboard.addresses().local)
        }

        fn look(&self, browser: &Browser, name: &str, width: u32) -> Result<()> {
            browser.picture(&self.pictures.join(format!("{name}.{width}.png")))?;
            let errors = browser.console_errors()?;
            ensure!(errors.is_empty(), "{name} at {width}: {errors:?}");
            let overflow = browser.overflow()?;
            ensure!(overflow == 0, "{name} at {width}: {overflow} pixels wider than the window");
            let text = browser.text()?;
            ensure!(text.chars().count() > 40, "{name} at {width}: {text:?}");
            if let Some(axe) = &self.axe {
                let barriers = browser.barriers(axe)?;
                ensure!(barriers.is_empty(), "{name} at {width}: {barriers:#?}");
            }
            Ok(())
        }
    }

    /// The addresses of every page, found by following the links of the pages named here.
    fn addresses(browser: &Browser, stage: &Stage) -> Result<Vec<(String, String)>> {
        let mut found = vec![
            ("overview".to_owned(), "/".to_owned()),
            ("overview-drift".to_owned(), "/?state=drift".to_owned()),
            ("item-measured".to_owned(), "/items/technical.9".to_owned()),
            ("item-accounts".to_owned(), "/items/technical.1".to_owned()),
            ("item-attested".to_owned(), "/items/organizational.1".to_owned()),
            ("hosts".to_owned(), "/hosts".to_owned()),
            ("enrol".to_owned(), "/hosts/new".to_owned()),
            ("drifts".to_owned(), "/drifts".to_owned()),
            ("outbox".to_owned(), "/outbox".to_owned()),
            ("registers".to_owned(), "/registers".to_owned()),
            ("register".to_owned(), "/registers/accounts".to_owned()),
            ("register-new".to_owned(), "/registers/accounts/new".to_owned()),
            ("register-row".to_owned(), "/registers/accounts/1".to_owned()),
            ("register-import".to_owned(), "/registers/devices/import".to_owned()),
            ("register-hosts".to_owned(), "/registers/hosts".to_owned()),
            ("settings".to_owned(), "/settings".to_owned()),
            ("people".to_owned(), "/people".to_owned()),
            ("person".to_owned(), "/people/1".to_owned()),
            ("account".to_owned(), "/account".to_owned()),
            ("second-factor".to_owned(), "/account/second-factor".to_owned()),
            ("audit".to_owned(), "/audit".to_owned()),
            ("tasks".to_owned(), "/tasks".to_owned()),
            ("declaration".to_owned(), "/declaration".to_owned()),
            ("declaration-import".to_owned(), "/declaration/import".to_owned()),
            ("versions".to_owned(), "/declaration/versions".to_owned()),
            ("publication".to_owned(), "/declaration/publication".to_owned()),
            ("waivers".to_owned(), "/waivers".to_owned()),
            ("calendar".to_owned(), "/settings/calendar".to_owned()),
            ("search".to_owned(), "/search?q=%E6%99%82%E5%88%BB".to_owned()),
            ("contracts-new".to_owned(), "/registers/contracts/new".to_owned()),
            ("not-found".to_owned(), "/nowhere".to_owned()),
        ];
        for (name, page, prefix) in [("host", "/hosts", "/hosts/h-"), ("drift", "/drifts", "/drifts/")] {
            browser.go(&stage.url(page))?;
            let script = format!("return document.querySelector('main a[href^=\"{prefix}\"]')?.getAttribute('href')");
            let address = browser.script(&script)?;
            let address = address.as_str().with_context(|| format!("{page} leads to no {name}"))?;
            found.push((name.to_owned(), address.to_owned()));
        }
        Ok(found)
    }

    fn first_run(browser: &Browser, stage: &Stage) -> Result<()> {
        let link = stage.dashboard.command(&["first-link", "--address", &stage.url("")])?;
        browser.go(&link)?;
        stage.look(browser, "first-run", 1280)?;
        browser.fill("input[name=name]", ADMINISTRATOR)?;
        browser.fill("input[name=password]", PASSWORD)?;
        browser.fill("input[name=again]", PASSWORD)?;
        browser.follow("form[action='/first-run'] button")?;
        ensure!(browser.text()?.contains("遵守状況"), "signed in: {}", browser.text()?);
        browser.go(&link)?;
        ensure!(browser.text()?.contains("使えません"), "a link works once: {}", browser.text()?);
        Ok(())
    }

    fn sign_in(browser: &Browser, stage: &Stage, width: u32) -> Result<()> {
        browser.go(&stage.url("/items/technical.9"))?;
        browser.fill("input[name=name]", ADMINISTRATOR)?;
        browser.fill("input[name=password]", "これは違うパスワードです")?;
        browser.follow("form[action='/sign-in'] button")?;
        ensure!(browser.text()?.contains("違います"), "a wrong password is told: {}", browser.text()?);
        stage.look(browser, "sign-in", width)?;
        browser.fill("input[name=password]", PASSWORD)?;
        browser.follow("form[action='/sign-in'] button")?;
        let address = browser.script("return location.pathname")?;
        ensure!(address == "/items/technical.9", "it leads where the person wanted to go: {address}");
        Ok(())
    }

    /// A change on the host shows on a page that stands open, without a reload.
    fn live(browser: &Browser, stage: &Stage) -> Result<Duration> {
        browser.go(&stage.url("/drifts"))?;
        poll::until("the page listens", Duration::from_secs(10), || {
            Ok((browser.script("return document.getElementById('live').dataset.state")? == "open").then_some(()))
        })?;
        browser.script("window.untouched = true")?;
        let says = format!("保守アカウント{MAINTENANCE_ACCOUNT}は終了日を過ぎても有効なままです");
        ensure!(!browser.text()?.contains(&says), "the account is locked at first");
        stage.scratch.maintenance_account(true)?;
        let shown = || Ok(browser.text()?.contains(&says).then_some(()));
        let ((), took) = poll::until("the open page shows the drift", Duration::from_secs(10), shown)?;
        ensure!(browser.script("return window.untouched === true")? == true, "the page was not loaded again");
        stage.look(browser, "drifts-live", 1280)?;
        Ok(took)
    }

    /// A row is added, refused while wrong, and changed.
    fn keep_a_register(browser: &Browser, stage: &Stage) -> Result<()> {
        browser.go(&stage.url("/registers/devices/new"))?;
        browser.fill("#name, [name=name]", "血圧計 BP-07")?;
        browser.fill("[name=mac]", "not an address")?;
        browser.script("document.querySelector('[name=status]').value = 'in_use'")?;
        browser.follow("form.form button.primary")?;
        ensure!(browser.text()?.contains("MACアドレスとして読み取れません"), "{}", browser.text()?);
        stage.look(browser, "register-refused", 1280)?;
        browser.fill("[name=mac]", "00-1B-44-11-3A-B7")?;
        browser.follow("form.form button.primary")?;
        let text = browser.text()?;
        ensure!(text.contains("保存しました") && text.contains("血圧計 BP-07"), "{text}");
        Ok(())
    }

    fn attest(browser: &Browser, stage: &Stage) -> Result<()> {
        browser.go(&stage.url("/items/organizational.5"))?;
        browser.fill("[name=evidence]", "情報管理規程(2026年度) 総務課キャビネット2段目")?;
        browser.follow("form[action$='/attest'] button")?;
        ensure!(browser.text()?.contains("確認記録を残しました"), "{}", browser.text()?);
        stage.look(browser, "item-just-attested", 1280)
    }

    /// That a barrier would be found: a button without a name.
    fn barriers_are_found(browser: &Browser, stage: &Stage) -> Result<()> {
        let Some(axe) = &stage.axe else { return Ok(()) };
        browser.go(&stage.url("/tasks"))?;
        browser.script("document.querySelector('main').append(document.createElement('button'))")?;
        let found = browser.barriers(axe)?;
        ensure!(found.iter().any(|line| line.starts_with("button-name")), "a button without a name: {found:?}");
        Ok(())
    }

    fn in_english_and_dark(browser: &Browser, stage: &Stage) -> Result<()> {
        browser.go(&stage.url("/items/technical.9"))?;
        browser.follow("form[action='/language'] button")?;
        ensure!(browser.text()?.contains("Deciding rules"), "in English: {}", browser.text()?);
        ensure!(browser.script("return location.pathname")? == "/items/technical.9", "on the same page");
        stage.look(browser, "item-english", 1280)?;
        browser.prefer_dark()?;
        for (name, address) in [("overview-dark", "/"), ("register-dark", "/registers/accounts/new")] {
            browser.go(&stage.url(address))?;
            let light = browser.script("return getComputedStyle(document.body).backgroundColor")?;
            ensure!(light != "rgb(255, 255, 255)", "{name} is as light as ever: {light}");
            stage.look(browser, name, 1280)?;
        }
        Ok(())
    }

    /// English words are longer, and no page is wider than a phone for them.
    fn english_fits_a_phone(phone: &Browser, stage: &Stage, pages: &[(String, String)]) -> Result<()> {
        phone.go(&stage.url("/items/technical.9"))?;
        phone.follow("form[action='/language'] button")?;
        for (name, address) in pages {
            phone.go(&stage.url(address))?;
            let overflow = phone.overflow()?;
            ensure!(overflow == 0, "{name} in English: {overflow} pixels wider than a phone");
        }
        Ok(())
    }

    fn all(folder: &Path) -> Result<()> {
        let stage = Stage::set()?;
        let desk = stage.browser(1280)?;
        first_run(&desk, &stage)?;
        let took = live(&desk, &stage)?;
        println!("From the change on the host to the open page in a browser: {} ms", took.as_millis());
        ensure!(took <= LIVE, "an open page took {took:?}");
        keep_a_register(&desk, &stage)?;
        attest(&desk, &stage)?;
        let pages = addresses(&desk, &stage)?;
        let phone = stage.browser(390)?;
        sign_in(&phone, &stage, 390)?;
        for (browser, width) in [(&desk, 1280), (&phone, 390)] {
            for (name, address) in &pages {
                browser.go(&stage.url(address))?;
                if name == "not-found" {
                    // The browser itself tells of the status on its console.
                    let _expected = browser.console_errors()?;
                }
                stage.look(browser, name, width)?;
            }
        }
        english_fits_a_phone(&phone, &stage, &pages)?;
        barriers_are_found(&desk, &stage)?;
        in_english_and_dark(&desk, &stage)?;
        println!("{} pages at 1280 and 390 pixels: {}", pages.len(), folder.display());
        Ok(())
    }

    #[test]
    fn every_page_works_in_a_browser() {
        if !Browser::available() {
            skip("every_page_works_in_a_browser", "chromium or chromedriver is not installed");
            return;
        }
        let kept = std::env::var_os(PICTURES).map_or_else(|| PathBuf::from("pictures are not kept"), PathBuf::from);
        if std::env::var_os(AXE).is_none() {
            skip("barriers on pages", "axe-core could not be fetched");
        }
        all(&kept).unwrap();
    }
}
