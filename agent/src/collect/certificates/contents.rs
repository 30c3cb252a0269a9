//! What lies in a file: private keys and certificates, by their content and not by the name of the file.

use tenken_model::fact::certificates::KeyForm;

use super::pem_blocks::{self, Block};
use super::pkcs12::{self, Pkcs12};
use super::private_key::{self, KeyShape};
use super::x509::{self, CertificateShape};

/// A private key as it lies in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundKey {
    /// How it is written down.
    pub form: KeyForm,
    /// What it is like.
    pub shape: KeyShape,
    /// The label of its block; absent for what is no PEM.
    pub label: Option<String>,
    /// What a file of PKCS#12 is like.
    pub container: Option<Pkcs12>,
}

/// What lies in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// Its private keys.
    pub keys: Vec<FoundKey>,
    /// Its certificates.
    pub certificates: Vec<CertificateShape>,
    /// Blocks that say that they are certificates and cannot be read.
    pub broken: usize,
}

impl Contents {
    /// Nothing lies in it.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.certificates.is_empty() && self.broken == 0
    }
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Contents {
    let mut contents = Contents::default();
    if bytes.first() == Some(&super::der::SEQUENCE) {
        binary(bytes, &mut contents);
    } else {
        for block in pem_blocks::blocks(bytes) {
            pem(&block, &mut contents);
        }
    }
    contents
}

fn binary(bytes: &[u8], contents: &mut Contents) {
    let key = |form, shape, container| FoundKey { form, shape, label: None, container };
    if let Some(container) = pkcs12::parse(bytes) {
        let shape = KeyShape { encrypted: !container.plain_key, ..KeyShape::UNREADABLE };
        contents.certificates.extend(container.certificates.iter().filter_map(|bytes| x509::parse(bytes)));
        contents.keys.push(key(KeyForm::Pkcs12, shape, Some(container)));
    } else if let Some(shape) = private_key::any(bytes) {
        contents.keys.push(key(KeyForm::Der, shape, None));
    } else if let Some(certificate) = x509::parse(bytes) {
        contents.certificates.push(certificate);
    }
}

fn pem(block: &Block, contents: &mut Contents) {
    let bytes = block.content.as_ref().map(|content| content.0.as_slice());
    let parsed = |parse: fn(&[u8]) -> Option<KeyShape>| bytes.and_then(parse).unwrap_or(KeyShape::UNREADABLE);
    let (form, shape) = match block.label.as_str() {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            match bytes.and_then(x509::parse) {
                Some(certificate) => contents.certificates.push(certificate),
                None => contents.broken += 1,
            }
            return;
        }
        "OPENSSH PRIVATE KEY" => (KeyForm::OpenSsh, parsed(private_key::openssh)),
        "ENCRYPTED PRIVATE KEY" => (KeyForm::Pem, KeyShape::ENCRYPTED),
        label if label.ends_with("PRIVATE KEY") && block.encrypted => (KeyForm::Pem, KeyShape::ENCRYPTED),
        "PRIVATE KEY" => (KeyForm::Pem, parsed(private_key::pkcs8)),
        "RSA PRIVATE KEY" => (KeyForm::Pem, parsed(private_key::pkcs1)),
        "EC PRIVATE KEY" => (KeyForm::Pem, parsed(|bytes| private_key::sec1(bytes, None))),
        "DSA PRIVATE KEY" => (KeyForm::Pem, parsed(private_key::dsa)),
        label if label.ends_with("PRIVATE KEY") => (KeyForm::Pem, KeyShape::UNREADABLE),
        _ => return,
    };
    contents.keys.push(FoundKey { form, shape, label: Some(block.label.clone()), container: None });
}
