//! Certificates with a private key in the stores of Windows, of the machine and of people, and keys and certificates in files.

use tenken_model::fact::certificates::{Certificate, Certificates, KeyPlace, PrivateKey};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::walk::{CertificateFile, Walk};
use super::windows_access::WindowsAccess;
use super::{certificates, private_key, told, windows_keys, windows_provider, x509};
use crate::collect::certificate_blob::{self, CertificateBlobError};
use crate::collect::{Look, Needs, windows_people};
use crate::host::windows_api::RegistryPath;
use crate::host::{EntryKind, ReadError};

/// The store of the machine's own certificates.
const OF_MACHINE: &str = r"SOFTWARE\Microsoft\SystemCertificates\MY\Certificates";
/// The same of a person, below the profile, with a file for each.
const OF_PERSON: &str = "AppData/Roaming/Microsoft/SystemCertificates/My/Certificates";
/// The most certificates of one store.
const CERTIFICATES_MAX: usize = 500;
const FILE_MAX: Size = Size::from_bytes(128 << 10);
/// Entra ID renews these every few hours by itself, and leaves old ones where a PC was off.
pub const OF_ENTRA: &str = "MS-Organization-P2P-Access";

/// Reads the store of the machine, and that of everybody with a profile.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Certificates> {
    let mut found = Found { keys: Vec::new(), certificates: Vec::new(), files: 0, left_out: 0, missed: None };
    if let Err(error) = machine(look, &mut found) {
        return Outcome::Failed(error.reason());
    }
    let people = windows_people::all(look).unwrap_or_else(|error| {
        found.miss(error.reason());
        Vec::new()
    });
    for folder in people.iter().filter_map(|person| person.folder.as_deref()) {
        person(look, folder, &mut found);
    }
    match WindowsAccess::read(look) {
        Ok(access) => found.take(windows_keys::walk(look, access, &people)),
        Err(error) => found.miss(error.reason()),
    }
    Outcome::Known(Certificates {
        keys: found.keys,
        certificates: found.certificates,
        files: found.files,
        left_out: found.left_out,
        complete: found.missed.map_or(Read::Measured(true), Read::NotRead),
    })
}

/// What was found so far.
struct Found {
    keys: Vec<PrivateKey>,
    certificates: Vec<Certificate>,
    files: i64,
    left_out: i64,
    /// The first thing that could not be looked at.
    missed: Option<Reason>,
}

impl Found {
    fn miss(&mut self, reason: Reason) {
        self.missed.get_or_insert(reason);
    }

    /// Adds the certificate of an entry. One that was put aside, or without a key, vouches for nobody here.
    fn add(&mut self, place: &str, blob: &[u8]) {
        self.files += 1;
        let unparsable = |why: &str| Reason::new(ReasonCode::Unparsable, format!("read {place}: {why}"));
        let stored = match certificate_blob::decode(blob) {
            Ok(stored) => stored,
            // A key that waits for its certificate.
            Err(CertificateBlobError::NoCertificate) => return,
            Err(error) => return self.miss(unparsable(&error.to_string())),
        };
        if stored.archived || !stored.has_key {
            return;
        }
        let Some(shape) = x509::parse(&stored.der) else { return self.miss(unparsable("its certificate is broken")) };
        if shape.issuer.starts_with(OF_ENTRA) {
            return;
        }
        let file = CertificateFile { file: place.to_owned(), place: KeyPlace::Store, shape };
        let kept_key = Some(windows_provider::kept(place, stored.provider.as_deref()));
        self.certificates.push(Certificate { kept_key, ..told(&file, true) });
    }

    /// Adds what lies in files. A certificate alone vouches for something here only among the settings of a service: in other
    /// places people keep those of others.
    fn take(&mut self, walk: Walk<'_, '_, WindowsAccess>) {
        self.keys.extend(walk.keys.iter().map(|key| private_key(key, &walk.certificates)));
        let in_files = certificates(&walk.keys, &walk.certificates);
        self.certificates.extend(
            in_files.into_iter().filter(|certificate| certificate.has_key || certificate.place == KeyPlace::Service),
        );
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.files += count(walk.files);
        self.left_out += count(walk.left_out);
        if let Some(reason) = walk.missed {
            self.miss(reason);
        }
    }

    fn leave_out(&mut self, place: &str, more: usize) {
        if more > 0 {
            self.left_out += i64::try_from(more).unwrap_or(i64::MAX);
            let detail = format!("read {place}: more than {CERTIFICATES_MAX} certificates");
            self.miss(Reason::new(ReasonCode::TooLarge, detail));
        }
    }
}

fn machine(look: &Look<'_>, found: &mut Found) -> Result<(), ReadError> {
    let root = RegistryPath::machine(OF_MACHINE);
    let store = look.registry(&root)?.unwrap_or_default();
    for name in store.subkeys.iter().take(CERTIFICATES_MAX) {
        let path = root.join(name);
        match look.aside().registry(&path) {
            Ok(key) => match key.as_ref().and_then(|key| key.bytes("Blob")) {
                Some(blob) => found.add(&path.to_string(), blob),
                None => found.miss(Reason::new(ReasonCode::Missing, format!("read {path}: it has no Blob"))),
            },
            Err(error) => found.miss(error.reason()),
        }
    }
    found.leave_out(&root.to_string(), store.subkeys.len().saturating_sub(CERTIFICATES_MAX));
    Ok(())
}

fn person(look: &Look<'_>, profile: &str, found: &mut Found) {
    let folder = format!("{profile}/{OF_PERSON}");
    let entries = match look.list_if_there(&folder, 2 * CERTIFICATES_MAX) {
        Ok(entries) => entries,
        Err(error) => return found.miss(error.reason()),
    };
    let files: Vec<_> = entries.iter().filter(|entry| entry.kind == EntryKind::File).collect();
    for entry in files.iter().take(CERTIFICATES_MAX) {
        let path = format!("{folder}/{}", entry.name);
        match look.aside().read(&path, FILE_MAX) {
            Ok(blob) => found.add(&path, &blob),
            Err(error) if error.is_not_there() => {}
            Err(error) => found.miss(error.reason()),
        }
    }
    found.leave_out(&folder, files.len().saturating_sub(CERTIFICATES_MAX));
}
