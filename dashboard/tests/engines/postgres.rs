//! A PostgreSQL server of its own, with its socket and port to itself, ended with the test.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Where Debian's package puts the programs, below a folder for each version.
const INSTALLED: &str = "/usr/lib/postgresql";
/// An account without rights (`nobody`): the server refuses to run as root.
const UNPRIVILEGED: u32 = 65534;

pub(crate) struct Server {
    child: Child,
    port: u16,
    programs: PathBuf,
    _folder: TempDir,
}

impl Server {
    /// Starts a server; `None`, with the reason on standard error, if there is none to start.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            let why = format!("no PostgreSQL below {INSTALLED}; install the package postgresql");
            let _closed = writeln!(std::io::stderr().lock(), "SKIPPED {test}: {why}");
            return None;
        };
        let folder = TempDir::new().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        if root() {
            std::os::unix::fs::chown(&data, Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
        }
        let made = unprivileged(&programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=tenken", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = unprivileged(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-c", "fsync=off", "-k"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, port, programs, _folder: folder };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let begun = Instant::now();
        while !self.run("pg_isready", &[]) {
            assert!(begun.elapsed() < Duration::from_secs(30), "PostgreSQL did not begin to answer");
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        Command::new(self.programs.join(program))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "tenken"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    /// Makes a database and returns its address.
    pub(crate) fn database(&self, name: &str) -> String {
        assert!(self.run("createdb", &[name]), "createdb {name}");
        format!("postgres://tenken@127.0.0.1:{}/{name}?sslmode=disable", self.port)
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

fn root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
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
