//! Collectors to which Windows forwards events.
//!
//! The policy "Configure target Subscription Manager" keeps one text a collector:
//! `Server=https://collector.example.jp:5986/wsman/SubscriptionManager/WEC,Refresh=60`.
//! <https://learn.microsoft.com/en-us/windows/win32/wec/setting-up-a-source-initiated-subscription>
//!
//! Whether a collector is reached the forwarder records in its own channel: 104 that it was, 105 that it was not, each with the
//! collector's address; 100 and 101 that it took up a subscription, 102 that it could not. 101 says that some channel of it is not
//! there, as is usual where one subscription is for all kinds of hosts.

use std::collections::BTreeMap;

use tenken_model::fact::logs::{ForwardState, LogForward, LogForwarder};
use tenken_model::{Instant, Reason};

use crate::collect::event_record::{self, EventRecord};
use crate::collect::{Look, Wake};
use crate::host::windows_api::{EventQuery, RegistryPath};

/// The forwarder's channel.
const CHANNEL: &str = "Microsoft-Windows-Forwarding/Operational";
const TAKEN_UP: [u32; 2] = [100, 101];
const NOT_TAKEN_UP: u32 = 102;
const REACHED: u32 = 104;
const NOT_REACHED: u32 = 105;
/// The most records that are looked at: one that fails writes a few each time.
const RECORDS_MAX: usize = 200;

const MANAGERS: &str = r"SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager";

/// Where events are forwarded to.
pub(super) fn read(look: &Look<'_>) -> Result<Vec<LogForward>, Reason> {
    let key = look.registry(&RegistryPath::machine(MANAGERS)).map_err(|error| error.reason())?;
    let texts = key.iter().flat_map(|key| &key.values).filter_map(|value| value.data.text());
    let mut forwards: Vec<LogForward> = texts.filter_map(forward).collect();
    if !forwards.is_empty() {
        let records = records(look);
        for forward in &mut forwards {
            let state = records.as_ref().map(|records| state(records, &forward.target)).map_err(Clone::clone);
            forward.state = Some(state.into());
        }
    }
    Ok(forwards)
}

fn records(look: &Look<'_>) -> Result<Vec<EventRecord>, Reason> {
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let ids = TAKEN_UP.into_iter().chain([NOT_TAKEN_UP, REACHED, NOT_REACHED]);
    let page = look.events(&EventQuery::newest(CHANNEL, RECORDS_MAX).ids(ids)).map_err(|error| error.reason())?;
    event_record::all(&page, CHANNEL)
}

/// What records, in any order, tell of a collector.
fn state(records: &[EventRecord], target: &str) -> ForwardState {
    let mut last: BTreeMap<u32, Instant> = BTreeMap::new();
    // By the subscription: when it was last taken up, and when it last was not.
    let mut subscriptions: BTreeMap<&str, (Option<Instant>, Option<Instant>)> = BTreeMap::new();
    for record in records {
        let Some(at) = record.time else { continue };
        match record.id {
            REACHED | NOT_REACHED => {
                let address = record.value("SubscriptionManagerAddress").and_then(host);
                if address.is_some_and(|address| address == target) {
                    let told = last.entry(record.id).or_insert(at);
                    *told = (*told).max(at);
                }
            }
            id => {
                let (taken_up, refused) = subscriptions.entry(record.value("Id").unwrap_or_default()).or_default();
                let told = if id == NOT_TAKEN_UP { refused } else { taken_up };
                *told = (*told).max(Some(at));
            }
        }
    }
    let reached = last.get(&REACHED).copied();
    let missed = last.get(&NOT_REACHED).copied().filter(|at| Some(*at) > reached);
    let refused = subscriptions.into_values().filter(|(taken_up, refused)| refused > taken_up);
    ForwardState { reached, failed: refused.filter_map(|(_, refused)| refused).chain(missed).max() }
}

/// The collector of one text. What is sent without TLS is encrypted by Kerberos in a domain, which is not seen here.
pub fn forward(text: &str) -> Option<LogForward> {
    let parts = text.split(',').map(str::trim);
    let server =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("server"));
    let address = server?.1.trim();
    let encrypted = address.split_once("://")?.0.eq_ignore_ascii_case("https");
    Some(LogForward { by: LogForwarder::EventForwarding, target: host(address)?, encrypted, state: None })
}

/// The host of an address.
fn host(address: &str) -> Option<String> {
    let place = address.split_once("://")?.1.split(['/', '?']).next()?;
    let host = match place.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => place,
    };
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u32, time: &str, values: &[(&str, &str)]) -> EventRecord {
        EventRecord {
            id,
            time: Some(time.parse().unwrap()),
            values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..EventRecord::default()
        }
    }

    #[test]
    fn what_was_last_recorded_of_a_collector_counts() {
        let here = [("SubscriptionManagerAddress", "https://WEC.example.jp:5986/wsman/SubscriptionManager/WEC")];
        let other = [("SubscriptionManagerAddress", "http://wec2.example.jp:5985/wsman/SubscriptionManager/WEC")];
        let (one, two, three) = ("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
        let at = |text: &str| Some(text.parse::<Instant>().unwrap());
        let of = |records: &[EventRecord]| {
            let state = state(records, "wec.example.jp");
            (state.reached, state.failed)
        };
        assert_eq!(of(&[record(105, two, &here), record(104, one, &here)]), (at(one), at(two)));
        assert_eq!(of(&[record(104, three, &here), record(105, two, &here)]), (at(three), None));
        assert_eq!(of(&[record(105, three, &other), record(104, two, &here)]), (at(two), None));
        assert_eq!(of(&[record(105, one, &here)]), (None, at(one)));
        assert_eq!(of(&[]), (None, None));
        let of_id = |id: u32, time: &str, name: &str| record(id, time, &[("Id", name)]);
        let reached = record(104, one, &here);
        assert_eq!(of(&[of_id(102, two, "Security"), reached.clone()]), (at(one), at(two)), "it takes up nothing");
        let again = [of_id(101, three, "Security"), of_id(102, two, "Security"), reached.clone()];
        assert_eq!(of(&again), (at(one), None));
        let another = [of_id(100, three, "System"), of_id(102, two, "Security"), reached];
        assert_eq!(of(&another), (at(one), at(two)));
    }

    #[test]
    fn a_collector_is_named_by_its_address() {
        let of = |text: &str| forward(text).map(|forward| (forward.target, forward.encrypted));
        let text = "Server=https://WEC.example.jp:5986/wsman/SubscriptionManager/WEC,Refresh=60,IssuerCA=0a1b";
        assert_eq!(of(text), Some(("wec.example.jp".to_owned(), true)));
        assert_eq!(of("Server=http://wec:5985/wsman/SubscriptionManager/WEC"), Some(("wec".to_owned(), false)));
        assert_eq!(of("Refresh=60, server=https://[2001:db8::1]:5986/x"), Some(("2001:db8::1".to_owned(), true)));
        for odd in
            ["", "Server=", "Server=wec", "Server=https://", "Refresh=60", "https://wec", "Server=https://:5986/x"]
        {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
