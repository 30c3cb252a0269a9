//! Settings of a service for which windows-service has no function.

#![expect(unsafe_code, reason = "the service control manager's own interface")]

use std::io;

use windows_service::service::Service;
use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;
use windows_sys::Win32::System::Services::{
    ChangeServiceConfig2W, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, SERVICE_REQUIRED_PRIVILEGES_INFOW,
    SetServiceObjectSecurity,
};

use crate::host::windows::descriptor::Descriptor;

/// Leaves the service these privileges and no others.
pub(super) fn require_privileges(service: &Service, privileges: &[&str]) -> io::Result<()> {
    let end = std::iter::once(0);
    let mut list: Vec<u16> =
        privileges.iter().flat_map(|name| name.encode_utf16().chain(std::iter::once(0))).chain(end).collect();
    let info = SERVICE_REQUIRED_PRIVILEGES_INFOW { pmszRequiredPrivileges: list.as_mut_ptr() };
    // SAFETY: the handle is open for as long as `service` lives; the structure is the one of this level and points to a list
    // that ends with an empty string and outlives the call.
    let done = unsafe {
        ChangeServiceConfig2W(service.raw_handle(), SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, (&raw const info).cast())
    };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Says who may do what with the service, in SDDL.
pub(super) fn restrict(service: &Service, sddl: &str) -> io::Result<()> {
    let descriptor = Descriptor::from_sddl(sddl)?;
    // SAFETY: the handle is open for as long as `service` lives, and the descriptor is whole and outlives the call.
    let done =
        unsafe { SetServiceObjectSecurity(service.raw_handle(), DACL_SECURITY_INFORMATION, descriptor.as_ptr()) };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
