//! What Windows keeps of its network: wireless profiles, rules of the firewall, VPN connections.

use tenken_agent::collect::firewall::windows::inbound_rule;
use tenken_agent::collect::ipsec::open_vpn;
use tenken_agent::collect::ipsec::phone_book::{self, Policies};
use tenken_agent::collect::ipsec::windows_suites::{Offer, Suite};
use tenken_agent::collect::wireless::windows_profile;

/// All of the same bytes: nothing is longer than what it was read of.
pub(super) fn texts(data: &[u8]) {
    let entries = phone_book::parse(data);
    assert!(entries.len() <= data.len());
    for entry in &entries {
        let Policies::Suites(suites) = &entry.policies else { continue };
        assert!(suites.iter().all(|suite| Suite::of(&suite.digits()) == Some(*suite)));
        let offer = Offer::of_suites(suites);
        assert!(!offer.ike.is_empty() || !offer.unknown.is_empty());
    }
    assert_eq!(open_vpn::traffic(open_vpn::deciding(data).as_bytes()), open_vpn::traffic(data));
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(profile) = windows_profile::parse(text) {
        // A byte that is no text becomes a sign of three bytes.
        assert!(profile.network.ssid.len() <= 3 * text.len());
    }
    if let Some(rule) = inbound_rule::parse(text) {
        assert!(rule.ports.len() <= text.len() && !(rule.is_open_to_all() && rule.is_limited));
        let _ = rule.lets_in_tcp(3389, "TermService");
    }
}
