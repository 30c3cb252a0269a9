//! A real dashboard in a folder of its own, and a person who looks at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::blocking::{Client, ClientBuilder};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::clock::{MovedClock, Timers};
use crate::http::client;
use crate::poll;
use crate::program::{Running, own};

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_secs(30);

/// How a dashboard is started, the same each time.
#[derive(Debug, Clone)]
pub struct Dashboard {
    data: PathBuf,
    log: PathBuf,
    arguments: Vec<String>,
    /// `--database` and its address, for every command.
    database: Vec<String>,
    addresses: Addresses,
    clock: Option<MovedClock>,
}

/// Where a dashboard listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// For agents.
    pub agents: String,
    /// For people, and hosts to enrol.
    pub people: String,
    /// For browsers on this machine.
    pub local: String,
}

impl Dashboard {
    /// One whose data and log lie below `folder`, with more arguments of `serve`. Graces are zero.
    pub fn new(folder: &Path, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = ["--grace", "0s"].iter().chain(arguments).copied().collect();
        Self::patient(folder, &arguments)
    }

    /// The same with the graces that rules have.
    pub fn patient(folder: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let (data, log) = (folder.join("dashboard"), folder.join("dashboard.log"));
        Self { data, log, arguments, database: Vec::new(), addresses: Addresses::default(), clock: None }
    }

    /// The same by that clock, also for agents that enrol here.
    #[must_use]
    pub fn with_clock(self, clock: MovedClock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The clock it goes by, if that is not this machine's.
    pub fn clock(&self) -> Option<&MovedClock> {
        self.clock.as_ref()
    }

    /// The same with its state in that database.
    #[must_use]
    pub fn with_database(self, address: &str) -> Self {
        Self { database: vec!["--database".to_owned(), address.to_owned()], ..self }
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where it listens since its last start.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Starts it and waits until it listens. After the first start it listens where it did before.
    pub fn start(&mut self) -> Result<Running> {
        let listening = self.data.join("listening.json");
        let _none_yet = std::fs::remove_file(&listening);
        let port = |url: &str| url.rsplit_once(':').map_or("0", |(_, port)| port).to_owned();
        let address = |url: &str| format!("127.0.0.1:{}", port(url));
        let mut command = Command::new(own("tenken-dashboard")?);
        command.arg("serve").arg("--data").arg(&self.data).args(&self.database).args(&self.arguments);
        command.args(["--agents", &address(&self.addresses.agents), "--people", &address(&self.addresses.people)]);
        command.args(["--local", &address(&self.addresses.local)]);
        if let Some(clock) = &self.clock {
            clock.wear(&mut command, Timers::Move);
        }
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut running = Running::start(command.stdin(Stdio::null()).stderr(log))?;
        let ((), _) = poll::until("the dashboard listens", START, || {
            if !running.alive() {
                bail!("the dashboard ended. It said:\n{}", self.said());
            }
            let Ok(text) = std::fs::read(&listening) else { return Ok(None) };
            let heard: serde_json::Value = serde_json::from_slice(&text)?;
            let port = |name: &str| Ok::<_, anyhow::Error>(port(heard[name].as_str().context("no address")?));
            self.addresses = Addresses {
                agents: format!("https://localhost:{}", port("agents")?),
                people: format!("https://localhost:{}", port("people")?),
                local: format!("http://127.0.0.1:{}", port("local")?),
            };
            Ok(Some(()))
        })?;
        Ok(running)
    }

    /// Runs one of its commands on its data, and returns what it printed.
    pub fn command(&self, words: &[&str]) -> Result<String> {
        let mut command = Command::new(own("tenken-dashboard")?);
        if let Some(clock) = &self.clock {
            clock.wear(&mut command, Timers::Stay);
        }
        let output = command.args(words).arg("--data").arg(&self.data).args(&self.database).output()?;
        if !output.status.success() {
            bail!("{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Takes rows into a register, as an administrator does on the console.
    pub fn register(&self, register: &str, csv: &str) -> Result<()> {
        let file = self.data.join(format!("{register}.csv"));
        std::fs::write(&file, csv)?;
        self.command(&["import", register, file.to_str().context("the folder's name is text")?]).map(drop)
    }

    /// What it wrote to its log.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// The name of the first administrator.
pub const ADMINISTRATOR: &str = "sato";
/// And the password.
pub const PASSWORD: &str = "点検の合言葉は長いほうがよい";

/// A person with a browser that shows no pictures and runs no script.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    base: String,
    session: String,
}

impl Visitor {
    /// Makes the first administrator by the link that the dashboard prints, and stays signed in.
    pub fn first(dashboard: &Dashboard) -> Result<Self> {
        let base = dashboard.addresses().local.clone();
        let link = dashboard.command(&["first-link", "--address", &base])?;
        Self::by_link(client(), &base, &link)
    }

    /// The same with a link to a dashboard at that address, by a client that may know more than its name.
    pub fn by_link(client: ClientBuilder, base: &str, link: &str) -> Result<Self> {
        let key = link.split_once("key=").context("the link carries a key")?.1;
        let client = client.redirect(Policy::none()).timeout(Duration::from_secs(20)).build()?;
        let form = [("key", key), ("name", ADMINISTRATOR), ("password", PASSWORD), ("again", PASSWORD)];
        let answer = client.post(format!("{base}/first-run")).form(&form).send()?;
        if answer.headers().get(LOCATION).is_none_or(|to| to != "/") {
            bail!("the first administrator was not made: {}", answer.text()?);
        }
        let cookie = answer.headers().get(SET_COOKIE).context("a session is given")?.to_str()?;
        let session = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { client, base: base.to_owned(), session })
    }

    /// The session as `name=value`.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// A page's HTML.
    pub fn page(&self, address: &str) -> Result<String> {
        let answer = self.client.get(format!("{}{address}", self.base)).header(COOKIE, &self.session).send()?;
        if !answer.status().is_success() {
            bail!("{address}: {}", answer.status());
        }
        Ok(answer.text()?)
    }

    /// States that an item is done, with a file, as the form of its page does. Returns the page that answers: where it leads
    /// if the statement was taken.
    pub fn attest(&self, item: &str, statement: &str, name: &str, content: &[u8]) -> Result<String> {
        const LIMIT: &str = "a-line-that-no-file-holds";
        let page = self.page(&format!("/items/{item}"))?;
        let token = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        let token = token.context("the page has no form")?;
        let mut body = Vec::new();
        for (field, value) in [("csrf", token), ("evidence", statement)] {
            let part = format!("--{LIMIT}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!("--{LIMIT}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(&[head.as_bytes(), content, format!("\r\n--{LIMIT}--\r\n").as_bytes()].concat());
        let request = self.client.post(format!("{}/items/{item}/attest", self.base)).header(COOKIE, &self.session);
        let answer =
            request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={LIMIT}")).body(body).send()?;
        match answer.headers().get(LOCATION) {
            Some(to) => self.page(to.to_str()?),
            None => Ok(answer.text()?),
        }
    }
}
