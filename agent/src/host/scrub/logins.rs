//! Records of sign-ins: utmp(5), wtmp, btmp and lastlog(8), and the files of systemd-logind.
//!
//! The records of the former have two layouts, with 32-bit times (x86) and with 64-bit times (ARM64).

use tenken_model::fact::sessions::SessionOrigin;

use super::Scrubber;
use super::addresses::Addresses;
use super::names::Names;
use crate::collect::accounts::utmp::Layout;
use crate::collect::sessions::logind::{self, LogindError};

const RECORDS: [usize; 2] = [384, 400];
const LASTLOG_RECORDS: [usize; 2] = [292, 296];
const HOST: usize = 256;
const USER_AT: usize = 44;
const USER: usize = 32;
const HOST_AT: usize = 76;
const LINE_AT: usize = 8;
const ID_AT: usize = 40;
/// Types of records that nobody's sign-in makes: EMPTY, RUN_LVL, BOOT_TIME, NEW_TIME, OLD_TIME, INIT_PROCESS.
const OF_THE_SYSTEM: [u8; 6] = [0, 1, 2, 3, 4, 5];
/// What is in the place of a name where there is no person.
const OF_NOBODY: [&str; 5] = ["", "LOGIN", "reboot", "runlevel", "shutdown"];
/// In the place of a host people came from.
const HOST_NAME: &[u8] = b"host.example.invalid";

/// Records of the same times and types whose people have their stand-ins and whose places are nobody's. Names of
/// failed sign-ins may be passwords: of those only the ones of accounts are kept.
pub(super) fn records(
    bytes: &[u8],
    offset: u64,
    names: &mut Names,
    failed: bool,
    addresses: &mut Addresses,
) -> Option<Vec<u8>> {
    let Some(length) = record_length(bytes, offset) else {
        // What holds no records for the collector either is replaced by what holds none.
        return (offset == 0 && Layout::of(bytes).is_none()).then(|| vec![0; bytes.len()]);
    };
    let address_at = if length == 384 { 348 } else { 360 };
    let (head, body) = bytes.split_at(head_length(bytes, offset, length));
    let mut written = vec![0; head.len()];
    let mut records = body.chunks_exact(length);
    for record in records.by_ref() {
        let mut record = record.to_vec();
        let user = record.get(USER_AT..USER_AT + USER).map(text_of).unwrap_or_default();
        let line = record.get(LINE_AT..LINE_AT + USER).map(text_of).unwrap_or_default();
        put(&mut record, LINE_AT, USER, terminal(&line));
        put(&mut record, ID_AT, 4, b"");
        if OF_THE_SYSTEM.contains(&record.first().copied().unwrap_or_default()) {
            put(&mut record, USER_AT, USER, if OF_NOBODY.contains(&user.as_str()) { user.as_bytes() } else { b"" });
            put(&mut record, HOST_AT, HOST, b"");
        } else {
            let stand_in = match user.as_str() {
                _ if OF_NOBODY.contains(&user.as_str()) => user,
                _ if failed && !names.knows(&user) => "unknown".to_owned(),
                _ => names.account(&user),
            };
            put(&mut record, USER_AT, USER, stand_in.as_bytes());
            let host = record.get(HOST_AT..HOST_AT + HOST).map(text_of).unwrap_or_default();
            put(&mut record, HOST_AT, HOST, &place(&host, addresses));
            if let Some(address) = record.get_mut(address_at..address_at + 16) {
                // An IPv4 address is in the first four bytes and leaves the others empty.
                let length =
                    if address.get(4..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)) { 4 } else { 16 };
                if let Some(address) = address.get_mut(..length) {
                    let stand_in = addresses.bytes(address);
                    address.copy_from_slice(&stand_in);
                }
            }
        }
        written.extend(record);
    }
    written.resize(bytes.len(), 0);
    Some(written)
}

/// Lastlog's records of the same times whose places are nobody's.
pub(super) fn lastlog(bytes: &[u8], offset: u64, addresses: &mut Addresses) -> Option<Vec<u8>> {
    let length = lastlog_length(bytes, offset)?;
    let mut written = bytes.to_vec();
    for record in written.chunks_exact_mut(length) {
        let host = record.get(length - HOST..).map(text_of).unwrap_or_default();
        put(record, length - HOST, HOST, &place(&host, addresses));
        let line_at = length - HOST - USER;
        let line = record.get(line_at..line_at + USER).map(text_of).unwrap_or_default();
        put(record, line_at, USER, terminal(&line));
    }
    Some(written)
}

