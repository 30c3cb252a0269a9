//! The stage of a story: dashboard, hosts and their agents, a browser, the mails, and the clock by which all of them go.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tenken_tests::agent::Agent;
use tenken_tests::browser::Browser;
use tenken_tests::clock::MovedClock;
use tenken_tests::dashboard::Dashboard;
use tenken_tests::network::{Stands, own_network};
use tenken_tests::program::Running;
use tenken_tests::scratch::Scratch;
use tenken_tests::{poll, skip, smtp};

use crate::form::{self, AGENCY};
use crate::people::Person;

/// Where the pictures are kept, to be looked at; otherwise they go with the test.
const PICTURES: &str = "TENKEN_PICTURES";
/// The script of axe-core, with which pages are looked at for what keeps people out.
const AXE: &str = "TENKEN_AXE";
/// How long anything may take on a busy machine.
const SOON: Duration = Duration::from_mins(1);

/// 佐藤, the security officer.
pub(crate) const OFFICER: (&str, &str) = ("佐藤", "担当者");
/// 鈴木, who answers for the agency.
pub(crate) const APPROVER: (&str, &str) = ("鈴木", "責任者");
/// An auditor.
pub(crate) const AUDITOR: (&str, &str) = ("監査人", "監査");

/// A computer of the agency.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its files.
    pub(crate) files: Scratch,
    /// Nobody switches it on in the morning.
    pub(crate) stays_off: bool,
    agent: Agent,
    runs: Option<Running>,
}

impl Machine {
    /// Switches it off.
    pub(crate) fn off(&mut self) -> Result<()> {
        if let Some(runs) = self.runs.take() {
            runs.end()?;
        }
        Ok(())
    }

    /// Switches it on.
    pub(crate) fn on(&mut self) -> Result<()> {
        self.runs = Some(self.agent.start()?);
        Ok(())
    }
}

/// The stage.
pub(crate) struct Stage {
    /// The clock of everything but the browser.
    pub(crate) clock: MovedClock,
    /// The only window; whoever sits before it is signed in.
    pub(crate) browser: Browser,
    /// The administrator.
    pub(crate) administrator: Person,
    /// Everybody else.
    pub(crate) people: Vec<Person>,
    /// The agency's computers.
    pub(crate) machines: Vec<Machine>,
    dashboard: Dashboard,
    _runs: Running,
    story: &'static str,
    steps: Cell<u32>,
    pictures: PathBuf,
    axe: OnceCell<Option<String>>,
    /// The mails that were read: when each came, its subject and its text.
    read: RefCell<BTreeMap<PathBuf, (SystemTime, String, String)>>,
    folder: TempDir,
}

/// Runs a story in a network of its own, where what it needs is installed.
pub(crate) fn tell(test: &str, missing: Option<&'static str>, story: impl FnOnce() -> Result<()>) {
    let no_browser = || (!Browser::available()).then_some("chromium or chromedriver is not installed");
    if let Some(why) = missing.or_else(no_browser).or_else(MovedClock::missing) {
        skip(test, why);
        return;
    }
    match own_network(test).unwrap() {
        Stands::Inside => story().unwrap(),
        Stands::Passed => {}
        Stands::Not(why) => skip(test, why),
    }
}

impl Stage {
    /// Sets it at a time in Japan, with those people.
    pub(crate) fn set(story: &'static str, time: &str, people: &[(&'static str, &'static str)]) -> Result<Self> {
        let folder = TempDir::new()?;
        let place = folder.path();
        let clock = MovedClock::at(place, time)?;
        let mail = place.join("mail.yaml");
        let settings = format!(
            "from: 点検 <tenken@example.jp>\nto: [officer@example.jp]\ndashboard: https://tenken.example.jp\n\
             transport: {{kind: folder, folder: {}}}\n",
            place.join("mails").display()
        );
        std::fs::write(&mail, settings)?;
        let mail = mail.to_str().context("the folder's name is text")?;
        let arguments = ["--mail", mail, "--agency", AGENCY];
        let mut dashboard = Dashboard::patient(place, &arguments).with_clock(clock.clone());
        let runs = dashboard.start()?;
        let browser = Browser::open(&place.join("browser"), 1280, 900)?;
        let base = dashboard.addresses().local.clone();
        let link = dashboard.command(&["first-link", "--address", &base])?;
        let administrator = Person::administrator(&browser, &clock, &link)?;
        let mut joined: Vec<Person> = Vec::new();
        for person in people {
            if !joined.is_empty() {
                administrator.sign_in(&browser, &clock, &base)?;
            }
            joined.push(Person::join(&browser, &clock, &base, *person)?);
        }
        let pictures = std::env::var_os(PICTURES).map_or_else(|| place.join("pictures"), PathBuf::from);
        std::fs::create_dir_all(&pictures)?;
        Ok(Self {
            clock,
            browser,
            administrator,
            people: joined,
            machines: Vec::new(),
            dashboard,
            _runs: runs,
            story,
            steps: Cell::new(0),
            pictures,
            axe: OnceCell::new(),
            read: RefCell::default(),
            folder,
        })
    }

