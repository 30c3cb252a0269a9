//! One machine: a Debian of which nothing outlives the test.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::cable::{BRIDGE, Cable, PREFIX};
use super::{debian, packages};
use crate::poll;
use crate::program::system;

/// How long it may take to boot beside other tests.
const BOOTED: Duration = Duration::from_mins(2);
/// How long it may take to end when it is asked to.
const ENDED: Duration = Duration::from_mins(1);
/// By this a machine that is to be booted again tells so (systemd-nspawn(1), `--keep-unit`).
const REBOOT: i32 = 133;

/// A booted machine. It is switched off when dropped.
#[derive(Debug)]
pub struct Machine {
    name: &'static str,
    address: Ipv4Addr,
    disk: PathBuf,
    console: PathBuf,
    keeper: Child,
}

impl Machine {
    /// Boots a machine of that name at that address. Its disk, which lies below `folder`, is in memory: what it writes is nowhere else.
    pub fn boot(_cable: &Cable, folder: &Path, name: &'static str, address: Ipv4Addr) -> Result<Self> {
        let place = folder.join(name);
        std::fs::create_dir_all(&place)?;
        let disk = disk(&place)?;
        let machine_id = format!("{:032x}\n", u128::from(address.to_bits()) + 1);
        write(&disk, "etc/machine-id", machine_id.as_bytes())?;
        write(&disk, "etc/hostname", format!("{name}\n").as_bytes())?;
        write(&disk, "etc/hosts", hosts(name).as_bytes())?;
        let network = format!("[Match]\nName=host0\n\n[Network]\nAddress={address}/{PREFIX}\nLinkLocalAddressing=no\n");
        write(&disk, "etc/systemd/network/10-cable.network", network.as_bytes())?;
        let wants = disk.join("etc/systemd/system/multi-user.target.wants");
        std::fs::create_dir_all(&wants)?;
        std::os::unix::fs::symlink(
            "/lib/systemd/system/systemd-networkd.service",
            wants.join("systemd-networkd.service"),
        )?;
        let console = place.join("console");
        let keeper = power(&disk, &console, name)?;
        let mut machine = Self { name, address, disk, console, keeper };
        machine.wait_until_booted()?;
        Ok(machine)
    }

    /// Its address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Its disk, as a folder of the test's.
    pub fn disk(&self) -> &Path {
        &self.disk
    }

    /// Runs a script on it as root and returns what it printed.
    pub fn run(&self, script: &str) -> Result<String> {
        let output = self.enter(script)?.stdin(Stdio::null()).output()?;
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            bail!("on {}: {script}: {}\n{said}{complained}", self.name, output.status);
        }
        Ok(said.trim_end().to_owned())
    }

    /// The same; all of what it printed, errors too.
    pub fn hear(&self, script: &str) -> Result<String> {
        self.run(&format!("( {script} ) 2>&1"))
    }

    /// Writes a file on its disk, open to everybody.
    pub fn put(&self, path: &str, content: &[u8]) -> Result<()> {
        let staged = format!("/run/put-{}", path.replace('/', "-"));
        let mut command =
            self.enter(&format!("cat > '{staged}' && install -D -m 644 '{staged}' '{path}' && rm '{staged}'"))?;
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        child.stdin.take().context("standard input was piped")?.write_all(content)?;
        let status = child.wait()?;
        ensure!(status.success(), "writing {path} on {}: {status}", self.name);
        Ok(())
    }

    /// Waits until a script succeeds on it, and returns what it printed.
    pub fn until(&self, what: &str, within: Duration, script: &str) -> Result<String> {
        let (said, _) = poll::until(what, within, || Ok(self.run(script).ok()))
            .with_context(|| self.hear(script).unwrap_or_else(|error| error.to_string()))?;
        Ok(said)
    }

    /// What its journal has of a unit.
    pub fn journal(&self, unit: &str) -> String {
        self.hear(&format!("journalctl --no-pager -b -u {unit} | tail -n 60")).unwrap_or_else(|error| error.to_string())
    }

    /// Shuts it down and boots it again, with the disk it had.
    pub fn reboot(&mut self) -> Result<()> {
        // It may end before it answers.
        let _gone = self.run("systemctl reboot");
        let (status, _) = poll::until("the machine goes down", ENDED, || Ok(self.keeper.try_wait()?))?;
        ensure!(status.code() == Some(REBOOT), "{} ended with {status}\n{}", self.name, self.said());
        self.keeper = power(&self.disk, &self.console, self.name)?;
        self.wait_until_booted()
    }

    fn wait_until_booted(&mut self) -> Result<()> {
        let begun = poll::until("the machine boots", BOOTED, || {
            if let Some(status) = self.keeper.try_wait()? {
                bail!("{} could not be booted: {status}\n{}", self.name, self.said());
            }
            let state = self.run("systemctl is-system-running || true").unwrap_or_default();
            Ok(["running", "degraded"].contains(&state.as_str()).then_some(state))
        });
        let (state, _) = begun.with_context(|| self.said())?;
        if state != "running" {
            self.begin_again()?;
        }
        Ok(())
    }

    /// Starts what failed of Debian's own once more: beside other tests a unit may have waited too long for another. What fails of
    /// Tenken's stays failed.
    fn begin_again(&self) -> Result<()> {
        let failed = self.run("systemctl --failed --plain --no-legend --no-pager | cut -d ' ' -f 1")?;
        let units: Vec<&str> = failed.split_whitespace().collect();
        let why = units.iter().map(|unit| self.journal(unit)).collect::<Vec<_>>().join("\n");
        ensure!(!units.iter().any(|unit| unit.starts_with("tenken")), "{}: units failed\n{why}", self.name);
        let _closed = writeln!(std::io::stderr().lock(), "{}: started once more: {failed}\n{why}", self.name);
        self.run(&format!("systemctl restart {} && systemctl is-system-running", units.join(" ")))
            .with_context(|| why)
            .map(drop)
    }

    /// What it wrote to its console.
    fn said(&self) -> String {
        std::fs::read_to_string(&self.console).unwrap_or_default()
    }

    /// The process number, here, of its first process.
    fn first_process(&self) -> Result<String> {
        let keeper = self.keeper.id();
        let children = std::fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"))?;
        let first = children.split_whitespace().next();
        first.map(str::to_owned).with_context(|| format!("{} has no process yet", self.name))
    }

    fn enter(&self, script: &str) -> Result<Command> {
        let mut command = Command::new(system("nsenter").context("nsenter is not installed")?);
        command.args(["--target", &self.first_process()?, "--all", "/bin/bash", "-ec", script]);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LANG", "C.UTF-8").env("HOME", "/root");
        Ok(command)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SIGRTMIN+4 asks systemd to switch off (systemd(1)).
        let off = self.first_process().map(|pid| Command::new("kill").args(["-s", "38", &pid]).status());
        let ended = off.is_ok() && poll::until("off", ENDED, || Ok(self.keeper.try_wait()?)).is_ok();
        if !ended {
            let _already_gone = self.keeper.kill();
            let _reaped = self.keeper.wait();
        }
    }
}

