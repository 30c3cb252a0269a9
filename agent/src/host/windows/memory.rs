//! Memory that a resting agent need not hold.

#![expect(unsafe_code, reason = "no safe wrapper of the heap and of the working set is among the dependencies")]

use windows_sys::Win32::System::Memory::{GetProcessHeap, HeapCompact};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, SetProcessWorkingSetSize};

/// Windows has one heap for all threads.
pub fn share_one_heap() {}

/// Gives back what was freed, and lets others have the physical memory of the rest.
///
/// Emptying the working set writes nothing and loses nothing: pages go to the lists of the memory manager, from which they
/// come back by a soft fault while nobody else needed them, as they would be taken from a resting process anyhow once memory
/// is scarce. The agent rests for minutes between collections, of which each touches a few hundred pages; after a rest that
/// costs some milliseconds at most. Keys in memory are no worse off: any page of any program may go to the page file, which is
/// the system's alone and is encrypted with its disk.
pub fn give_back() -> Program {
    // SAFETY: the heap of this process is always there, and compacting it moves nothing that is in use; the two sizes together
    // ask for the working set to be emptied and set no limit (Windows documentation, SetProcessWorkingSetSize). Where either
    // fails, nothing is given back.
    unsafe {
        HeapCompact(GetProcessHeap(), 0);
        SetProcessWorkingSetSize(GetCurrentProcess(), usize::MAX, usize::MAX);
    }
    Program(())
}

/// This program in memory.
#[derive(Debug, Default)]
pub struct Program(());

impl Program {
    /// What was needed since stays: the memory manager takes it from who rests when others need it.
    pub fn give_back_again(&self) {
        let Self(()) = self;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_goes_on_after_giving_back() {
        share_one_heap();
        let before: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        give_back();
        let after: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        assert_eq!(before, after);
    }
}
