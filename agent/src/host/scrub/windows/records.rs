//! Records of the event log, written anew from what is read of them.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::super::Scrubber;
use super::super::known::is_short_number;
use super::{Stands, numbers, programs, registry, texts, words};
use crate::collect::event_record::{self, EventRecord};
use crate::host::windows_api::EventPage;

/// A page of records. One that is none goes, and with it what it would have said.
pub(super) fn page(scrubber: &mut Scrubber, stands: &mut Stands, page: &EventPage) -> EventPage {
    let records = page.records.iter().filter_map(|xml| record(scrubber, stands, xml)).collect();
    EventPage { records, more: page.more }
}

/// One record.
pub(super) fn record(scrubber: &mut Scrubber, stands: &mut Stands, xml: &str) -> Option<String> {
    let EventRecord { provider, id, record, time, channel, computer: _, level, values, keywords } =
        event_record::parse(xml).ok()?;
    let mut data = String::new();
    for (name, value) in &values {
        if words::is_word(name) || is_short_number(name, 5) {
            let value = self::value(scrubber, stands, name, value);
            write!(data, "<Data Name='{name}'>{}</Data>", escape(value.as_str())).ok()?;
        }
    }
    let provider = texts::word(scrubber, &provider);
    let channel = if words::is_channel(&channel) { channel } else { texts::word(scrubber, &channel) };
    let time = time.map(|time| time.format("%Y-%m-%dT%H:%M:%S%.6f0Z").to_string()).unwrap_or_default();
    Some(format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{}'/><EventID>{id}\
         </EventID><Level>{level}</Level><Keywords>0x{keywords:x}</Keywords><TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID><Channel>{}</Channel>\
         <Computer>host1</Computer></System><EventData>{data}</EventData></Event>",
        escape(provider.as_str()),
        escape(channel.as_str()),
    ))
}

/// A value, by what its name says it is.
fn value(scrubber: &mut Scrubber, stands: &mut Stands, name: &str, value: &str) -> String {
    // What a disk says of itself, which may be digits alone.
    match name {
        "SerialNumber" => return programs::serial(scrubber, value),
        "Manufacturer" => return programs::vendor(scrubber, value),
        "Model" => return programs::model(scrubber, value),
        "ParentId" => return programs::device(scrubber, value),
        _ => {}
    }
    if value == "-" || numbers::is_plain(value) {
        return value.to_owned();
    }
    match name {
        // The account of a machine shows by its last letter that it is one.
        "TargetUserName" | "SubjectUserName" if value.ends_with('$') => {
            format!("{}$", texts::qualified(scrubber, value.trim_end_matches('$')))
        }
        "TargetUserName" | "SubjectUserName" | "User" | "MemberName" | "Param1" | "UserName" | "AccountName" => {
            texts::qualified(scrubber, value)
        }
        "TargetServerName" if value.eq_ignore_ascii_case("localhost") => value.to_owned(),
        // The address of a collector, as the scrubbed registry has it.
        "SubscriptionManagerAddress" => {
            let policy = registry::collector_of_events(scrubber, &format!("Server={value}"));
            let address = policy.trim_start_matches("Server=");
            address.split(',').next().unwrap_or_default().to_owned()
        }
        "TargetServerName" | "TargetDomainName" | "SubjectDomainName" | "Param2" | "WorkstationName"
        | "Workstation" | "ClientName" | "IpAddress" | "Address" | "Param3" | "SourceAddress" => scrubber.host(value),
        // Rights of the system's own, one a line.
        "PrivilegeList" => {
            let is_right = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphabetic()) && words::is_word(word);
            value.split_ascii_whitespace().filter(is_right).collect::<Vec<_>>().join(" ")
        }
        _ => texts::text(scrubber, stands, value),
    }
}
