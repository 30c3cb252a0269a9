//! The pages in a real browser: the first sign-in, every page at the width of a desk and of a phone, and a page
//! that changes by itself.

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use anyhow::{Context as _, Result, ensure};
    use tempfile::TempDir;
    use tenken_tests::agent::Agent;
    use tenken_tests::browser::Browser;
    use tenken_tests::dashboard::{ADMINISTRATOR, Dashboard, PASSWORD, Visitor};
    use tenken_tests::program::Running;
    use tenken_tests::scratch::{MAINTENANCE_ACCOUNT, Scratch};
    use tenken_tests::{poll, skip};

    /// Where pictures are kept, to be looked at; without it none is taken.
    const PICTURES: &str = "TENKEN_PICTURES";
    /// The script of axe-core, with which pages are looked at for what keeps people out.
    const AXE: &str = "TENKEN_AXE";
    /// The most time from a change on the host until an open page shows it.
    const LIVE: Duration = Duration::from_secs(2);

    struct Stage {
        scratch: Scratch,
        dashboard: Dashboard,
        pictures: Option<PathBuf>,
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
            let pictures = std::env::var_os(PICTURES).map(PathBuf::from);
            pictures.iter().try_for_each(std::fs::create_dir_all)?;
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
            if let Some(pictures) = &self.pictures {
                browser.picture(&pictures.join(format!("{name}.{width}.png")))?;
            }
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

    /// Whoever has the link makes the first administrator, and is signed in.
    fn first_run(browser: &Browser, stage: &Stage) -> Result<String> {
        let link = stage.dashboard.command(&["first-link", "--address", &stage.url("")])?;
        browser.go(&link)?;
        stage.look(browser, "first-run", 1280)?;
        browser.fill("input[name=name]", ADMINISTRATOR)?;
        browser.fill("input[name=password]", PASSWORD)?;
        browser.fill("input[name=again]", PASSWORD)?;
        browser.follow("form[action='/first-run'] button")?;
        ensure!(browser.text()?.contains("遵守状況"), "signed in: {}", browser.text()?);
        Ok(link)
    }

    fn the_link_works_once(browser: &Browser, link: &str) -> Result<()> {
        browser.go(link)?;
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

    /// A control that drifts, so that the pages of drifts have something to show.
    fn a_drift(browser: &Browser, stage: &Stage) -> Result<()> {
        stage.scratch.maintenance_account(true)?;
        poll::until("the drift is listed", Duration::from_secs(30), || {
            browser.go(&stage.url("/drifts"))?;
            Ok(browser.text()?.contains(MAINTENANCE_ACCOUNT).then_some(()))
        })?;
        Ok(())
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

    /// Every page is there, says something, is no wider than the window, and keeps nobody out.
    fn every_page(browser: &Browser, stage: &Stage, pages: &[(String, String)], width: u32) -> Result<()> {
        for (name, address) in pages {
            browser.go(&stage.url(address))?;
            if name == "not-found" {
                // The browser itself tells of the status on its console.
                let _expected = browser.console_errors()?;
            }
            stage.look(browser, name, width)?;
        }
        println!("{} pages at {width} pixels", pages.len());
        Ok(())
    }

    /// Runs a test on a stage of its own, unless there is no browser here.
    fn on_stage(name: &str, test: impl FnOnce(&Stage) -> Result<()>) {
        if !Browser::available() {
            skip(name, "chromium or chromedriver is not installed");
            return;
        }
        if std::env::var_os(AXE).is_none() {
            skip("barriers on pages", "axe-core could not be fetched");
        }
        test(&Stage::set().unwrap()).unwrap();
    }

    #[test]
    fn a_first_day_at_the_desk_goes_by_itself() {
        on_stage("a_first_day_at_the_desk_goes_by_itself", |stage| {
            let desk = stage.browser(1280)?;
            let link = first_run(&desk, stage)?;
            the_link_works_once(&desk, &link)?;
            let took = live(&desk, stage)?;
            println!("From the change on the host to the open page in a browser: {} ms", took.as_millis());
            ensure!(took <= LIVE, "an open page took {took:?}");
            keep_a_register(&desk, stage)?;
            attest(&desk, stage)?;
            barriers_are_found(&desk, stage)?;
            in_english_and_dark(&desk, stage)
        });
    }

    #[test]
    fn every_page_works_at_a_desk() {
        on_stage("every_page_works_at_a_desk", |stage| {
            let desk = stage.browser(1280)?;
            first_run(&desk, stage)?;
            a_drift(&desk, stage)?;
            every_page(&desk, stage, &addresses(&desk, stage)?, 1280)
        });
    }

    #[test]
    fn every_page_works_on_a_phone() {
        on_stage("every_page_works_on_a_phone", |stage| {
            Visitor::first(&stage.dashboard)?;
            let phone = stage.browser(390)?;
            sign_in(&phone, stage, 390)?;
            a_drift(&phone, stage)?;
            let pages = addresses(&phone, stage)?;
            every_page(&phone, stage, &pages, 390)?;
            english_fits_a_phone(&phone, stage, &pages)
        });
    }
}
