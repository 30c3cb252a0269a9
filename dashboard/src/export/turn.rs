//! Files that need much memory while they are made wait for each other, whoever asks for them.

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

/// Files of everything that is known: one at a time.
static WHOLE: Semaphore = Semaphore::const_new(1);
/// Files of one item or register: a few at a time, so that nobody waits for a whole package.
static PART: Semaphore = Semaphore::const_new(2);

/// How much a file needs while it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Everything that is known.
    Whole,
    /// What is known of one item, or the rows of one register.
    Part,
}

/// The right to make a file now. It belongs where the work is done, also on another thread: whoever asks and goes away ends
/// the waiting, not work that is being done.
#[derive(Debug)]
pub struct Turn {
    _permit: SemaphorePermit<'static>,
}

impl Turn {
    /// Waits until such a file may be made.
    ///
    /// # Errors
    /// Never in practice: turns are given as long as the process runs.
    pub async fn take(load: Load) -> Result<Self, AcquireError> {
        let turns = match load {
            Load::Whole => &WHOLE,
            Load::Part => &PART,
        };
        Ok(Self { _permit: turns.acquire().await? })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn waits(load: Load) -> bool {
        timeout(Duration::from_millis(20), Turn::take(load)).await.is_err()
    }

    #[tokio::test]
    async fn files_wait_for_those_that_are_made() {
        let whole = Turn::take(Load::Whole).await.unwrap();
        assert!(waits(Load::Whole).await);
        let part = [Turn::take(Load::Part).await.unwrap(), Turn::take(Load::Part).await.unwrap()];
        assert!(waits(Load::Part).await);
        drop((whole, part));
        drop((Turn::take(Load::Whole).await.unwrap(), Turn::take(Load::Part).await.unwrap()));
    }
}
