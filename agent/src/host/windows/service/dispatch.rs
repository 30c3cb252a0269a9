//! Being run by the service control manager.

use std::ffi::OsString;
use std::io;
use std::sync::{Mutex, PoisonError};

use windows_service::service::{PowerEventParam, ServiceControl, SessionChangeReason};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult};
use windows_service::{define_windows_service, service_dispatcher};
use windows_sys::Win32::Foundation::ERROR_FAILED_SERVICE_CONTROLLER_CONNECT;

use super::{Manager, links, status};
use crate::host::registration::{RegistrationError, SERVICE};
use crate::host::signals::{SIGNALS, Signal};

/// What the service does until it is asked to end, and whether that went well. It logs itself what did not.
type Body = Box<dyn FnOnce(Manager) -> bool + Send>;

/// Handed from [`run`] to the function that the system calls on a thread of its own.
static BODY: Mutex<Option<Body>> = Mutex::new(None);

define_windows_service!(begin, serve);

/// Runs `body` as the service. Returns when it ended and the manager knows.
pub fn run(body: impl FnOnce(Manager) -> bool + Send + 'static) -> Result<(), RegistrationError> {
    *BODY.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(body));
    service_dispatcher::start(SERVICE, begin).map_err(|error| match error {
        windows_service::Error::Winapi(error) if is_no_manager(&error) => RegistrationError::NotTheManager,
        error => super::install::failed("run as a service", &error),
    })
}

fn is_no_manager(error: &io::Error) -> bool {
    error.raw_os_error() == i32::try_from(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT).ok()
}

fn serve(_arguments: Vec<OsString>) {
    // windows-service frees the handler when it is told to stop, but the manager may ask how the service is even after that.
    // A function that holds nothing is not freed.
    let Ok(handle) = service_control_handler::register(SERVICE, handle) else { return };
    status::begin(handle);
    links::distrust();
    let body = BODY.lock().unwrap_or_else(PoisonError::into_inner).take();
    let well = body.is_some_and(|body| body(Manager { is_service: true }));
    status::ended(well);
}

/// Answers at once: the manager sends one word at a time, and nothing else while it waits.
fn handle(control: ServiceControl) -> ServiceControlHandlerResult {
    match control {
        ServiceControl::Interrogate => {}
        ServiceControl::Stop | ServiceControl::Preshutdown | ServiceControl::Shutdown => status::ask_to_stop(),
        ServiceControl::PowerEvent(event) => {
            if let PowerEventParam::ResumeAutomatic | PowerEventParam::ResumeSuspend | PowerEventParam::ResumeCritical =
                event
            {
                SIGNALS.raise(Signal::Resumed);
            }
        }
        ServiceControl::TimeChange => SIGNALS.raise(Signal::ClockSet),
        ServiceControl::SessionChange(change) => {
            if let SessionChangeReason::SessionLogon | SessionChangeReason::SessionLogoff = change.reason {
                SIGNALS.raise(Signal::PersonCameOrWent);
            }
        }
        _ => return ServiceControlHandlerResult::NotImplemented,
    }
    ServiceControlHandlerResult::NoError
}
