//! The registry, as a 64-bit program sees it. Keys are opened to be read and for nothing else.

#![expect(
    unsafe_code,
    reason = "windows-registry ends a list in silence when a key changes meanwhile, and tells no times"
)]

use std::ptr::{null, null_mut};

use windows_registry::{Key, LOCAL_MACHINE, USERS};
use windows_sys::Win32::Foundation::{ERROR_MORE_DATA, ERROR_NO_MORE_ITEMS, ERROR_SUCCESS, FILETIME, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    KEY_ENUMERATE_SUB_KEYS, KEY_QUERY_VALUE, KEY_WOW64_64KEY, RegEnumKeyExW, RegEnumValueW, RegQueryInfoKeyW,
};

use super::call;
use crate::host::windows_api::{Hive, RegistryData, RegistryKey, RegistryPath, RegistryValue};
use crate::host::{ReadError, ReadErrorKind};

/// The most values, and the most keys below one.
const LISTED_MAX: u32 = 20_000;
/// The most bytes of a value.
const VALUE_MAX: u32 = 1 << 20;
/// The most bytes of all values of a key.
const VALUES_MAX: usize = 16 << 20;
/// Names of keys have at most 255 characters, names of values 16,383 (Windows documentation, "Registry element size limits").
const KEY_NAME_MAX: u16 = 256;
const VALUE_NAME_MAX: u16 = 16_384;

/// See [`crate::host::windows_api::WindowsApi::registry_key`].
pub(super) fn key(path: &RegistryPath) -> Result<RegistryKey, ReadError> {
    let tried = || format!("read {path}");
    let failed = |code| call::failed(tried(), code);
    let too_large = |what: String| ReadError::new(ReadErrorKind::TooLarge, tried(), what);
    let opened = open(path, KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS).map_err(failed)?;
    let size = size(&opened).map_err(failed)?;
    if size.values > LISTED_MAX || size.subkeys > LISTED_MAX {
        return Err(too_large(format!("it has {} values and {} keys below it", size.values, size.subkeys)));
    }
    let mut values = Vec::new();
    let mut held = 0;
    let mut room = Room { name: vec![0; usize::from(VALUE_NAME_MAX)], data: Vec::new() };
    let mut longest = size.longest_value;
    for index in 0..LISTED_MAX {
        let value = loop {
            if longest > VALUE_MAX {
                return Err(too_large(format!("a value has {longest} bytes")));
            }
            room.data.resize(usize::try_from(longest).unwrap_or_default(), 0);
            match value(&opened, index, &mut room) {
                // It grew since the key was looked at.
                Err(ERROR_MORE_DATA) => longest = longest.max(1).saturating_mul(2),
                other => break other,
            }
        };
        match value {
            Ok((name, kind, bytes)) => {
                held += bytes.len();
                if held > VALUES_MAX {
                    return Err(too_large(format!("its values have more than {VALUES_MAX} bytes")));
                }
                values.push(RegistryValue { name, data: RegistryData::read(kind, bytes) });
            }
            Err(ERROR_NO_MORE_ITEMS) => break,
            Err(code) => return Err(failed(code)),
        }
    }
    let mut subkeys = Vec::new();
    for index in 0..LISTED_MAX {
        match subkey(&opened, index) {
            Ok(name) => subkeys.push(name),
            Err(ERROR_NO_MORE_ITEMS) => break,
            Err(code) => return Err(failed(code)),
        }
    }
    Ok(RegistryKey { values, subkeys, written: call::instant(size.written) })
}

/// Opens a key with these rights, which must be rights to read.
pub(super) fn open(path: &RegistryPath, rights: u32) -> Result<Key, WIN32_ERROR> {
    let root = match path.hive() {
        Hive::LocalMachine => LOCAL_MACHINE,
        Hive::Users => USERS,
    };
    let opened = root.options().access(rights | KEY_WOW64_64KEY).open(path.key());
    // The number of the error is the lower half of what COM makes of it.
    opened.map_err(|error| error.code().0.cast_unsigned() & 0xffff)
}

struct KeySize {
    values: u32,
    longest_value: u32,
    subkeys: u32,
    written: FILETIME,
}

fn size(key: &Key) -> Result<KeySize, WIN32_ERROR> {
    let mut size =
        KeySize { values: 0, longest_value: 0, subkeys: 0, written: FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 } };
    // SAFETY: the key is open; every pointer is null, where that is allowed, or to a live variable of its type.
    let code = unsafe {
        RegQueryInfoKeyW(
            key.as_raw(),
            null_mut(),
            null_mut(),
            null(),
            &raw mut size.subkeys,
            null_mut(),
            null_mut(),
            &raw mut size.values,
            null_mut(),
            &raw mut size.longest_value,
            null_mut(),
            &raw mut size.written,
        )
    };
    if code == ERROR_SUCCESS { Ok(size) } else { Err(code) }
}

/// Where a value is put, used for one after the other.
struct Room {
    name: Vec<u16>,
    data: Vec<u8>,
}

