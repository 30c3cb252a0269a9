//! What the service manager and a person at the terminal ask of a running agent.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use crate::host::registration::{RegistrationError, SERVICE, one_line};
pub use crate::host::unix::registration::{REGISTERS, install, remove, start};
pub use crate::host::unix::stop::Stop;

/// The longest status that is told.
const STATUS_CHARS: usize = 400;

/// Not here.
pub fn run(_body: impl FnOnce(Manager) -> bool + Send + 'static) -> Result<(), RegistrationError> {
    Err(RegistrationError::NotHere)
}

/// The service manager, if the agent was started by one that wants to hear of it (sd_notify(3)).
#[derive(Debug, Default)]
pub struct Manager {
    address: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Manager {
    /// The one that the environment names, if any.
    pub fn from_environment() -> Self {
        let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return Self::default() };
        let address = match name.as_bytes() {
            [b'@', rest @ ..] => SocketAddr::from_abstract_name(rest),
            path => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(path)),
        };
        let address = address.ok().zip(UnixDatagram::unbound().ok()).map(|(address, socket)| (socket, address));
        let micros = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok());
        Self { address, watchdog: micros.filter(|micros| *micros > 0).map(Duration::from_micros) }
    }

    /// Where log lines go from now on: to the journal under the manager, else to standard error.
    pub fn begin_log(&self, level: tenken_log::Level) {
        tenken_log::begin(SERVICE, level);
    }

    /// Whether a host that is not enrolled yet is waited for: packages start the service before that.
    pub fn waits_for_enrolment(&self) -> bool {
        self.address.is_some()
    }

    /// The agent starts, which may take so long: a large spool is read.
    pub fn starting(&self, within: Duration) {
        self.say(&format!("STATUS=starting\nEXTEND_TIMEOUT_USEC={}", within.as_micros()));
    }

    /// How the agent is, in a line that `systemctl status` shows.
    pub fn status(&self, text: &str) {
        if self.address.is_some() {
            self.say(&format!("STATUS={}", one_line(text, STATUS_CHARS)));
        }
    }

    /// How often it wants a sign of life: twice within its patience.
    pub fn wants_sign_every(&self) -> Option<Duration> {
        self.watchdog.map(|patience| patience / 2)
    }

    /// The agent watches.
    pub fn ready(&self) {
        self.say("READY=1");
    }

    /// The agent's loop turns.
    pub fn alive(&self) {
        if self.watchdog.is_some() {
            self.say("WATCHDOG=1");
        }
    }

    /// The agent ends because it was asked to.
    pub fn stopping(&self) {
        self.say("STOPPING=1\nSTATUS=ending");
    }

    fn say(&self, word: &str) {
        if let Some((socket, address)) = &self.address {
            // A manager that does not hear is no reason to end.
            let _ = socket.send_to_addr(word.as_bytes(), address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_hears_what_it_asked_for() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("notify");
        let heard = UnixDatagram::bind(&path).unwrap();
        heard.set_nonblocking(true).unwrap();
        let address = SocketAddr::from_pathname(&path).unwrap();
        let mut manager = Manager { address: Some((UnixDatagram::unbound().unwrap(), address)), watchdog: None };
        let next = || {
            let mut bytes = [0_u8; 64];
            heard.recv(&mut bytes).ok().map(|len| String::from_utf8_lossy(&bytes[..len]).into_owned())
        };
        manager.ready();
        manager.alive();
        assert_eq!((next().as_deref(), next()), (Some("READY=1"), None));
        manager.watchdog = Some(Duration::from_mins(3));
        manager.alive();
        assert_eq!(
            (next().as_deref(), manager.wants_sign_every()),
            (Some("WATCHDOG=1"), Some(Duration::from_secs(90)))
        );
        manager.status("a\nREADY=0");
        assert_eq!(next().as_deref(), Some("STATUS=a READY=0"), "a status is one line");
        manager.starting(Duration::from_secs(2));
        assert_eq!(next().as_deref(), Some("STATUS=starting\nEXTEND_TIMEOUT_USEC=2000000"));
        assert!(manager.waits_for_enrolment() && !Manager::default().waits_for_enrolment());
        Manager::default().stopping();
    }
}
