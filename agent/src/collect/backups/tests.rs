use chrono::NaiveDateTime;
use tenken_model::register::{Isolation, Registers};
use tenken_model::{ReasonCode, Span};

use super::*;
use crate::host::recorded::Recording;
use crate::host::{CommandOutput, Metadata, VendorCommand};

const TOKYO: &[u8] = include_bytes!("../../../tests/samples/antivirus/Tokyo.tzif");
const RESTIC: &[u8] = include_bytes!("../../../tests/samples/backups/restic-snapshots.json");
const BORG: &[u8] = include_bytes!("../../../tests/samples/backups/borg-list.json");

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn now() -> Instant {
    at("2026-11-23T00:00:00Z")
}

/// A host in Japan whose `/b` is another disk.
fn host() -> Recording {
    Recording::new(now())
        .file("/etc/localtime", TOKYO)
        .folder_with("/b", other_disk)
        .file("/proc/self/mountinfo", "28 1 8:1 / / rw - ext4 /dev/sda1 rw\n29 28 8:17 / /b rw - ext4 /dev/sdb1 rw\n")
}

fn other_disk(metadata: &mut Metadata) {
    metadata.device = 7;
}

fn changed(text: &str) -> impl Fn(&mut Metadata) {
    let text = text.to_owned();
    move |metadata| metadata.modified = at(&text)
}

fn row(method: BackupMethod) -> BackupRow {
    BackupRow {
        host: "sv1".to_owned(),
        name: "files".to_owned(),
        system: "健診".to_owned(),
        method,
        location: "/b".to_owned(),
        interval: Span::from_days(1),
        generations: 3,
        isolation: Isolation::OtherHost,
        note: String::new(),
    }
}

fn collected(host: &Recording, rows: Read<Vec<BackupRow>>) -> Outcome<Backups> {
    let registers = Registers { backup_sets: rows, ..Registers::not_given("test") };
    collect(&Look::new(host), &Needs { registers, time_references: Vec::new(), now: now() })
}

fn one(host: &Recording, row: BackupRow) -> BackupSet {
    match collected(host, Read::Measured(vec![row])) {
        Outcome::Known(mut backups) => backups.sets.remove(0),
        other => panic!("{other:?}"),
    }
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?} was measured"),
    }
}

fn said(stdout: &[u8]) -> CommandOutput {
    CommandOutput { code: Some(0), stdout: stdout.to_vec(), stderr: String::new() }
}

fn complained(code: i32, stderr: &str) -> CommandOutput {
    CommandOutput { code: Some(code), stdout: Vec::new(), stderr: stderr.to_owned() }
}

#[track_caller]
fn assert_times(set: &BackupSet, generations: i64, oldest: &str, newest: &str) {
    assert_eq!(set.generations, Read::Measured(generations), "{set:?}");
    assert_eq!(set.oldest, Read::Measured(Some(at(oldest))), "{set:?}");
    assert_eq!(set.newest, Read::Measured(Some(at(newest))), "{set:?}");
}

#[test]
fn without_a_register_there_is_no_fact() {
    let not_given = Registers::not_given("no policy").backup_sets;
    assert!(
        matches!(collected(&host(), not_given), Outcome::Failed(reason) if reason.code == ReasonCode::NotConfigured)
    );
    assert!(matches!(collected(&host(), Read::Measured(Vec::new())), Outcome::Absent(_)));
}

#[test]
fn a_location_that_is_not_there() {
    let gone = BackupRow { location: "/mnt/usb".to_owned(), ..row(BackupMethod::DatedFolders) };
    let set = one(&host(), gone.clone());
    assert_eq!((&set.generations, &set.newest), (&Read::Measured(0), &Read::Measured(None)));
    assert_eq!(code(&set.same_disk), ReasonCode::Missing);
    assert_eq!(set.evidence, "the location is not there");

    let offline = BackupRow { isolation: Isolation::Offline, ..gone };
    assert_eq!(code(&one(&host(), offline.clone()).newest), ReasonCode::Missing);
    let unmounted = one(&host().folder("/mnt/usb"), offline);
    assert_eq!((code(&unmounted.generations), &unmounted.same_disk), (ReasonCode::Missing, &Read::Measured(true)));
}

