//! The operating system and its processes.

#![expect(
    unsafe_code,
    reason = "sysinfo ends the process on some systems; nothing else among the dependencies tells this"
)]

use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::sync::{Mutex, PoisonError};

use chrono::{TimeDelta, Utc};
use tenken_model::Instant;
use windows_sys::Win32::Foundation::{ERROR_NO_MORE_FILES, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::SystemInformation::{ComputerNamePhysicalDnsHostname, GetComputerNameExW};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

use super::{call, registry};
use crate::host::windows_api::{RegistryKey, RegistryPath};
use crate::host::{Process, ReadError, ReadErrorKind, SystemReading, clocks};

/// Where Windows keeps its version.
const VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// More than any machine of an agency runs.
const PROCESSES_MAX: usize = 32_768;
/// Names of machines have at most 63 characters in DNS; there is room for more.
const NAME_MAX: usize = 256;
/// The longest path (UNICODE_STRING counts bytes in 16 bits).
const PATH_MAX: usize = 32_767;

/// See [`crate::host::Host::system`].
pub(super) fn system() -> Result<SystemReading, ReadError> {
    let version = registry::key(&RegistryPath::machine(VERSION))?;
    Ok(SystemReading {
        os: "windows".to_owned(),
        os_version: release(&version),
        kernel: build(&version)?,
        host_name: host_name()?,
        booted_at: booted_at(),
    })
}

/// `24H2`, or `1809` of systems before that form; empty where it is not told.
fn release(version: &RegistryKey) -> String {
    let told = |name| version.text(name).filter(|text| !text.is_empty());
    told("DisplayVersion").or_else(|| told("ReleaseId")).unwrap_or_default().to_owned()
}

/// `10.0.26100.7171`: the version that programs are told, the build, and its update (UBR).
fn build(version: &RegistryKey) -> Result<String, ReadError> {
    let number = |name| version.number(name);
    let build = version.text("CurrentBuildNumber").or_else(|| version.text("CurrentBuild"));
    let Some(build) = build.filter(|build| !build.is_empty()) else {
        let tried = "ask the operating system for its build";
        return Err(ReadError::new(ReadErrorKind::Failed, tried, format!("HKLM\\{VERSION} has no CurrentBuildNumber")));
    };
    let major = match number("CurrentMajorVersionNumber").zip(number("CurrentMinorVersionNumber")) {
        Some((major, minor)) => format!("{major}.{minor}"),
        // Before Windows 10: `6.3`.
        None => version.text("CurrentVersion").unwrap_or("0.0").to_owned(),
    };
    Ok(match number("UBR") {
        Some(update) => format!("{major}.{build}.{update}"),
        None => format!("{major}.{build}"),
    })
}

fn host_name() -> Result<String, ReadError> {
    let mut name = [0_u16; NAME_MAX];
    let mut length = u32::try_from(NAME_MAX).unwrap_or_default();
    // SAFETY: the buffer is as long as is said.
    if unsafe { GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.as_mut_ptr(), &raw mut length) } == 0 {
        return Err(call::last("ask the operating system for the host's name"));
    }
    Ok(call::text(&name))
}

/// When it was started, in whole seconds. Two clocks are read one after the other, so that it comes out a little different each
/// time: what was told first stays unless the wall clock was set.
fn booted_at() -> Instant {
    static TOLD: Mutex<Option<Instant>> = Mutex::new(None);
    let up = TimeDelta::from_std(clocks::since_boot()).unwrap_or_default();
    let seconds = (Utc::now() - up).timestamp();
    let booted_at = Instant::from_timestamp(seconds, 0).unwrap_or_default();
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = told.filter(|told| (booted_at - told).abs() <= TimeDelta::seconds(2)).unwrap_or(booted_at);
    *told = Some(kept);
    kept
}

