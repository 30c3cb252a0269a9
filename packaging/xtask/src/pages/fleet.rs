//! Demonstrations to measure: made once for a dashboard's program, served while they are measured.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::process::{output, target};
use crate::report::line;
use crate::up::{Guard, ending_with_this, listening};

/// The demonstration's administrator.
const ADMINISTRATOR: &str = "demo-admin";

/// Which demonstration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fleet {
    /// How many hosts it has.
    pub(super) hosts: u64,
    /// How many days it goes back.
    pub(super) days: u64,
}

impl Fleet {
    /// A year of so many hosts.
    pub(super) fn of(hosts: u64) -> Self {
        Self { hosts, days: 365 }
    }
}

/// A demonstration that is served.
pub(super) struct Served {
    /// How many hosts it has.
    pub(super) hosts: u64,
    /// Where its pages are, as `host:port`.
    pub(super) address: String,
    /// A link with which its administrator signs in, once; empty if there is no demonstration.
    pub(super) link: String,
    dashboard: Guard,
}

impl Served {
    /// The dashboard's process number.
    pub(super) fn pid(&self) -> u32 {
        self.dashboard.pid()
    }
}

/// Serves a demonstration, which is made if there is none yet of this program.
pub(super) fn serve(dashboard: &Path, fleet: Fleet) -> Result<Served> {
    let folder = made(dashboard, fleet)?;
    let mut served = serve_folder(dashboard, &folder, fleet.hosts)?;
    let link = output(Command::new(dashboard).args(["reset", ADMINISTRATOR, "--data"]).arg(&folder))?;
    link.trim().clone_into(&mut served.link);
    Ok(served)
}

/// Serves what a folder holds.
pub(super) fn serve_folder(dashboard: &Path, folder: &Path, hosts: u64) -> Result<Served> {
    let log = std::fs::File::create(folder.join("dashboard.log"))?;
    let _stale = std::fs::remove_file(folder.join("listening.json"));
    let child = ending_with_this(dashboard)
        .arg("serve")
        .arg("--data")
        .arg(folder)
        .args(["--agents", "127.0.0.1:0", "--people", "127.0.0.1:0", "--local", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("starting the dashboard")?;
    let guard = Guard::of(child);
    let listening = listening(folder)?;
    let address = listening["local"].as_str().context("listening.json names no local address")?.to_owned();
    Ok(Served { hosts, address, link: String::new(), dashboard: guard })
}

/// The folder of a demonstration.
pub(super) fn made(dashboard: &Path, fleet: Fleet) -> Result<PathBuf> {
    let Fleet { hosts, days } = fleet;
    let digest = output(Command::new("sha256sum").arg(dashboard))?;
    let digest = digest.split_whitespace().next().context("sha256sum printed nothing")?;
    // A demonstration ends with the day on which it is made: on the next one its hosts have been silent.
    let today = output(Command::new("date").arg("+%F"))?;
    let mark = format!("{digest} {days} {}", today.trim());
    let folder = target()?.join(format!("pages/{hosts}"));
    let marked = target()?.join(format!("pages/{hosts}.made"));
    if std::fs::read_to_string(&marked).is_ok_and(|made| made == mark) {
        return Ok(folder);
    }
    let _none = std::fs::remove_file(&marked);
    match std::fs::remove_dir_all(&folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("removing {}", folder.display())),
    }
    let begun = Instant::now();
    let plan = ["--hosts", &hosts.to_string(), "--days", &days.to_string()];
    output(Command::new(dashboard).arg("demo").arg("--data").arg(&folder).args(plan))?;
    let took = begun.elapsed().as_secs_f64();
    line(format_args!("A demonstration with {hosts} hosts of {days} days was made in {took:.0} s."));
    std::fs::write(&marked, mark)?;
    Ok(folder)
}
