//! The Debian that test machines are booted from, made once of its packages.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};

use crate::process::{installed, output, target};
use crate::report::skip;

/// What a small server or PC has, and what the agent's and the dashboard's packages depend on.
const PACKAGES: &[&str] = &[
    "accountsservice",
    "adduser",
    "apparmor",
    "chrony",
    "ca-certificates",
    "cron",
    "curl",
    "dbus",
    "dconf-cli",
    "debconf",
    "gsettings-desktop-schemas",
    "iproute2",
    "kmod",
    "libpam-pwquality",
    "libpam-systemd",
    "login",
    "nftables",
    "openssh-server",
    "passwd",
    "polkitd",
    "procps",
    "systemd",
    "systemd-sysv",
    "tzdata",
    "udev",
];

/// It is made while other parts run: most of the time goes by waiting for the network and the disk.
static BEING_MADE: Mutex<Option<Child>> = Mutex::new(None);

/// Why machines cannot be booted here.
pub(crate) fn missing() -> Option<&'static str> {
    if !output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Some("only root can boot machines");
    }
    if !installed("mmdebstrap") {
        return Some("mmdebstrap is not installed");
    }
    (!installed("systemd-nspawn")).then_some("systemd-nspawn is not installed (package systemd-container)")
}

/// Begins to make it unless it is there.
pub(crate) fn begin() -> Result<()> {
    if missing().is_some() || is_there()? {
        return Ok(());
    }
    let draft = draft()?;
    // One of an earlier run that was cut off.
    remove(&draft)?;
    let suite = output(Command::new("sh").args(["-c", ". /etc/os-release && echo $VERSION_CODENAME"]))?;
    let sources = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];
    let sources = sources.into_iter().find(|file| Path::new(file).is_file()).context("apt has no sources")?;
    let log = std::fs::File::create(log()?)?;
    let mut command = Command::new("mmdebstrap");
    command.args(["--variant=minbase", &format!("--include={}", list())]);
    command.arg(suite.trim()).arg(&draft).arg(sources);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let child = command.spawn().context("starting mmdebstrap")?;
    *BEING_MADE.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
    Ok(())
}

/// Its folder, once it is made; absent, and said why, where machines cannot be booted.
pub(crate) fn ready() -> Result<Option<PathBuf>> {
    if let Some(why) = missing() {
        skip("booted machines", why);
        return Ok(None);
    }
    if !is_there()? {
        begin_if_nobody_did()?;
        let child = BEING_MADE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let status = child.context("nobody makes the Debian")?.wait()?;
        if !status.success() {
            bail!("mmdebstrap: {status}\n{}", std::fs::read_to_string(log()?).unwrap_or_default());
        }
        remove(&folder()?)?;
        std::fs::rename(draft()?, folder()?)?;
        std::fs::write(made_of()?, list())?;
    }
    Ok(Some(folder()?))
}

fn begin_if_nobody_did() -> Result<()> {
    let is_begun = BEING_MADE.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    if is_begun { Ok(()) } else { begin() }
}

fn folder() -> Result<PathBuf> {
    Ok(target()?.join("debian"))
}

/// What the one that is there was made of.
fn made_of() -> Result<PathBuf> {
    Ok(folder()?.with_extension("packages"))
}

fn list() -> String {
    PACKAGES.join(",")
}

fn is_there() -> Result<bool> {
    Ok(folder()?.is_dir() && std::fs::read_to_string(made_of()?).is_ok_and(|made| made == list()))
}

fn draft() -> Result<PathBuf> {
    Ok(folder()?.with_extension("new"))
}

fn log() -> Result<PathBuf> {
    Ok(folder()?.with_extension("log"))
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
