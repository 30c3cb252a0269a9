//! Private keys, certificates and their containers.

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