    /// A folder for what the story makes.
    pub(crate) fn place(&self) -> &Path {
        self.folder.path()
    }

    /// The agency takes rows into a register.
    pub(crate) fn register(&self, register: &str, csv: &str) -> Result<()> {
        self.dashboard.register(register, csv)
    }

    /// Buys a computer, enrols it and waits until it has reported; `prepare` may change it first.
    pub(crate) fn machine(&mut self, name: &'static str, prepare: impl FnOnce(&Scratch) -> Result<()>) -> Result<()> {
        let place = self.place().join(format!("machine-{}", self.machines.len()));
        let files = Scratch::make(&place.join("root"))?;
        prepare(&files)?;
        let agent = Agent::enrol_as(&place, files.root(), &self.dashboard, name)?;
        let mut machine = Machine { name, files, stays_off: false, agent, runs: None };
        machine.on()?;
        self.machines.push(machine);
        let told = || Ok(self.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()));
        poll::until("the first full report is stored", SOON, told).map(drop).with_context(|| self.logs())
    }

    /// The first computer.
    pub(crate) fn first(&mut self) -> Result<&mut Machine> {
        self.machines.first_mut().context("there is a machine")
    }

    /// In the evening the computers are switched off; at that time they are on again.
    pub(crate) fn next_morning(&mut self, time: &str) -> Result<()> {
        self.leave_page()?;
        self.machines.iter_mut().try_for_each(Machine::off)?;
        self.clock.set(time)?;
        self.machines.iter_mut().filter(|machine| !machine.stays_off).try_for_each(Machine::on)
    }

    /// Time goes by while everything runs.
    pub(crate) fn later(&self, time: &str) -> Result<()> {
        self.leave_page()?;
        self.clock.set(time)
    }

    /// No page stands open whose line to the dashboard would be cut.
    fn leave_page(&self) -> Result<()> {
        self.browser.go("about:blank")
    }

    /// Somebody sits down and signs in.
    pub(crate) fn sits_down(&self, name: &str) -> Result<()> {
        let everybody = self.people.iter().chain([&self.administrator]);
        let person = everybody.into_iter().find(|person| person.name == name).context("nobody is called so")?;
        person.sign_in(&self.browser, &self.clock, &self.dashboard.addresses().local).with_context(|| self.logs())
    }

    /// Opens a page.
    pub(crate) fn open(&self, address: &str) -> Result<()> {
        self.browser.go(&format!("{}{address}", self.dashboard.addresses().local))
    }

    /// Downloads a file.
    pub(crate) fn download(&self, address: &str) -> Result<Vec<u8>> {
        self.browser.download(&format!("{}{address}", self.dashboard.addresses().local))
    }

    /// Waits for a file of that kind that a page gave.
    pub(crate) fn received(&self, extension: &str) -> Result<PathBuf> {
        let there = || {
            let names = std::fs::read_dir(self.place())?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
            Ok(names.into_iter().find(|path| path.extension().is_some_and(|it| it == extension)))
        };
        Ok(poll::until("the file is received", SOON, there)?.0)
    }

    /// The page says all of that, at once or soon.
    pub(crate) fn says(&self, parts: &[&str]) -> Result<()> {
        let all = || Ok(self.missing(parts)?.is_empty().then_some(()));
        let found = poll::until("the page", Duration::from_secs(10), all).map(drop);
        found.with_context(|| self.lacks(parts))
    }

    /// The page does not say that.
    pub(crate) fn says_not(&self, part: &str) -> Result<()> {
        let text = self.browser.text()?;
        ensure!(!text.contains(part), "{part} is on the page:\n{text}");
        Ok(())
    }

    /// Opens a page again and again until it says all of that.
    pub(crate) fn comes_to_say(&self, address: &str, parts: &[&str]) -> Result<()> {
        let all = || {
            self.open(address)?;
            Ok(self.missing(parts)?.is_empty().then_some(()))
        };
        poll::until(address, SOON, all).map(drop).with_context(|| format!("{}\n{}", self.lacks(parts), self.logs()))
    }

    /// Presses a button of the page again and again until the page says all of that.
    pub(crate) fn press_until(&self, button: &str, parts: &[&str]) -> Result<()> {
        let all = || {
            if self.missing(parts)?.is_empty() {
                return Ok(Some(()));
            }
            self.browser.press(button)?;
            Ok(None)
        };
        poll::until(button, SOON, all).map(drop).with_context(|| format!("{}\n{}", self.lacks(parts), self.logs()))
    }

    /// Opens a page again and again until it no longer says that.
    pub(crate) fn stops_saying(&self, address: &str, part: &str) -> Result<()> {
        let gone = || {
            self.open(address)?;
            Ok((!self.browser.text()?.contains(part)).then_some(()))
        };
        poll::until(address, SOON, gone).map(drop).with_context(|| format!("{part}\n{}", self.logs()))
    }

    fn missing<'p>(&self, parts: &[&'p str]) -> Result<Vec<&'p str>> {
        let text = self.browser.text()?;
        Ok(parts.iter().copied().filter(|part| !text.contains(part)).collect())
    }

    fn lacks(&self, parts: &[&str]) -> String {
        let text = self.browser.text().unwrap_or_default();
        let lacks: Vec<&&str> = parts.iter().filter(|part| !text.contains(**part)).collect();
        format!("the page lacks {lacks:?}:\n{text}")
    }

    /// A look at the page as it is: a picture of it, and whether it works for everybody.
    pub(crate) fn look(&self, what: &str) -> Result<()> {
        self.steps.set(self.steps.get() + 1);
        // The menu stays at the top: on a page that is scrolled it would lie over a part of a field.
        self.browser.script("window.scrollTo({top: 0, behavior: 'instant'})")?;
        let name = format!("{}-{:02}-{what}", self.story, self.steps.get());
        self.browser.picture(&self.pictures.join(format!("{name}.png")))?;
        let errors = self.browser.console_errors()?;
        ensure!(errors.is_empty(), "{name}: {errors:?}");
        let overflow = self.browser.overflow()?;
        ensure!(overflow == 0, "{name}: {overflow} pixels wider than the window");
        let read = || std::env::var_os(AXE).and_then(|axe| std::fs::read_to_string(axe).ok());
        if let Some(axe) = self.axe.get_or_init(read) {
            let barriers = self.browser.barriers(axe)?;
            ensure!(barriers.is_empty(), "{name}: {barriers:#?}");
        }
        Ok(())
    }

    /// The agency takes the form in that its home page shows, with every item done. Somebody who may is signed in.
    pub(crate) fn takes_the_form_in(&self) -> Result<()> {
        let file = self.place().join("form.txt");
        std::fs::write(&file, form::published(self.clock.now()?)?)?;
        self.open("/declaration/import")?;
        self.browser.attach("またはファイル", &[&file])?;
        self.browser.press("内容を確認")?;
        self.says(&["90項目のうち90項目の回答を読み取りました。"])?;
        self.browser.press("この内容で取り込む")?;
        self.says(&["申告を取り込みました。"])
    }

    /// The mails whose subject begins so, the oldest first: subject and text.
    pub(crate) fn mails(&self, subject: &str) -> Result<Vec<(String, String)>> {
        let mut read = self.read.borrow_mut();
        for entry in std::fs::read_dir(self.place().join("mails")).into_iter().flatten() {
            let path = entry?.path();
            let is_mail = path.extension().is_some_and(|extension| extension == "eml");
            if is_mail && !read.contains_key(&path) {
                let mail = std::fs::read_to_string(&path)?;
                let came = std::fs::metadata(&path)?.modified()?;
                read.insert(path, (came, smtp::subject(&mail)?, smtp::text(&mail)?));
            }
        }
        let mut found: Vec<_> = read.values().filter(|(_, it, _)| it.starts_with(subject)).cloned().collect();
        found.sort();
        Ok(found.into_iter().map(|(_, subject, text)| (subject, text)).collect())
    }

    /// Waits for a mail whose subject begins so and that says all of that.
    pub(crate) fn mail_comes(&self, subject: &str, parts: &[&str]) -> Result<String> {
        let came = || {
            let mails = self.mails(subject)?;
            let fits = |(_, text): &&(String, String)| parts.iter().all(|part| text.contains(part));
            Ok(mails.iter().find(fits).map(|(_, text)| text.clone()))
        };
        let all =
            || self.mails("").unwrap_or_default().into_iter().map(|(subject, text)| format!("{subject}\n{text}\n"));
        let found = poll::until("the mail comes", SOON, came);
        Ok(found
            .with_context(|| {
                format!("{subject} {parts:?}; there are:\n{}\n{}", all().collect::<String>(), self.logs())
            })?
            .0)
    }

    /// What the programs wrote to their logs last.
    pub(crate) fn logs(&self) -> String {
        let tail = |text: String| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.split_off(lines.len().saturating_sub(25)).join("\n")
        };
        let agents = self.machines.iter().map(|it| format!("{}:\n{}", it.name, tail(it.agent.said())));
        format!("dashboard:\n{}\n{}", tail(self.dashboard.said()), agents.collect::<String>())
    }
}
