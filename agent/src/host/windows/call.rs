//! What calls of Windows have in common: texts in UTF-16, numbers of errors, and times.

use std::ffi::OsStr;
use std::os::windows::ffi::OsStrExt as _;

use chrono::DateTime;
use tenken_model::Instant;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_BAD_DEVICE, ERROR_BAD_NETPATH, ERROR_BAD_PATHNAME, ERROR_CALL_NOT_IMPLEMENTED,
    ERROR_CANT_RESOLVE_FILENAME, ERROR_DIRECTORY, ERROR_FILE_NOT_FOUND, ERROR_INVALID_DRIVE, ERROR_INVALID_FUNCTION,
    ERROR_INVALID_NAME, ERROR_KEY_DELETED, ERROR_LOCK_VIOLATION, ERROR_NOT_A_REPARSE_POINT, ERROR_NOT_FOUND,
    ERROR_NOT_READY, ERROR_NOT_SUPPORTED, ERROR_PATH_NOT_FOUND, ERROR_PRIVILEGE_NOT_HELD, ERROR_SERVICE_DOES_NOT_EXIST,
    ERROR_SHARING_VIOLATION, ERROR_UNTRUSTED_MOUNT_POINT, FILETIME, WIN32_ERROR,
};

use crate::host::{ReadError, ReadErrorKind};

/// Seconds from 1601, where Windows begins to count, to 1970.
const FROM_1601_TO_1970: i64 = 11_644_473_600;
const TICKS_IN_A_SECOND: u64 = 10_000_000;

/// Numbers of calls to other processes (winerror.h).
const RPC_S_SERVER_UNAVAILABLE: WIN32_ERROR = 1_722;
const RPC_S_CALL_FAILED: WIN32_ERROR = 1_726;

/// A text as Windows takes it, with the zero at its end.
pub(super) fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// A text as Windows gave it, up to the first zero. What is no UTF-16 is replaced.
pub(super) fn text(units: &[u16]) -> String {
    String::from_utf16_lossy(units.split(|unit| *unit == 0).next().unwrap_or_default())
}

/// What a call said when it failed, in the words of [`ReadError`]. Windows would say it in the language of the system.
pub(super) fn failed(tried: impl Into<String>, code: WIN32_ERROR) -> ReadError {
    let (kind, why) = match code {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_NOT_FOUND => (ReadErrorKind::NotThere, "it is not there"),
        ERROR_INVALID_DRIVE | ERROR_BAD_DEVICE => (ReadErrorKind::NotThere, "there is no such drive"),
        ERROR_BAD_NETPATH => (ReadErrorKind::NotThere, "the machine is not found on the network"),
        ERROR_KEY_DELETED => (ReadErrorKind::NotThere, "the key was deleted"),
        ERROR_SERVICE_DOES_NOT_EXIST => (ReadErrorKind::NotThere, "there is no such service"),
        ERROR_NOT_READY => (ReadErrorKind::NotThere, "there is no medium in the drive"),
        ERROR_ACCESS_DENIED => (ReadErrorKind::NotPermitted, "access denied"),
        ERROR_UNTRUSTED_MOUNT_POINT => {
            (ReadErrorKind::NotPermitted, "a junction on the way was not made by an administrator")
        }
        ERROR_PRIVILEGE_NOT_HELD => (ReadErrorKind::NotPermitted, "a privilege is missing"),
        ERROR_INVALID_FUNCTION | ERROR_NOT_SUPPORTED | ERROR_CALL_NOT_IMPLEMENTED => {
            (ReadErrorKind::Unsupported, "this Windows, or the device, cannot tell")
        }
        ERROR_DIRECTORY => (ReadErrorKind::WrongKind, "it is no folder"),
        ERROR_NOT_A_REPARSE_POINT => (ReadErrorKind::WrongKind, "it is no symbolic link"),
        ERROR_INVALID_NAME | ERROR_BAD_PATHNAME => (ReadErrorKind::WrongKind, "it is no name of a file"),
        ERROR_CANT_RESOLVE_FILENAME => (ReadErrorKind::Failed, "too many levels of symbolic links"),
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => {
            (ReadErrorKind::Failed, "another program holds it and lets nobody read it")
        }
        RPC_S_SERVER_UNAVAILABLE | RPC_S_CALL_FAILED => {
            (ReadErrorKind::NoAnswer, "the service that would answer does not run")
        }
        _ => (ReadErrorKind::Failed, "it failed"),
    };
    ReadError::new(kind, tried, format!("{why} (Windows error {code})"))
}

/// Like [`failed`], with the number that the last call of this thread left.
pub(super) fn last(tried: impl Into<String>) -> ReadError {
    failed_io(tried, &std::io::Error::last_os_error())
}

/// Like [`failed`], of an error of the standard library.
pub(super) fn failed_io(tried: impl Into<String>, error: &std::io::Error) -> ReadError {
    match error.raw_os_error() {
        Some(code) => failed(tried, code.cast_unsigned()),
        None => ReadError::from_io(tried, error),
    }
}

/// The number of the last error of this thread.
pub(super) fn last_code() -> WIN32_ERROR {
    std::io::Error::last_os_error().raw_os_error().unwrap_or_default().cast_unsigned()
}

/// Ticks of 100 ns in the two halves of a FILETIME.
pub(super) fn ticks(time: FILETIME) -> u64 {
    (u64::from(time.dwHighDateTime) << 32) | u64::from(time.dwLowDateTime)
}

/// A time as Windows keeps it; nothing for zero, which is none, and for what is no date (above half the range).
pub(super) fn instant(time: FILETIME) -> Option<Instant> {
    let ticks = ticks(time);
    if ticks == 0 || i64::try_from(ticks).is_err() {
        return None;
    }
    let seconds = i64::try_from(ticks / TICKS_IN_A_SECOND).ok()? - FROM_1601_TO_1970;
    let nanos = u32::try_from(ticks % TICKS_IN_A_SECOND * 100).ok()?;
    DateTime::from_timestamp(seconds, nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_at_their_zero() {
        assert_eq!(wide("健診"), [0x5065, 0x8a3a, 0]);
        assert_eq!((text(&[0x5065, 0x8a3a, 0, 7]), text(&[]), text(&[65])), ("健診".into(), String::new(), "A".into()));
    }

    #[test]
    fn errors_are_told_apart_in_one_language() {
        let told = |code| failed("read x", code);
        assert_eq!(told(2).to_string(), "read x: it is not there (Windows error 2)");
        for (code, kind) in [
            (3, ReadErrorKind::NotThere),
            (5, ReadErrorKind::NotPermitted),
            (21, ReadErrorKind::NotThere),
            (32, ReadErrorKind::Failed),
            (50, ReadErrorKind::Unsupported),
            (448, ReadErrorKind::NotPermitted),
            (1018, ReadErrorKind::NotThere),
            (1314, ReadErrorKind::NotPermitted),
            (1722, ReadErrorKind::NoAnswer),
            (31, ReadErrorKind::Failed),
        ] {
            assert_eq!(told(code).kind, kind, "{code}");
        }
    }

    #[test]
    fn times_count_from_1601() {
        let half = |ticks: u64| u32::try_from(ticks & 0xffff_ffff).unwrap();
        let time = |ticks: u64| FILETIME { dwLowDateTime: half(ticks), dwHighDateTime: half(ticks >> 32) };
        assert_eq!(instant(time(0)), None);
        assert_eq!(instant(time(u64::MAX)), None);
        let at = instant(time(116_444_736_000_000_000 + 15_000_000)).unwrap();
        assert_eq!(at.to_rfc3339(), "1970-01-01T00:00:01.500+00:00");
    }
}
