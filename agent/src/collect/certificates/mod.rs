//! Private keys and certificates in files: who can get at a key, and how long and how well a certificate vouches.
//!
//! Keys are read to learn what they are like, and wiped. Nothing made of the private half of one leaves this module.

mod access;
pub mod contents;
pub mod der;
pub mod pem_blocks;
pub mod pkcs12;
pub mod places;
pub mod private_key;
#[cfg(test)]
mod tests;
mod walk;
pub mod windows;
mod windows_access;
pub mod windows_keys;
pub mod windows_provider;
pub mod x509;

use tenken_model::fact::certificates::{Certificate, Certificates, KeyForm, KeyPlace, PrivateKey};
use tenken_model::observation::Outcome;
use tenken_model::{Read, ReasonCode};

use self::access::Access;
use self::places::PLACES;
use self::walk::{CertificateFile, KeyFile, Walk};
use super::screen_lock::people::{self, Person};
use super::{Look, Needs};

/// Looks for private keys and certificates where they are kept, and where they should not lie.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Certificates> {
    match people::all(look).and_then(|people| Ok((people, Access::read(look)?))) {
        Ok((people, access)) => Outcome::Known(read(look, &people, access)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, people: &[Person], access: Access) -> Certificates {
    let mut walk = Walk::new(look, access);
    walk.places(PLACES);
    for person in people {
        walk.home(person);
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let keys = walk.keys.iter().map(|key| private_key(key, &walk.certificates)).collect();
    Certificates {
        keys,
        certificates: certificates(&walk.keys, &walk.certificates),
        files: count(walk.files),
        left_out: count(walk.left_out),
        complete: walk.missed.map_or(Read::Measured(true), Read::NotRead),
    }
}

/// Each certificate once, in the first file it is in.
fn certificates(keys: &[KeyFile], certificates: &[CertificateFile]) -> Vec<Certificate> {
    let mut told: Vec<(&CertificateFile, bool)> = Vec::new();
    for found in certificates {
        let has_key = keys.iter().any(|key| belong(key, found));
        // What people download, and what a site offers, vouches for nobody here unless its key is here too.
        if !has_key && matches!(found.place, KeyPlace::Home | KeyPlace::WebRoot) {
            continue;
        }
        match told.iter_mut().find(|(known, _)| known.shape == found.shape) {
            Some((_, known)) => *known |= has_key,
            None => told.push((found, has_key)),
        }
    }
    told.into_iter().map(|(found, has_key)| self::told(found, has_key)).collect()
}

/// Whether a certificate is that of a key. Where the public half of a key cannot be read, the file or its name tells.
fn belong(key: &KeyFile, certificate: &CertificateFile) -> bool {
    if let Some(public) = key.key.shape.public {
        return public == certificate.shape.public;
    }
    key.file == certificate.file || beside(&key.file, &certificate.file)
}

/// Whether two files have one name but for the ending, in one folder or in `private` and `certs` of one.
fn beside(key: &str, certificate: &str) -> bool {
    let split = |path: &'_ str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = ["/private", "/certs"].iter().find_map(|end| folder.strip_suffix(end)).unwrap_or(folder);
        (folder.to_owned(), places::stem(name).to_owned())
    };
    split(key) == split(certificate)
}

fn private_key(found: &KeyFile, certificates: &[CertificateFile]) -> PrivateKey {
    let KeyFile { file, place, key, reach } = found;
    let unreadable = |what: &str| {
        Read::not_read(ReasonCode::Unparsable, format!("read {file}: {what} cannot be read without its passphrase"))
    };
    let container = key.container.as_ref();
    let opaque = container.is_some_and(|container| !container.followed);
    let hidden = container.is_some_and(|container| container.hidden_parts || !container.followed);
    let signs = certificates.iter().any(|certificate| {
        let of_it = if key.form == KeyForm::Pkcs12 { certificate.file == *file } else { belong(found, certificate) };
        of_it && certificate.shape.for_signatures()
    });
    let for_signatures = match signs {
        true => Read::Measured(true),
        false if hidden => unreadable("its certificate"),
        false if key.form == KeyForm::MachineStore => Read::not_read(
            ReasonCode::Unsupported,
            format!("look at {file}: Windows does not tell what its key is for"),
        ),
        false => Read::Measured(false),
    };
    let reach = reach.clone();
    PrivateKey {
        file: file.clone(),
        place: *place,
        form: key.form,
        encrypted: if opaque { unreadable("how its key is kept") } else { Read::Measured(key.shape.encrypted) },
        algorithm: key.shape.algorithm,
        bits: bits(key.shape.bits),
        owner: reach.owner,
        group: reach.group,
        mode: reach.mode,
        owner_trusted: reach.owner_trusted,
        owner_only: reach.owner_only,
        open_to_group: reach.open_to_group,
        open_to_others: reach.open_to_others,
        replaceable: reach.replaceable,
        others: reach.others,
        may_sign: for_signatures.measured().is_none_or(|signs| *signs),
        for_signatures,
    }
}

fn told(found: &CertificateFile, has_key: bool) -> Certificate {
    let CertificateFile { file, place, shape } = found;
    let who = shape.host.clone().unwrap_or_else(|| shape.number.clone());
    Certificate {
        file: file.clone(),
        place: *place,
        name: format!("{file} ({who})"),
        issuer: shape.issuer.clone(),
        self_issued: shape.self_issued,
        not_before: shape.not_before,
        not_after: shape.not_after,
        algorithm: shape.algorithm,
        bits: bits(shape.bits),
        signature_hash: shape.signature_hash,
        authority: shape.authority,
        digital_signature: shape.digital_signature,
        non_repudiation: shape.non_repudiation,
        for_servers: shape.for_servers,
        for_clients: shape.for_clients,
        for_signatures: shape.for_signatures(),
        has_key,
        kept_key: None,
    }
}

fn bits(bits: Option<usize>) -> Option<i64> {
    bits.and_then(|bits| i64::try_from(bits).ok())
}