#[test]
fn a_location_that_is_no_folder_or_may_not_be_read() {
    let of = |host: Recording, location: &str| {
        code(&one(&host, BackupRow { location: location.to_owned(), ..row(BackupMethod::DatedFolders) }).generations)
    };
    assert_eq!(of(host(), "D:\\backup"), ReasonCode::NotConfigured);
    assert_eq!(of(host().file("/f", "x"), "/f"), ReasonCode::Unparsable);
    assert_eq!(of(host().denied("/d"), "/d"), ReasonCode::NotPermitted);
    assert_eq!(of(host().denied("/b/2026-11-22"), "/b"), ReasonCode::NotPermitted);
    assert_eq!(of(host().file("/etc/localtime", "no zone"), "/b"), ReasonCode::Unparsable);
    let vss = one(&host(), row(BackupMethod::ShadowCopy));
    assert_eq!(code(&vss.generations), ReasonCode::Unsupported);
}

#[test]
fn dated_folders() {
    let set = one(
        &host()
            .folder_with("/b/2026-11-20", changed("2026-11-20T18:10:00Z"))
            .file("/b/2026-11-20/a", [1; 100])
            .folder_with("/b/2026-11-21", changed("2026-11-21T18:10:00Z"))
            .file("/b/2026-11-21/x/y/a", [1; 300])
            .folder_with("/b/2026-11-22", changed("2026-11-22T18:10:00Z"))
            .file("/b/2026-11-22/a", [1; 50])
            .link("/b/2026-11-22/big", "/b/2026-11-21")
            .folder("/b/2026-11-19")
            .folder("/b/2026-11-23.partial")
            .file("/b/2026-11-23.partial/a", "x")
            .link("/b/latest-2026-11-22", "2026-11-22")
            .file("/b/README", "x"),
        row(BackupMethod::DatedFolders),
    );
    assert_times(&set, 3, "2026-11-20T18:10:00Z", "2026-11-22T18:10:00Z");
    assert_eq!(
        (&set.newest_size, &set.size_percent),
        (&Read::Measured(Some(Size::from_bytes(50))), &Read::Measured(Some(25)))
    );
    assert_eq!(set.same_disk, Read::Measured(false));
    assert!(set.evidence.ends_with("; 3 unfinished, empty or linked left out"), "{}", set.evidence);
}

#[test]
fn dated_files_of_one_time_are_one_generation() {
    let set = one(
        &host()
            .file("/b/db-20261121-0300.sql.gz", [1; 10])
            .file("/b/db-20261122-0300.sql.gz", [1; 10])
            .file("/b/files-20261122-0300.tar", [1; 90])
            .file("/b/db-20261123-0300.sql.gz", ""),
        row(BackupMethod::DatedFolders),
    );
    assert_times(&set, 2, "2026-11-20T18:00:00Z", "2026-11-21T18:00:00Z");
    assert_eq!(set.newest_size, Read::Measured(Some(Size::from_bytes(100))));
}

#[test]
fn names_and_times_of_change_that_disagree() {
    let only = |name: &str, modified: &str| {
        let set = one(&host().file_with(format!("/b/{name}"), "x", changed(modified)), row(BackupMethod::DatedFolders));
        (set.newest.measured().copied().flatten().unwrap(), set.evidence.contains("disagree"))
    };
    assert_eq!(only("2026-11-20.tar", "2026-11-21T00:00:00Z"), (at("2026-11-21T00:00:00Z"), false));
    assert_eq!(
        only("2026-11-20.tar", "2026-01-01T00:00:00Z"),
        (at("2026-11-20T15:00:00Z"), true),
        "copied with times kept"
    );
    assert_eq!(only("2026-03-01.tar", "2026-11-22T00:00:00Z"), (at("2026-03-01T15:00:00Z"), true), "touched later");
    assert_eq!(only("2026-11-23.tar", "2026-01-01T00:00:00Z"), (now(), true), "the day has not ended");
    assert_eq!(only("2099-01-01.tar", "2026-11-01T00:00:00Z"), (at("2026-11-01T00:00:00Z"), true), "still to come");
    assert_eq!(only("20261120T030000Z.tar", "2026-11-20T04:00:00Z"), (at("2026-11-20T03:00:00Z"), false));
}

#[test]
fn a_folder_without_dated_names_has_no_generation() {
    let set = one(&host().file("/b/current/a", "x"), row(BackupMethod::DatedFolders));
    assert_eq!(
        (&set.generations, &set.newest, &set.size_percent),
        (&Read::Measured(0), &Read::Measured(None), &Read::Measured(None))
    );
}

