//! Errors of the services of Windows, in English whatever the system's language.

use crate::host::windows::call;
use crate::host::{ReadError, ReadErrorKind};

/// A failure by its number (`winerror.h`, `lmerr.h`): what services say, beside what every call can say.
pub(in crate::host::windows) fn failed(tried: impl Into<String>, code: u32) -> ReadError {
    use ReadErrorKind::{Failed, NoAnswer, NotPermitted, NotThere, TimedOut, Unsupported};
    let (kind, words) = match code {
        1_300 => (NotPermitted, "a privilege is missing"),
        124 | 127 => (Unsupported, "this system has no such call"),
        258 | 1_460 => (TimedOut, "it took too long"),
        1_058 | 1_060 | 1_062 => (NotThere, "the service does not run"),
        1_717 | 1_723 | 1_727 | 1_753 => (NoAnswer, "the service does not answer"),
        2_114 => (NotThere, "the server service does not run"),
        15_007 => (NotThere, "there is no such channel"),
        0 => (Failed, "the call failed without an error"),
        code => return call::failed(tried, code),
    };
    ReadError::new(kind, tried, format!("{words} (Windows error {code})"))
}

/// A failure by its HRESULT, those of WMI included (`wbemcli.h`).
pub(in crate::host::windows) fn failed_result(tried: impl Into<String>, result: i32) -> ReadError {
    use ReadErrorKind::{Failed, NoAnswer, NotPermitted, NotThere, TimedOut};
    let code = result.cast_unsigned();
    let (kind, words) = match code {
        0x8004_1002 => (NotThere, "there is no such object"),
        0x8004_100e => (NotThere, "there is no such namespace"),
        0x8004_1010 => (NotThere, "there is no such class"),
        0x8004_1003 | 0x8007_0005 => (NotPermitted, "access is denied"),
        0x8004_1069 | 0x8004_1064 | 0x8007_05b4 => (TimedOut, "it took too long"),
        0x8007_06ba | 0x8007_06bf | 0x8008_0005 | 0x8007_0422 | 0x8001_0108 => {
            (NoAnswer, "the service does not answer")
        }
        _ => (Failed, "the call failed"),
    };
    ReadError::new(kind, tried, format!("{words} (0x{code:08X})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_with_its_number() {
        let error = failed("list services", 5);
        assert_eq!(error.to_string(), "list services: access denied (Windows error 5)");
        assert_eq!(error.kind, ReadErrorKind::NotPermitted);
        assert!(failed("x", 15_007).is_not_there() && !failed("x", 0).is_not_there());
        let missing = failed_result("ask WMI", 0x8004_100e_u32.cast_signed());
        assert!(missing.is_not_there());
        let odd = failed_result("ask WMI", 0x8004_1006_u32.cast_signed());
        assert_eq!(odd.to_string(), "ask WMI: the call failed (0x80041006)");
        assert_eq!(odd.kind, ReadErrorKind::Failed);
    }
}
