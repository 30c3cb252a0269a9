//! Memory that a resting agent need not hold.

#![expect(
    unsafe_code,
    reason = "no safe wrapper of mallopt(3), malloc_trim(3), madvise(2) and sysconf(3) is among the dependencies"
)]

use std::ops::Range;

/// As much of the stack below the frame that gives it back is left alone.
const STACK_MARGIN: usize = 16 << 10;

/// What is larger gets pages of its own, which are given back the moment it is freed. glibc begins with this too, but raises
/// it with the first large block that is freed; from then on large blocks leave holes in the heap.
#[cfg(target_env = "gnu")]
const OWN_PAGES_BYTES: libc::c_int = 128 << 10;

/// It lies where this program's constants do.
static A_CONSTANT: u8 = 0;

/// Lets all threads share one heap. Collectors run one at a time, so that heaps of their own would only lie about.
/// To be called before threads are started.
pub fn share_one_heap() {
    #[cfg(target_env = "gnu")]
    {
        for (parameter, value) in [(libc::M_ARENA_MAX, 1), (libc::M_MMAP_THRESHOLD, OWN_PAGES_BYTES)] {
            // SAFETY: it takes two numbers and sets one in the allocator; no other thread allocates yet.
            let _set = unsafe { libc::mallopt(parameter, value) };
        }
    }
}

/// Gives back what was freed, what deeper calls left on the stack, and the program's own pages: most of them only starting and
/// collecting need. Those that are needed again come from the kernel's cache of the file, of which the host may now take what it
/// needs for others.
pub fn give_back() -> Program {
    give_back_freed();
    // Without the list nothing is given back, which costs nobody anything but memory.
    let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap_or_default();
    give_back_stack(&smaps);
    let unchanged = unchanged(&smaps);
    for mapping in &unchanged {
        give_back_pages(&mapping.pages);
    }
    Program(of_the_file_at(unchanged, std::ptr::from_ref(&A_CONSTANT).addr()))
}

/// Where the code and constants of this program lie.
#[derive(Debug, Default)]
pub struct Program(Vec<Range<usize>>);

impl Program {
    /// Gives back what was needed of them since. Of what else is mapped this keeps nothing in mind: it may be unmapped, and
    /// something else there.
    pub fn give_back_again(&self) {
        self.0.iter().for_each(give_back_pages);
    }
}

fn give_back_pages(pages: &Range<usize>) {
    // SAFETY: the range is a mapping of a file's code or constants, private, not writable, and without a page of our own in it,
    // neither in memory nor in swap: the next access to it reads from the same file what is there now. Nothing in
    // this process writes into them; nor does anything unmap them from the look to the call, or, where they are this program's own, as
    // long as it runs. A debugger that sets its first breakpoint between the two loses it.
    let _advised =
        unsafe { libc::madvise(std::ptr::with_exposed_provenance_mut(pages.start), pages.len(), libc::MADV_DONTNEED) };
}

/// Gives back what deeper calls wrote into the stack of the process's first thread, where this runs on it.
/// A frame of its own keeps the end of the stack near the variable, however large that of the caller is.
#[inline(never)]
fn give_back_stack(smaps: &str) {
    let here = 0_u8;
    // SAFETY: it takes a number and returns one.
    let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(0);
    let Some(pages) = unused_stack(smaps, std::ptr::from_ref(&here).addr(), page) else { return };
    // SAFETY: the range is whole pages of the stack of this very thread, further below this frame than the frames of this call
    // reach: nothing there is alive, and what is called next finds zeros where it writes first anyway. Signals write
    // their frames only when this call returns.
    let _advised =
        unsafe { libc::madvise(std::ptr::with_exposed_provenance_mut(pages.start), pages.len(), libc::MADV_DONTNEED) };
}

/// The part of the first thread's stack that lies well below `here`, in whole pages; nothing when `here` is on another stack.
fn unused_stack(smaps: &str, here: usize, page: usize) -> Option<Range<usize>> {
    let stack = smaps.lines().find(|line| line.ends_with(" [stack]"))?;
    let (start, end) = stack.split_ascii_whitespace().next()?.split_once('-')?;
    let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    let used = here.checked_sub(STACK_MARGIN).filter(|_| (start..end).contains(&here))?;
    let unused = start..used.checked_div(page)?.saturating_mul(page);
    (!unused.is_empty()).then_some(unused)
}

/// A part of a file in memory.
#[derive(Debug, PartialEq, Eq)]
struct Mapping<'a> {
    pages: Range<usize>,
    /// Its device and its number there.
    file: (&'a str, &'a str),
}

/// The mappings of /proc/PID/smaps (proc_pid_smaps(5)) that hold code and constants of a file, as they are in the file: what
/// a debugger or the linker wrote into would be lost.
fn unchanged(smaps: &str) -> Vec<Mapping<'_>> {
    let mut found = Vec::new();
    let mut current = None;
    for line in smaps.lines() {
        let mut words = line.split_ascii_whitespace();
        let first = words.next().unwrap_or_default();
        match first.strip_suffix(':') {
            None => current = mapping(first, words),
            // A page of our own is in memory or in swap; the second comes after the first.
            Some("Anonymous") if words.next() != Some("0") => current = None,
            Some("Swap") => found.extend(current.take().filter(|_| words.next() == Some("0"))),
            Some(_) => {}
        }
    }
    found
}

