//! Watching folders. Nothing runs between two changes: the pool waits for all of them.

#![expect(unsafe_code, reason = "what watches folders among the dependencies wakes ten times a second")]

use std::ffi::c_void;
use std::fs::File;
use std::os::windows::io::{AsRawHandle as _, OwnedHandle};
use std::path::Path;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use windows_sys::Win32::Foundation::{ERROR_NOTIFY_ENUM_DIR, WIN32_ERROR};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_NOTIFY_CHANGE_ATTRIBUTES, FILE_NOTIFY_CHANGE_CREATION, FILE_NOTIFY_CHANGE_DIR_NAME,
    FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_LAST_WRITE, FILE_NOTIFY_CHANGE_SECURITY, FILE_NOTIFY_CHANGE_SIZE,
    ReadDirectoryChangesW,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};

use super::wait::{self, Times, Wait};
use crate::host::windows::{call, files, open};
use crate::host::windows_files::{Change, changes};

/// What is of interest. That something was looked at is not.
const CHANGES: u32 = FILE_NOTIFY_CHANGE_FILE_NAME
    | FILE_NOTIFY_CHANGE_DIR_NAME
    | FILE_NOTIFY_CHANGE_ATTRIBUTES
    | FILE_NOTIFY_CHANGE_SIZE
    | FILE_NOTIFY_CHANGE_LAST_WRITE
    | FILE_NOTIFY_CHANGE_CREATION
    | FILE_NOTIFY_CHANGE_SECURITY;
/// Room for the changes between two answers, in words of four bytes, as they are aligned. What is more is told as an overflow.
const ROOM: usize = 2 << 10;

/// What is told of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// These changes in it.
    Changes(Vec<Change>),
    /// More happened than is told one by one.
    Overflow,
    /// It went, or can no longer be watched. Nothing more comes.
    Over,
}

/// Where Windows writes what changed. It stays where it is while a question is open.
struct Question {
    overlapped: OVERLAPPED,
    room: [u32; ROOM],
}

// SAFETY: the event in it is of the kernel, and the rest is memory; one thread at a time has it, because it is behind a lock.
unsafe impl Send for Question {}

struct Shared {
    folder: File,
    event: Arc<OwnedHandle>,
    question: Mutex<Box<Question>>,
    over: AtomicBool,
}

/// Tells what changes in a folder until it is dropped.
pub(super) struct FolderWatch {
    // `None` only while it is dropped.
    wait: Option<Wait>,
    shared: Arc<Shared>,
}

impl FolderWatch {
    /// Watches the folder at a path that no link leads through elsewhere. `tell` comes from threads of the pool.
    pub(super) fn open(path: &Path, tell: impl Fn(Told) + Send + Sync + 'static) -> Result<Self, String> {
        let folder = open::folder_to_watch(path, "open it").map_err(|error| error.why)?;
        let event = wait::event()?;
        let question = Box::new(Question { overlapped: OVERLAPPED::default(), room: [0; ROOM] });
        let question = Mutex::new(question);
        let shared = Arc::new(Shared { folder, event: Arc::clone(&event), question, over: AtomicBool::new(false) });
        let watched = Arc::clone(&shared);
        let wait = Wait::register(event, Times::Each, move || watched.answered(&tell))?;
        // Asked last: an open question has to be closed, which the drop of the whole does.
        let watch = Self { wait: Some(wait), shared };
        watch.shared.ask(&mut watch.shared.question()).map_err(|code| call::failed("ask", code).why)?;
        Ok(watch)
    }

    /// Which folder it is, whatever its name is by now.
    pub(super) fn identity(&self) -> Result<(u64, u64), String> {
        files::identity_of(&self.shared.folder).map_err(|error| error.why)
    }

    /// It tells no more and has to be opened anew.
    pub(super) fn is_over(&self) -> bool {
        self.shared.over.load(Ordering::SeqCst)
    }
}

impl Drop for FolderWatch {
    fn drop(&mut self) {
        // Ends first: nobody asks again after this, and the event is this thread's own.
        drop(self.wait.take());
        let folder = self.shared.folder.as_raw_handle();
        let question = self.shared.question();
        let overlapped = &raw const question.overlapped;
        let mut length = 0;
        // SAFETY: the folder is open and the question lives; where none is open, which the first call says, nothing is waited for.
        unsafe {
            if CancelIoEx(folder, overlapped) != 0 {
                let _ended = GetOverlappedResult(folder, overlapped, &raw mut length, 1);
            }
        }
    }
}

