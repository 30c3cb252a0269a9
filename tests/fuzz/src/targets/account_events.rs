//! What logs tell of accounts, and the index of journals.

use tenken_agent::collect::account_events::copies::{Bounds, Content, unpacked_end};
use tenken_agent::collect::account_events::{audit_record, journal_entries, line};
use tenken_agent::collect::antivirus::time_zone::Zone;
use tenken_agent::collect::packages::repodata::unpack::Packing;
use tenken_model::Instant;

use super::now;

/// Lines of syslog daemons and of auditd, all of the same bytes.
pub(super) fn messages(data: &[u8]) {
    for is_end in [false, true] {
        let told = line::read(data, is_end, now(), &Zone::utc(), is_end.then_some("sv1"));
        assert!(told.events.len() <= data.len() / 20);
        assert!(told.events.iter().all(|event| event.times <= 10_000));
        let told = audit_record::read(data, is_end);
        assert!(told.events.len() <= data.len() / 20);
    }
}

/// An older copy of a log, packed.
pub(super) fn packed(data: &[u8]) {
    for (packing, unit) in [(Packing::Gzip, 1), (Packing::Zstandard, 9_600)] {
        let mut bounds = Bounds { bytes: 20_000, unpacked: 100_000 };
        let (Content::Whole(bytes) | Content::End(bytes)) = unpacked_end(packing, data, &mut bounds, unit) else {
            continue;
        };
        assert!(bytes.len() <= 20_000 && bounds.unpacked <= 100_000);
        messages(&bytes);
    }
}

/// A journal file.
pub(super) fn journal(data: &[u8]) {
    let programs = ["sshd", "sudo", "passwd", "useradd"];
    if let Ok(found) = journal_entries::read(data, &programs, Instant::UNIX_EPOCH, 100) {
        assert!(found.entries.len() <= 100);
        assert!(found.entries.iter().all(|entry| programs.contains(&entry.program.as_str())));
    }
}
