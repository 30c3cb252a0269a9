//! Memory that a resting agent need not hold.

#![expect(unsafe_code, reason = "no safe wrapper of mallopt(3) and malloc_trim(3) is among the dependencies")]

/// Lets all threads share one heap. Collectors run one at a time, so that heaps of their own would only lie about.
/// To be called before threads are started.
pub fn share_one_heap() {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: it takes two numbers and sets one in the allocator; no other thread allocates yet.
        let _set = unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
    }
}

/// Gives back what was freed.
pub fn give_back() {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: it takes a number and may be called at any time from any thread.
        let _given = unsafe { libc::malloc_trim(0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_goes_on_after_giving_back() {
        let before: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        give_back();
        let after: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        assert_eq!(before, after);
    }
}
