//! The main job: dashboard and agent for this host, on defaults, in a folder of the repository.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process::{cargo, installed, must, output, root, target};
use crate::report::line;

/// How to run it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Stores one full report, prints what came of it, and ends
    #[arg(long)]
    once: bool,
    /// The folder that keeps the state of dashboard and agent
    #[arg(long, default_value = ".tenken")]
    folder: PathBuf,
    /// How long a control may be broken before it counts as a drift; without it, at once, so that changes show
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    grace: String,
    /// A time server to measure this host's clock against
    #[arg(long, value_name = "SERVER")]
    time_reference: Vec<String>,
    /// The loopback port of the pages
    #[arg(long, default_value_t = 7743)]
    port: u16,
}

/// How long the first full report may take once both programs run.
const FIRST_REPORT: Duration = Duration::from_secs(90);

/// A program that ends with this one.
pub(crate) struct Guard(Child);

impl Guard {
    /// Of a program that was started.
    pub(crate) fn of(child: Child) -> Self {
        Self(child)
    }

    /// Its process number.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            let _ended = self.0.wait();
        } else {
            let _gone = self.0.kill();
        }
    }
}

/// A program that is asked to end when this one does, however that happens: by Ctrl-C all end together, by a signal
/// to this one alone only where `setpriv` is installed.
pub(crate) fn ending_with_this(program: &Path) -> Command {
    if !installed("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// Where the programs are and keep their state.
struct Places {
    dashboard: PathBuf,
    agent: PathBuf,
    data: PathBuf,
    state: PathBuf,
}

impl Places {
    /// Below a folder, with folders for the state of both programs.
    fn below(folder: &Path, dashboard: PathBuf, agent: PathBuf) -> Result<Self> {
        let places = Self { dashboard, agent, data: folder.join("dashboard"), state: folder.join("agent") };
        std::fs::create_dir_all(&places.data)?;
        std::fs::create_dir_all(&places.state)?;
        std::fs::create_dir_all(folder.join("mail"))?;
        Ok(places)
    }
}

/// A dashboard and an agent whose first full report it has.
pub(crate) struct Pair {
    /// The agent.
    pub(crate) agent: Guard,
    _dashboard: Guard,
}

/// Starts both programs below a folder, enrols this host, and waits for the first full report.
pub(crate) fn pair(folder: &Path, dashboard: PathBuf, agent: PathBuf) -> Result<Pair> {
    let places = Places::below(folder, dashboard, agent)?;
    let dashboard = start_dashboard(&places, &folder.join("mail"), 0, &[])?;
    enrol(&places, &listening(&places.data)?)?;
    let agent = start_agent(&places, folder)?;
    wait_for_first_report(&places)?;
    Ok(Pair { agent, _dashboard: dashboard })
}

/// Builds, starts, enrols this host, and says where to look.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    line("Building (the first time takes a few minutes) ...");
    must(cargo()?.args(["build", "--locked", "--quiet", "-p", "tenken-agent", "-p", "tenken-dashboard"]))?;
    let folder = root()?.join(&arguments.folder);
    let target = target()?;
    let places = Places::below(&folder, target.join("debug/tenken-dashboard"), target.join("debug/tenken-agent"))?;
    let mail = folder.join("mail");
    let port = if arguments.once { 0 } else { arguments.port };
    let mut dashboard = start_dashboard(&places, &mail, port, &trial(arguments))?;
    let listening = listening(&places.data)?;
    enrol(&places, &listening)?;
    let _agent = start_agent(&places, &folder)?;
    wait_for_first_report(&places)?;
    line(output(Command::new(&places.dashboard).arg("status").arg("--data").arg(&places.data))?);
    if arguments.once {
        return Ok(());
    }
    invite(&places, &listening, &mail)?;
    dashboard.0.wait()?;
    Ok(())
}

/// What the trial tells the dashboard beside its places.
fn trial(arguments: &Arguments) -> Vec<String> {
    let servers = arguments.time_reference.iter().flat_map(|server| ["--time-reference", server]);
    ["--grace", &arguments.grace].into_iter().chain(servers).map(str::to_owned).collect()
}

fn start_dashboard(places: &Places, mail: &Path, port: u16, more: &[String]) -> Result<Guard> {
    let log = std::fs::File::create(places.data.join("dashboard.log"))?;
    let _stale = std::fs::remove_file(places.data.join("listening.json"));
    let child = ending_with_this(&places.dashboard)
        .arg("serve")
        .arg("--data")
        .arg(&places.data)
        .args(["--agents", "127.0.0.1:0", "--people", "127.0.0.1:0", "--local", &format!("127.0.0.1:{port}")])
        .args(more)
        .arg("--mail")
        .arg(mail_settings(places, mail, port)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("starting the dashboard")?;
    Ok(Guard(child))
}

/// Settings that put mails into a folder, where they can be looked at without a mail server.
fn mail_settings(places: &Places, folder: &Path, port: u16) -> Result<PathBuf> {
    let settings = serde_json::json!({
        "from": "Tenken <tenken@localhost>",
        "to": ["security-officer@localhost"],
        "dashboard": format!("http://127.0.0.1:{port}"),
        "transport": { "kind": "folder", "folder": folder },
    });
    let path = places.data.join("mail.yaml");
    std::fs::write(&path, serde_yaml::to_string(&settings)?)?;
    Ok(path)
}

/// Where the dashboard listens, from the file it writes when it is ready.
pub(crate) fn listening(data: &Path) -> Result<serde_json::Value> {
    let path = data.join("listening.json");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        if let Some(listening) = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
            return Ok(listening);
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let log = std::fs::read_to_string(data.join("dashboard.log")).unwrap_or_default();
    bail!("the dashboard did not start listening within 30 s. It said:\n{log}")
}

fn enrol(places: &Places, listening: &serde_json::Value) -> Result<()> {
    if places.state.join("identity.json").exists() {
        return Ok(());
    }
    let token = output(Command::new(&places.dashboard).arg("token").arg("--data").arg(&places.data))?;
    let people = listening["people"].as_str().context("listening.json names no address for people")?;
    output(
        Command::new(&places.agent)
            .args(["enrol", "--dashboard", &format!("https://{people}"), "--token", token.trim(), "--state-dir"])
            .arg(&places.state),
    )?;
    Ok(())
}

fn start_agent(places: &Places, folder: &Path) -> Result<Guard> {
    let log = std::fs::File::create(folder.join("agent.log"))?;
    let child = ending_with_this(&places.agent)
        .arg("run")
        .arg("--state-dir")
        .arg(&places.state)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("starting the agent")?;
    Ok(Guard(child))
}

fn wait_for_first_report(places: &Places) -> Result<()> {
    let begun = Instant::now();
    loop {
        let status = Command::new(&places.dashboard)
            .args(["status", "--quiet", "--data"])
            .arg(&places.data)
            .stdin(Stdio::null())
            .output()
            .context("asking the dashboard for its status")?;
        if status.status.success() {
            return Ok(());
        }
        if begun.elapsed() > FIRST_REPORT {
            bail!("no full report was stored within {FIRST_REPORT:?}: see agent.log and dashboard.log");
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

fn invite(places: &Places, listening: &serde_json::Value, mail: &Path) -> Result<()> {
    let local = listening["local"].as_str().context("listening.json names no local address")?;
    let link = output(Command::new(&places.dashboard).arg("first-link").arg("--data").arg(&places.data))?;
    line(format_args!("Pages:  http://{local}/"));
    if !link.trim().is_empty() {
        line(format_args!("First sign-in, once: {}", link.trim()));
    }
    line(format_args!("Mails:  {}", mail.display()));
    line("Stop with Ctrl-C.");
    Ok(())
}
