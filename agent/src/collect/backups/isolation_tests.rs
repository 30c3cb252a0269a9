//! How sets are kept apart: shares, storage of a provider, and media that are away.

use tenken_model::fact::system::SystemFamily;
use tenken_model::register::{Isolation, Registers};
use tenken_model::{ReasonCode, Span};

use super::memory::BackupMemory;
use super::*;
use crate::collect::Wake;
use crate::host::Metadata;
use crate::host::recorded::Recording;

const ROOT: &str = "28 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
const USB: &str = "29 28 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw\n";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn other_disk(metadata: &mut Metadata) {
    metadata.device = 7;
}

fn row(isolation: Isolation) -> BackupRow {
    BackupRow {
        host: "sv1".to_owned(),
        name: "weekly".to_owned(),
        system: "健診".to_owned(),
        method: BackupMethod::DatedFolders,
        location: "/mnt/usb".to_owned(),
        interval: Span::from_days(7),
        generations: 1,
        isolation,
        note: String::new(),
    }
}

/// A host on which a medium is attached that holds that generation.
fn attached(now: &str, day: &str) -> Recording {
    let made = at(&format!("{day}T18:00:00Z"));
    Recording::new(at(now))
        .folder_with("/mnt/usb", other_disk)
        .file_with(format!("/mnt/usb/{day}.tar"), "x", move |metadata| {
            other_disk(metadata);
            metadata.modified = made;
        })
        .file("/proc/self/mountinfo", format!("{ROOT}{USB}"))
}

/// The same with nothing mounted.
fn away(now: &str) -> Recording {
    Recording::new(at(now)).folder("/mnt/usb").file("/proc/self/mountinfo", ROOT)
}

fn look_at(host: &Recording, row: &BackupRow, before: Option<&BackupMemory>) -> (BackupSet, Option<BackupMemory>) {
    let registers = Registers { backup_sets: Read::Measured(vec![row.clone()]), ..Registers::not_given("test") };
    let needs = Needs { registers, time_references: Vec::new(), now: host.now };
    match collect_after(&Look::new(host), &needs, before) {
        (Outcome::Known(mut backups), memory) => (backups.sets.remove(0), memory),
        (other, _) => panic!("{other:?}"),
    }
}

/// What is known after these looks, one after the other.
fn after(hosts: &[Recording], row: &BackupRow) -> BackupSet {
    let mut memory = Some(BackupMemory::default());
    let mut last = None;
    for host in hosts {
        let (set, kept) = look_at(host, row, memory.as_ref());
        // As it is when it was written and read again.
        memory = kept.map(|kept| serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap());
        last = Some(set);
    }
    last.unwrap()
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?} was measured"),
    }
}

#[test]
fn a_share_that_is_mounted_can_be_written_all_the_time() {
    let of = |mount: &str| {
        let host =
            attached("2026-11-23T00:00:00Z", "2026-11-22").file("/proc/self/mountinfo", format!("{ROOT}{mount}"));
        look_at(&host, &row(Isolation::Offsite), None).0.always_written
    };
    assert_eq!(of("29 28 0:50 / /mnt/usb rw - nfs4 nas:/b rw\n"), Read::Measured(true));
    assert_eq!(of("29 28 0:50 / /mnt rw - cifs //nas/b rw\n"), Read::Measured(true), "it lies in a share");
    assert_eq!(of("29 28 0:50 / /mnt/usb ro,relatime - nfs4 nas:/b rw\n"), Read::Measured(false));
    assert_eq!(of(USB), Read::Measured(false));
    let denied = attached("2026-11-23T00:00:00Z", "2026-11-22").denied("/proc/self/mountinfo");
    assert_eq!(code(&look_at(&denied, &row(Isolation::Offsite), None).0.always_written), ReasonCode::NotPermitted);
}

#[test]
fn storage_of_a_provider_is_declared_and_not_measured() {
    for family in [SystemFamily::Linux, SystemFamily::Windows] {
        let mut host = Recording::new(at("2026-11-23T00:00:00Z"));
        host.family = family;
        for (method, location) in [
            (BackupMethod::ObjectStorage, "s3:kenshin-backup"),
            (BackupMethod::ObjectStorage, "/kenshin-backup"),
            (BackupMethod::Restic, "s3:https://s3.example.jp/kenshin-backup"),
        ] {
            let row = BackupRow { method, location: location.to_owned(), ..row(Isolation::ObjectLock) };
            let registers = Registers { backup_sets: Read::Measured(vec![row]), ..Registers::not_given("test") };
            let needs = Needs { registers, time_references: Vec::new(), now: host.now };
            let outcome = match family {
                SystemFamily::Windows => windows::collect(&Look::new(&host), &needs),
                _ => collect(&Look::new(&host), &needs),
            };
            let Outcome::Known(mut backups) = outcome else { panic!("{outcome:?}") };
            let set = backups.sets.remove(0);
            assert_eq!((code(&set.newest), code(&set.generations)), (ReasonCode::Unsupported, ReasonCode::Unsupported));
            assert_eq!((set.same_disk, set.always_written), (Read::Measured(false), Read::Measured(false)));
            assert_eq!(set.evidence, "declared in the register, not measured");
        }
    }
}