/// `555555554000-555555580000 r-xp 00000000 fd:00 1234 /usr/bin/program`.
fn mapping<'a>(range: &str, mut words: impl Iterator<Item = &'a str>) -> Option<Mapping<'a>> {
    let (start, end) = range.split_once('-')?;
    let pages = usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?;
    let fixed = matches!(words.next(), Some("r-xp" | "r--p"));
    let file = (words.nth(1)?, words.next()?);
    let named = words.next().is_some_and(|path| path.starts_with('/'));
    (fixed && named && !pages.is_empty()).then_some(Mapping { pages, file })
}

/// The mappings of the file that lies at that address.
fn of_the_file_at(mappings: Vec<Mapping<'_>>, address: usize) -> Vec<Range<usize>> {
    let file = mappings.iter().find(|mapping| mapping.pages.contains(&address)).map(|mapping| mapping.file);
    mappings.into_iter().filter(|mapping| Some(mapping.file) == file).map(|mapping| mapping.pages).collect()
}

fn give_back_freed() {
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
        let program = give_back();
        let after: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        assert_eq!(before, after);
        let here = std::ptr::from_ref(&A_CONSTANT).addr();
        assert!(program.0.len() > 1 && program.0.iter().any(|pages| pages.contains(&here)), "{program:x?}");
        for _ in 0..3 {
            program.give_back_again();
            let after: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
            assert_eq!(before, after);
        }
    }

    #[test]
    fn only_what_lies_below_on_the_same_stack_is_given_back() {
        let smaps = "1000-9000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\n\
            10000-40000 rw-p 00000000 00:00 0     [stack]\nRss: 4 kB\n";
        assert_eq!(unused_stack(smaps, 0x3_8123, 0x1000), Some(0x1_0000..0x3_4000));
        assert_eq!(unused_stack(smaps, 0x3_8123, 0x1_0000), Some(0x1_0000..0x3_0000), "larger pages");
        for elsewhere in [0x8000, 0x1_0fff, 0x1_4fff, 0x4_0000] {
            assert_eq!(unused_stack(smaps, elsewhere, 0x1000), None, "{elsewhere:x}");
        }
        assert_eq!(unused_stack(smaps, 0x3_8123, 0), None);
        assert_eq!(unused_stack("", 0x3_8123, 0x1000), None);
    }

    const SMAPS: &str = "\
        1000-2000 r--p 00000000 fd:00 12 /usr/bin/program\nRss: 4 kB\nAnonymous: 0 kB\nSwap: 0 kB\nVmFlags: rd mr\n\
        2000-6000 r-xp 00001000 fd:00 12 /usr/bin/program\nRss: 4 kB\nAnonymous: 0 kB\nSwap: 0 kB\nVmFlags: rd ex\n\
        6000-7000 r-xp 00005000 fd:00 12 /usr/lib/patched.so\nRss: 4 kB\nAnonymous: 4 kB\nSwap: 0 kB\nVmFlags: rd ex\n\
        6800-7000 r-xp 00005000 fd:00 13 /usr/lib/swapped.so\nRss: 0 kB\nAnonymous: 0 kB\nSwap: 4 kB\nVmFlags: rd ex\n\
        7000-8000 rw-p 00006000 fd:00 12 /usr/bin/program\nRss: 4 kB\nAnonymous: 0 kB\nSwap: 0 kB\nVmFlags: rd wr\n\
        8000-9000 r-xp 00000000 00:00 0 [vdso]\nRss: 4 kB\nAnonymous: 0 kB\nSwap: 0 kB\nVmFlags: rd ex\n\
        9000-a000 r-xp 00000000 00:00 0\nRss: 4 kB\nAnonymous: 0 kB\nSwap: 0 kB\nVmFlags: rd ex\n";

    #[test]
    fn only_unchanged_parts_of_files_are_given_back() {
        let file = ("fd:00", "12");
        let program = [0x1000..0x2000, 0x2000..0x6000].map(|pages| Mapping { pages, file });
        assert_eq!(unchanged(SMAPS), program);
        for end in 0..SMAPS.len() {
            assert!(program.starts_with(&unchanged(&SMAPS[..end])), "{end}");
        }
        assert!(!unchanged(&std::fs::read_to_string("/proc/self/smaps").unwrap()).is_empty());
    }

    #[test]
    fn only_what_the_program_is_made_of_is_given_back_again() {
        let library = SMAPS.replace("Anonymous: 4 kB", "Anonymous: 0 kB").replace("Swap: 4 kB", "Swap: 0 kB");
        let all = || unchanged(&library);
        assert_eq!(all().len(), 4);
        assert_eq!(of_the_file_at(all(), 0x2100), [0x1000..0x2000, 0x2000..0x6000, 0x6000..0x7000]);
        assert_eq!(of_the_file_at(all(), 0x9100), [0; 0].map(|_: u8| 0..0), "what is nowhere has no file");
    }
}