/// Name, type and data of the value at that place.
fn value(key: &Key, index: u32, room: &mut Room) -> Result<(String, u32, Vec<u8>), WIN32_ERROR> {
    let length = |length: usize| u32::try_from(length).unwrap_or_default();
    let (mut name_len, mut data_len, mut kind) = (length(room.name.len()), length(room.data.len()), 0);
    // SAFETY: the key is open; name and data are as long as their lengths say, and the rest are live variables.
    let code = unsafe {
        RegEnumValueW(
            key.as_raw(),
            index,
            room.name.as_mut_ptr(),
            &raw mut name_len,
            null(),
            &raw mut kind,
            room.data.as_mut_ptr(),
            &raw mut data_len,
        )
    };
    if code != ERROR_SUCCESS {
        return Err(code);
    }
    let length = |length: u32| usize::try_from(length).unwrap_or_default();
    let name = String::from_utf16_lossy(room.name.get(..length(name_len)).unwrap_or_default());
    Ok((name, kind, room.data.get(..length(data_len)).unwrap_or_default().to_vec()))
}

fn subkey(key: &Key, index: u32) -> Result<String, WIN32_ERROR> {
    let mut name = vec![0_u16; usize::from(KEY_NAME_MAX)];
    let mut name_len = u32::from(KEY_NAME_MAX);
    // SAFETY: the key is open; the name is as long as its length says, and the rest may be null.
    let code = unsafe {
        RegEnumKeyExW(
            key.as_raw(),
            index,
            name.as_mut_ptr(),
            &raw mut name_len,
            null(),
            null_mut(),
            null_mut(),
            null_mut(),
        )
    };
    if code != ERROR_SUCCESS {
        return Err(code);
    }
    name.truncate(usize::try_from(name_len).unwrap_or_default());
    Ok(String::from_utf16_lossy(&name))
}

#[cfg(test)]
pub(super) mod tests {
    use windows_registry::Type;

    use super::key as read;
    use super::*;

    /// A key of a test's own, which goes with it.
    pub(in crate::host::windows) struct Scratch {
        pub(in crate::host::windows) path: RegistryPath,
        pub(in crate::host::windows) key: Key,
    }

    impl Scratch {
        pub(in crate::host::windows) fn make(name: &str) -> Option<Self> {
            let path = RegistryPath::machine(format!(r"SOFTWARE\TenkenTests\{name}-{}", std::process::id()));
            match LOCAL_MACHINE.create(path.key()) {
                Ok(key) => Some(Self { path, key }),
                Err(error) => {
                    println!("SKIPPED {name}: no right to make {path}: {error}");
                    None
                }
            }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            drop(LOCAL_MACHINE.remove_tree(self.path.key()));
        }
    }

    #[test]
    fn values_are_read_by_their_types() {
        let Some(scratch) = Scratch::make("values_are_read_by_their_types") else { return };
        let key = &scratch.key;
        key.set_u32("Number", 7).unwrap();
        key.set_u64("Long", 1 << 40).unwrap();
        key.set_string("", "既定").unwrap();
        key.set_string("Text", "点検").unwrap();
        key.set_expand_string("Folder", r"%SystemRoot%\x").unwrap();
        key.set_multi_string("Texts", &["a", "b"]).unwrap();
        key.set_bytes("Binary", Type::Bytes, &[1, 2, 3]).unwrap();
        key.set_bytes("Short", Type::U32, &[1, 2]).unwrap();
        key.set_bytes("Odd", Type::Other(77), &[9]).unwrap();
        drop((key.create("Below").unwrap(), key.create("下").unwrap()));
        let found = read(&scratch.path).unwrap();
        let value = |name: &str| found.value(name).cloned().unwrap();
        assert_eq!(found.values.len(), 9);
        assert_eq!((value("Number"), value("Long")), (RegistryData::Number(7), RegistryData::LongNumber(1 << 40)));
        assert_eq!((value(""), value("Text")), (RegistryData::Text("既定".into()), RegistryData::Text("点検".into())));
        assert_eq!(value("Folder"), RegistryData::Expandable(r"%SystemRoot%\x".into()));
        assert_eq!(value("Texts"), RegistryData::Texts(vec!["a".into(), "b".into()]));
        assert_eq!(value("Binary"), RegistryData::Binary(vec![1, 2, 3].into()));
        assert_eq!(value("Short"), RegistryData::Other { kind: 4, bytes: vec![1, 2].into() });
        assert_eq!(value("Odd"), RegistryData::Other { kind: 77, bytes: vec![9].into() });
        assert_eq!(found.subkeys.len(), 2);
        assert!(found.has_subkey("below") && found.has_subkey("下"));
        let age = chrono::Utc::now() - found.written.unwrap();
        assert!(age.num_seconds().abs() < 120, "{age}");
    }

    #[test]
    fn what_is_missing_or_too_large_is_told() {
        let Some(scratch) = Scratch::make("what_is_missing_or_too_large_is_told") else { return };
        let missing = read(&scratch.path.join("none")).unwrap_err();
        assert!(missing.is_not_there() && missing.tried.starts_with(r"read HKLM\SOFTWARE"), "{missing}");
        assert!(read(&RegistryPath::users("S-1-5-21-0-0-0-1")).unwrap_err().is_not_there());
        scratch.key.set_bytes("Large", Type::Bytes, &vec![1; (1 << 20) + 1]).unwrap();
        assert_eq!(read(&scratch.path).unwrap_err().kind, ReadErrorKind::TooLarge);
        scratch.key.set_bytes("Large", Type::Bytes, &vec![1; 1 << 20]).unwrap();
        assert_eq!(read(&scratch.path).unwrap().bytes("large").map(<[u8]>::len), Some(1 << 20));
    }

    #[test]
    fn the_roots_can_be_read() {
        assert!(read(&RegistryPath::machine("")).unwrap().has_subkey("Software"));
        assert!(read(&RegistryPath::users("")).unwrap().has_subkey(".Default"));
    }
}
