//! The service, registered with a real service control manager: that of Windows, or Wine's.
#![cfg(windows)]
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]
#![expect(clippy::panic, reason = "a test stops where it fails")]
#![expect(clippy::print_stdout, reason = "what this system does not know is said")]

mod identity;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tenken_agent::host::registration::{EVENT_SOURCE, RESTART_AFTER, SERVICE, runs};
use tenken_agent::host::storage;
use windows_service::service::{
    Service, ServiceAccess, ServiceActionType, ServiceConfig, ServiceInfo, ServiceSidType, ServiceStartType,
    ServiceState,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

const BUILT: &str = env!("CARGO_BIN_EXE_tenken-agent");
const SOURCES: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application";

/// The program where an installer puts it: the folder it is built in may be open to all, and from there none is installed. It
/// is the same in each run, so that a run finds the service that an earlier one left.
fn placed() -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("ProgramFiles").unwrap()).join("Tenken service test");
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("tenken-agent.exe");
    std::fs::copy(BUILT, &program).unwrap();
    program
}

fn agent_in(language: &str, program: &Path, arguments: &[&str]) -> Output {
    Command::new(program).args(["--language", language, "service"]).args(arguments).output().unwrap()
}

/// Runs the program and gives what it printed; fails if it did.
fn done(program: &Path, arguments: &[&str]) -> String {
    let output = agent_in("en", program, arguments);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said} {}", String::from_utf8_lossy(&output.stderr));
    for line in said.lines().filter(|line| line.starts_with("Not set: ")) {
        println!("this system lacks a setting: {line}");
    }
    said
}

/// Runs the program and gives the one line by which it refused.
fn refused(language: &str, program: &Path, arguments: &[&str]) -> String {
    let output = agent_in(language, program, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(3), 1), "{said}");
    said
}

fn service(access: ServiceAccess) -> Option<Service> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).unwrap();
    manager.open_service(SERVICE, access).ok()
}

fn config() -> ServiceConfig {
    service(ServiceAccess::QUERY_CONFIG).unwrap().query_config().unwrap()
}

