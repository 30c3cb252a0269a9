//! Changes of addresses and interfaces.
//!
//! Windows tells nobody when its table of neighbours changes. A machine that comes to another network has another address and
//! other neighbours, which is told; the timer finds the rest.

#![expect(unsafe_code, reason = "nothing among the dependencies tells changes of addresses")]

use std::ffi::c_void;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, HANDLE, WIN32_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, MIB_IPINTERFACE_ROW, MIB_NOTIFICATION_TYPE, MIB_UNICASTIPADDRESS_ROW,
    NotifyIpInterfaceChange, NotifyUnicastIpAddressChange,
};
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;

use crate::host::windows::call;

type Callback = Box<dyn Fn() + Send + Sync>;

/// Tells when an address or an interface of this machine comes, goes or changes.
pub(super) struct AddressWatch {
    registered: Vec<HANDLE>,
    callback: *mut Callback,
}

// SAFETY: registrations may be ended by any thread, and the callback is shared between threads, as its type allows.
unsafe impl Send for AddressWatch {}
// SAFETY: as above; a shared reference gives access to nothing.
unsafe impl Sync for AddressWatch {}

impl AddressWatch {
    pub(super) fn open(fire: impl Fn() + Send + Sync + 'static) -> Result<Self, String> {
        let mut watch = Self { registered: Vec::new(), callback: Box::into_raw(Box::new(Box::new(fire))) };
        let context = watch.callback.cast::<c_void>().cast_const();
        let mut handle = null_mut();
        // SAFETY: the callback lives until the registration has ended, see `drop`; the handle is a live variable.
        let code = unsafe { NotifyUnicastIpAddressChange(AF_UNSPEC, Some(address), context, false, &raw mut handle) };
        watch.keep(code, handle)?;
        let mut handle = null_mut();
        // SAFETY: as above.
        let code = unsafe { NotifyIpInterfaceChange(AF_UNSPEC, Some(interface), context, false, &raw mut handle) };
        watch.keep(code, handle)?;
        Ok(watch)
    }

    fn keep(&mut self, code: WIN32_ERROR, handle: HANDLE) -> Result<(), String> {
        if code != ERROR_SUCCESS {
            return Err(call::failed("watch addresses and interfaces", code).to_string());
        }
        self.registered.extend(Some(handle).filter(|handle| !handle.is_null()));
        Ok(())
    }
}

impl Drop for AddressWatch {
    fn drop(&mut self) {
        // SAFETY: each was registered and is ended once. It returns when no call goes on any more and none will come.
        let ended = self.registered.iter().all(|handle| unsafe { CancelMibChangeNotify2(*handle) } == ERROR_SUCCESS);
        if ended {
            // SAFETY: nobody calls it any more, and it was made by `Box::into_raw`. Where a registration could not be ended it is
            // left.
            drop(unsafe { Box::from_raw(self.callback) });
        }
    }
}

/// # Safety
///
/// The context is the callback of an [`AddressWatch`] that has not ended.
unsafe extern "system" fn address(
    context: *const c_void,
    _row: *const MIB_UNICASTIPADDRESS_ROW,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    // SAFETY: see above.
    unsafe { changed(context) };
}

/// # Safety
///
/// As of [`address`].
unsafe extern "system" fn interface(
    context: *const c_void,
    _row: *const MIB_IPINTERFACE_ROW,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    // SAFETY: see above.
    unsafe { changed(context) };
}

/// # Safety
///
/// As of [`address`].
unsafe fn changed(context: *const c_void) {
    // SAFETY: see above.
    let callback = unsafe { &*context.cast::<Callback>() };
    callback();
}
