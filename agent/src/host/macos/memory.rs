//! Memory that a resting agent need not hold.

/// The allocator of macOS shares its zones among threads.
pub fn share_one_heap() {}

/// The system compresses what rests.
pub fn give_back() -> Program {
    Program(())
}

/// This program in memory.
#[derive(Debug, Default)]
pub struct Program(());

impl Program {
    /// The same holds for what was needed since.
    pub fn give_back_again(&self) {
        let Self(()) = self;
    }
}
