//! Registering the service, making it whole, starting it and taking it away.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use windows_service::service::{
    Service, ServiceAccess, ServiceAction, ServiceActionType, ServiceErrorControl, ServiceFailureActions,
    ServiceFailureResetPeriod, ServiceInfo, ServiceSidType, ServiceStartType, ServiceState, ServiceType,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_LEVEL, ERROR_SERVICE_ALREADY_RUNNING, ERROR_SERVICE_DOES_NOT_EXIST,
    ERROR_SERVICE_MARKED_FOR_DELETE, ERROR_SERVICE_NOT_ACTIVE,
};

use super::configure;
use crate::host::registration::{
    ARGUMENTS, DISPLAY_NAME, FAILURES_FORGOTTEN_AFTER, Installed, PRIVILEGES, REMOVE_WITHIN, RESTART_AFTER,
    RegistrationError, Removed, SERVICE, SERVICE_ACCESS, STOP_WITHIN, Started, runs,
};
use crate::host::windows::{event_source, private, revival};

/// How often a service that stops is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Registers this program as the service, or makes whole what is registered for it: an installer registers the bare service,
/// and an update may bring new settings. Told to the manager is `description`.
pub fn install(description: &str) -> Result<Installed, RegistrationError> {
    const TRIED: &str = "install the service";
    let program = std::env::current_exe().map_err(|error| failed_io(TRIED, &error))?;
    let manager = manager(TRIED, ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE)?;
    private::refuse_exposed_program(&program)?;
    let info = info(&program);
    let (service, anew) = match open(&manager, TRIED, ServiceAccess::ALL_ACCESS)? {
        Some(service) => {
            refuse_other(&service, &program)?;
            service.change_config(&info).map_err(|error| failed(TRIED, &error))?;
            (service, false)
        }
        None => {
            (manager.create_service(&info, ServiceAccess::ALL_ACCESS).map_err(|error| failed(TRIED, &error))?, true)
        }
    };
    let mut left_out = configure(&service, description)?;
    event_source::register().map_err(|why| told("register the event source", why))?;
    let folder = crate::host::storage::state_folder();
    crate::host::storage::create_private_folder(&folder)
        .map_err(|error| failed_io(&format!("make {}", folder.display()), &error))?;
    if let Err(why) = revival::register(&program) {
        left_out.push(("the task that starts the service after sleep", why));
    }
    Ok(Installed { anew, program, left_out })
}

/// Starts the service if it does not run. Does not wait until it does.
pub fn start() -> Result<Started, RegistrationError> {
    const TRIED: &str = "start the service";
    let manager = manager(TRIED, ServiceManagerAccess::CONNECT)?;
    let service = open(&manager, TRIED, ServiceAccess::START)?.ok_or(RegistrationError::NotInstalled)?;
    match service.start::<OsString>(&[]) {
        Ok(()) => Ok(Started::Now),
        Err(error) if code(&error) == Some(ERROR_SERVICE_ALREADY_RUNNING) => Ok(Started::Already),
        Err(error) => Err(failed(TRIED, &error)),
    }
}