/// Lays a disk in memory over the Debian that all share.
fn disk(place: &Path) -> Result<PathBuf> {
    let debian = debian().context("there is no Debian to boot")?;
    let memory = place.join("memory");
    let disk = place.join("disk");
    std::fs::create_dir_all(&memory)?;
    std::fs::create_dir_all(&disk)?;
    mount(&["-t", "tmpfs", "-o", "mode=755", "tmpfs"], &memory)?;
    let (upper, work) = (memory.join("upper"), memory.join("work"));
    std::fs::create_dir_all(&upper)?;
    std::fs::create_dir_all(&work)?;
    let layers = format!("lowerdir={},upperdir={},workdir={}", debian.display(), upper.display(), work.display());
    mount(&["-t", "overlay", "-o", &layers, "overlay"], &disk)?;
    Ok(disk)
}

fn mount(words: &[&str], on: &Path) -> Result<()> {
    let status = Command::new("mount").args(words).arg(on).status()?;
    ensure!(status.success(), "mount {words:?} {}: {status}", on.display());
    Ok(())
}

fn write(disk: &Path, name: &str, content: &[u8]) -> Result<()> {
    let path = disk.join(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, content).with_context(|| format!("writing {}", path.display()))
}

/// Each machine knows the names of the dashboard and of the mail server, as a name server would tell.
fn hosts(name: &str) -> String {
    format!(
        "127.0.0.1 localhost\n127.0.1.1 {name}\n10.77.0.1 mail.example.jp time.example.jp\n10.77.0.2 tenken.example.jp\n"
    )
}

/// Switches a machine on.
fn power(disk: &Path, console: &Path, name: &str) -> Result<Child> {
    let said = std::fs::OpenOptions::new().create(true).append(true).open(console)?;
    let mut command = Command::new(system("systemd-nspawn").context("systemd-nspawn is not installed")?);
    command.args(["--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe", "--timezone=off"]);
    command.args(["--resolv-conf=off", "--link-journal=no"]).arg(format!("--network-bridge={BRIDGE}"));
    command.arg(format!("--machine={name}-{}", std::process::id())).arg(format!("--hostname={name}"));
    if let Some(packages) = packages() {
        command.arg(format!("--bind-ro={}:/packages", packages.display()));
    }
    command.arg("--directory").arg(disk).env("SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1");
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
    command.spawn().context("starting systemd-nspawn")
}
