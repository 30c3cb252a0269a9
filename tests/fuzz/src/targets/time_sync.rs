//! What time services answer and are configured with.

use std::path::Path;

use tenken_agent::collect::systemd_config;
use tenken_agent::collect::time_sync::{
    chrony_conf, chrony_packet, chrony_sources, control_message, ntpd, timesyncd, zone,
};
use tenken_agent::host::network::sntp;

pub(super) fn configuration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let conf = chrony_conf::parse(&text);
    assert!(conf.sources.len() + conf.includes.len() <= text.len());
    assert!(ntpd::lines(&text).len() <= text.len());
    for key in ["NTP", "FallbackNTP"] {
        let _names = systemd_config::values(data, "Time", key);
    }
    let _zone = zone::name(Path::new(text.as_ref()));
    if let Some((name, _)) = sntp::name_and_port(&text) {
        assert!(text.contains(name));
    }
}

pub(super) fn answers(data: &[u8]) {
    const SEQUENCE: u32 = 7;
    let _tracking = chrony_packet::tracking(data, SEQUENCE);
    // Behind the head of a right answer, so that its fields are reached sooner.
    let head =
        [[6, 2, 0, 0, 0, 33, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(), &SEQUENCE.to_be_bytes(), &[0; 8]].concat();
    if let Ok(tracking) = chrony_packet::tracking(&[&head, data].concat(), SEQUENCE) {
        assert!(tracking.synchronised || tracking.source.is_none());
    }
    for (command, kind) in [(14, 2), (15, 3), (65, 19)] {
        let head = [[6, 2, 0, 0, 0, command, 0, kind, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(), &head[16..]].concat();
        let reply = [&head, data].concat();
        let _told = (chrony_sources::count(&reply, SEQUENCE), chrony_sources::source(&reply, SEQUENCE));
        if let Ok(name) = chrony_sources::name(&reply, SEQUENCE) {
            assert!(!name.is_empty() && name.len() <= 256);
        }
    }
    for answer in [data.to_vec(), answered(data)] {
        if let Ok(variables) = control_message::variables(&answer) {
            let _told = (variables.synchronised(), variables.offset(), variables.reference_time());
            let _stratum = variables.number("stratum");
        }
    }
    if let Ok(message) = serde_json::from_slice(data) {
        let _told = (timesyncd::offset(&message), timesyncd::field(&message, 5));
    }
    if let Some((cookie, packet)) = data.split_first_chunk::<8>() {
        let answer = sntp::parse(packet, packet.get(24..).and_then(<[u8]>::first_chunk).copied().unwrap_or(*cookie));
        if let Ok(answer) = answer {
            let reading = sntp::reading(answer, u64::from_be_bytes(*cookie), u64::from_le_bytes(*cookie));
            assert!(reading.stratum >= 1 && reading.stratum <= 16);
        }
    }
}

/// The data behind the head of ntpd's answer.
fn answered(data: &[u8]) -> Vec<u8> {
    let mut answer = control_message::request();
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    if let [_, operation, .., high, low] = answer.as_mut_slice() {
        *operation |= 0x80;
        [*high, *low] = length.to_be_bytes();
    }
    answer.extend_from_slice(data);
    answer
}
