//! A record of the Windows event log, as XML.
//!
//! Its form is the event schema of Windows (`http://schemas.microsoft.com/win/2004/08/events/event`). Values are read by the names
//! of the provider's template, which are not translated.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use tenken_model::{Instant, Reason, ReasonCode};
use thiserror::Error;

use crate::collect::xml_reference;
use crate::host::windows_api::{EventPage, EventQuery, Sid};

/// The deepest an element of a record is looked at.
const DEPTH_MAX: usize = 32;
/// The most values of a record that are kept.
const VALUES_MAX: usize = 200;

/// A record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventRecord {
    /// Who wrote it: `Microsoft-Windows-Security-Auditing`.
    pub provider: String,
    /// What it says happened.
    pub id: u32,
    /// Its number in the channel.
    pub record: u64,
    /// When.
    pub time: Option<Instant>,
    /// The channel.
    pub channel: String,
    /// The machine it was written on.
    pub computer: String,
    /// How grave it is: 1 critical, 2 an error, 3 a warning, 4 information, 5 verbose; 0 where it does not say.
    pub level: u8,
    /// Its keywords as bits; 0 where it has none.
    pub keywords: u64,
    /// Values by name, of `EventData` and `UserData`. Those without a name are counted from `0`.
    pub values: BTreeMap<String, String>,
}

/// `WINEVENT_KEYWORD_AUDIT_FAILURE`.
const AUDIT_FAILURE: u64 = 0x10_0000_0000_0000;

impl EventRecord {
    /// It is about something that was audited and did not succeed.
    pub fn is_audit_failure(&self) -> bool {
        self.keywords & AUDIT_FAILURE != 0
    }

    /// The value of that name, unless it is empty or `-`, which stands for none.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !matches!(*value, "" | "-"))
    }

    /// A number, as decimal or `0x` hexadecimal.
    pub fn number(&self, name: &str) -> Option<u64> {
        let text = self.value(name)?;
        match text.strip_prefix("0x") {
            Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
            None => text.parse().ok(),
        }
    }
}

/// Why a text is no record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventRecordError {
    /// It is no well-formed XML.
    #[error("read an event record: {0}")]
    Xml(String),
    /// It lacks what every record has.
    #[error("read an event record: it has no {0}")]
    Without(&'static str),
    /// It is nested deeper than any record is.
    #[error("read an event record: elements lie deeper than {DEPTH_MAX}")]
    Deep,
}

/// The records of an answer of that channel, in its order. One that cannot be read leaves all unknown: it may have told the most.
pub fn all(page: &EventPage, channel: &str) -> Result<Vec<EventRecord>, Reason> {
    let records: Result<_, EventRecordError> = page.records.iter().map(|xml| parse(xml)).collect();
    records.map_err(|error| Reason::new(ReasonCode::Unparsable, format!("event channel {channel}: {error}")))
}

