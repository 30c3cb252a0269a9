//! The network that the machines share with the test, which stands at its first address.

use std::net::Ipv4Addr;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::program::system;

/// The test's own address.
pub const HERE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
/// The name of the bridge that the machines are plugged into.
pub(super) const BRIDGE: &str = "cable0";
/// Bits of the network's address.
pub(super) const PREFIX: u8 = 24;

/// A bridge in the test's own network. It is gone with the network.
#[derive(Debug)]
pub struct Cable(());

impl Cable {
    /// Lays it. The test stands inside a system of its own ([`crate::network::own_system`]).
    pub fn lay() -> Result<Self> {
        let ip = system("ip").context("ip is not installed")?;
        let address = format!("{HERE}/{PREFIX}");
        for words in [
            &["link", "add", BRIDGE, "type", "bridge"][..],
            &["addr", "add", &address, "dev", BRIDGE],
            &["link", "set", BRIDGE, "up"],
        ] {
            let status = Command::new(&ip).args(words).status()?;
            ensure!(status.success(), "ip {words:?}: {status}");
        }
        Ok(Self(()))
    }
}
