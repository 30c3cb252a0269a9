//! Security descriptors: made from SDDL, read from handles, put on them.

#![expect(unsafe_code, reason = "descriptors are pointers to Windows")]

use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1, SE_FILE_OBJECT,
    SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    ACL, CheckTokenMembership, CreateWellKnownSid, DACL_SECURITY_INFORMATION, GetKernelObjectSecurity,
    GetSecurityDescriptorDacl, GetSecurityDescriptorOwner, GetTokenInformation, OWNER_SECURITY_INFORMATION,
    PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER,
    TokenUser, WinBuiltinAdministratorsSid,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// The longest SID (SECURITY_MAX_SID_SIZE).
const SID_BYTES: u32 = 68;
/// The largest descriptor that is read; lists of access end at 64 KiB each.
const DESCRIPTOR_BYTES: u32 = 256 << 10;

/// A descriptor made from its text.
#[derive(Debug)]
pub(super) struct Descriptor {
    pointer: PSECURITY_DESCRIPTOR,
}

impl Descriptor {
    /// From SDDL.
    pub(super) fn from_sddl(sddl: &str) -> io::Result<Self> {
        let text: Vec<u16> = sddl.encode_utf16().chain(std::iter::once(0)).collect();
        let mut pointer = null_mut();
        // SAFETY: the text ends with 0; what is written to `pointer` is freed when it is dropped.
        let done = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut pointer,
                null_mut(),
            )
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Self { pointer }) }
    }

    pub(super) fn as_ptr(&self) -> PSECURITY_DESCRIPTOR {
        self.pointer
    }

    /// As what creates a file or folder takes it. Borrows the descriptor.
    pub(super) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
            lpSecurityDescriptor: self.pointer,
            bInheritHandle: 0,
        }
    }

    /// Puts its list, and its owner if it names one, on an open file or folder, which inherits nothing from then on.
    pub(super) fn put_on(&self, file: &File) -> io::Result<()> {
        let (mut present, mut defaulted) = (0, 0);
        let mut list: *mut ACL = null_mut();
        let mut owner: PSID = null_mut();
        // SAFETY: the descriptor is whole; what is told points into it.
        let found = unsafe {
            GetSecurityDescriptorDacl(self.pointer, &raw mut present, &raw mut list, &raw mut defaulted) != 0
                && GetSecurityDescriptorOwner(self.pointer, &raw mut owner, &raw mut defaulted) != 0
        };
        if !found || present == 0 || list.is_null() {
            return Err(io::Error::last_os_error());
        }
        let with_owner = if owner.is_null() { 0 } else { OWNER_SECURITY_INFORMATION };
        let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION | with_owner;
        // SAFETY: the handle is open for as long as `file` lives, and owner and list for as long as the descriptor.
        let code =
            unsafe { SetSecurityInfo(file.as_raw_handle(), SE_FILE_OBJECT, what, owner, null_mut(), list, null()) };
        if code == ERROR_SUCCESS { Ok(()) } else { Err(from_code(code)) }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: made by the system for its caller to free, once.
        unsafe { LocalFree(self.pointer) };
    }
}

/// Owner and list of an open file or folder.
pub(super) fn of(file: &File) -> io::Result<Vec<u8>> {
    let what = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let mut len = 0;
    // SAFETY: nothing is written to a buffer of length 0.
    unsafe { GetKernelObjectSecurity(file.as_raw_handle(), what, null_mut(), 0, &raw mut len) };
    let error = io::Error::last_os_error();
    if error.raw_os_error() != i32::try_from(ERROR_INSUFFICIENT_BUFFER).ok() || len > DESCRIPTOR_BYTES {
        return Err(error);
    }
    let mut bytes = vec![0_u8; usize::try_from(len).unwrap_or_default()];
    // SAFETY: the buffer is as long as it says.
    let done =
        unsafe { GetKernelObjectSecurity(file.as_raw_handle(), what, bytes.as_mut_ptr().cast(), len, &raw mut len) };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(bytes) }
}

/// The SID of whom this process runs as.
pub(super) fn own_sid() -> io::Result<String> {
    let token = Token::own()?;
    // A TOKEN_USER is a pointer to the SID that follows it, so the buffer is aligned for pointers.
    let mut buffer = [0_usize; 32];
    let mut len = 0;
    let size = u32::try_from(size_of_val(&buffer)).unwrap_or_default();
    // SAFETY: the token is open and the buffer as long as it says; a SID of at most 68 bytes fits behind the structure.
    let done = unsafe { GetTokenInformation(token.0, TokenUser, buffer.as_mut_ptr().cast(), size, &raw mut len) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call filled it in, and the buffer is aligned for it.
    let user = unsafe { &*buffer.as_ptr().cast::<TOKEN_USER>() };
    text_of(user.User.Sid)
}

/// Whether this process has the rights of an administrator, not only the membership.
pub(super) fn is_administrator() -> io::Result<bool> {
    let mut sid = [0_u32; 17];
    let mut len = SID_BYTES;
    let mut is_member = 0;
    // SAFETY: the buffer has the length that is said, which is that of the longest SID; without a token the one of the thread
    // is asked.
    let done = unsafe {
        CreateWellKnownSid(WinBuiltinAdministratorsSid, null_mut(), sid.as_mut_ptr().cast(), &raw mut len) != 0
            && CheckTokenMembership(null_mut(), sid.as_mut_ptr().cast(), &raw mut is_member) != 0
    };
    if done { Ok(is_member != 0) } else { Err(io::Error::last_os_error()) }
}

fn text_of(sid: PSID) -> io::Result<String> {
    let mut text: *mut u16 = null_mut();
    // SAFETY: the SID is whole; the text is freed below.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system wrote a text that ends with 0.
    let copy = unsafe { windows_strings(text) };
    // SAFETY: made by the system for its caller to free, once.
    unsafe { LocalFree(text.cast()) };
    Ok(copy)
}

/// # Safety
///
/// The text must end with 0.
unsafe fn windows_strings(text: *const u16) -> String {
    // SAFETY: as the caller warrants, every unit up to the 0 can be read.
    let units = (0..).map(|at| unsafe { *text.add(at) }).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn from_code(code: u32) -> io::Error {
    io::Error::from_raw_os_error(i32::try_from(code).unwrap_or_default())
}

/// This process's token.
struct Token(HANDLE);

impl Token {
    fn own() -> io::Result<Self> {
        let mut handle = null_mut();
        // SAFETY: the handle of the process needs not be closed; the token's is closed when it is dropped.
        let done = unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut handle) };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(handle)) }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        // SAFETY: opened by this, closed once.
        unsafe { CloseHandle(self.0) };
    }
}