#[test]
fn sizes_that_may_not_be_read_and_trees_too_large() {
    let host = host().file("/b/2026-11-20/a", "x").file("/b/2026-11-21/a", "x").file("/b/2026-11-22/a", "x");
    assert_eq!(one(&host, row(BackupMethod::DatedFolders)).size_percent, Read::Measured(Some(100)));
    let denied = one(&host.clone().denied("/b/2026-11-21/secret"), row(BackupMethod::DatedFolders));
    assert_eq!((denied.generations, code(&denied.size_percent)), (Read::Measured(3), ReasonCode::NotPermitted));
    let many = (0..=20_000).fold(host.clone(), |host, n| host.file(format!("/b/2026-11-22/{n}"), "x"));
    let large = one(&many, row(BackupMethod::DatedFolders));
    assert_eq!((large.generations, code(&large.newest_size)), (Read::Measured(3), ReasonCode::TooLarge));
    assert_eq!(
        (code(&large.newest_file), code(&large.newest_file_sure)),
        (ReasonCode::TooLarge, ReasonCode::TooLarge),
        "nothing in it was looked at"
    );
    // What is deeper comes later.
    let part = (0..=19_999).fold(host, |host, n| host.file(format!("/b/2026-11-22/more/{n}"), "x"));
    let part = one(&part, row(BackupMethod::DatedFolders));
    assert_eq!((part.newest_file, code(&part.newest_file_sure)), (Read::Measured(Some(now())), ReasonCode::TooLarge));
    assert_eq!(code(&part.newest_size), ReasonCode::TooLarge);
}

#[test]
fn rsnapshot_levels() {
    let set = one(
        &host()
            .folder_with("/b/daily.0", changed("2026-11-22T18:00:00Z"))
            .file("/b/daily.0/localhost/srv/a", [1; 30])
            .folder_with("/b/daily.1", changed("2026-11-21T18:00:00Z"))
            .file("/b/daily.1/localhost/srv/a", [1; 10])
            .folder_with("/b/weekly.0", changed("2026-11-16T18:00:00Z"))
            .file("/b/weekly.0/localhost/srv/a", [1; 10])
            .folder("/b/weekly.1")
            .file("/b/_delete.4711/a", "x")
            .file("/b/.sync/a", "x")
            .file("/b/rsnapshot.log", "x"),
        row(BackupMethod::Rsnapshot),
    );
    assert_times(&set, 3, "2026-11-16T18:00:00Z", "2026-11-22T18:00:00Z");
    assert_eq!(set.size_percent, Read::Measured(Some(300)));
    assert!(set.evidence.ends_with("; 1 empty left out"));
}

fn restic_host() -> Recording {
    let name = |n: u8| format!("/b/snapshots/{}", format!("{n:02x}").repeat(32));
    host()
        .file("/b/config", "sealed")
        .file_with(name(1), "sealed", changed("2026-11-21T17:00:00Z"))
        .file_with(name(2), "sealed", changed("2026-11-22T17:00:00Z"))
        .file("/b/snapshots/leftover-tmp", "x")
}

fn restic_command() -> VendorCommand {
    VendorCommand::ResticSnapshots { repository: "/b".into(), password_file: "/etc/tenken/backup-keys/files".into() }
}

#[test]
fn restic_without_and_with_its_key() {
    let inferred = one(&restic_host(), row(BackupMethod::Restic));
    assert_times(&inferred, 2, "2026-11-21T17:00:00Z", "2026-11-22T17:00:00Z");
    assert!(inferred.evidence.starts_with("inferred "), "{}", inferred.evidence);

    let keyed = restic_host().file("/etc/tenken/backup-keys/files", "secret");
    let told = one(&keyed.clone().command(restic_command(), Ok(said(RESTIC))), row(BackupMethod::Restic));
    assert_times(&told, 3, "2026-11-20T02:00:00Z", "2026-11-22T02:00:00Z");
    assert_eq!(told.evidence, "read from the repository with restic");

    let refused = complained(1, "Fatal: wrong password or no key found\nmore");
    let refused = one(&keyed.clone().command(restic_command(), Ok(refused)), row(BackupMethod::Restic));
    assert_eq!((code(&refused.generations), code(&refused.newest)), (ReasonCode::Failed, ReasonCode::Failed));
    assert!(refused.evidence.contains("wrong password") && !refused.evidence.contains("more"), "{}", refused.evidence);
    let garbage = one(&keyed.clone().command(restic_command(), Ok(said(b"garbage"))), row(BackupMethod::Restic));
    assert_eq!(code(&garbage.newest), ReasonCode::Unparsable);
    assert_eq!(code(&one(&keyed, row(BackupMethod::Restic)).newest), ReasonCode::Missing, "restic is not installed");
}

