//! A secret sealed by DPAPI for this machine.
//!
//! The key is enrolled by an administrator at a terminal and used by LocalSystem, so it is sealed for the machine and not for an
//! account; who may read the file is what its list of access says.

#![expect(unsafe_code, reason = "DPAPI takes and gives buffers")]

use std::io;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Cryptography::{
    CRYPT_INTEGER_BLOB, CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN, CryptProtectData, CryptUnprotectData,
};

use crate::host::secret::Sealing;

/// Keeps what another program sealed from being taken for the agent's; no secret itself.
const PURPOSE: &[u8] = b"tenken identity";

/// DPAPI.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seal;

impl Sealing for Seal {
    fn seal(&self, secret: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let (secret, purpose) = (blob(secret)?, blob(PURPOSE)?);
        let mut sealed = CRYPT_INTEGER_BLOB { cbData: 0, pbData: null_mut() };
        let flags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;
        // SAFETY: both buffers outlive the call and are only read; what is told is freed by `take`.
        let done = unsafe {
            CryptProtectData(&raw const secret, null(), &raw const purpose, null(), null(), flags, &raw mut sealed)
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Some(take(sealed))) }
    }

    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let (sealed, purpose) = (blob(sealed)?, blob(PURPOSE)?);
        let mut secret = CRYPT_INTEGER_BLOB { cbData: 0, pbData: null_mut() };
        // SAFETY: as above.
        let done = unsafe {
            CryptUnprotectData(
                &raw const sealed,
                null_mut(),
                &raw const purpose,
                null(),
                null(),
                CRYPTPROTECT_UI_FORBIDDEN,
                &raw mut secret,
            )
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(take(secret)) }
    }
}

/// A buffer as DPAPI takes it, which only reads it.
fn blob(bytes: &[u8]) -> io::Result<CRYPT_INTEGER_BLOB> {
    let len = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(CRYPT_INTEGER_BLOB { cbData: len, pbData: bytes.as_ptr().cast_mut() })
}

fn take(told: CRYPT_INTEGER_BLOB) -> Vec<u8> {
    if told.pbData.is_null() {
        return Vec::new();
    }
    let len = usize::try_from(told.cbData).unwrap_or_default();
    // SAFETY: the system told a buffer of that length, which is nobody else's.
    let bytes = unsafe { std::slice::from_raw_parts_mut(told.pbData, len) };
    let taken = bytes.to_vec();
    bytes.fill(0);
    // SAFETY: made by the system for its caller to free, once.
    unsafe { LocalFree(told.pbData.cast()) };
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_again_and_nothing_else() {
        let sealed = Seal.seal(b"-----BEGIN PRIVATE KEY-----").unwrap().unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"PRIVATE"));
        assert_eq!(Seal.open(&sealed).unwrap(), b"-----BEGIN PRIVATE KEY-----");
        let mut changed = sealed.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert!(Seal.open(&changed).is_err());
        assert!(Seal.open(b"no such thing").is_err());
        assert!(Seal.open(&[]).is_err());
    }
}