fn wait_for(state: ServiceState, within: Duration) {
    let service = service(ServiceAccess::QUERY_STATUS).unwrap();
    let until = Instant::now() + within;
    loop {
        let found = service.query_status().unwrap();
        if found.current_state == state {
            return;
        }
        assert!(Instant::now() < until, "not {state:?} in time: {found:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A setting is as it is to be, or this system has none of that kind (ERROR_INVALID_LEVEL), as Wine.
fn is_set<T: PartialEq + std::fmt::Debug>(what: &str, found: windows_service::Result<T>, wanted: &T) {
    const INVALID_LEVEL: i32 = 124;
    match found {
        Ok(found) => assert_eq!(&found, wanted, "{what}"),
        Err(windows_service::Error::Winapi(error)) if error.raw_os_error() == Some(INVALID_LEVEL) => {
            println!("this system does not tell the setting: {what}");
        }
        Err(error) => panic!("{what}: {error:?}"),
    }
}

/// One walk: the machine has one service of this name, so that parts of it could not run beside each other.
#[test]
fn the_service_is_installed_runs_stops_and_is_removed() {
    let program = placed();
    done(&program, &["remove", "--purge"]);
    assert!(refused("en", &program, &["run"]).contains("tenken-agent run"));
    assert!(refused("ja", &program, &["start"]).contains("登録されていません"));

    let said = done(&program, &["install"]);
    assert!(said.contains("Installed the service"), "{said}");
    is_configured(&program);
    // What an installer registers, or an older version did, is made whole.
    bare_service(&program);
    let said = done(&program, &["install"]);
    assert!(said.contains("settings are as they are to be"), "{said}");
    is_configured(&program);
    another_programs_service_is_left_alone(&program);

    let state = storage::state_folder();
    identity::enrolled().store(&state).unwrap();
    let kept = std::fs::read_to_string(state.join("identity.json")).unwrap();
    assert!(!kept.contains("PRIVATE") && kept.contains("key_sealed"), "the key is sealed");
    assert!(done(&program, &["start"]).contains("Started"));
    wait_for(ServiceState::Running, Duration::from_mins(1));
    assert!(done(&program, &["start"]).contains("running already"));
    let asked = Instant::now();
    service(ServiceAccess::STOP).unwrap().stop().unwrap();
    wait_for(ServiceState::Stopped, Duration::from_secs(20));
    println!("the service stopped in {:?}", asked.elapsed());
    assert!(state.join("spool").join("mark").exists());

    done(&program, &["start"]);
    wait_for(ServiceState::Running, Duration::from_mins(1));
    let said = done(&program, &["remove"]);
    assert!(said.contains("Stopped and removed") && said.contains("Kept"), "{said}");
    assert!(state.join("identity.json").exists());
    assert!(service(ServiceAccess::QUERY_STATUS).is_none());
    assert!(windows_registry::LOCAL_MACHINE.open(format!(r"{SOURCES}\{EVENT_SOURCE}")).is_err());
    let said = done(&program, &["remove", "--purge"]);
    assert!(said.contains("is not installed") && said.contains("Deleted"), "{said}");
    assert!(!state.exists());
}

fn is_configured(program: &Path) {
    let config = config();
    let line = config.executable_path.to_string_lossy().into_owned();
    assert!(runs(&line, program) && line.ends_with("service run"), "{line}");
    assert!(line.starts_with('"') || !program.to_string_lossy().contains(' '), "{line}");
    assert_eq!(config.start_type, ServiceStartType::AutoStart);
    assert!(config.account_name.is_none_or(|name| name.eq_ignore_ascii_case("LocalSystem")));
    let service = service(ServiceAccess::QUERY_CONFIG).unwrap();
    let actions = service.get_failure_actions().map(|found| {
        let actions = found.actions.unwrap_or_default();
        let restarts = actions.iter().filter(|action| action.action_type == ServiceActionType::Restart);
        restarts.map(|action| action.delay).collect::<Vec<_>>()
    });
    match actions {
        // Wine says that it took them and keeps none.
        Ok(actions) if actions.is_empty() => println!("this system does not keep the recovery actions"),
        other => is_set("recovery", other, &RESTART_AFTER.to_vec()),
    }
    is_set("recovery after errors", service.get_failure_actions_on_non_crash_failures(), &true);
    is_set("service SID", service.get_config_service_sid_info(), &ServiceSidType::Restricted);
    let source = windows_registry::LOCAL_MACHINE.open(format!(r"{SOURCES}\{EVENT_SOURCE}")).unwrap();
    assert!(source.get_string("EventMessageFile").unwrap().ends_with("EventCreate.exe"));
    assert_eq!(source.get_u32("TypesSupported").unwrap(), 7);
    assert!(storage::state_folder().is_dir());
}

/// As an installer without more than a table for services leaves it: no quotes, no arguments, another start.
fn bare_service(program: &Path) {
    let found = config();
    let service = service(ServiceAccess::CHANGE_CONFIG).unwrap();
    let bare = ServiceInfo {
        name: SERVICE.into(),
        display_name: "tenken".into(),
        service_type: found.service_type,
        start_type: ServiceStartType::OnDemand,
        error_control: found.error_control,
        executable_path: program.to_owned(),
        launch_arguments: Vec::new(),
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    };
    service.change_config(&bare).unwrap();
    windows_registry::LOCAL_MACHINE.create(SOURCES).unwrap().remove_tree(EVENT_SOURCE).unwrap();
}

fn another_programs_service_is_left_alone(installed: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    let other = scratch.path().join("tenken-agent.exe");
    std::fs::copy(BUILT, &other).unwrap();
    let said = refused("en", &other, &["install"]);
    assert!(said.contains("installed already for"), "{said}");
    let said = refused("ja", &other, &["install"]);
    assert!(said.contains("別のプログラム"), "{said}");
    is_configured(installed);
}