#[test]
fn snapshots_of_several_sets_are_not_counted_without_a_key() {
    let other = |location: &str| {
        let other = BackupRow { name: "mail".to_owned(), location: location.to_owned(), ..row(BackupMethod::Restic) };
        let Outcome::Known(backups) = collected(&restic_host(), Read::Measured(vec![row(BackupMethod::Restic), other]))
        else {
            panic!("not known")
        };
        backups.sets[0].generations.clone()
    };
    assert_eq!(other("/c"), Read::Measured(2));
    assert_eq!(code(&other("/b/")), ReasonCode::NotConfigured);
}

#[test]
fn restic_that_is_none_or_may_not_be_read() {
    let none = one(&host().file("/b/other", "x"), row(BackupMethod::Restic));
    assert_eq!((none.generations, none.newest), (Read::Measured(0), Read::Measured(None)));
    let empty = one(&host().file("/b/config", "x"), row(BackupMethod::Restic));
    assert_eq!(empty.generations, Read::Measured(0));
    let denied = one(&restic_host().denied("/b/snapshots"), row(BackupMethod::Restic));
    assert_eq!((code(&denied.generations), code(&denied.newest)), (ReasonCode::NotPermitted, ReasonCode::NotPermitted));
    let unsafe_name = BackupRow { name: "../../shadow".to_owned(), ..row(BackupMethod::Restic) };
    assert!(one(&restic_host(), unsafe_name).evidence.starts_with("inferred "));
}

#[test]
fn borg_with_and_without_its_passphrase() {
    let plain = "[repository]\nversion = 1\nid = b662b2fa\n";
    let sealed = host().file("/b/config", format!("{plain}key = hqlhb\n"));
    let without = one(&sealed, row(BackupMethod::Borg));
    assert_eq!(
        (code(&without.generations), code(&without.newest)),
        (ReasonCode::NotConfigured, ReasonCode::NotConfigured)
    );
    assert!(without.evidence.contains("/etc/tenken/backup-keys/files"), "{}", without.evidence);

    let list = |passphrase_file: Option<&str>| VendorCommand::BorgList {
        repository: "/b".into(),
        passphrase_file: passphrase_file.map(Into::into),
    };
    let key = "/etc/tenken/backup-keys/files";
    let told = one(&sealed.file(key, "secret").command(list(Some(key)), Ok(said(BORG))), row(BackupMethod::Borg));
    assert_times(&told, 3, "2026-11-19T17:00:00Z", "2026-11-21T17:00:00Z");

    let open = host().file("/b/config", plain);
    let told = one(&open.clone().command(list(None), Ok(said(BORG))), row(BackupMethod::Borg));
    assert_eq!(told.generations, Read::Measured(3));
    let locked = one(
        &open.clone().command(list(None), Ok(complained(2, "passphrase supplied is incorrect"))),
        row(BackupMethod::Borg),
    );
    assert_eq!(code(&locked.newest), ReasonCode::Failed);
    assert_eq!(code(&one(&open, row(BackupMethod::Borg)).newest), ReasonCode::Missing, "borg is not installed");
    assert_eq!(one(&host().file("/b/config", "[core]"), row(BackupMethod::Borg)).generations, Read::Measured(0));
}