/// Stops the service and takes away all that was registered. What the agent keeps stays.
pub fn remove() -> Result<Removed, RegistrationError> {
    const TRIED: &str = "remove the service";
    let manager = manager(TRIED, ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::STOP | ServiceAccess::QUERY_STATUS | ServiceAccess::DELETE;
    let service = open(&manager, TRIED, access)?;
    // Before the service ends, so that nothing starts it again.
    revival::unregister().map_err(|why| told("remove the task that starts the service", why))?;
    if let Some(service) = &service {
        stop(service)?;
        match service.delete() {
            Err(error) if code(&error) != Some(ERROR_SERVICE_MARKED_FOR_DELETE) => return Err(failed(TRIED, &error)),
            _ => {}
        }
    }
    event_source::unregister().map_err(|why| told("remove the event source", why))?;
    Ok(Removed { was_there: service.is_some() })
}

fn stop(service: &Service) -> Result<(), RegistrationError> {
    const TRIED: &str = "stop the service";
    let until = Instant::now() + REMOVE_WITHIN;
    match service.stop() {
        Err(error) if code(&error) == Some(ERROR_SERVICE_NOT_ACTIVE) => return Ok(()),
        // One that starts cannot be stopped yet.
        _ => {}
    }
    loop {
        let status = service.query_status().map_err(|error| failed(TRIED, &error))?;
        match status.current_state {
            ServiceState::Stopped => return Ok(()),
            _ if Instant::now() >= until => return Err(RegistrationError::StillRunning),
            ServiceState::Running => _ = service.stop(),
            _ => {}
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn info(program: &Path) -> ServiceInfo {
    ServiceInfo {
        name: SERVICE.into(),
        display_name: DISPLAY_NAME.into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        // Quoted by windows-service where it has a space.
        executable_path: PathBuf::from(program),
        launch_arguments: ARGUMENTS.iter().map(OsString::from).collect(),
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    }
}

/// Everything beside the service itself. Gives what this system does not know.
fn configure(service: &Service, description: &str) -> Result<Vec<(&'static str, String)>, RegistrationError> {
    let restart = |delay| ServiceAction { action_type: ServiceActionType::Restart, delay };
    let recovery = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(FAILURES_FORGOTTEN_AFTER),
        reboot_msg: None,
        command: None,
        actions: Some(RESTART_AFTER.into_iter().map(restart).collect()),
    };
    let own = |done: io::Result<()>| done.map_err(windows_service::Error::Winapi);
    let settings = [
        ("description", service.set_description(description)),
        ("recovery", service.update_failure_actions(recovery)),
        ("recovery after errors", service.set_failure_actions_on_non_crash_failures(true)),
        ("restricted service SID", service.set_config_service_sid_info(ServiceSidType::Restricted)),
        ("required privileges", own(configure::require_privileges(service, &PRIVILEGES))),
        ("time to stop before shutdown", service.set_preshutdown_timeout(STOP_WITHIN * 2)),
        ("delayed start", service.set_delayed_auto_start(true)),
        ("who may change the service", own(configure::restrict(service, SERVICE_ACCESS))),
    ];
    let mut left_out = Vec::new();
    for (setting, done) in settings {
        match done {
            Ok(()) => {}
            // A system that has no such setting, as Wine; every Windows that is still supported has them all.
            Err(error) if code(&error) == Some(ERROR_INVALID_LEVEL) => left_out.push((setting, why(&error))),
            Err(error) => return Err(failed(&format!("set {setting} of the service"), &error)),
        }
    }
    Ok(left_out)
}

fn refuse_other(service: &Service, program: &Path) -> Result<(), RegistrationError> {
    let config = service.query_config().map_err(|error| failed("read the service", &error))?;
    let line = config.executable_path.to_string_lossy().into_owned();
    if runs(&line, program) { Ok(()) } else { Err(RegistrationError::OtherProgram { program: line }) }
}

fn manager(tried: &str, access: ServiceManagerAccess) -> Result<ServiceManager, RegistrationError> {
    ServiceManager::local_computer(None::<&str>, access).map_err(|error| failed(tried, &error))
}

fn open(manager: &ServiceManager, tried: &str, access: ServiceAccess) -> Result<Option<Service>, RegistrationError> {
    match manager.open_service(SERVICE, access) {
        Ok(service) => Ok(Some(service)),
        Err(error) if code(&error) == Some(ERROR_SERVICE_DOES_NOT_EXIST) => Ok(None),
        Err(error) => Err(failed(tried, &error)),
    }
}

fn code(error: &windows_service::Error) -> Option<u32> {
    match error {
        windows_service::Error::Winapi(error) => error.raw_os_error().and_then(|code| u32::try_from(code).ok()),
        _ => None,
    }
}

/// The system's own word, which windows-service leaves out.
fn why(error: &windows_service::Error) -> String {
    match error {
        windows_service::Error::Winapi(error) => error.to_string(),
        error => error.to_string(),
    }
}

pub(super) fn failed(tried: &str, error: &windows_service::Error) -> RegistrationError {
    let tried = format!("{tried} {SERVICE}");
    match code(error) {
        Some(ERROR_ACCESS_DENIED) => RegistrationError::NotElevated { tried },
        Some(ERROR_SERVICE_MARKED_FOR_DELETE) => RegistrationError::BeingRemoved,
        _ => RegistrationError::Failed { tried, why: why(error) },
    }
}

fn failed_io(tried: &str, error: &io::Error) -> RegistrationError {
    told(tried, error.to_string())
}

fn told(tried: &str, why: String) -> RegistrationError {
    RegistrationError::Failed { tried: tried.to_owned(), why }
}
