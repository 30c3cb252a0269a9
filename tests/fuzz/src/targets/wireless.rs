//! Wireless networks as their programs keep them.

use tenken_agent::collect::key_file;
use tenken_agent::collect::wireless::{iwd, network_manager, network_script, wpa_supplicant};

/// Key files, wpa_supplicant's blocks and scripts, all of the same bytes.
pub(super) fn networks(data: &[u8]) {
    if let Ok(file) = key_file::parse(data) {
        assert!(file.len() <= data.len());
        let _ = (network_manager::network(&file), iwd::network("a.8021x", &file));
    }
    if let Ok(networks) = wpa_supplicant::networks(data) {
        assert!(networks.len() <= data.len());
    }
    let _ = (network_script::network(data), network_script::holds_key(data));
}