/// Reads a record.
pub fn parse(xml: &str) -> Result<EventRecord, EventRecordError> {
    let broken = |error: &dyn std::fmt::Display| EventRecordError::Xml(error.to_string());
    let mut reader = Reader::from_str(xml);
    let mut found = Reading::default();
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Start(start) => found.begin(&start)?,
            Event::Empty(start) => {
                found.begin(&start)?;
                found.end();
            }
            Event::End(_) => found.end(),
            Event::Text(text) => found.text.push_str(&text.decode().map_err(|error| broken(&error))?),
            Event::CData(text) => found.text.push_str(&text.decode().map_err(|error| broken(&error))?),
            Event::GeneralRef(reference) => {
                found.text.push(xml_reference::character(&reference).map_err(EventRecordError::Xml)?);
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    let record = found.record;
    let missing =
        [(record.provider.is_empty(), "provider"), (!found.has_id, "event id"), (record.channel.is_empty(), "channel")];
    match missing.into_iter().find(|(is_missing, _)| *is_missing) {
        Some((_, what)) => Err(EventRecordError::Without(what)),
        None => Ok(record),
    }
}

#[derive(Default)]
struct Reading {
    record: EventRecord,
    has_id: bool,
    path: Vec<String>,
    /// The name of the `Data` that is open.
    name: Option<String>,
    text: String,
    unnamed: usize,
}

impl Reading {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), EventRecordError> {
        if self.path.len() >= DEPTH_MAX {
            return Err(EventRecordError::Deep);
        }
        let element = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        let attribute = |name: &str| -> Result<Option<String>, EventRecordError> {
            let broken = |error: &dyn std::fmt::Display| EventRecordError::Xml(error.to_string());
            let Some(found) = start.try_get_attribute(name).map_err(|error| broken(&error))? else { return Ok(None) };
            let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|error| broken(&error))?;
            Ok(Some(value.into_owned()))
        };
        match (self.path.last().map(String::as_str), element.as_str()) {
            (Some("System"), "Provider") => self.record.provider = attribute("Name")?.unwrap_or_default(),
            (Some("System"), "TimeCreated") => {
                self.record.time = attribute("SystemTime")?.and_then(|time| time.parse().ok());
            }
            (Some("EventData"), "Data") => self.name = attribute("Name")?,
            _ => {}
        }
        self.path.push(element);
        self.text.clear();
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text);
        let parent = self.path.last().map(String::as_str);
        let in_user_data = self.path.get(1).is_some_and(|part| part == "UserData") && self.path.len() >= 3;
        match (parent, element.as_str()) {
            (Some("System"), "EventID") => {
                if let Ok(id) = text.trim().parse() {
                    (self.record.id, self.has_id) = (id, true);
                }
            }
            (Some("System"), "EventRecordID") => self.record.record = text.trim().parse().unwrap_or_default(),
            (Some("System"), "Level") => self.record.level = text.trim().parse().unwrap_or_default(),
            (Some("System"), "Keywords") => {
                let digits = text.trim().trim_start_matches("0x");
                self.record.keywords = u64::from_str_radix(digits, 16).unwrap_or_default();
            }
            (Some("System"), "Channel") => self.record.channel = text,
            (Some("System"), "Computer") => self.record.computer = text,
            (Some("EventData"), "Data") => {
                let name = self.name.take().unwrap_or_else(|| {
                    self.unnamed += 1;
                    (self.unnamed - 1).to_string()
                });
                self.keep(name, text);
            }
            _ if in_user_data => self.keep(element, text),
            _ => {}
        }
    }

    fn keep(&mut self, name: String, text: String) {
        if self.record.values.len() < VALUES_MAX {
            self.record.values.entry(name).or_insert(text);
        }
    }
}

/// What a query finds among the records of a channel, oldest first. A text that is no record is found by none.
pub fn select(records: &[String], query: &EventQuery) -> EventPage {
    let wanted = |xml: &&String| {
        parse(xml).is_ok_and(|record| {
            (query.ids.is_empty() || query.ids.contains(&record.id))
                && query.provider.as_ref().is_none_or(|provider| *provider == record.provider)
                && query.after.is_none_or(|after| record.record > after)
                && query.since.is_none_or(|since| record.time.is_some_and(|time| time >= since))
                && (query.accounts.is_empty() || is_of(&record, &query.accounts))
                && (query.sign_in_types.is_empty() || is_of_type(&record, &query.sign_in_types))
                && is_but(&record, "TargetUserSid", &query.but_of)
                && is_but(&record, "SubjectUserSid", &query.but_by)
        })
    };
    let mut found: Vec<String> = records.iter().filter(wanted).cloned().collect();
    if query.newest_first {
        found.reverse();
    }
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    EventPage { records: found, more }
}

fn is_of(record: &EventRecord, accounts: &[Sid]) -> bool {
    record.value("TargetUserSid").is_some_and(|sid| accounts.iter().any(|account| account.as_str() == sid))
}

fn is_of_type(record: &EventRecord, types: &[u32]) -> bool {
    record.number("LogonType").is_some_and(|kind| types.iter().any(|one| u64::from(*one) == kind))
}

