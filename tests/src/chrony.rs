//! Real chrony daemons that leave the host's clock alone.

use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::program::{Running, system};

/// A time server that serves this host's own clock.
#[derive(Debug)]
pub struct TimeServer {
    _running: Running,
    /// Its port.
    pub port: u16,
}

/// Whether chrony can be had here.
pub fn available() -> bool {
    system("chronyd").is_some()
}

impl TimeServer {
    /// Starts it on loopback, in a folder of its own.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_at(folder, Ipv4Addr::LOCALHOST, free_udp_port()?)
    }

    /// Starts it at an address of this machine, for its network.
    pub fn start_at(folder: &Path, address: Ipv4Addr, port: u16) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let configuration = format!(
            "local stratum 5\nmanual\nallow {address}/8\nport {port}\nbindaddress {address}\ncmdport 0\nbindcmdaddress {0}/server.sock\npidfile {0}/server.pid\nuser root\n",
            folder.display()
        );
        Ok(Self { _running: daemon(folder, "server.conf", &configuration)?, port })
    }
}

/// Starts chronyd as the time service of a host whose files lie below `root`: its socket and pid file where the
/// agent looks for them, its configuration as that host would have it. What chronyd itself reads, with paths as
/// this machine sees them, lies below `folder`.
pub fn time_service(folder: &Path, root: &Path, server: &TimeServer) -> Result<Running> {
    let run = root.join("run/chrony");
    std::fs::create_dir_all(&run)?;
    std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o770))?;
    let source = format!("server 127.0.0.1 port {} iburst minpoll 0 maxpoll 1\n", server.port);
    let etc = root.join("etc/chrony");
    std::fs::create_dir_all(&etc)?;
    std::fs::write(etc.join("chrony.conf"), &source)?;
    let configuration = format!(
        "{source}port 0\ncmdport 0\nbindcmdaddress {0}/chronyd.sock\npidfile {0}/chronyd.pid\nuser root\n",
        run.display()
    );
    daemon(folder, "time-service.conf", &configuration)
}

fn daemon(folder: &Path, name: &str, configuration: &str) -> Result<Running> {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, configuration)?;
    let chronyd = system("chronyd").context("chronyd is not installed")?;
    Running::start(
        Command::new(chronyd).args(["-x", "-d", "-f"]).arg(&path).stdout(Stdio::null()).stderr(Stdio::null()),
    )
}

fn free_udp_port() -> Result<u16> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port())
}
