//! Logs, and the programs that write and keep them.

use tenken_agent::collect::antivirus::time_zone::Zone;
use tenken_agent::collect::logs::audit_rules::{Blanks, Rules, WATCHED_MAX, merged};
use tenken_agent::collect::logs::windows::{descriptor, forwarding};
use tenken_agent::collect::logs::{access_list, auditd, first_record, journal_header, logrotate, rsyslog, selector};

/// Settings of rsyslog, logrotate, auditd and the event log of Windows, all of the same bytes.
pub(super) fn settings(data: &[u8]) {
    if let Ok(statements) = rsyslog::parse(data) {
        assert!(statements.len() <= data.len());
    }
    if let Ok(statements) = logrotate::parse(data) {
        assert!(statements.len() <= data.len());
    }
    let _configuration = auditd::configuration(data);
    for blanks in [Blanks::Matched, Blanks::AsLetter] {
        if let Ok(lines) = merged(&[data.to_vec()], blanks) {
            assert!(Rules::of(lines.iter().map(String::as_str)).watched.len() <= WATCHED_MAX);
        }
    }
    let text = String::from_utf8_lossy(data);
    let _taken = selector::parse(&text);
    if let Ok(access) = descriptor::parse(&text) {
        assert!(access.readers.len() + access.clearers.len() <= data.len());
    }
    if let Some(forward) = forwarding::forward(&text) {
        assert!(!forward.target.is_empty());
    }
}

/// Headers of journals, beginnings of logs, and access lists.
pub(super) fn records(data: &[u8]) {
    if let Ok(list) = access_list::parse(data) {
        assert!(list.named.len() <= access_list::ENTRIES_MAX);
    }
    let _header = journal_header::parse(data);
    let time = first_record::time(data, super::now(), &Zone::utc());
    // What has a time keeps it when nothing else is left.
    if time.is_some() {
        assert!(first_record::stamp(data).is_some());
    }
}
