//! Chromium, driven through its WebDriver.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::http::client;
use crate::poll;
use crate::program::{Running, system};

/// A browser window.
#[derive(Debug)]
pub struct Browser {
    _driver: Running,
    client: reqwest::blocking::Client,
    session: String,
}

/// What people find on a page by its words.
#[derive(Debug, Clone, Copy)]
enum Called {
    /// A button or a link.
    Way,
    /// The label of a field.
    Label,
    /// What unfolds the rest.
    Fold,
}

impl Called {
    const fn selector(self) -> &'static str {
        match self {
            Self::Way => "main button, main a, header button, header a",
            Self::Label => "main label",
            Self::Fold => "main summary",
        }
    }
}

/// A page that is kept fresh exchanged what was found before it was used.
fn was_exchanged(error: &anyhow::Error) -> bool {
    let said = format!("{error:#}");
    said.contains("stale element") || said.contains("no such element")
}

impl Browser {
    /// Whether a browser can be had here.
    pub fn available() -> bool {
        system("chromium").is_some() && system("chromedriver").is_some()
    }

    /// Opens a window of that size with a profile of its own below `folder`.
    pub fn open(folder: &Path, width: u32, height: u32) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let driver = system("chromedriver").context("chromedriver is not installed")?;
        let driver = Running::start(
            Command::new(driver).arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()),
        )?;
        let client = client().timeout(Duration::from_mins(1)).build()?;
        let base = format!("http://127.0.0.1:{port}");
        poll::until("chromedriver answers", Duration::from_secs(20), || {
            Ok(client.get(format!("{base}/status")).send().ok().filter(|answer| answer.status().is_success()))
        })?;
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-quic", "--hide-scrollbars",
                format!("--window-size={width},{height}"),
                format!("--user-data-dir={}", folder.join("profile").display()),
            ],
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "mobile": width < 600 } },
        });
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let answer: Value = client.post(format!("{base}/session")).json(&capabilities).send()?.json()?;
        let id = answer["value"]["sessionId"].as_str().with_context(|| format!("no session: {answer}"))?;
        let session = format!("{base}/session/{id}");
        Ok(Self { _driver: driver, client, session })
    }

    fn post(&self, what: &str, body: &Value) -> Result<Value> {
        let answer: Value = self.client.post(format!("{}/{what}", self.session)).json(body).send()?.json()?;
        if let Some(error) = answer["value"]["error"].as_str() {
            bail!("{what} {body}: {error}: {}", answer["value"]["message"]);
        }
        Ok(answer["value"].clone())
    }

    /// Goes to an address.
    pub fn go(&self, url: &str) -> Result<()> {
        self.post("url", &json!({ "url": url })).map(drop)
    }

    /// Runs a script in the page and returns what it returns.
    pub fn script(&self, script: &str) -> Result<Value> {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The page's visible text.
    pub fn text(&self) -> Result<String> {
        Ok(self.script("return document.body.innerText")?.as_str().unwrap_or_default().to_owned())
    }

    fn element(&self, selector: &str) -> Result<String> {
        let found = self.post("element", &json!({ "using": "css selector", "value": selector }))?;
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        Ok(id.with_context(|| format!("no element {selector}"))?.to_owned())
    }

    /// Types into a field.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.element(selector)?;
        self.post(&format!("element/{element}/clear"), &json!({}))?;
        self.post(&format!("element/{element}/value"), &json!({ "text": text })).map(drop)
    }

    /// Clicks an element.
    pub fn click(&self, selector: &str) -> Result<()> {
        let element = self.element(selector)?;
        self.post(&format!("element/{element}/click"), &json!({})).map(drop)
    }

    /// Clicks what leads to another page, and waits until that is loaded.
    pub fn follow(&self, selector: &str) -> Result<()> {
        self.script("window.tenkenWasHere = true")?;
        self.click(selector)?;
        let arrived = "return window.tenkenWasHere === undefined && document.readyState === 'complete'";
        // While the page is exchanged there is none to ask.
        let there = || Ok(self.script(arrived).is_ok_and(|answer| answer == true).then_some(()));
        poll::until(&format!("{selector} leads to a page"), Duration::from_secs(20), there).map(drop)
    }

    /// The element of that kind that people see under those words, marked so that a selector finds it.
    fn called(&self, kind: Called, words: &str) -> Result<&'static str> {
        let words = Value::from(words);
        let found = format!(
            "for (const old of document.querySelectorAll('[data-found]')) delete old.dataset.found; \
             const words = {words}, read = it => it.innerText.replace(/\\s+/g, ' ').trim(); \
             const seen = [...document.querySelectorAll({kind})].filter(it => it.checkVisibility()); \
             const it = seen.find(it => read(it) === words) ?? seen.find(it => read(it).startsWith(words)) \
             ?? seen.find(it => read(it).includes(words)); \
             if (!it) return seen.map(read).join(' | '); \
             (it.htmlFor ? document.getElementById(it.htmlFor) : it).dataset.found = ''; return null",
            kind = Value::from(kind.selector()),
        );
        match self.script(&found)? {
            Value::Null => Ok("[data-found]"),
            there => bail!("no {kind:?} reads {words}; there are: {there}"),
        }
    }

    /// Presses the button, or follows the link, that reads so, and waits until the next page is loaded.
    pub fn press(&self, words: &str) -> Result<()> {
        let there = || format!("{words}, on a page that says:\n{}", self.text().unwrap_or_default());
        let pressed = || match self.follow(self.called(Called::Way, words)?) {
            Err(error) if was_exchanged(&error) => Ok(None),
            result => result.map(Some),
        };
        poll::until("something to press", Duration::from_secs(20), pressed).map(drop).with_context(there)
    }

    /// Presses a button that gives a file and leaves the page as it is.
    pub fn tap(&self, words: &str) -> Result<()> {
        self.click(self.called(Called::Way, words)?)
    }

    /// Lets files that pages give be kept in a folder.
    pub fn receive_into(&self, folder: &Path) -> Result<()> {
        let folder = json!({ "behavior": "allow", "downloadPath": folder.display().to_string() });
        self.post("goog/cdp/execute", &json!({ "cmd": "Browser.setDownloadBehavior", "params": folder })).map(drop)
    }

    /// Opens what is folded away under those words.
    pub fn unfold(&self, words: &str) -> Result<()> {
        self.click(self.called(Called::Fold, words)?)
    }

    /// Types into the field with that label.
    pub fn write(&self, label: &str, text: &str) -> Result<()> {
        self.fill(self.called(Called::Label, label)?, text).with_context(|| label.to_owned())
    }

    /// Chooses what reads so from the list with that label.
    pub fn choose(&self, label: &str, option: &str) -> Result<()> {
        let list = self.called(Called::Label, label)?;
        let chosen = self.script(&format!(
            "const list = document.querySelector('{list}'); \
             const it = [...list.options].find(it => it.text.trim() === {0}); \
             if (it) {{ list.value = it.value; list.dispatchEvent(new Event('change', {{ bubbles: true }})); }} \
             return it ? null : [...list.options].map(it => it.text).join(' | ')",
            Value::from(option)
        ))?;
        if chosen.is_null() { Ok(()) } else { bail!("{label} offers no {option}; there are: {chosen}") }
    }

    /// Ticks the box, or takes the choice, with that label, which may be only for those who hear the page.
    pub fn tick(&self, label: &str) -> Result<()> {
        self.click(self.called(Called::Label, label)?)
    }

    /// Attaches files to the field with that label.
    pub fn attach(&self, label: &str, files: &[&Path]) -> Result<()> {
        let element = self.element(self.called(Called::Label, label)?)?;
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        self.post(&format!("element/{element}/value"), &json!({ "text": names.join("\n") })).map(drop)
    }

    /// Forgets who was signed in, as another person's browser.
    pub fn forget(&self) -> Result<()> {
        let body = json!({ "cmd": "Network.clearBrowserCookies", "params": {} });
        self.post("goog/cdp/execute", &body).map(drop)
    }

    /// Downloads a file as whoever is signed in.
    pub fn download(&self, url: &str) -> Result<Vec<u8>> {
        let kept: Value = self.client.get(format!("{}/cookie", self.session)).send()?.json()?;
        let cookies = kept["value"].as_array().into_iter().flatten();
        let cookies = cookies.filter_map(|it| Some(format!("{}={}", it["name"].as_str()?, it["value"].as_str()?)));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let answer = self.client.get(url).header(reqwest::header::COOKIE, cookies).send()?.error_for_status()?;
        Ok(answer.bytes()?.to_vec())
    }

    /// A picture of the whole page as PNG.
    pub fn picture(&self, path: &Path) -> Result<()> {
        let body = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
        let shot = self.post("goog/cdp/execute", &body)?;
        let data = shot["data"].as_str().context("the picture has no data")?;
        std::fs::write(path, base64::engine::general_purpose::STANDARD.decode(data)?)?;
        Ok(())
    }

    /// Gives the browser a cookie for the host of the page it is on.
    pub fn cookie(&self, name: &str, value: &str) -> Result<()> {
        self.post("cookie", &json!({ "cookie": { "name": name, "value": value, "path": "/" } })).map(drop)
    }

    /// Shows pages as to somebody who prefers dark ones.
    pub fn prefer_dark(&self) -> Result<()> {
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        self.post("goog/cdp/execute", &json!({ "cmd": "Emulation.setEmulatedMedia", "params": dark })).map(drop)
    }

    /// What keeps people out of the page by WCAG 2.2 A and AA, as axe-core finds it: serious and critical findings, one a
    /// line with the elements.
    pub fn barriers(&self, axe: &str) -> Result<Vec<String>> {
        self.script(axe)?;
        let run = "const done = arguments[arguments.length - 1]; axe.run(document, { resultTypes: ['violations'], runOnly: \
             ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(found => done(found.violations \
             .filter(it => ['serious', 'critical'].includes(it.impact)) \
             .map(it => it.id + ': ' + it.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | '))), \
             error => done(['axe failed: ' + error]))";
        let found = self.post("execute/async", &json!({ "script": run, "args": [] }))?;
        let lines = found.as_array().context("axe-core gave no list")?;
        Ok(lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Errors on the console since the last call.
    pub fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.post("se/log", &json!({ "type": "browser" }))?;
        let entries = log.as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    /// How many pixels the page is wider than the window; a usable page gives 0.
    pub fn overflow(&self) -> Result<i64> {
        let over = self.script("return document.documentElement.scrollWidth - window.innerWidth")?;
        Ok(over.as_i64().unwrap_or(0).max(0))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _gone = self.client.delete(&self.session).send();
    }
}
