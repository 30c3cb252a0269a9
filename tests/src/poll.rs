//! Waiting for a condition with a deadline.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Asks `condition` every 10 ms until it gives a value; returns it with the time that took.
pub fn until<T>(
    what: &str,
    within: Duration,
    mut condition: impl FnMut() -> Result<Option<T>>,
) -> Result<(T, Duration)> {
    let begun = Instant::now();
    loop {
        if let Some(value) = condition()? {
            return Ok((value, begun.elapsed()));
        }
        if begun.elapsed() >= within {
            bail!("{what}: not within {within:?}");
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
}
