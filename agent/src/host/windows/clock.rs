//! The system's clocks.

#![expect(unsafe_code, reason = "nothing among the dependencies reads these clocks")]

use std::time::Duration;

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::SystemInformation::GetTickCount64;
use windows_sys::Win32::System::Threading::{GetCurrentThread, GetThreadTimes};
use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;

use super::call;
use crate::host::{KernelClockReading, ReadError, ReadErrorKind};

/// See [`crate::host::Host::kernel_clock`]. GetSystemTimeAdjustment tells how fast the clock is made to go and nothing of how far
/// it may be off or whether anybody disciplines it; that is the time service's to tell.
pub(super) fn kernel_clock() -> Result<KernelClockReading, ReadError> {
    let why = "the kernel of Windows does not tell whether its clock is synchronised; its time service does";
    Err(ReadError::new(ReadErrorKind::Unsupported, "ask the kernel's clock", why))
}

/// Time since the machine was started, time asleep included. Both clocks go by the same interrupt and only one counts sleep; the
/// other is finer. QueryInterruptTime, which is both, is in a library that not every system has.
pub(in crate::host) fn since_boot() -> Duration {
    // SAFETY: it takes nothing and gives a number.
    let with_sleep = Duration::from_millis(unsafe { GetTickCount64() });
    with_sleep.max(awake_since_boot())
}

/// Time since the machine was started that it was awake. What a machine in Modern Standby is awake counts.
pub(in crate::host) fn awake_since_boot() -> Duration {
    let mut ticks = 0;
    // SAFETY: the pointer is to a live variable. It cannot fail for one (Windows documentation).
    unsafe { QueryUnbiasedInterruptTime(&raw mut ticks) };
    of_ticks(ticks)
}

/// Processor time of this thread. It is counted by the tick (some 16 ms), so that short work is often nothing and seldom one
/// tick; over many readings it comes out right.
pub(in crate::host) fn thread_cpu() -> Duration {
    let none = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 };
    let (mut created, mut ended, mut kernel, mut user) = (none, none, none, none);
    // SAFETY: the handle is this thread's own, and the pointers are to live variables. It cannot fail for them; if it did, the
    // times would stay zero.
    unsafe {
        GetThreadTimes(GetCurrentThread(), &raw mut created, &raw mut ended, &raw mut kernel, &raw mut user);
    }
    of_ticks(call::ticks(kernel).saturating_add(call::ticks(user)))
}

/// Of ticks of 100 ns.
fn of_ticks(ticks: u64) -> Duration {
    Duration::from_micros(ticks / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_the_clock_is_synchronised_is_not_known() {
        assert_eq!(kernel_clock().unwrap_err().kind, ReadErrorKind::Unsupported);
    }

    #[test]
    fn clocks_count_from_the_start_of_the_machine() {
        let (boot, awake) = (since_boot(), awake_since_boot());
        assert!(boot > Duration::from_secs(1) && awake > Duration::from_secs(1), "{boot:?} {awake:?}");
        std::thread::sleep(Duration::from_millis(60));
        let passed = since_boot().checked_sub(boot).unwrap();
        assert!(passed >= Duration::from_millis(40) && passed < Duration::from_secs(20), "{passed:?}");
    }

    #[test]
    fn work_takes_processor_time_and_sleep_does_not() {
        let before = thread_cpu();
        std::thread::sleep(Duration::from_millis(200));
        let slept = thread_cpu().checked_sub(before).unwrap();
        assert!(slept < Duration::from_millis(150), "{slept:?}");
        let begun = std::time::Instant::now();
        while thread_cpu().checked_sub(before).unwrap() <= slept {
            assert!(begun.elapsed() < Duration::from_secs(20), "no work is counted");
            std::hint::black_box((0..100_000_u64).fold(0, u64::wrapping_add));
        }
    }
}
