//! The task that starts the service after the computer woke, if it does not run.
//!
//! The service hears of sleep itself and needs no task for it. The task is for a service that is not there any more to hear:
//! one that the system ended while a computer with Modern Standby was short of memory, or that somebody stopped by hand and
//! forgot. It starts nothing while the service runs, and it is Windows that starts it; the agent starts no process.

#![expect(unsafe_code, reason = "the task scheduler's own interface")]

use std::path::Path;

use windows::Win32::System::Com::{
    CLSCTX_INPROC_SERVER, COINIT_MULTITHREADED, CoCreateInstance, CoInitializeEx, CoUninitialize,
};
use windows::Win32::System::TaskScheduler::{
    ITaskFolder, ITaskService, TASK_CREATE_OR_UPDATE, TASK_LOGON_SERVICE_ACCOUNT, TaskScheduler,
};
use windows::Win32::System::Variant::VARIANT;
use windows::core::{BSTR, HRESULT};

use crate::host::registration::task_definition;

/// The task's name in the scheduler's own folder.
const NAME: &str = "Tenken agent after sleep";
/// LocalSystem, by its SID: names of accounts are translated.
const ACCOUNT: &str = "S-1-5-18";
/// Administrators and LocalSystem may do everything with the task, others nothing.
const ACCESS: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)";
/// ERROR_FILE_NOT_FOUND.
const NOT_THERE: HRESULT = HRESULT(0x8007_0002_u32.cast_signed());

/// Makes the task, or makes it anew.
pub(super) fn register(program: &Path) -> Result<(), String> {
    with_folder(|folder| {
        let definition = BSTR::from(task_definition(program));
        let flags = TASK_CREATE_OR_UPDATE.0;
        let (account, access) = (VARIANT::from(ACCOUNT), VARIANT::from(ACCESS));
        let (name, nothing) = (BSTR::from(NAME), VARIANT::default());
        // SAFETY: the folder is one, and everything passed outlives the call.
        let made = unsafe {
            folder.RegisterTask(&name, &definition, flags, &account, &nothing, TASK_LOGON_SERVICE_ACCOUNT, &access)
        };
        made.map(drop)
    })
}

/// Takes the task away, if it is there.
pub(super) fn unregister() -> Result<(), String> {
    with_folder(|folder| {
        // SAFETY: the folder is one, and the name outlives the call.
        match unsafe { folder.DeleteTask(&BSTR::from(NAME), 0) } {
            Err(error) if error.code() != NOT_THERE => Err(error),
            _ => Ok(()),
        }
    })
}

/// Asks the scheduler on a thread that is its own, so that no COM of others is in the way.
fn with_folder(act: impl FnOnce(&ITaskFolder) -> windows::core::Result<()> + Send) -> Result<(), String> {
    let asked = std::thread::scope(|scope| scope.spawn(|| in_folder(act)).join());
    asked.unwrap_or_else(|_| Err("the task scheduler's interface failed".to_owned()))
}

fn in_folder(act: impl FnOnce(&ITaskFolder) -> windows::core::Result<()>) -> Result<(), String> {
    let _com = Com::begin()?;
    let asked = || {
        // SAFETY: COM is there for as long as `_com`, which outlives what is made here.
        unsafe {
            let service: ITaskService = CoCreateInstance(&TaskScheduler, None, CLSCTX_INPROC_SERVER)?;
            let nothing = VARIANT::default();
            service.Connect(&nothing, &nothing, &nothing, &nothing)?;
            service.GetFolder(&BSTR::from("\\"))
        }
    };
    asked().and_then(|folder| act(&folder)).map_err(|error| error.message())
}

struct Com;

impl Com {
    fn begin() -> Result<Self, String> {
        // SAFETY: ended on the same thread when it is dropped.
        let begun = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
        if begun.is_err() { Err(begun.message()) } else { Ok(Self) }
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        // SAFETY: begun on this thread.
        unsafe { CoUninitialize() };
    }
}
