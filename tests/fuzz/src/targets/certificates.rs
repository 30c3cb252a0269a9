//! Private keys, certificates and their containers.

use tenken_agent::collect::certificate_blob;
use tenken_agent::collect::certificates::contents::read;
use tenken_agent::collect::certificates::{pem_blocks, pkcs12, places, private_key};

/// What is found is bounded, and a container that is followed is written so that it is read alike.
pub(super) fn keys(data: &[u8]) {
    let found = read(data);
    assert!(found.keys.len() + found.certificates.len() + found.broken <= pem_blocks::BLOCKS_MAX);
    assert!(pem_blocks::blocks(data).iter().all(|block| block.label.len() <= 64));
    if let Some(container) = pkcs12::parse(data)
        && container.followed
    {
        let again = pkcs12::parse(&pkcs12::written(&container));
        assert!(again.is_some_and(|again| again.plain_key == container.plain_key));
    }
    if let Some(shape) = private_key::any(data).or_else(|| private_key::openssh(data)) {
        assert!(shape.bits.is_none_or(|bits| bits <= data.len() * 8 + 521));
    }
    let text = String::from_utf8_lossy(data);
    let _ = (places::is_looked_at(&text), places::stem(&text));
}

/// A certificate of a store of Windows: its parts are parts of what is given.
pub(super) fn stored(data: &[u8]) {
    let Ok(stored) = certificate_blob::decode(data) else { return };
    let parts = [Some(&stored.der), stored.purposes.as_ref(), stored.disallowed_purposes.as_ref()];
    let length: usize = parts.into_iter().flatten().map(Vec::len).sum();
    assert!(!stored.der.is_empty() && length <= data.len());
    let name = stored.friendly_name.as_deref().unwrap_or_default();
    assert!(name.chars().count() * 2 <= data.len());
    let provider = stored.provider.as_deref().unwrap_or_default();
    assert!(provider.encode_utf16().count() * 2 <= data.len());
    assert_eq!(
        certificate_blob::decode(&certificate_blob::encode(&stored)).map(|again| again.provider),
        Ok(stored.provider.clone())
    );
    let found = read(&stored.der);
    assert!(found.keys.len() + found.certificates.len() + found.broken <= pem_blocks::BLOCKS_MAX);
    let _ = stored.vouches_for_servers(tenken_model::Instant::UNIX_EPOCH);
}
