//! Files of private keys on Windows: of web servers and tunnels, in homes, and of Windows' own store.
//!
//! Windows keeps the keys of the machine in files that it encrypts by itself; whoever may read such a file may use its key
//! (Microsoft Learn, "Key Storage and Retrieval"; `CRYPT_MACHINE_KEYSET`). Of these only who may is looked at.

use tenken_model::fact::certificates::{KeyForm, KeyPlace};
use tenken_model::{Reason, ReasonCode};

use super::contents::FoundKey;
use super::places::WINDOWS_PLACES;
use super::private_key::KeyShape;
use super::walk::{KeyFile, Reaches, Walk};
use super::windows_access::WindowsAccess;
use crate::collect::Look;
use crate::collect::windows_people::Person;
use crate::host::EntryKind;

/// Where Windows keeps the keys of the machine: of CryptoAPI, and of CNG.
const STORES: [&str; 2] = ["C:/ProgramData/Microsoft/Crypto/RSA/MachineKeys", "C:/ProgramData/Microsoft/Crypto/Keys"];
/// The most files of one store.
const FILES_MAX: usize = 5_000;
/// The most keys of one store that are asked about.
const KEYS_MAX: usize = 300;
/// How the files of keys begin that Windows makes for itself: of the configuration of IIS and .NET, of its management, of Remote
/// Desktop. They are named by a hash of the name of the key, which is always the same.
const OF_WINDOWS: [&str; 9] = [
    "6de9cb26d2b98c01ec4e9e8b34824aa2",
    "d6d986f09a1ee04e24c949879fdb506c",
    "76944fb33636aeddb9590521c2e8815a",
    "c2319c42033a5ca7f44e731bfd3fa2b5",
    "bedbf0b4da5f8061b6444baedf4c00b1",
    "7a436fe806e483969f48a894af2fe9a1",
    "f686aace6942fb7f7ceb231212eef4a4",
    "597367cc37b886d7ee6c493e3befb421",
    "f0e91f6485ac2d09485e4ec18135601e",
];

/// Looks through the places of key files.
pub(super) fn walk<'l, 'h>(
    look: &'l Look<'h>,
    access: WindowsAccess,
    people: &[Person],
) -> Walk<'l, 'h, WindowsAccess> {
    let mut walk = Walk::new(look, access);
    walk.places(WINDOWS_PLACES);
    for person in people {
        if let Some(folder) = &person.folder {
            walk.home_folders(folder, &person.sid);
        }
    }
    for store in STORES {
        store_of_keys(look, &mut walk, store);
    }
    walk
}

/// Asks who may use the keys of a store.
fn store_of_keys(look: &Look<'_>, walk: &mut Walk<'_, '_, WindowsAccess>, store: &str) {
    // Programs that read a certificate from a file make a key here and remove it, again and again: that wakes nobody.
    let entries = match look.aside().list_if_there(store, FILES_MAX) {
        Ok(entries) => entries,
        Err(error) => return walk.miss(&error),
    };
    let keys = entries.iter().filter(|entry| entry.kind == EntryKind::File && !is_of_windows(&entry.name));
    for (index, entry) in keys.enumerate() {
        let path = format!("{store}/{}", entry.name);
        if index >= KEYS_MAX {
            walk.left_out += 1;
            let detail = format!("look for private keys: more than {KEYS_MAX} in {store}, first left out {path}");
            walk.missed.get_or_insert_with(|| Reason::new(ReasonCode::TooLarge, detail));
            continue;
        }
        match walk.access.of(&look.aside(), &path, None) {
            Ok(reach) => {
                let key = FoundKey {
                    form: KeyForm::MachineStore,
                    shape: KeyShape { encrypted: false, ..KeyShape::UNREADABLE },
                    label: None,
                    container: None,
                };
                walk.files += 1;
                walk.keys.push(KeyFile { file: path, place: KeyPlace::Store, key, reach });
            }
            // It was removed in the meantime.
            Err(error) if error.is_not_there() => {}
            Err(error) => walk.miss(&error),
        }
    }
}

/// Windows made the key in a file of that name for itself, and lets in whom it needs.
fn is_of_windows(name: &str) -> bool {
    is_key_of_windows(name.split('_').next().unwrap_or(name))
}

/// The hash of the name of a key that Windows makes for itself.
pub fn is_key_of_windows(hash: &str) -> bool {
    OF_WINDOWS.iter().any(|known| known.eq_ignore_ascii_case(hash))
}
