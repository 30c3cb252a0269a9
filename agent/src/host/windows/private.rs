//! Files and folders that only LocalSystem, administrators and the agent's service may use.
//!
//! Every user may make `C:\ProgramData\Tenken` before the agent does, or a file in a folder that is open to all. Then it is that
//! user's, who may exchange it at any time. So what is there already is looked at through a handle that follows no link: what is
//! somebody else's is refused and never repaired, because its owner may hold it open; what is the agent's but open to others is
//! closed, and refused if others put something into it meanwhile.

#![expect(unsafe_code, reason = "std makes no file with a security descriptor")]

use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _};
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, ERROR_FILE_EXISTS, GENERIC_WRITE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_DIRECTORY,
    FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_READ_ATTRIBUTES,
    FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, GetFileInformationByHandle, OPEN_EXISTING, READ_CONTROL,
    SECURITY_IDENTIFICATION, SECURITY_SQOS_PRESENT, WRITE_DAC, WRITE_OWNER,
};

use super::descriptor::{self, Descriptor};
use super::folders;
use crate::host::ownership::{self, ADMINISTRATORS, SYSTEM, Standing, TRUSTED_INSTALLER, private_to, service_sid};
use crate::host::registration::{RegistrationError, SERVICE};

/// How deep a folder that was open to others is looked through, and how much of it.
const DEPTH_MAX: usize = 4;
const ENTRIES_MAX: usize = 4_096;

/// Opens a file to write it anew.
pub(in crate::host) fn create_file(path: &Path) -> io::Result<File> {
    let rights = Rights::of_this_process()?;
    let descriptor = rights.descriptor(false)?;
    match open(path, GENERIC_WRITE, Some(&descriptor.attributes()), CREATE_NEW, FILE_FLAG_OPEN_REPARSE_POINT) {
        Err(error) if is(&error, ERROR_FILE_EXISTS) => {}
        other => return other,
    }
    // What an earlier attempt left.
    let access = GENERIC_WRITE | READ_CONTROL | WRITE_DAC | rights.to_own();
    let file = open(path, access, None, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT)?;
    let information = information(&file)?;
    if information.nNumberOfLinks > 1 {
        return Err(refused(path, "it has another name elsewhere"));
    }
    if !is_private(path, &file, &information, false, &rights)? {
        descriptor.put_on(&file)?;
    }
    if information.nFileSizeLow != 0 || information.nFileSizeHigh != 0 {
        file.set_len(0)?;
    }
    Ok(file)
}

/// Makes a folder with its parents. One that is there must be the agent's own; see the head of this file.
pub(in crate::host) fn create_folder(path: &Path) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let mut missing: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| is_ours(folder)).collect();
    missing.reverse();
    for folder in missing {
        take(folder)?;
    }
    take(&path)
}

/// The agent uses a folder that is there: the same as making it, except that a missing one stays so.
pub(in crate::host) fn check_folder(path: &Path) -> io::Result<()> {
    if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    create_folder(path)
}

/// Fails if who is no administrator may change the program of the service, put another into its folder, or put another folder
/// into the place of this one or of one above it.
pub(super) fn refuse_exposed_program(program: &Path) -> Result<(), RegistrationError> {
    let failed = |error: io::Error| RegistrationError::Failed {
        tried: format!("read who may change {}", program.display()),
        why: error.to_string(),
    };
    let mut trusted = Rights::of_this_process().map_err(failed)?.acceptable;
    trusted.push(TRUSTED_INSTALLER.to_owned());
    for (level, path) in program.ancestors().enumerate() {
        let file = look_at(path).map_err(failed)?;
        let found = ownership::Descriptor::parse(&descriptor::of(&file).map_err(failed)?);
        let by = match found {
            None => Some("S-1-1-0".to_owned()),
            Some(found) if level <= 1 => found.changed_by(&trusted),
            Some(found) => found.replaced_by(&trusted, path.parent().is_none()),
        };
        if let Some(by) = by {
            return Err(RegistrationError::Exposed { path: path.to_owned(), by });
        }
    }
    Ok(())
}

/// Parents that the agent makes and holds to the same: all below the folder of programs' data, and elsewhere what is missing.
fn is_ours(folder: &Path) -> bool {
    is_below(folder, &folders::program_data())
        || folder.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// In whatever case either is written.
fn is_below(path: &Path, folder: &Path) -> bool {
    let plain = |path: &Path| PathBuf::from(path.to_string_lossy().to_lowercase());
    let (path, folder) = (plain(path), plain(folder));
    path != folder && path.starts_with(&folder)
}

fn take(folder: &Path) -> io::Result<()> {
    let rights = Rights::of_this_process()?;
    let descriptor = rights.descriptor(true)?;
    let attributes = descriptor.attributes();
    let name = wide(folder)?;
    // SAFETY: the name ends with 0, and the attributes point to a descriptor that outlives the call.
    if unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) } != 0 {
        return Ok(());
    }
    match io::Error::last_os_error() {
        error if is(&error, ERROR_ALREADY_EXISTS) => hold(folder, true, &rights, DEPTH_MAX, &mut 0),
        error => Err(error),
    }
}

