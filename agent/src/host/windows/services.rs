//! The service control manager.

#![expect(unsafe_code, reason = "windows-service lists no services")]

use windows_sys::Win32::Foundation::ERROR_MORE_DATA;
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ENUM_SERVICE_STATUS_PROCESSW, EnumServicesStatusExW, OpenSCManagerW, OpenServiceW,
    SC_ENUM_PROCESS_INFO, SC_HANDLE, SC_MANAGER_CONNECT, SC_MANAGER_ENUMERATE_SERVICE, SERVICE_CONTINUE_PENDING,
    SERVICE_DRIVER, SERVICE_PAUSE_PENDING, SERVICE_PAUSED, SERVICE_RUNNING, SERVICE_STATE_ALL, SERVICE_STOP_PENDING,
    SERVICE_STOPPED, SERVICE_WIN32,
};

use super::call;
use crate::host::windows_api::{Service, ServiceState};
use crate::host::{ReadError, ReadErrorKind};

/// As many bytes as one answer may have (Windows documentation, EnumServicesStatusExW).
const ANSWER_BYTES: usize = 256 << 10;
/// More answers than any machine has services for.
const ANSWERS_MAX: usize = 64;
/// Names of services have at most 256 characters.
const NAME_MAX: usize = 256;

/// A handle of the service control manager, closed with its end.
pub(super) struct Controlled(SC_HANDLE);

impl Controlled {
    /// The manager itself.
    pub(super) fn manager(tried: &str, rights: u32) -> Result<Self, ReadError> {
        // SAFETY: null names this machine and its active database.
        let handle = unsafe { OpenSCManagerW(std::ptr::null(), std::ptr::null(), rights) };
        if handle.is_null() { Err(call::last(tried)) } else { Ok(Self(handle)) }
    }

    /// One of its services.
    pub(super) fn service(&self, tried: &str, name: &str, rights: u32) -> Result<Self, ReadError> {
        let name = call::wide(name);
        // SAFETY: the manager is open, and the name ends with a zero.
        let handle = unsafe { OpenServiceW(self.0, name.as_ptr(), rights) };
        if handle.is_null() { Err(call::last(tried)) } else { Ok(Self(handle)) }
    }

    /// For calls of Windows, while this lives.
    pub(super) fn raw(&self) -> SC_HANDLE {
        self.0
    }
}

impl Drop for Controlled {
    fn drop(&mut self) {
        // SAFETY: it was opened and is closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

/// See [`crate::host::windows_api::WindowsApi::services`].
pub(super) fn list() -> Result<Vec<Service>, ReadError> {
    let tried = "list services";
    let manager = Controlled::manager(tried, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)?;
    let mut services = Vec::new();
    let mut resume = 0;
    // In words of eight bytes, because the answer begins with structures that hold pointers.
    let mut answer = vec![0_u64; ANSWER_BYTES / 8];
    for _ in 0..ANSWERS_MAX {
        let (mut needed, mut returned) = (0, 0);
        // SAFETY: the manager is open; the answer is as long as is said, and aligned for what is written into it; the
        // rest are live variables, and null names no group.
        let done = unsafe {
            EnumServicesStatusExW(
                manager.raw(),
                SC_ENUM_PROCESS_INFO,
                SERVICE_WIN32 | SERVICE_DRIVER,
                SERVICE_STATE_ALL,
                answer.as_mut_ptr().cast(),
                u32::try_from(ANSWER_BYTES).unwrap_or(u32::MAX),
                &raw mut needed,
                &raw mut returned,
                &raw mut resume,
                std::ptr::null(),
            )
        } != 0;
        let code = call::last_code();
        if !done && code != ERROR_MORE_DATA {
            return Err(call::failed(tried, code));
        }
        let returned = usize::try_from(returned).unwrap_or_default();
        for index in 0..returned.min(ANSWER_BYTES / size_of::<ENUM_SERVICE_STATUS_PROCESSW>()) {
            // SAFETY: the call wrote so many structures to the beginning of the answer.
            let found = unsafe { answer.as_ptr().cast::<ENUM_SERVICE_STATUS_PROCESSW>().add(index).read() };
            // SAFETY: names point into the answer, which lives, and end with a zero there.
            services.push(unsafe { service(&found) });
        }
        if done {
            return Ok(services);
        }
        if returned == 0 {
            break;
        }
    }
    Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {} were listed", services.len())))
}

/// # Safety
///
/// The name must point to a text that ends with a zero.
unsafe fn service(found: &ENUM_SERVICE_STATUS_PROCESSW) -> Service {
    let mut name = Vec::new();
    if !found.lpServiceName.is_null() {
        for index in 0..NAME_MAX {
            // SAFETY: the text has not ended before, so that this unit is of it.
            match unsafe { found.lpServiceName.add(index).read() } {
                0 => break,
                unit => name.push(unit),
            }
        }
    }
    let status = &found.ServiceStatusProcess;
    let state = match status.dwCurrentState {
        SERVICE_STOPPED => ServiceState::Stopped,
        SERVICE_STOP_PENDING => ServiceState::Stopping,
        SERVICE_RUNNING => ServiceState::Running,
        SERVICE_CONTINUE_PENDING | SERVICE_PAUSE_PENDING | SERVICE_PAUSED => ServiceState::Paused,
        // SERVICE_START_PENDING; there is no other, and what does not run for certain would count as on its way.
        _ => ServiceState::Starting,
    };
    let pid = Some(status.dwProcessId).filter(|pid| *pid != 0);
    Service { name: String::from_utf16_lossy(&name), state, pid }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_of_this_machine_are_listed() {
        let services = list().unwrap();
        assert!(services.len() > 5, "{services:?}");
        assert!(services.iter().all(|service| !service.name.is_empty()));
        let mut names: Vec<_> = services.iter().map(|service| service.name.to_ascii_lowercase()).collect();
        assert!(names.contains(&"eventlog".to_owned()), "{names:?}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), services.len(), "each once");
        assert!(services.iter().any(|service| service.state == ServiceState::Stopped && service.pid.is_none()));
    }

    #[test]
    fn a_service_that_is_none_is_said() {
        let manager = Controlled::manager("x", SC_MANAGER_CONNECT).unwrap();
        let error = manager.service("ask for a service", "TenkenNone", 0x20000).err().unwrap();
        assert!(error.is_not_there(), "{error}");
    }
}
