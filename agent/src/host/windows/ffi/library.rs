//! Libraries that not every Windows has: Windows Server is without `wlanapi.dll` unless somebody adds it. A program that named
//! them in its imports would not start there.

#![expect(unsafe_code, reason = "a library is loaded by its name")]

use std::ffi::CStr;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{FARPROC, FreeLibrary, HMODULE};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};

use super::{failed, last_error, wide};
use crate::host::{ReadError, ReadErrorKind};

/// A library of the system folder, and of no other, while it is in use.
pub(in crate::host::windows) struct Library {
    name: &'static str,
    module: HMODULE,
}

/// An entry of a library, whose type only the caller knows.
pub(in crate::host::windows) type Entry = unsafe extern "system" fn() -> isize;

impl Library {
    /// Loads it. Where it is missing the error says that there is no such thing.
    pub(in crate::host::windows) fn load(name: &'static str) -> Result<Self, ReadError> {
        let file = wide(name);
        // SAFETY: the name ends with a zero and outlives the call; the reserved handle is null, as is asked.
        let module = unsafe { LoadLibraryExW(file.as_ptr(), null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
        if module.is_null() {
            let tried = format!("load {name}");
            return Err(match last_error() {
                126 => ReadError::new(ReadErrorKind::NotThere, tried, "this Windows has no such library (error 126)"),
                code => failed(tried, code),
            });
        }
        Ok(Self { name, module })
    }

    /// One of its entries.
    pub(in crate::host::windows) fn entry(&self, name: &CStr) -> Result<Entry, ReadError> {
        // SAFETY: the module is loaded while `self` lives, and the name ends with a zero.
        let found: FARPROC = unsafe { GetProcAddress(self.module, name.as_ptr().cast()) };
        found.ok_or_else(|| {
            let tried = format!("call {} of {}", name.to_string_lossy(), self.name);
            ReadError::new(ReadErrorKind::Unsupported, tried, "this system has no such call")
        })
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: the module was loaded by `load`, is let go once, and whoever got an entry of it has ended before.
        let _freed = unsafe { FreeLibrary(self.module) };
    }
}

/// Whether this is Wine, which lacks much: only tests ask.
#[cfg(test)]
pub(in crate::host::windows) fn is_wine() -> bool {
    Library::load("ntdll.dll").is_ok_and(|library| library.entry(c"wine_get_version").is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_or_entry_is_told_in_a_line() {
        let missing = Library::load("tenken-has-no-such.dll").err().unwrap();
        assert!(missing.is_not_there(), "{missing}");
        let library = Library::load("advapi32.dll").unwrap();
        assert!(library.entry(c"RegCloseKey").is_ok());
        let missing = library.entry(c"TenkenHasNoSuchEntry").err().unwrap();
        assert_eq!(missing.kind, ReadErrorKind::Unsupported);
        assert_eq!(missing.to_string().lines().count(), 1);
    }
}