#[test]
fn file_system_snapshots_by_command_or_by_name() {
    let btrfs = VendorCommand::BtrfsSnapshots { mount: "/b".into() };
    let output = b"ID 258 gen 1 cgen 1 top level 5 otime 2026-11-23 03:00:00 path s/1\n";
    let told = one(&host().command(btrfs.clone(), Ok(said(output))), row(BackupMethod::Btrfs));
    assert_times(&told, 1, "2026-11-22T18:00:00Z", "2026-11-22T18:00:00Z");
    let none = one(&host().command(btrfs.clone(), Ok(said(b""))), row(BackupMethod::Btrfs));
    assert_eq!(none.generations, Read::Measured(0));
    let refused = host().command(btrfs, Ok(complained(1, "ERROR: can't perform the search: Operation not permitted")));
    assert_eq!(code(&one(&refused, row(BackupMethod::Btrfs)).generations), ReasonCode::Failed);
    let named = one(&refused.file("/b/20261122-0300/a", "x"), row(BackupMethod::Btrfs));
    assert_times(&named, 1, "2026-11-21T18:00:00Z", "2026-11-21T18:00:00Z");
    assert!(named.evidence.starts_with("inferred: ") && named.evidence.contains("not permitted"), "{}", named.evidence);
}

#[test]
fn zfs_by_command_or_by_name() {
    let mounted = host().file("/proc/self/mountinfo", "60 22 0:50 / /b rw - zfs tank/b rw\n");
    let zfs = VendorCommand::ZfsSnapshots { dataset: "tank/b".to_owned() };
    let told = one(&mounted.clone().command(zfs, Ok(said(b"tank/b@a\t1795309200\n"))), row(BackupMethod::Zfs));
    assert_times(&told, 1, "2026-11-22T01:00:00Z", "2026-11-22T01:00:00Z");
    assert_eq!(code(&one(&mounted.clone(), row(BackupMethod::Zfs)).newest), ReasonCode::Missing);
    let named =
        one(&mounted.file("/b/.zfs/snapshot/autosnap_2026-11-22_03:00:00_daily/a", "x"), row(BackupMethod::Zfs));
    assert_eq!(named.newest, Read::Measured(Some(at("2026-11-21T18:00:00Z"))));
    let elsewhere = one(&host().file("/proc/self/mountinfo", ""), row(BackupMethod::Zfs));
    assert_eq!(code(&elsewhere.generations), ReasonCode::Missing);
}

#[test]
fn a_subvolume_of_the_same_disk_is_no_second_place() {
    let mounted = |location: &str| {
        let text =
            format!("28 1 0:26 /@ / rw - btrfs /dev/sda2 rw\n29 28 0:26 /@b {location} rw - btrfs /dev/sda2 rw\n");
        one(&host().file("/proc/self/mountinfo", text), row(BackupMethod::DatedFolders)).same_disk
    };
    assert_eq!(mounted("/b"), Read::Measured(true));
    assert_eq!(mounted("/c"), Read::Measured(true), "a subvolume that is not mounted on its own");
    assert_eq!(one(&host(), row(BackupMethod::DatedFolders)).same_disk, Read::Measured(false));
    let hidden = one(&host().denied("/proc/self/mountinfo"), row(BackupMethod::DatedFolders));
    assert_eq!(code(&hidden.same_disk), ReasonCode::NotPermitted);
}

#[test]
fn a_link_is_followed_to_the_disk_it_leads_to() {
    let table = "28 1 0:26 /@ / rw - btrfs /dev/sda2 rw\n29 28 0:27 /@d /d rw - btrfs /dev/sda2 rw\n\
        30 28 8:17 / /usb rw - ext4 /dev/sdb1 rw\n";
    let base = || {
        host()
            .file("/proc/self/mountinfo", table)
            .folder_with("/usb", other_disk)
            .folder_with("/usb/x", other_disk)
            .folder_with("/d", other_disk)
            .folder("/v")
    };
    let of = |host: Recording, location: &str| {
        one(&host, BackupRow { location: location.to_owned(), ..row(BackupMethod::DatedFolders) }).same_disk
    };
    assert_eq!(of(base().link("/l", "/usb"), "/l"), Read::Measured(false));
    assert_eq!(of(base().link("/l", "/d"), "/l"), Read::Measured(true), "it leads to another subvolume of the disk");
    assert_eq!(of(base().link("/v/l", "../usb"), "/v/l/x"), Read::Measured(false));
    assert_eq!(of(base().link("/v/l", "../v/m").link("/v/m", "../d"), "/v/l"), Read::Measured(true));
}