impl Shared {
    fn question(&self) -> MutexGuard<'_, Box<Question>> {
        self.question.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for what changes from now on, or since the last answer.
    fn ask(&self, question: &mut Question) -> Result<(), WIN32_ERROR> {
        question.overlapped = OVERLAPPED { hEvent: self.event.as_raw_handle(), ..OVERLAPPED::default() };
        let size = u32::try_from(size_of_val(&question.room)).unwrap_or_default();
        let room: *mut c_void = question.room.as_mut_ptr().cast();
        // SAFETY: the folder is open. Room and structure are in a box that lives as long as this, and are not touched until the
        // answer has come; `drop` closes the question and waits until Windows is done with them.
        let done = unsafe {
            ReadDirectoryChangesW(
                self.folder.as_raw_handle(),
                room,
                size,
                0,
                CHANGES,
                null_mut(),
                &raw mut question.overlapped,
                None,
            )
        };
        if done == 0 { Err(call::last_code()) } else { Ok(()) }
    }

    /// Takes an answer, asks again and tells.
    fn answered(&self, tell: &impl Fn(Told)) {
        if self.over.load(Ordering::SeqCst) {
            return;
        }
        let mut question = self.question();
        let mut length = 0;
        // SAFETY: the folder is open and the question lives; it is not waited.
        let done = unsafe {
            GetOverlappedResult(self.folder.as_raw_handle(), &raw const question.overlapped, &raw mut length, 0)
        };
        let failed = (done == 0).then(call::last_code);
        let bytes: Vec<u8> = question.room.iter().flat_map(|word| word.to_le_bytes()).collect();
        let told = match failed {
            Some(ERROR_NOTIFY_ENUM_DIR) => Told::Overflow,
            Some(_) => Told::Over,
            None => {
                let bytes = usize::try_from(length).ok().and_then(|length| bytes.get(..length));
                bytes.and_then(changes).map_or(Told::Overflow, Told::Changes)
            }
        };
        let is_over = told == Told::Over || self.ask(&mut question).is_err();
        drop(question);
        if is_over {
            self.over.store(true, Ordering::SeqCst);
        }
        if told != Told::Over {
            tell(told);
        }
        if is_over {
            tell(Told::Over);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn watch(path: &Path) -> (FolderWatch, mpsc::Receiver<Told>) {
        let (sender, receiver) = mpsc::channel();
        let sender = Mutex::new(sender);
        let tell = move |told| {
            let _unheard = sender.lock().unwrap().send(told);
        };
        (FolderWatch::open(path, tell).unwrap(), receiver)
    }

    fn until(receiver: &mpsc::Receiver<Told>, wanted: impl Fn(&Told) -> bool) {
        while !wanted(&receiver.recv_timeout(SOON).unwrap()) {}
    }

    fn names(told: &Told, name: &str, moves: bool) -> bool {
        matches!(told, Told::Changes(changes) if changes.iter().any(|it| it.name == name && it.moves == moves))
    }

    #[test]
    fn changes_are_told_until_the_end() {
        let scratch = tempfile::tempdir().unwrap();
        let (watch, receiver) = watch(scratch.path());
        let file = scratch.path().join("健診.ini");
        for round in 0..20 {
            std::fs::write(&file, round.to_string()).unwrap();
            until(&receiver, |told| names(told, "健診.ini", round == 0) || names(told, "健診.ini", false));
        }
        std::fs::rename(&file, scratch.path().join("other.ini")).unwrap();
        until(&receiver, |told| names(told, "other.ini", true));
        assert!(!watch.is_over());
        drop(watch);
        std::fs::write(&file, "after the end").unwrap();
        while receiver.try_recv().is_ok() {}
        assert!(receiver.recv().is_err(), "who tells is gone");
    }

    #[test]
    fn a_folder_without_changes_ends_at_once_and_a_file_is_not_watched() {
        let scratch = tempfile::tempdir().unwrap();
        for _ in 0..50 {
            drop(watch(scratch.path()));
        }
        std::fs::write(scratch.path().join("x"), "").unwrap();
        assert!(FolderWatch::open(&scratch.path().join("x"), drop).is_err());
        assert!(FolderWatch::open(&scratch.path().join("none"), drop).is_err());
    }
}