/// What logind keeps of a session, with what is read of it.
pub(super) fn session(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let session = match logind::session(bytes) {
        Ok(Some(session)) => session,
        Ok(None) => return b"CLASS=background\n".to_vec(),
        Err(LogindError::NoText) => return b"\xff".to_vec(),
        Err(LogindError::Lacks("USER")) => return b"x\n".to_vec(),
        Err(LogindError::Lacks(_)) => return b"USER=x\n".to_vec(),
        Err(LogindError::NoTime) => return b"USER=x\nREALTIME=x\n".to_vec(),
    };
    let place = match session.origin {
        SessionOrigin::Network => {
            let from = place(&session.from, &mut scrubber.addresses);
            format!("REMOTE=1\nREMOTE_HOST={}\n", String::from_utf8_lossy(&from))
        }
        SessionOrigin::Console => "SEAT=seat0\n".to_owned(),
        SessionOrigin::Local => String::new(),
    };
    let (account, time) = (scrubber.names.account(&session.account), session.started.timestamp_micros());
    let terminal = String::from_utf8_lossy(terminal(&session.terminal)).into_owned();
    format!("USER={account}\nTTY={terminal}\n{place}REALTIME={time}\n").into_bytes()
}

/// Of the layouts that fit, the one in which fewer of lastlog's records make no sense, because 73 records of one are as long
/// as 74 of the other; of two alike the first.
fn lastlog_length(bytes: &[u8], offset: u64) -> Option<usize> {
    let fits = |length: &usize| {
        bytes.len().is_multiple_of(*length) && u64::try_from(*length).is_ok_and(|length| offset.is_multiple_of(length))
    };
    let odd = |length: usize| {
        let texts = |record: &[u8]| {
            record.get(length - HOST - USER..).is_some_and(|texts| {
                let (line, host) = texts.split_at(USER);
                [line, host].iter().all(|text| is_clean(text) && !text.iter().any(|byte| (1..b' ').contains(byte)))
            })
        };
        bytes.chunks_exact(length).filter(|record| !texts(record)).count()
    };
    LASTLOG_RECORDS.into_iter().filter(fits).min_by_key(|length| odd(*length))
}

/// The layout in which more records make sense; nothing when neither does.
fn record_length(bytes: &[u8], offset: u64) -> Option<usize> {
    let sound = |length: usize| {
        let sound = |record: &&[u8]| matches!(record, [1..=9, 0, 0, 0, ..]) && text_end_is_clean(record);
        whole_records(bytes, offset, length).filter(sound).count()
    };
    let [compact, wide] = RECORDS.map(sound);
    match (compact, wide) {
        (0, 0) => None,
        _ if compact >= wide => Some(384),
        _ => Some(400),
    }
}

/// After a name's end there is nothing, in a record that begins where it seems to.
fn text_end_is_clean(record: &[u8]) -> bool {
    is_clean(record.get(USER_AT..USER_AT + USER).unwrap_or_default())
}

/// Whether nothing follows the end of a text.
fn is_clean(text: &[u8]) -> bool {
    text.iter().skip_while(|byte| **byte != 0).all(|byte| *byte == 0)
}

fn whole_records(bytes: &[u8], offset: u64, length: usize) -> impl Iterator<Item = &[u8]> {
    bytes.get(head_length(bytes, offset, length)..).unwrap_or_default().chunks_exact(length)
}

/// How many bytes there are before the first whole record of a part that begins anywhere.
fn head_length(bytes: &[u8], offset: u64, length: usize) -> usize {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    // A recording may name any offset, also one behind which no multiple of the length is a number.
    let head = match offset % length {
        0 => 0,
        passed => length - passed,
    };
    usize::try_from(head).unwrap_or(usize::MAX).min(bytes.len())
}

/// The terminal of a record, if it is one of the system's names.
pub(super) fn terminal(line: &str) -> &[u8] {
    let rest =
        ["pts/", "tty", "ssh", "console", "seat", "hvc", "~", ":"].iter().find_map(|kind| line.strip_prefix(kind));
    let sound =
        rest.is_some_and(|rest| rest.len() <= 5 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'S'));
    if sound { line.as_bytes() } else { b"" }
}

/// A stand-in for where somebody came from. A display or a terminal of this machine stays.
pub(super) fn place(host: &str, addresses: &mut Addresses) -> Vec<u8> {
    if !terminal(host).is_empty() || host.is_empty() {
        return host.as_bytes().to_vec();
    }
    let stand_in = addresses.text(host.as_bytes());
    if stand_in == host.as_bytes() { HOST_NAME.to_vec() } else { stand_in }
}