#[test]
fn every_declared_set_is_told_also_those_beyond_the_limit() {
    let rows: Vec<_> =
        (0..SETS_MAX + 2).map(|n| BackupRow { name: format!("s{n}"), ..row(BackupMethod::Rsnapshot) }).collect();
    let Outcome::Known(backups) = collected(&host(), Read::Measured(rows)) else { panic!("not known") };
    assert_eq!(backups.sets.len(), SETS_MAX + 2);
    assert_eq!(code(&backups.sets[SETS_MAX].generations), ReasonCode::TooLarge);
}

#[test]
fn only_places_and_not_every_file_wake() {
    let host = restic_host();
    let look = Look::new(&host);
    let registers =
        Registers { backup_sets: Read::Measured(vec![row(BackupMethod::Restic)]), ..Registers::not_given("test") };
    let _ = collect(&look, &Needs { registers, time_references: Vec::new(), now: now() });
    let (sources, _) = look.finish();
    // Where this runs on Windows, names of files are joined as there.
    let places: Vec<_> = sources.iter().map(|source| source.place.replace('\\', "/")).collect();
    assert_eq!(places, ["/etc/localtime", "/b", "/b/config", "/b/snapshots", "/etc/tenken/backup-keys/files"]);
}

#[test]
fn the_zone_is_that_of_the_host() {
    let utc = Recording::new(now()).folder_with("/b", other_disk).file("/b/20261122-0300.tar", "x");
    let set = one(&utc, row(BackupMethod::DatedFolders));
    assert_eq!(set.newest, Read::Measured(Some(at("2026-11-22T03:00:00Z"))));
    assert!(zone(&Look::new(&host())).unwrap().instant(NaiveDateTime::default()).is_some());
    assert!(zone(&Look::new(&host().denied("/etc/localtime"))).is_err());
}

#[test]
fn the_newest_file_within_tells_what_a_generation_holds() {
    let newest_file = |host: &Recording, method| one(host, row(method)).newest_file;
    let night = host()
        .folder_with("/b/2026-11-21", changed("2026-11-21T18:10:00Z"))
        .file_with("/b/2026-11-21/new", "x", changed("2026-11-21T09:00:00Z"))
        .folder_with("/b/2026-11-22", changed("2026-11-22T18:10:00Z"))
        .file_with("/b/2026-11-22/a", "x", changed("2026-05-01T00:00:00Z"))
        .file_with("/b/2026-11-22/deep/er/b", "x", changed("2026-06-01T00:00:00Z"))
        .file_with("/b/2026-11-22/camera", "x", changed("2031-01-01T00:00:00Z"))
        .link("/b/2026-11-22/c", "/b/2026-11-21/new");
    let june = Read::Measured(Some(at("2026-06-01T00:00:00Z")));
    assert_eq!(newest_file(&night, BackupMethod::DatedFolders), june, "of the newest, and not still to come");
    let two = host().file_with("/b/db-20261122.sql", "x", changed("2026-11-22T18:00:00Z")).file_with(
        "/b/files-20261122.tar",
        "x",
        changed("2026-11-22T19:00:00Z"),
    );
    assert_eq!(newest_file(&two, BackupMethod::DatedFolders), Read::Measured(Some(at("2026-11-22T19:00:00Z"))));
    let links = host().link("/b/2026-11-22/c", "/etc/passwd");
    let without = newest_file(&links, BackupMethod::DatedFolders);
    assert_eq!(code(&without), ReasonCode::Inconclusive, "no file at all");
    let hollow = newest_file(&host().folder("/b/2026-11-22/srv/share"), BackupMethod::DatedFolders);
    assert_eq!(code(&hollow), ReasonCode::Inconclusive, "the source was not mounted");
    let future = host().file_with("/b/2026-11-22/camera", "x", changed("2031-01-01T00:00:00Z"));
    assert_eq!(code(&newest_file(&future, BackupMethod::DatedFolders)), ReasonCode::Inconclusive);
    let denied = newest_file(&night.clone().denied("/b/2026-11-22/deep"), BackupMethod::DatedFolders);
    assert_eq!(code(&denied), ReasonCode::NotPermitted);
    let levels = host().file_with("/b/daily.0/srv/a", "x", changed("2026-06-01T00:00:00Z"));
    assert_eq!(newest_file(&levels, BackupMethod::Rsnapshot), june);
    let (nobody, gone) = (Read::Measured(None), row(BackupMethod::DatedFolders));
    assert_eq!(one(&host(), BackupRow { location: "/mnt/gone".to_owned(), ..gone }).newest_file, nobody);
}
