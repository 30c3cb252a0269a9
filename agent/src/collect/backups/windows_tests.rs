use tenken_model::fact::system::SystemFamily;
use tenken_model::register::{Isolation, Registers};
use tenken_model::{ReasonCode, Span};

use super::*;
use crate::collect::Wake;
use crate::host::recorded::{Answer, Recording};
use crate::host::windows_api::{RegistryData, RegistryKey, RegistryPath, RegistryValue, WmiQuestion, WmiValue};

const BORG: &str = "[repository]\nversion = 1\nid = 7f\n";
const SNAPSHOT: &str = "cc30d62c50c22627bd269b79653f8454420da50b97c089148a07c2e2e6fd5d17";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn now() -> Instant {
    at("2026-11-23T00:00:00Z")
}

fn host() -> Recording {
    let mut host = Recording::new(now());
    host.family = SystemFamily::Windows;
    host
}

fn with_key(mut host: Recording, path: &str) -> Recording {
    host.windows.registry.insert(RegistryPath::machine(path), Answer::Given(RegistryKey::default()));
    host
}

/// The host in a time zone so many minutes ahead of UTC.
fn in_zone(mut host: Recording, minutes: u32) -> Recording {
    let bias = RegistryValue { name: "Bias".to_owned(), data: RegistryData::Number(0_u32.wrapping_sub(minutes)) };
    let zone = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation");
    host.windows.registry.insert(zone, Answer::Given(RegistryKey { values: vec![bias], ..RegistryKey::default() }));
    host
}

fn with_service(host: Recording, name: &str) -> Recording {
    with_key(host, &format!(r"SYSTEM\CurrentControlSet\Services\{name}"))
}

/// A host of which Veeam Agent has that to say, oldest first: level, time.
fn with_veeam(records: &[(u8, &str)]) -> Recording {
    let mut host = with_service(host(), "VeeamEndpointBackupSvc");
    let records = records.iter().map(|(level, time)| {
        format!(
            "<Event><System><Provider Name='Veeam Agent'/><EventID>190</EventID><Level>{level}</Level><TimeCreated \
             SystemTime='{time}'/><Channel>Veeam Agent</Channel></System><EventData><Data>Veeam Agent 'Daily' finished with \
             Success.</Data></EventData></Event>"
        )
    });
    host.windows.records.insert("Veeam Agent".to_owned(), records.collect());
    host
}

fn row(method: BackupMethod, location: &str) -> BackupRow {
    BackupRow {
        host: "sv1".to_owned(),
        name: "files".to_owned(),
        system: "健診".to_owned(),
        method,
        location: location.to_owned(),
        interval: Span::from_days(1),
        generations: 3,
        isolation: Isolation::OtherHost,
        note: String::new(),
    }
}

fn collected(host: &Recording, rows: Vec<BackupRow>) -> (Outcome<Backups>, Vec<Wake>) {
    let registers = Registers { backup_sets: Read::Measured(rows), ..Registers::not_given("test") };
    let look = Look::new(host);
    let outcome = windows::collect(&look, &Needs { registers, time_references: Vec::new(), now: now() });
    (outcome, look.finish().1.into_iter().collect())
}