fn text_of(field: &[u8]) -> String {
    let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

fn put(record: &mut [u8], at: usize, length: usize, text: &[u8]) {
    if let Some(field) = record.get_mut(at..at + length) {
        for (index, byte) in field.iter_mut().enumerate() {
            *byte = text.get(index).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(length: usize, kind: u8, user: &str, host: &str) -> Vec<u8> {
        let mut record = vec![0; length];
        record[0] = kind;
        put(&mut record, 8, 32, b"pts/0");
        put(&mut record, USER_AT, USER, user.as_bytes());
        put(&mut record, HOST_AT, HOST, host.as_bytes());
        let address_at = if length == 384 { 348 } else { 360 };
        record[address_at..address_at + 4].copy_from_slice(&[192, 168, 30, 7]);
        record
    }

    fn names() -> Names {
        let mut names = Names::default();
        names.add_account("tanaka", 1000, true);
        names
    }

    fn scrubbed(bytes: &[u8], offset: u64) -> Option<Vec<u8>> {
        records(bytes, offset, &mut names(), true, &mut Addresses::default())
    }

    #[test]
    fn people_and_places_are_replaced_in_both_layouts() {
        for length in RECORDS {
            let file = [
                record(length, 2, "reboot", "6.1.0-40-amd64"),
                record(length, 7, "tanaka", "192.168.30.7"),
                record(length, 7, "root", "pc-17.example.jp"),
                record(length, 6, "my passw0rd", ":0"),
            ]
            .concat();
            let written = scrubbed(&file, 0).unwrap();
            assert_eq!(written.len(), file.len());
            let fields: Vec<_> = written
                .chunks(length)
                .map(|record| (text_of(&record[USER_AT..USER_AT + USER]), text_of(&record[HOST_AT..HOST_AT + HOST])))
                .collect();
            let expected =
                [("reboot", ""), ("user1", "192.168.0.1"), ("root", "host.example.invalid"), ("unknown", ":0")];
            assert_eq!(fields, expected.map(|(user, host)| (user.to_owned(), host.to_owned())));
            assert!(!written[length..].windows(4).any(|bytes| bytes == [192, 168, 30, 7]));
        }
    }

    #[test]
    fn a_part_that_begins_within_a_record_keeps_only_whole_ones() {
        let file = [record(384, 7, "tanaka", "a.example"), record(384, 7, "tanaka", "b.example")].concat();
        let written = scrubbed(&file[100..], 100).unwrap();
        assert!(written[..284].iter().all(|byte| *byte == 0));
        assert_eq!(text_of(&written[284 + USER_AT..]), "user1");
        assert_eq!(scrubbed(b"no records at all", 0), Some(vec![0; 17]));
        assert_eq!(scrubbed(b"no records at all", 384), None);
    }

    #[test]
    fn lastlog_keeps_times_and_loses_places() {
        for length in LASTLOG_RECORDS {
            let mut file = vec![0; length * 2];
            file[length] = 9;
            put(&mut file, length * 2 - HOST, HOST, b"pc-17.example.jp");
            let written = lastlog(&file, 0, &mut Addresses::default()).unwrap();
            assert_eq!(written[length], 9);
            assert_eq!(text_of(&written[length * 2 - HOST..]), "host.example.invalid");
        }
        assert_eq!(lastlog(&[0; 100], 0, &mut Addresses::default()), None);
    }

    #[test]
    fn lastlog_of_one_layout_is_not_taken_for_the_other() {
        for (length, records) in LASTLOG_RECORDS.into_iter().zip([74, 73]) {
            let mut file = vec![0; length * records];
            for record in file.chunks_exact_mut(length) {
                record[..4].copy_from_slice(&[1, 2, 3, 4]);
                put(record, length - HOST - USER, USER, b"pts/0");
                put(record, length - HOST, HOST, b"pc-17.example.jp");
            }
            let written = lastlog(&file, 0, &mut Addresses::default()).unwrap();
            assert!(written.chunks_exact(length).all(|record| record[..4] == [1, 2, 3, 4]));
            assert!(!written.windows(5).any(|text| text == b"pc-17"), "{length}");
        }
    }

    #[test]
    fn a_part_at_the_end_of_all_numbers_is_a_part() {
        let bytes = record(384, 7, "sato", "192.0.2.1");
        for offset in [u64::MAX, u64::MAX - 1, u64::MAX - 383] {
            assert!(scrubbed(&bytes, offset).is_none_or(|left| left.len() == bytes.len()), "{offset}");
        }
    }

    #[test]
    fn a_session_of_logind_keeps_its_kind_and_time() {
        let file = "USER=tanaka\nCLASS=user\nTTY=pts/0\nREMOTE=1\nREMOTE_HOST=192.168.30.7\nREMOTE_USER=Hanako\n\
            SERVICE=sshd\nREALTIME=1790000000000000\n";
        let mut scrubber = Scrubber::of_nothing();
        let read = |bytes: &[u8]| logind::session(bytes);
        let before = read(file.as_bytes()).unwrap().unwrap();
        let written = session(&mut scrubber, file.as_bytes());
        let after = read(&written).unwrap().unwrap();
        assert_eq!((after.account.as_str(), after.from.as_str()), ("user1", "192.168.0.1"));
        assert_eq!((after.origin, after.started, after.terminal), (before.origin, before.started, before.terminal));
        assert!(!String::from_utf8(written).unwrap().contains("Hanako"));
        let seat = file.replace("REMOTE=1", "SEAT=seat0");
        assert_eq!(read(&session(&mut scrubber, seat.as_bytes())).unwrap().unwrap().origin, SessionOrigin::Console);
        for other in ["", "USER=tanaka\n", "USER=tanaka\nREALTIME=soon\n", "USER=tanaka\nCLASS=greeter\n"] {
            assert_eq!(read(&session(&mut scrubber, other.as_bytes())), read(other.as_bytes()), "{other}");
        }
        assert_eq!(read(&session(&mut scrubber, b"\xffUSER")), Err(LogindError::NoText));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..1_000), offset: u64) {
            let _ = session(&mut Scrubber::of_nothing(), &bytes);
            let _ = scrubbed(&bytes, offset);
            let _ = lastlog(&bytes, 0, &mut Addresses::default());
        }
    }
}
