//! Networks of a test's own: the test runs in a network namespace, and devices beside it in others.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::program::{Running, root, system};

/// The machine has been up for 30 days within: under a moved clock an agent counts the time it was awake by how long the
/// machine has been up, and a test must not depend on when this one was started.
const UP_LONG: [&str; 5] = ["--time", "--boottime", "2592000", "--monotonic", "2592000"];
/// Set in the process that runs inside.
const INSIDE: &str = "TENKEN_TEST_INSIDE";

/// Where a test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// In a network of its own: go on.
    Inside,
    /// Outside: the test ran inside and passed.
    Passed,
    /// There can be no network of its own, for that reason.
    Not(&'static str),
}

/// Runs the test of that name again, alone, in a network namespace that has nothing but loopback, and with shared memory of its
/// own: libfaketime names a semaphore there by the process, and what a killed one left would stop another of that number.
pub fn own_network(test: &str) -> Result<Stands> {
    inside(test, &["--net", "--mount"])
}

/// The same where processes are the test's own as well: whatever it starts ends with it, and what it mounts is gone, even if it is
/// killed.
pub fn own_system(test: &str) -> Result<Stands> {
    inside(test, &["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
}

fn inside(test: &str, own: &[&str]) -> Result<Stands> {
    if std::env::var_os(INSIDE).is_some() {
        return Ok(Stands::Inside);
    }
    if !root() {
        return Ok(Stands::Not("network namespaces need root"));
    }
    let (Some(unshare), Some(ip)) = (system("unshare"), system("ip")) else {
        return Ok(Stands::Not("unshare or ip is not installed"));
    };
    let mut command = Command::new(&unshare);
    if Command::new(&unshare).args(UP_LONG).arg("true").status().is_ok_and(|status| status.success()) {
        command.args(UP_LONG);
    }
    let status = command
        .args(own)
        .args(["--", "sh", "-c"])
        .arg("mount -t tmpfs tmpfs /dev/shm; \"$0\" link set lo up && exec \"$@\"")
        .arg(ip)
        .arg(std::env::current_exe()?)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .status()?;
    if !status.success() {
        bail!("{test} failed inside its network: {status}");
    }
    Ok(Stands::Passed)
}

/// A device on a cable to this network namespace. It is unplugged when dropped.
#[derive(Debug)]
pub struct Device {
    space: Running,
    ip: std::path::PathBuf,
}

/// This end of the cable.
const HERE: &str = "lan0";

impl Device {
    /// Plugs the cable in: an interface comes up here, without a neighbour yet. The other end has that
    /// hardware address.
    pub fn plug(mac: &str) -> Result<Self> {
        let ip = system("ip").context("ip is not installed")?;
        let unshare = system("unshare").context("unshare is not installed")?;
        let (space, _) = Running::start_and_hear(
            Command::new(unshare).args(["--net", "--", "sh", "-c", "echo ready; exec cat"]).stdin(Stdio::piped()),
        )?;
        let device = Self { space, ip };
        let pid = device.space.pid().to_string();
        device.here(&["link", "add", HERE, "type", "veth", "peer", "name", "dev0", "netns", &pid])?;
        device.here(&["addr", "add", "10.77.0.1/24", "dev", HERE])?;
        device.here(&["link", "set", HERE, "up"])?;
        device.there(&["link", "set", "dev0", "address", mac])?;
        device.there(&["addr", "add", "10.77.0.2/24", "dev", "dev0"])?;
        Ok(device)
    }

    /// Switches the device on: it speaks, so that it becomes a neighbour.
    pub fn appear(&self) -> Result<()> {
        self.there(&["link", "set", "dev0", "up"])?;
        self.inside("bash", &["-c", "echo hello >/dev/udp/10.77.0.1/9"])
    }

    /// Switches it off, and forgets it, as the kernel does by itself some minutes later.
    pub fn vanish(&self) -> Result<()> {
        self.there(&["link", "set", "dev0", "down"])?;
        self.here(&["neigh", "flush", "dev", HERE])
    }

    fn here(&self, words: &[&str]) -> Result<()> {
        succeed(Command::new(&self.ip).args(words))
    }

    fn there(&self, words: &[&str]) -> Result<()> {
        self.inside("ip", words)
    }

    fn inside(&self, program: &str, words: &[&str]) -> Result<()> {
        let (nsenter, program) =
            (system("nsenter").context("no nsenter")?, system(program).context("no such program")?);
        succeed(
            Command::new(nsenter).args(["--net", "--target", &self.space.pid().to_string()]).arg(program).args(words),
        )
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
