//! The kernel's view of its clock.

#![expect(unsafe_code, reason = "no safe wrapper of adjtimex(2) is among the dependencies")]

use tenken_model::Span;

use crate::host::{KernelClockReading, ReadError};

/// See [`crate::host::Host::kernel_clock`]. Reading needs no right.
pub(super) fn kernel_clock() -> Result<KernelClockReading, ReadError> {
    // SAFETY: `timex` is plain data for which all zeros is a value; it says modes = 0, so that nothing is set.
    let mut timex: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live, writable `timex` and not kept by the call.
    let state = unsafe { libc::adjtimex(&raw mut timex) };
    if state < 0 {
        return Err(ReadError::from_io("ask the kernel's clock (adjtimex)", &std::io::Error::last_os_error()));
    }
    Ok(KernelClockReading {
        unsynchronised: timex.status & libc::STA_UNSYNC != 0,
        max_error: from_micros(timex.maxerror),
        estimated_error: from_micros(timex.esterror),
    })
}

/// Rounded away from zero, so that a bound stays a bound.
fn from_micros(micros: libc::c_long) -> Span {
    Span::from_millis(micros.saturating_add(999).div_euclid(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_rounded_up() {
        assert_eq!(from_micros(0), Span::ZERO);
        assert_eq!(from_micros(1), Span::from_millis(1));
        assert_eq!(from_micros(16_000_000), Span::from_secs(16));
        assert_eq!(from_micros(libc::c_long::MAX).millis(), libc::c_long::MAX / 1_000);
    }

    #[test]
    fn this_machine_tells_its_clock() {
        let reading = kernel_clock().unwrap();
        assert!(reading.max_error >= Span::ZERO);
    }
}
