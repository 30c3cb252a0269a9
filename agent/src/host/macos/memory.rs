//! Memory that a resting agent need not hold.

/// The allocator of macOS shares its zones among threads.
pub fn share_one_heap() {}

/// The system compresses what rests.
pub fn give_back() {}
