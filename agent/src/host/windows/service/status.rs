//! What the service control manager is told, and that the agent is to end.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use windows_service::service::{ServiceControlAccept, ServiceExitCode, ServiceState, ServiceStatus, ServiceType};
use windows_service::service_control_handler::ServiceStatusHandle;

use crate::host::registration::STOP_WITHIN;

/// How long the manager is to wait for the next word while the agent starts: a large spool is read first.
const START_HINT: Duration = Duration::from_mins(1);
/// The manager hears this often that the end is near.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// What a service that failed says beside that it did: anything but 0, so that it is started again.
const FAILED: u32 = 1;

static ASKED: Notify = Notify::const_new();
static REPORTED: Mutex<Reported> = Mutex::new(Reported { handle: None, state: ServiceState::Stopped, checkpoint: 0 });
static ENDED: Condvar = Condvar::new();

struct Reported {
    handle: Option<ServiceStatusHandle>,
    state: ServiceState,
    checkpoint: u32,
}

impl Reported {
    fn say(&mut self, state: ServiceState, exit_code: ServiceExitCode, wait_hint: Duration) {
        let pending = matches!(state, ServiceState::StartPending | ServiceState::StopPending);
        self.checkpoint = match (pending, state == self.state) {
            (false, _) => 0,
            (true, true) => self.checkpoint.saturating_add(1),
            (true, false) => 1,
        };
        self.state = state;
        // A preshutdown is told before a shutdown and waits for the service; who takes it is not told of the other.
        let accepted = ServiceControlAccept::STOP
            | ServiceControlAccept::PRESHUTDOWN
            | ServiceControlAccept::POWER_EVENT
            | ServiceControlAccept::TIME_CHANGE
            | ServiceControlAccept::SESSION_CHANGE;
        let status = ServiceStatus {
            service_type: ServiceType::OWN_PROCESS,
            current_state: state,
            controls_accepted: if state == ServiceState::Running { accepted } else { ServiceControlAccept::empty() },
            exit_code,
            checkpoint: self.checkpoint,
            wait_hint: if pending { wait_hint } else { Duration::ZERO },
            process_id: None,
        };
        if let Some(handle) = &self.handle {
            // A manager that does not hear is no reason to end.
            let _ = handle.set_service_status(status);
        }
    }
}

fn reported() -> MutexGuard<'static, Reported> {
    REPORTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The manager hears from now on: the agent starts.
pub(super) fn begin(handle: ServiceStatusHandle) {
    let mut reported = reported();
    reported.handle = Some(handle);
    reported.say(ServiceState::StartPending, ServiceExitCode::NO_ERROR, START_HINT);
}

/// The agent watches. Not said any more once it is to end.
pub(super) fn running() {
    let mut reported = reported();
    if reported.state == ServiceState::StartPending {
        reported.say(ServiceState::Running, ServiceExitCode::NO_ERROR, Duration::ZERO);
    }
}

/// The agent ends.
pub(super) fn stopping() {
    let mut reported = reported();
    // What was asked while it ended is done.
    if reported.state != ServiceState::Stopped {
        reported.say(ServiceState::StopPending, ServiceExitCode::NO_ERROR, STOP_WITHIN);
    }
}

/// The agent ended. After this the process may be ended at any moment.
pub(super) fn ended(well: bool) {
    let exit_code = if well { ServiceExitCode::NO_ERROR } else { ServiceExitCode::ServiceSpecific(FAILED) };
    reported().say(ServiceState::Stopped, exit_code, Duration::ZERO);
    ENDED.notify_all();
}

/// Asks the agent to end, once or again.
pub(super) fn ask_to_stop() {
    stopping();
    ASKED.notify_one();
    // Without that thread the manager's own patience ends the process.
    let _ = std::thread::Builder::new().name("last resort".to_owned()).spawn(end_in_time);
}

/// Waits until the agent is asked to end.
pub(super) async fn stop_asked() {
    ASKED.notified().await;
}

/// Says that the end comes nearer until it came, and ends the process if the loop hangs, in a disk that does not answer for
/// example. What is in the spool is safe at every moment, as after a power cut.
#[expect(clippy::exit, reason = "the loop hangs, and a computer that shuts down would wait for it")]
fn end_in_time() {
    let mut left = STOP_WITHIN;
    let mut reported = reported();
    while reported.state != ServiceState::Stopped {
        if left.is_zero() {
            reported.say(ServiceState::Stopped, ServiceExitCode::NO_ERROR, Duration::ZERO);
            std::process::exit(0);
        }
        let pause = left.min(SAY_EVERY);
        let waited = ENDED.wait_timeout(reported, pause).unwrap_or_else(PoisonError::into_inner);
        reported = waited.0;
        if waited.1.timed_out() {
            left = left.saturating_sub(pause);
            reported.say_again(left);
        }
    }
}

impl Reported {
    fn say_again(&mut self, left: Duration) {
        if self.state != ServiceState::Stopped {
            self.say(ServiceState::StopPending, ServiceExitCode::NO_ERROR, left + SAY_EVERY);
        }
    }
}
