//! Clocks that no one can set.

use std::time::Duration;

/// Time since the machine was started, time asleep included: what schedules are kept by.
pub fn since_boot() -> Duration {
    imp::since_boot()
}

/// Time since the machine was started that it was awake.
pub fn awake_since_boot() -> Duration {
    imp::awake_since_boot()
}

/// Processor time of the calling thread so far.
pub fn thread_cpu() -> Duration {
    imp::thread_cpu()
}

#[cfg(windows)]
use super::windows::clock as imp;

#[cfg(target_os = "linux")]
mod imp {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    fn read(clock: ClockId) -> Duration {
        let time = clock_gettime(clock);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
        Duration::new(seconds, nanos)
    }

    pub(super) fn since_boot() -> Duration {
        read(ClockId::Boottime)
    }

    pub(super) fn awake_since_boot() -> Duration {
        read(ClockId::Monotonic)
    }

    pub(super) fn thread_cpu() -> Duration {
        read(ClockId::ThreadCPUTime)
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod imp {
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    fn since_start() -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    pub(super) fn since_boot() -> Duration {
        since_start()
    }

    pub(super) fn awake_since_boot() -> Duration {
        since_start()
    }

    pub(super) fn thread_cpu() -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_go_forward_and_sleep_is_no_time_awake() {
        let (boot, awake, cpu) = (since_boot(), awake_since_boot(), thread_cpu());
        assert!(awake <= since_boot());
        let spent: u64 = (0..200_000_u64).map(|n| n.wrapping_mul(n)).fold(0, u64::wrapping_add);
        assert_ne!(spent, 1);
        assert!(since_boot() >= boot && awake_since_boot() >= awake && thread_cpu() >= cpu);
    }
}
