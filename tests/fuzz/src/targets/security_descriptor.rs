//! Who may do what with objects of Windows.

use tenken_agent::collect::security_descriptor::{Access, decode, decode_sid};

/// No list has more entries than its bytes hold, and nobody holds a right whom no entry names.
pub(super) fn descriptors(data: &[u8]) {
    if let Ok(found) = decode(data)
        && let Access::Entries(entries) = &found.access
    {
        assert!(entries.len() <= data.len() / 8);
        let holders = found.holders(u32::MAX).unwrap_or_default();
        assert!(holders.iter().all(|holder| entries.iter().any(|entry| entry.sid.as_ref() == Some(holder))));
    }
    let _ = decode_sid(data);
}