#[test]
fn a_medium_that_is_away_is_what_it_was_when_it_was_last_seen() {
    let row = row(Isolation::Offline);
    let set = after(&[attached("2026-11-20T00:00:00Z", "2026-11-19"), away("2026-11-23T00:00:00Z")], &row);
    assert_eq!(
        (&set.generations, &set.newest),
        (&Read::Measured(1), &Read::Measured(Some(at("2026-11-19T18:00:00Z"))))
    );
    assert_eq!((&set.same_disk, &set.attached_since), (&Read::Measured(false), &Read::Measured(None)));
    assert!(set.evidence.starts_with("its medium is away"), "{}", set.evidence);
    let gone = Recording::new(at("2026-11-24T00:00:00Z")).file("/proc/self/mountinfo", ROOT);
    let hosts = [attached("2026-11-20T00:00:00Z", "2026-11-19"), away("2026-11-21T00:00:00Z"), gone];
    assert_eq!(after(&hosts, &row).newest, set.newest, "not even its folder is there");
    // It is not what another set was, of which the register said something else.
    let before = look_at(&hosts[0], &row, Some(&BackupMemory::default())).1;
    let moved = BackupRow { location: "/mnt/usb2".to_owned(), ..row };
    assert_eq!(code(&look_at(&hosts[1], &moved, before.as_ref()).0.newest), ReasonCode::Missing);
}

#[test]
fn a_medium_that_was_never_seen_is_unknown_until_it_is_too_long_ago() {
    let row = row(Isolation::Offline);
    assert_eq!(code(&after(&[away("2026-11-20T00:00:00Z")], &row).newest), ReasonCode::Missing);
    let later = [away("2026-09-01T00:00:00Z"), away("2026-10-31T00:00:00Z")];
    assert_eq!(code(&after(&later, &row).newest), ReasonCode::Missing);
    let long = after(&[away("2026-09-01T00:00:00Z"), away("2026-11-20T00:00:00Z")], &row);
    assert_eq!((&long.generations, &long.newest), (&Read::Measured(0), &Read::Measured(None)));
    assert_eq!(code(&look_at(&away("2026-11-20T00:00:00Z"), &row, None).0.newest), ReasonCode::Missing);
}

#[test]
fn a_medium_that_is_there_and_was_emptied_is_not_away() {
    let row = row(Isolation::Offline);
    let emptied = Recording::new(at("2026-11-21T00:00:00Z"))
        .folder_with("/mnt/usb", other_disk)
        .file("/proc/self/mountinfo", format!("{ROOT}{USB}"));
    let set = after(&[attached("2026-11-20T00:00:00Z", "2026-11-19"), emptied], &row);
    assert_eq!((&set.generations, &set.newest), (&Read::Measured(0), &Read::Measured(None)));
    let denied = attached("2026-11-21T00:00:00Z", "2026-11-19").denied("/mnt/usb");
    let refused = after(&[attached("2026-11-20T00:00:00Z", "2026-11-19"), denied], &row);
    assert_eq!(code(&refused.newest), ReasonCode::NotPermitted, "it is there, and may not be looked at");
}

#[test]
fn a_medium_that_stays_attached_is_told_since_when() {
    let row = row(Isolation::Offline);
    let on = |now: &str| attached(now, "2026-11-01");
    let since = |hosts: &[Recording]| after(hosts, &row).attached_since;
    let first = "2026-11-02T00:00:00Z";
    assert_eq!(since(&[on(first)]), Read::Measured(Some(at(first))));
    let stays = [on(first), on("2026-11-04T00:00:00Z"), on("2026-11-06T00:00:00Z")];
    assert_eq!(since(&stays), Read::Measured(Some(at(first))));
    let back = [on(first), away("2026-11-04T00:00:00Z"), on("2026-11-06T00:00:00Z")];
    assert_eq!(since(&back), Read::Measured(Some(at("2026-11-06T00:00:00Z"))));
    // Nobody looked for a week.
    let unwatched = [on(first), on("2026-11-09T00:00:00Z")];
    assert_eq!(since(&unwatched), Read::Measured(Some(at("2026-11-09T00:00:00Z"))));
    assert_eq!(look_at(&on(first), &row, None).0.attached_since, Read::Measured(None), "nothing is remembered");
    let other = self::row(Isolation::Offsite);
    assert_eq!(look_at(&on(first), &other, Some(&BackupMemory::default())).0.attached_since, Read::Measured(None));
}

#[test]
fn a_look_that_could_not_tell_whether_a_medium_is_there_takes_it_for_neither() {
    let row = row(Isolation::Offline);
    let on = |now: &str| attached(now, "2026-11-01");
    let first = "2026-11-02T00:00:00Z";
    let unsure = on("2026-11-03T00:00:00Z").denied("/proc/self/mountinfo");
    let set = after(&[on(first), unsure.clone()], &row);
    assert_eq!(code(&set.attached_since), ReasonCode::NotPermitted);
    let again = after(&[on(first), unsure, on("2026-11-04T00:00:00Z")], &row);
    assert_eq!(again.attached_since, Read::Measured(Some(at(first))), "it may not have been away");
    let nothing = away("2026-11-03T00:00:00Z").denied("/proc/self/mountinfo");
    let set = after(&[on(first), nothing], &row);
    assert_eq!((code(&set.newest), code(&set.attached_since)), (ReasonCode::NotPermitted, ReasonCode::NotPermitted));
}

#[test]
fn that_a_disk_comes_wakes_where_a_medium_is_expected() {
    let wakes = |isolation| {
        let registers = Registers { backup_sets: Read::Measured(vec![row(isolation)]), ..Registers::not_given("test") };
        let host = away("2026-11-20T00:00:00Z");
        let look = Look::new(&host);
        let _outcome = collect(&look, &Needs { registers, time_references: Vec::new(), now: host.now });
        look.finish().1.contains(&Wake::Path(DISKS.into()))
    };
    assert!(wakes(Isolation::Offline));
    assert!(!wakes(Isolation::Pulled));
}