/// Whether the value is there, and is none of those.
fn is_but(record: &EventRecord, name: &str, accounts: &[Sid]) -> bool {
    accounts.is_empty() || record.value(name).is_some_and(|sid| accounts.iter().all(|one| one.as_str() != sid))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Windows 10 writes a failed sign-in, shortened.
    const FAILED: &str = r"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>4625</EventID><Version>0</Version><Level>0</Level><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2026-11-26T00:30:12.1234567Z'/><EventRecordID>88123</EventRecordID><Correlation/><Channel>Security</Channel><Computer>PC-01</Computer><Security/></System><EventData><Data Name='TargetUserName'>田中 &amp; &#x5B50;</Data><Data Name='LogonType'>2</Data><Data Name='Status'>0xc000006d</Data><Data Name='IpAddress'>-</Data><Data>bare</Data></EventData></Event>";

    #[test]
    fn a_record_is_read_by_the_names_of_its_template() {
        let record = parse(FAILED).unwrap();
        assert_eq!((record.id, record.record, record.channel.as_str()), (4625, 88_123, "Security"));
        assert_eq!(record.time, Some("2026-11-26T00:30:12.1234567Z".parse().unwrap()));
        assert_eq!((record.value("TargetUserName"), record.value("IpAddress")), (Some("田中 & 子"), None));
        assert_eq!((record.number("LogonType"), record.number("Status")), (Some(2), Some(0xc000_006d)));
        assert_eq!(record.value("0"), Some("bare"));
        assert!(record.is_audit_failure());
        let success = FAILED.replace("0x8010000000000000", "0x8020000000000000");
        assert!(!parse(&success).unwrap().is_audit_failure());
    }

    #[test]
    fn how_grave_a_record_is() {
        let of = |level: &str| parse(&FAILED.replace("<Level>0</Level>", level)).unwrap().level;
        assert_eq!((of("<Level>0</Level>"), of("<Level>2</Level>"), of("<Level> 4 </Level>")), (0, 2, 4));
        assert_eq!((of(""), of("<Level>high</Level>"), of("<Level>300</Level>")), (0, 0, 0));
    }

    #[test]
    fn user_data_is_read_by_its_elements() {
        let cleared = "<Event><System><Provider Name='Microsoft-Windows-Eventlog'/><EventID>1102</EventID>\
            <Channel>Security</Channel></System><UserData><LogFileCleared><SubjectUserSid>S-1-5-21-1-2-3-1001</SubjectUserSid>\
            </LogFileCleared></UserData></Event>";
        assert_eq!(parse(cleared).unwrap().value("SubjectUserSid"), Some("S-1-5-21-1-2-3-1001"));
    }

    #[test]
    fn what_is_cut_off_or_nested_for_ever_is_no_record() {
        for end in 0..FAILED.len() {
            if let Some(part) = FAILED.get(..end) {
                let _read = parse(part);
            }
        }
        assert_eq!(parse("<Event/>"), Err(EventRecordError::Without("provider")));
        assert_eq!(parse(&"<a>".repeat(1_000)), Err(EventRecordError::Deep));
        assert!(matches!(parse("<Event><System>&none;</System></Event>"), Err(EventRecordError::Xml(_))));
    }

    #[test]
    fn queries_are_answered_as_the_event_log_does() {
        let record =
            |id: u32, number: u64| FAILED.replace("4625", &id.to_string()).replace("88123", &number.to_string());
        let records = vec![record(4624, 1), record(4625, 2), record(4625, 3)];
        let numbers = |query: &EventQuery| -> Vec<u64> {
            select(&records, query).records.iter().map(|xml| parse(xml).unwrap().record).collect()
        };
        assert_eq!(numbers(&EventQuery::newest("Security", 10)), [3, 2, 1]);
        assert_eq!(numbers(&EventQuery::newest("Security", 10).ids([4624])), [1]);
        assert_eq!(numbers(&EventQuery { after: Some(2), ..EventQuery::newest("Security", 10) }), [3]);
        assert!(select(&records, &EventQuery::newest("Security", 2)).more);
        let sids = ["S-1-5-21-1-2-3-1005", "S-1-5-21-1-2-3-1006"].map(|sid| sid.parse::<Sid>().unwrap());
        let query = EventQuery::newest("Security", 10).ids([4624]).of_accounts(sids.clone());
        assert_eq!(
            query.xpath(),
            "*[System[(EventID=4624)] and EventData[(Data[@Name='TargetUserSid']='S-1-5-21-1-2-3-1005' or \
             Data[@Name='TargetUserSid']='S-1-5-21-1-2-3-1006')]]"
        );
        let of = |sid: &str| {
            let name = "<Data Name='TargetUserName'>";
            record(4624, 7).replace(name, &format!("<Data Name='TargetUserSid'>{sid}</Data>{name}"))
        };
        let found = select(&[of("S-1-5-21-1-2-3-1006"), of("S-1-5-21-1-2-3-9"), record(4624, 8)], &query);
        assert_eq!(found.records, [of("S-1-5-21-1-2-3-1006")]);
        let but = EventQuery::newest("Security", 10).ids([4624]).of_types([2, 3]).but_of(sids);
        let found = select(&[of("S-1-5-21-1-2-3-1006"), of("S-1-5-21-1-2-3-9"), record(4624, 8)], &but);
        assert_eq!(found.records, [of("S-1-5-21-1-2-3-9")], "one without a SID is left out as well");
        let but = EventQuery { sign_in_types: vec![3], ..but };
        assert!(select(&[of("S-1-5-21-1-2-3-9")], &but).records.is_empty());
    }
}
