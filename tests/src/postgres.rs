//! A PostgreSQL server of a test's own, with its socket and port to itself, ended with the test.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::poll;
use crate::program::root;

/// Where Debian's package puts the programs, below a folder for each version.
const INSTALLED: &str = "/usr/lib/postgresql";
/// An account without rights (`nobody`): the server refuses to run as root.
const UNPRIVILEGED: u32 = 65534;
/// How long a start may take on a busy machine.
const START: Duration = Duration::from_secs(30);

/// A running server; ended when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    programs: PathBuf,
    _folder: TempDir,
}

/// Why PostgreSQL cannot be had here; nothing if it can.
pub fn missing() -> Option<&'static str> {
    programs().is_none().then_some("no PostgreSQL below /usr/lib/postgresql; install the package postgresql")
}

impl Server {
    /// Starts a server without databases of anybody's.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed")?;
        let folder = TempDir::new()?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        if root() {
            std::os::unix::fs::chown(&data, Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        }
        let made = unprivileged(&programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=tenken", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .output()?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = unprivileged(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-c", "fsync=off", "-k"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self { child, port, programs, _folder: folder };
        poll::until("PostgreSQL begins to answer", START, || Ok(server.run("pg_isready", &[])?.then_some(())))?;
        Ok(server)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<bool> {
        let status = Command::new(self.programs.join(program))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "tenken"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(status.success())
    }

    /// Makes a database and returns its address.
    pub fn database(&self, name: &str) -> Result<String> {
        ensure!(self.run("createdb", &[name])?, "createdb {name}");
        Ok(format!("postgres://tenken@127.0.0.1:{}/{name}?sslmode=disable", self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT: at once, with all its processes, without waiting for those who are connected.
        let _gone = Command::new("kill").args(["-QUIT", &self.child.id().to_string()]).status();
        let _reaped = self.child.wait();
    }
}

fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(INSTALLED)
        .ok()?
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop()
}

fn unprivileged(program: &Path) -> Command {
    if !root() {
        return Command::new(program);
    }
    let id = UNPRIVILEGED.to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]).arg(program);
    command
}