fn one(host: &Recording, row: BackupRow) -> BackupSet {
    match collected(host, vec![row]).0 {
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

#[test]
fn veeam_tells_when_it_last_made_a_backup_and_not_how_many_it_keeps() {
    let host = with_veeam(&[(4, "2026-11-20T13:00:00Z"), (3, "2026-11-21T13:00:00Z"), (2, "2026-11-22T13:00:00Z")]);
    let set = one(&host, row(BackupMethod::VeeamAgent, r"\\nas\veeam"));
    assert_eq!(set.newest, Read::Measured(Some(at("2026-11-21T13:00:00Z"))));
    // The share is not there now, which is an error of this time.
    assert_eq!((code(&set.generations), code(&set.oldest)), (ReasonCode::Missing, ReasonCode::Missing));
    assert_eq!(set.same_disk, Read::Measured(false));
    // A repository of a backup server or a cloud is no path.
    let cloud = one(&host, row(BackupMethod::VeeamAgent, "Default Backup Repository"));
    assert_eq!(cloud.newest, set.newest);
    assert_eq!((code(&cloud.generations), code(&cloud.oldest)), (ReasonCode::Unsupported, ReasonCode::Unsupported));
    assert_eq!(code(&cloud.same_disk), ReasonCode::NotConfigured);
}

#[test]
fn one_job_of_veeam_does_not_make_every_set_that_is_declared() {
    let host = with_veeam(&[(4, "2026-11-22T13:00:00Z")]);
    let daily = BackupRow { name: "daily".to_owned(), ..row(BackupMethod::VeeamAgent, r"\\nas\veeam") };
    let (Outcome::Known(backups), _) = collected(&host, vec![daily, row(BackupMethod::VeeamAgent, r"\\nas\files")])
    else {
        panic!("not known")
    };
    assert_eq!(backups.sets[0].newest, Read::Measured(Some(at("2026-11-22T13:00:00Z"))));
    assert_eq!(code(&backups.sets[1].newest), ReasonCode::Inconclusive);
}

#[test]
fn veeam_without_a_success_is_unknown_until_it_is_too_long_ago_for_any_policy() {
    let of = |records: &[(u8, &str)]| one(&with_veeam(records), row(BackupMethod::VeeamAgent, r"E:\veeam")).newest;
    assert_eq!(code(&of(&[])), ReasonCode::Inconclusive);
    assert_eq!(code(&of(&[(2, "2026-11-20T13:00:00Z"), (2, "2026-11-22T13:00:00Z")])), ReasonCode::Inconclusive);
    assert_eq!(code(&of(&[(2, "2026-09-23T13:00:00Z")])), ReasonCode::Inconclusive, "60 days and one");
    let long = [(2, "2026-09-22T13:00:00Z"), (2, "2026-11-22T13:00:00Z")];
    assert_eq!(of(&long), Read::Measured(Some(at("2026-09-22T13:00:00Z"))));
    let mut broken = with_veeam(&[]);
    broken.windows.records.clear();
    let broken = one(&broken, row(BackupMethod::VeeamAgent, r"E:\veeam"));
    assert!(matches!(broken.newest, Read::NotRead(_)), "{broken:?}");
}

#[test]
fn programs_that_do_not_tell_are_unknown_by_their_names() {
    for (method, service, name) in [
        (BackupMethod::AcronisCyberProtect, "AcrSch2Svc", "Acronis Cyber Protect"),
        (BackupMethod::ArcserveUdp, "CASAD2DWebSvc", "Arcserve UDP Agent"),
        (BackupMethod::BackupExec, "BackupExecAgentAccelerator", "Veritas Backup Exec"),
        (BackupMethod::NetBackup, "NetBackup Client Service", "Veritas NetBackup"),
    ] {
        let there = one(&with_service(host(), service), row(method, r"\\sv-bk\x"));
        assert_eq!((code(&there.newest), code(&there.generations)), (ReasonCode::Unsupported, ReasonCode::Unsupported));
        assert!(there.evidence.contains(name), "{}", there.evidence);
        let (gone, wakes) = collected(&host(), vec![row(method, r"\\sv-bk\x")]);
        let Outcome::Known(gone) = gone else { panic!("{gone:?}") };
        assert_eq!(code(&gone.sets[0].newest), ReasonCode::Missing);
        assert!(gone.sets[0].evidence.contains(name), "{}", gone.sets[0].evidence);
        let path = RegistryPath::machine(format!(r"SYSTEM\CurrentControlSet\Services\{service}"));
        assert!(wakes.contains(&Wake::Registry(path)), "that it comes wakes: {wakes:?}");
    }
    let by_key = with_key(host(), r"SOFTWARE\Veritas\NetBackup\CurrentVersion");
    assert_eq!(code(&one(&by_key, row(BackupMethod::NetBackup, r"\\x\y")).newest), ReasonCode::Unsupported);
    let mut denied = host();
    let service = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Services\CASAD2DWebSvc");
    let refusal = ReadError::new(ReadErrorKind::NotPermitted, "read", "access is denied");
    denied.windows.registry.insert(service, Answer::Refused(refusal));
    assert_eq!(code(&one(&denied, row(BackupMethod::ArcserveUdp, r"\\x\y")).newest), ReasonCode::NotPermitted);
}

#[test]
fn a_program_that_nobody_declared_a_set_of_is_no_absence() {
    assert!(matches!(collected(&host(), Vec::new()).0, Outcome::Absent(_)));
    let outcome = collected(&with_service(host(), "CASAD2DWebSvc"), Vec::new()).0;
    let Outcome::Failed(reason) = outcome else { panic!("{outcome:?}") };
    assert_eq!(reason.code, ReasonCode::NotConfigured);
    assert!(reason.detail.contains("Arcserve UDP Agent"), "{}", reason.detail);
}

#[test]
fn restic_is_read_by_its_files() {
    let snapshot = format!("E:/repo/snapshots/{SNAPSHOT}");
    let repository = host()
        .file("E:/repo/config", "x")
        .file_with(&snapshot, "x", |metadata| metadata.modified = at("2026-11-22T18:00:00Z"))
        .file("E:/repo/snapshots/other", "x");
    let set = one(&repository, row(BackupMethod::Restic, r"E:\repo"));
    assert_eq!((set.generations, set.newest), (Read::Measured(1), Read::Measured(Some(at("2026-11-22T18:00:00Z")))));
    assert!(set.evidence.starts_with("inferred "), "{}", set.evidence);
    let rows = vec![row(BackupMethod::Restic, r"E:\repo"), row(BackupMethod::Restic, r"e:\repo\")];
    let Outcome::Known(twice) = collected(&repository, rows).0 else { panic!() };
    assert!(twice.sets.iter().all(|set| code(&set.newest) == ReasonCode::NotConfigured), "{twice:?}");
    let none = one(&host().file("E:/repo/x", "x"), row(BackupMethod::Restic, r"E:\repo"));
    assert_eq!((none.generations, none.newest), (Read::Measured(0), Read::Measured(None)));
    let denied = repository.denied("E:/repo/snapshots");
    assert_eq!(code(&one(&denied, row(BackupMethod::Restic, r"E:\repo")).newest), ReasonCode::NotPermitted);
    let gone = one(&host(), row(BackupMethod::Restic, r"E:\repo"));
    assert_eq!(gone.generations, Read::Measured(0));
    let away = BackupRow { isolation: Isolation::Offline, ..row(BackupMethod::Restic, r"E:\repo") };
    assert_eq!(code(&one(&host(), away).generations), ReasonCode::Missing);
}

#[test]
fn borg_tells_nothing_without_being_run() {
    let there = one(&host().file("E:/repo/config", BORG), row(BackupMethod::Borg, r"E:\repo"));
    assert_eq!((code(&there.generations), code(&there.newest)), (ReasonCode::Unsupported, ReasonCode::Unsupported));
    let other = one(&host().file("E:/repo/config", "[core]"), row(BackupMethod::Borg, r"E:\repo"));
    assert_eq!(other.generations, Read::Measured(0));
    let zfs = one(&host().folder("E:/repo"), row(BackupMethod::Zfs, r"E:\repo"));
    assert_eq!(code(&zfs.newest), ReasonCode::Unsupported);
}

const VOLUME: &str = r"\\?\Volume{1d7e4a6c-0b60-4f0c-9d1e-6a5f3b2c1d05}\";

/// A host whose E: is the disk that Windows Server Backup goes to.
fn with_server_backup(records: &[(u32, &str, &str)], copies: &[&str]) -> Recording {
    let mut host = host();
    let volume = |letter: char, device: &str, disk: u32| {
        serde_json::from_value(serde_json::json!({
            "letter": letter, "device": device, "kind": 3, "file_system": "NTFS", "size": 1_000_000, "disk": disk
        }))
        .unwrap()
    };
    host.windows.volumes = Some(Answer::Given(vec![volume('C', r"\\?\Volume{c}\", 0), volume('E', VOLUME, 1)]));
    let records = records.iter().map(|(id, time, target)| {
        format!(
            "<Event><System><Provider Name='Microsoft-Windows-Backup'/><EventID>{id}</EventID><TimeCreated SystemTime='{time}'/>\
             <Channel>Microsoft-Windows-Backup</Channel></System><EventData><Data Name='BackupTarget'>{target}</Data>\
             </EventData></Event>"
        )
    });
    host.windows.records.insert("Microsoft-Windows-Backup".to_owned(), records.collect());
    let row = |time: &&str| {
        let text = |text: &str| WmiValue::Text(text.to_owned());
        [("VolumeName".to_owned(), text(VOLUME)), ("InstallDate".to_owned(), text(time))].into()
    };
    host.windows.wmi.insert(WmiQuestion::ShadowCopies, Answer::Given(copies.iter().map(row).collect()));
    host
}

#[test]
fn server_backup_keeps_its_versions_as_shadow_copies_of_the_disk_it_goes_to() {
    let runs =
        [(4, "2026-11-20T13:00:00Z", "E:"), (4, "2026-11-21T13:00:00Z", "E:"), (4, "2026-11-22T13:00:00Z", "E:")];
    let copies = ["20261120125500.000000+000", "20261121125500.000000+000", "20261122215500.000000+540"];
    let set = |runs: &[(u32, &str, &str)], copies: &[&str]| {
        one(&with_server_backup(runs, copies), row(BackupMethod::WindowsServerBackup, r"E:\"))
    };
    let all = set(&runs, &copies);
    assert_eq!((&all.generations, &all.failed_runs), (&Read::Measured(3), &Read::Measured(0)));
    assert_eq!(
        (&all.newest, &all.oldest),
        (&Read::Measured(Some(at(runs[2].1))), &Read::Measured(Some(at(runs[0].1))))
    );
    assert_eq!(code(&all.size_percent), ReasonCode::Unsupported);
    assert_eq!(all.always_written, Read::Measured(true), "it stays attached");
    assert_eq!(set(&runs, &copies[1..]).generations, Read::Measured(2), "the oldest was given up");
    let untold = set(&runs, &[]);
    assert_eq!((&untold.newest, code(&untold.generations)), (&all.newest, ReasonCode::Inconclusive));
    let other = set(&[(4, "2026-11-22T13:00:00Z", "F:")], &copies);
    assert_eq!(code(&other.newest), ReasonCode::Inconclusive, "it went to another disk");
    let cut = set(&runs[1..], &copies);
    assert_eq!(code(&cut.generations), ReasonCode::Unsupported, "one is older than the records");
}

#[test]
fn server_backup_keeps_the_last_alone_on_a_share() {
    let runs = [(4, "2026-11-21T13:00:00Z", r"\\nas\backup"), (4, "2026-11-22T13:00:00Z", r"\\nas\backup")];
    let set = one(&with_server_backup(&runs, &[]), row(BackupMethod::WindowsServerBackup, r"\\nas\backup"));
    assert_eq!(
        (&set.generations, &set.newest),
        (&Read::Measured(1), &Read::Measured(Some(at("2026-11-22T13:00:00Z"))))
    );
    assert_eq!((&set.same_disk, &set.always_written), (&Read::Measured(false), &Read::Measured(true)));
}

#[test]
fn runs_of_server_backup_that_failed_are_told() {
    let runs = [(4, "2026-11-20T13:00:00Z", "E:"), (5, "2026-11-21T13:00:00Z", ""), (517, "2026-11-22T13:00:00Z", "")];
    let set = |runs: &[(u32, &str, &str)]| {
        one(&with_server_backup(runs, &[]), row(BackupMethod::WindowsServerBackup, r"E:\"))
    };
    let failed = set(&runs);
    assert_eq!((&failed.failed_runs, &failed.newest), (&Read::Measured(2), &Read::Measured(Some(at(runs[0].1)))));
    let never = set(&runs[1..]);
    assert_eq!((&never.failed_runs, code(&never.newest)), (&Read::Measured(2), ReasonCode::Inconclusive));
}

#[test]
fn restore_points_of_veeam_are_counted_where_they_can_be_seen() {
    let host = with_veeam(&[(4, "2026-11-22T13:00:00Z")])
        .file("E:/veeam/Daily/Daily2026-11-20T220000.vbk", "x")
        .file("E:/veeam/Daily/DailyD2026-11-21T220000_6A1F.vib", "x")
        .file("E:/veeam/Daily/Daily2026-11-22T220000.vib", "x")
        .file("E:/veeam/Daily/Daily.vbm", "x")
        .file("E:/veeam/Daily/deeper/Daily2026-11-19T220000.vbk", "x");
    let host = in_zone(host, 540);
    let set = one(&host, row(BackupMethod::VeeamAgent, r"E:\veeam"));
    assert_eq!(
        (&set.generations, &set.newest),
        (&Read::Measured(3), &Read::Measured(Some(at("2026-11-22T13:00:00Z"))))
    );
    assert_eq!(set.oldest, Read::Measured(Some(at("2026-11-20T13:00:00Z"))));
    assert_eq!(code(&set.size_percent), ReasonCode::Unsupported);
    // With a set beside it only the folder that is called like it counts.
    let daily = BackupRow { name: "daily".to_owned(), ..row(BackupMethod::VeeamAgent, r"E:\veeam") };
    let other = row(BackupMethod::VeeamAgent, r"E:\other");
    let Outcome::Known(backups) = collected(&host, vec![daily, other]).0 else { panic!("not known") };
    assert_eq!(backups.sets[0].generations, Read::Measured(3));
}

fn refused(kind: ReadErrorKind) -> ReadError {
    ReadError::new(kind, "ask", "it was refused")
}

#[test]
fn only_what_the_agent_may_not_count_is_left_to_a_person() {
    use BackupMethod::{VeeamAgent, WindowsServerBackup};
    use ReasonCode::{Inconclusive, Missing, NoAnswer, TimedOut, TooLarge, Unsupported};
    let of = |host: &Recording, method, location: &str| {
        let set = one(host, row(method, location));
        let Read::NotRead(reason) = &set.generations else { panic!("{set:?}") };
        assert!(reason.detail.starts_with("count generations: "), "{}", reason.detail);
        assert_eq!(set.newest, Read::Measured(Some(at("2026-11-22T13:00:00Z"))), "of this nothing is lost");
        reason.code
    };
    let server = with_server_backup(&[(4, "2026-11-22T13:00:00Z", "E:")], &[]);
    for (kind, expected) in [
        (ReadErrorKind::NotPermitted, Unsupported),
        (ReadErrorKind::TimedOut, TimedOut),
        (ReadErrorKind::NoAnswer, NoAnswer),
    ] {
        let mut host = server.clone();
        host.windows.wmi.insert(WmiQuestion::ShadowCopies, Answer::Refused(refused(kind)));
        assert_eq!(of(&host, WindowsServerBackup, r"E:\"), expected);
    }
    let mut unseen = server.clone();
    unseen.windows.volumes = Some(Answer::Refused(refused(ReadErrorKind::TimedOut)));
    assert_eq!(of(&unseen, WindowsServerBackup, r"E:\"), TimedOut);
    let mut gone = server;
    gone.windows.volumes = Some(Answer::Given(Vec::new()));
    assert_eq!(of(&gone, WindowsServerBackup, r"E:\"), Missing);
    let veeam = in_zone(with_veeam(&[(4, "2026-11-22T13:00:00Z")]), 0);
    assert_eq!(of(&veeam, VeeamAgent, r"E:\elsewhere"), Missing);
    assert_eq!(of(&veeam.clone().folder("E:/veeam"), VeeamAgent, r"E:\veeam"), Inconclusive);
    assert_eq!(of(&veeam.clone().folder("E:/veeam").denied("E:/veeam"), VeeamAgent, r"E:\veeam"), Unsupported);
    let many = (0..50).fold(veeam.clone(), |host, number| host.folder(format!("E:/veeam/{number}")));
    assert_eq!(of(&many, VeeamAgent, r"E:\veeam"), TooLarge);
    let copies = one(&unseen, row(BackupMethod::DatedFolders, r"E:\backup"));
    assert_eq!(code(&copies.always_written), TimedOut, "it may be a share");
}

#[test]
fn a_disk_of_server_backup_that_is_away_is_where_it_was() {
    let offline = BackupRow { isolation: Isolation::Offline, ..row(BackupMethod::WindowsServerBackup, r"E:\") };
    let registers = Registers { backup_sets: Read::Measured(vec![offline]), ..Registers::not_given("test") };
    let needs = Needs { registers, time_references: Vec::new(), now: now() };
    let mut host = with_server_backup(&[(4, "2026-11-22T13:00:00Z", "E:")], &["20261122125500.000000+000"]);
    let look_at = |host: &Recording, before: &BackupMemory| {
        let (outcome, memory) = windows::collect_after(&Look::new(host), &needs, Some(before));
        let Outcome::Known(mut backups) = outcome else { panic!("{outcome:?}") };
        (backups.sets.remove(0), memory.unwrap())
    };
    let (there, memory) = look_at(&host, &BackupMemory::default());
    assert_eq!((&there.same_disk, &there.attached_since), (&Read::Measured(false), &Read::Measured(Some(now()))));
    let Some(Answer::Given(volumes)) = &mut host.windows.volumes else { panic!() };
    volumes.truncate(1);
    let (away, memory) = look_at(&host, &memory);
    assert_eq!((&away.same_disk, &away.attached_since), (&Read::Measured(false), &Read::Measured(None)));
    assert_eq!(away.newest, there.newest);
    assert_eq!(look_at(&host, &memory).0.same_disk, Read::Measured(false), "nor is it forgotten");
    assert_eq!(code(&look_at(&host, &BackupMemory::default()).0.same_disk), ReasonCode::Missing, "it was never seen");
    host.windows.volumes = Some(Answer::Refused(refused(ReadErrorKind::TimedOut)));
    let (unsure, _) = look_at(&host, &memory);
    assert_eq!((code(&unsure.same_disk), code(&unsure.attached_since)), (ReasonCode::TimedOut, ReasonCode::TimedOut));
}

#[test]
fn a_drive_whose_medium_is_out_keeps_its_letter_and_is_away_all_the_same() {
    let offline = BackupRow { isolation: Isolation::Offline, ..row(BackupMethod::DatedFolders, r"E:\backup") };
    let needs = |now| {
        let registers =
            Registers { backup_sets: Read::Measured(vec![offline.clone()]), ..Registers::not_given("test") };
        Needs { registers, time_references: Vec::new(), now }
    };
    let look_at = |host: &Recording, now: Instant, before: &BackupMemory| {
        let (outcome, memory) = windows::collect_after(&Look::new(host), &needs(now), Some(before));
        let Outcome::Known(mut backups) = outcome else { panic!("{outcome:?}") };
        (backups.sets.remove(0), memory.unwrap())
    };
    let made = at("2026-11-22T09:00:00Z");
    let with_volumes = with_server_backup(&[], &[]);
    let mut host =
        with_volumes.clone().folder("E:/backup").file_with("E:/backup/2026-11-22.zip", "x", move |metadata| {
            metadata.modified = made;
        });
    host = in_zone(host, 0);
    let (there, memory) = look_at(&host, now(), &BackupMemory::default());
    assert_eq!((&there.generations, &there.attached_since), (&Read::Measured(1), &Read::Measured(Some(now()))));
    let mut empty = with_volumes;
    let Some(Answer::Given(volumes)) = &mut empty.windows.volumes else { panic!() };
    volumes[1].size = Size::from_bytes(0);
    let later = Span::from_days(1).after(now());
    let (away, memory) = look_at(&empty, later, &memory);
    assert_eq!((&away.generations, &away.attached_since), (&Read::Measured(1), &Read::Measured(None)));
    assert_eq!((&away.newest, &away.same_disk), (&there.newest, &Read::Measured(false)));
    let (again, _) = look_at(&empty, later, &memory);
    assert_eq!(again.newest, there.newest, "nor is it forgotten");
}
