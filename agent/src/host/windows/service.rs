//! What the service control manager and a person at the terminal ask of a running agent.

mod configure;
mod dispatch;
mod install;
mod links;
mod status;

use std::time::Duration;

use tokio::signal::windows::{self as console, CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use self::dispatch::run;
pub use self::install::{install, remove, start};
use crate::host::registration::SERVICE;

/// Whether programs register themselves with this system's service manager.
pub const REGISTERS: bool = true;

/// What asks the agent to end.
#[derive(Debug)]
pub enum Stop {
    /// The service control manager.
    Manager,
    /// A person at the console, or its window that is closed. The system gives 5 seconds then.
    Console(Box<Console>),
}

/// The events of a console.
#[derive(Debug)]
pub struct Console {
    interrupt: CtrlC,
    stop: CtrlBreak,
    close: CtrlClose,
    sign_out: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Stop {
    /// Listens from now on, inside a tokio runtime.
    pub fn listen(manager: &Manager) -> std::io::Result<Self> {
        if manager.is_service {
            return Ok(Self::Manager);
        }
        Ok(Self::Console(Box::new(Console {
            interrupt: console::ctrl_c()?,
            stop: console::ctrl_break()?,
            close: console::ctrl_close()?,
            sign_out: console::ctrl_logoff()?,
            shutdown: console::ctrl_shutdown()?,
        })))
    }

    /// Waits until the agent is asked to end.
    pub async fn asked(&mut self) {
        match self {
            Self::Manager => status::stop_asked().await,
            Self::Console(console) => {
                tokio::select! {
                    _ = console.interrupt.recv() => {}
                    _ = console.stop.recv() => {}
                    _ = console.close.recv() => {}
                    _ = console.sign_out.recv() => {}
                    _ = console.shutdown.recv() => {}
                }
            }
        }
    }
}

/// Who started the agent and wants to hear of it.
#[derive(Debug, Default)]
pub struct Manager {
    is_service: bool,
}

impl Manager {
    /// None: the service control manager is no matter of the environment, and is there only within [`run`].
    pub fn from_environment() -> Self {
        Self::default()
    }

    /// Whether a host that is not enrolled yet is waited for: an installer starts the service before that.
    pub fn waits_for_enrolment(&self) -> bool {
        self.is_service
    }

    /// The agent starts. The manager was told how long that may take when the service began.
    pub fn starting(&self, _within: Duration) {}

    /// How the agent is. This manager shows no such line.
    pub fn status(&self, _text: &str) {}

    /// How often it wants a sign of life.
    pub fn wants_sign_every(&self) -> Option<Duration> {
        None
    }

    /// Where log lines go from now on: to the event log under the manager, else to standard error.
    pub fn begin_log(&self, level: tenken_log::Level) {
        if !self.is_service {
            tenken_log::begin(SERVICE, level);
            return;
        }
        let lines =
            tracing_subscriber::fmt::layer().with_writer(super::event_source::EventLog::open()).with_ansi(false);
        let lines = lines.without_time().with_level(false).with_target(false);
        tracing_subscriber::registry().with(tenken_log::filter(level)).with(lines).init();
    }

    /// The agent watches.
    pub fn ready(&self) {
        if self.is_service {
            status::running();
        }
    }

    /// The agent's loop turns.
    pub fn alive(&self) {}

    /// The agent ends because it was asked to.
    pub fn stopping(&self) {
        if self.is_service {
            status::stopping();
        }
    }
}