/// See [`crate::host::Host::processes`]. The idle process, which is none, is left out.
pub(super) fn processes() -> Result<Vec<Process>, ReadError> {
    let tried = "list processes";
    // SAFETY: it takes numbers and gives a handle.
    let snapshot = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) };
    if snapshot == INVALID_HANDLE_VALUE {
        return Err(call::last(tried));
    }
    // SAFETY: the handle is valid and this is its only owner.
    let snapshot = unsafe { OwnedHandle::from_raw_handle(snapshot) };
    let mut entry = PROCESSENTRY32W {
        dwSize: u32::try_from(size_of::<PROCESSENTRY32W>()).unwrap_or_default(),
        ..PROCESSENTRY32W::default()
    };
    let mut processes = Vec::new();
    // SAFETY: the snapshot is open, and the entry says its size.
    let mut more = unsafe { Process32FirstW(snapshot.as_raw_handle(), &raw mut entry) } != 0;
    while more {
        if processes.len() >= PROCESSES_MAX {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {PROCESSES_MAX}")));
        }
        if entry.th32ProcessID != 0 {
            processes.push(Process { pid: entry.th32ProcessID, name: call::text(&entry.szExeFile), path: None });
        }
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot.as_raw_handle(), &raw mut entry) } != 0;
    }
    match call::last_code() {
        ERROR_NO_MORE_FILES => {}
        code => return Err(call::failed(tried, code)),
    }
    let mut buffer = vec![0_u16; PATH_MAX];
    for process in &mut processes {
        // A number may be that of another process by now, which mostly has another name.
        process.path = path(process.pid, &mut buffer)
            .filter(|path| path.rsplit('\\').next().is_some_and(|name| name.eq_ignore_ascii_case(&process.name)));
    }
    Ok(processes)
}

/// The whole path of a process's program; nothing of one that may not be asked, or is gone. No more is asked for than even
/// protected processes tell.
fn path(pid: u32, buffer: &mut [u16]) -> Option<String> {
    // SAFETY: it takes numbers and gives a handle or null.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
    if process.is_null() {
        return None;
    }
    // SAFETY: the handle is valid and this is its only owner.
    let process = unsafe { OwnedHandle::from_raw_handle(process) };
    let mut length = u32::try_from(buffer.len()).ok()?;
    let place = buffer.as_mut_ptr();
    // SAFETY: the process is open, and the buffer is as long as is said.
    let is_told =
        unsafe { QueryFullProcessImageNameW(process.as_raw_handle(), PROCESS_NAME_WIN32, place, &raw mut length) } != 0;
    let told = buffer.get(..usize::try_from(length).ok()?)?;
    is_told.then(|| call::text(told)).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn version(values: &[(&str, RegistryData)]) -> RegistryKey {
        let value =
            |(name, data): &(&str, RegistryData)| RegistryValue { name: (*name).to_owned(), data: data.clone() };
        RegistryKey { values: values.iter().map(value).collect(), ..RegistryKey::default() }
    }

    #[test]
    fn versions_are_put_together() {
        let (text, number) = (|text: &str| RegistryData::Text(text.into()), RegistryData::Number);
        let newest = version(&[
            ("CurrentVersion", text("6.3")),
            ("CurrentMajorVersionNumber", number(10)),
            ("CurrentMinorVersionNumber", number(0)),
            ("CurrentBuild", text("26100")),
            ("CurrentBuildNumber", text("26100")),
            ("UBR", number(7171)),
            ("ReleaseId", text("2009")),
            ("DisplayVersion", text("24H2")),
        ]);
        assert_eq!((release(&newest), build(&newest).unwrap()), ("24H2".into(), "10.0.26100.7171".into()));
        let older =
            version(&[("CurrentVersion", text("6.3")), ("CurrentBuild", text("9600")), ("ReleaseId", text("1809"))]);
        assert_eq!((release(&older), build(&older).unwrap()), ("1809".into(), "6.3.9600".into()));
        assert_eq!(release(&version(&[])), "");
        assert_eq!(build(&version(&[("CurrentBuild", text(""))])).unwrap_err().kind, ReadErrorKind::Failed);
    }

    #[test]
    fn this_machine_tells_what_it_is() {
        let reading = system().unwrap();
        assert_eq!(reading.os, "windows");
        assert!(reading.kernel.split('.').count() >= 3, "{reading:?}");
        assert!(!reading.host_name.is_empty() && reading.booted_at < Utc::now(), "{reading:?}");
        assert_eq!(system().unwrap(), reading, "the same each time");
    }

    #[test]
    fn this_process_is_listed() {
        let own = std::env::current_exe().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let processes = processes().unwrap();
        let found = processes.iter().find(|process| process.pid == std::process::id()).unwrap();
        assert_eq!(found.name.to_lowercase(), own.to_lowercase());
        let path = found.path.as_deref().unwrap();
        assert!(std::fs::exists(path).unwrap() && path.to_lowercase().ends_with(&own.to_lowercase()), "{path}");
        assert!(processes.iter().all(|process| process.pid != 0 && !process.name.contains('\\')));
    }
}