/// Makes sure of what is there: refuses what is foreign, closes what is open, and then looks through what is in it.
fn hold(path: &Path, folder: bool, rights: &Rights, depth: usize, seen: &mut usize) -> io::Result<()> {
    let file = look_at(path)?;
    let information = information(&file)?;
    if is_private(path, &file, &information, folder, rights)? {
        return Ok(());
    }
    if !folder {
        refuse_written_by_others(path, &file, &information, rights)?;
    }
    let access = READ_CONTROL | WRITE_DAC | rights.to_own();
    let file = open(path, access, None, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)?;
    rights.descriptor(folder)?.put_on(&file)?;
    if !folder {
        return Ok(());
    }
    if depth == 0 {
        return Err(refused(path, "it was open to others and has too many folders in it"));
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        *seen += 1;
        if *seen > ENTRIES_MAX {
            return Err(refused(path, "it was open to others and has too many files in it"));
        }
        hold(&entry.path(), entry.file_type()?.is_dir(), rights, depth - 1, seen)?;
    }
    Ok(())
}

/// Fails if what is in a file may be somebody else's: who may write to it, or moved or linked it here from where they could.
fn refuse_written_by_others(
    path: &Path,
    file: &File,
    information: &BY_HANDLE_FILE_INFORMATION,
    rights: &Rights,
) -> io::Result<()> {
    if information.nNumberOfLinks > 1 {
        return Err(refused(path, "it has another name elsewhere"));
    }
    let found = ownership::Descriptor::parse(&descriptor::of(file)?);
    match found.and_then(|found| found.changed_by(&rights.acceptable)) {
        Some(sid) => Err(refused(path, &format!("{sid} may write to it"))),
        None => Ok(()),
    }
}

/// Whether nobody else has any right on it; fails if it is not what it is to be, or somebody else's.
fn is_private(
    path: &Path,
    file: &File,
    information: &BY_HANDLE_FILE_INFORMATION,
    folder: bool,
    rights: &Rights,
) -> io::Result<bool> {
    if information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        return Err(refused(path, "it is a link"));
    }
    if (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY != 0) != folder {
        return Err(refused(path, if folder { "it is no folder" } else { "it is a folder" }));
    }
    let Some(found) = ownership::Descriptor::parse(&descriptor::of(file)?) else {
        return Err(refused(path, "whose it is cannot be read"));
    };
    if let Standing::Foreign(sid) = found.standing(&rights.acceptable) {
        return Err(refused(path, &format!("it is owned by {sid}, who may exchange it")));
    }
    Ok(found.standing(&rights.private) == Standing::Private)
}

/// Whose the agent's files may be.
struct Rights {
    /// Whoever starts the agent is trusted with what is theirs: an administrator's own account may do everything anyway, and
    /// another user's agent at a terminal reads nothing that this user may not.
    acceptable: Vec<String>,
    /// Who is given rights. What an administrator or the service makes is not for the account that happened to make it.
    private: Vec<String>,
    /// What is made, or closed, becomes the administrators'.
    is_owned_by_administrators: bool,
}

impl Rights {
    fn of_this_process() -> io::Result<Self> {
        let own = descriptor::own_sid()?;
        let is_owned_by_administrators = own == SYSTEM || descriptor::is_administrator()?;
        let mut private = vec![SYSTEM.to_owned(), ADMINISTRATORS.to_owned(), service_sid(SERVICE)];
        let acceptable = private.iter().cloned().chain([own.clone()]).collect();
        if !is_owned_by_administrators {
            private.push(own);
        }
        Ok(Self { acceptable, private, is_owned_by_administrators })
    }

    fn descriptor(&self, folder: bool) -> io::Result<Descriptor> {
        let owner = if self.is_owned_by_administrators { "O:BA" } else { "" };
        Descriptor::from_sddl(&format!("{owner}{}", private_to(&self.private, folder)))
    }

    /// The right to make something the administrators', where it is to become theirs.
    fn to_own(&self) -> u32 {
        if self.is_owned_by_administrators { WRITE_OWNER } else { 0 }
    }
}

fn look_at(path: &Path) -> io::Result<File> {
    let flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
    open(path, FILE_READ_ATTRIBUTES | READ_CONTROL, None, OPEN_EXISTING, flags)
}

fn open(
    path: &Path,
    access: u32,
    attributes: Option<&SECURITY_ATTRIBUTES>,
    disposition: u32,
    flags: u32,
) -> io::Result<File> {
    let name = wide(path)?;
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    let attributes = attributes.map_or(null(), std::ptr::from_ref);
    // Who put a pipe here may ask who opens it, and not act as that one.
    let flags = flags | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;
    // SAFETY: the name ends with 0, and the attributes, if any, point to a descriptor that outlives the call.
    let handle = unsafe { CreateFileW(name.as_ptr(), access, share, attributes, disposition, flags, null_mut()) };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: opened just now, and owned by nothing else.
    Ok(unsafe { File::from_raw_handle(handle) })
}

fn information(file: &File) -> io::Result<BY_HANDLE_FILE_INFORMATION> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for as long as `file` lives, and the structure is the one that is filled in.
    let done = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut information) };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(information) }
}

fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let mut name: Vec<u16> = path.as_os_str().encode_wide().collect();
    if name.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    name.push(0);
    Ok(name)
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == i32::try_from(code).ok()
}

fn refused(path: &Path, why: &str) -> io::Error {
    let said = format!("{}: {why}; it was not made by this agent, so take it away and try again", path.display());
    io::Error::new(io::ErrorKind::PermissionDenied, said)
}

#[cfg(test)]
mod tests;
