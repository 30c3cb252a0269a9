//! Journal files that systemd writes, whose headers journalctl and we read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use tenken_agent::collect::logs::journal_header::{HEADER_BYTES, parse};

use crate::dice::Dice;
use crate::program::{printed, wanted};

const TEST: &str = "headers_of_journals_are_read_as_journalctl_reads_them";
const FILES: usize = 12;

#[test]
fn headers_of_journals_are_read_as_journalctl_reads_them() {
    let (Some(writer), Some(reader)) = (wanted(TEST, "systemd-journal-remote"), wanted(TEST, "journalctl")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(5);
    for number in 0..FILES {
        let path = folder.path().join(format!("{number}.journal"));
        let mut write = Command::new(&writer);
        write.args(["--output"]).arg(&path);
        write.arg(format!("--compress={}", dice.one(&["yes", "no"]))).arg("-");
        write.env("SYSTEMD_JOURNAL_COMPACT", dice.one(&["0", "1"]));
        write.env("SYSTEMD_JOURNAL_KEYED_HASH", dice.one(&["0", "1"]));
        let mut write = write.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        write.stdin.take().unwrap().write_all(records(&mut dice).as_bytes()).unwrap();
        assert!(write.wait().unwrap().success());
        let said = printed(Command::new(&reader).arg("--header").arg("--file").arg(&path));
        let bytes = std::fs::read(&path).unwrap();
        let header = parse(&bytes[..usize::try_from(HEADER_BYTES).unwrap()]).unwrap();
        let said: BTreeMap<&str, &str> = said.lines().filter_map(|line| line.split_once(": ")).collect();
        let hex = |id: [u8; 16]| format!("{:032x}", u128::from_be_bytes(id));
        assert_eq!(hex(header.file_id), said["File ID"]);
        assert_eq!(hex(header.machine_id), said["Machine ID"]);
        assert_eq!(hex(header.numbers_id), said["Sequential number ID"]);
        assert_eq!(header.entries.to_string(), said["Entry objects"]);
        assert_eq!(header.first_number.to_string(), first(said["Head sequential number"]));
        assert_eq!((header.sealed, header.archived), (false, said["State"] == "ARCHIVED"));
        for (ours, key) in [(header.oldest, "Head realtime timestamp"), (header.newest, "Tail realtime timestamp")] {
            // The number in brackets is the time in microseconds, in hexadecimal.
            let micros = said[key].rsplit_once('(').unwrap().1.trim_end_matches(')');
            let ours = format!("{:x}", ours.unwrap().timestamp_micros());
            assert_eq!(ours, micros, "{key}");
        }
    }
}

/// Up to the bracket.
fn first(text: &str) -> &str {
    text.split(' ').next().unwrap()
}

/// Records in journald's export format.
fn records(dice: &mut Dice) -> String {
    let mut text = String::new();
    let mut at = 1_700_000_000_000_000;
    for record in 0..=dice.below(40) {
        at += dice.below(90_000_000_000);
        let message = "x".repeat(dice.below(2_000));
        writeln!(
            text,
            "__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID=0123456789abcdef0123456789abcdef\n\
             _MACHINE_ID=fedcba9876543210fedcba9876543210\nPRIORITY=6\nMESSAGE={message}\n",
            record + 1
        )
        .unwrap();
    }
    text
}
