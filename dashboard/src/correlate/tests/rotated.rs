//! Media that backups go to in turn.

use tenken_model::fact::removable_media::RemovableMedia;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::register::RegisterKind;

use super::located::medium;
use super::media::{attached, with};
use super::settle::{Desk, observed};
use super::*;
use crate::registers::Register;
use crate::registers::belongings::{BackupSet, Medium};
use crate::store::MediumSeen;

const NOW: &str = "2026-03-16 10:00";

fn set(media: &[&str]) -> Listed<BackupSet> {
    let row = BackupSet {
        host: "sv-kenshin01".into(),
        name: "週次".into(),
        offline: true,
        media: media.iter().map(|number| (*number).to_owned()).collect(),
    };
    listed(4, "週次", row)
}

fn disk(id: i64, number: &str, serial: &str) -> Listed<Medium> {
    listed(id, number, Medium { number: number.into(), serial: serial.into(), ..medium() })
}

fn seen(serial: &str, since: &str, last: &str, attached: bool) -> MediumSeen {
    MediumSeen { serial: serial.into(), attached_since: at(since), last_seen: at(last), attached }
}

fn of(set: Listed<BackupSet>, media_seen: Vec<MediumSeen>) -> Vec<Finding> {
    let agency = Agency {
        backups: kept([set]),
        media: kept([disk(1, "M-003", "AAA 1"), disk(2, "M-007", "BBB2"), disk(3, "M-009", "")]),
        ..agency(NOW)
    };
    judge(Correlation::BackupMediaRotated, &agency, &Machine { media_seen, ..with(Vec::new()) })
}

const FAILS: [&str; 1] = ["fail 週次"];

#[test]
fn two_media_must_have_been_attached_lately() {
    let two = || set(&["M-003", "ｍ-007"]);
    let old = |last| seen("aaa1", "2026-03-01 09:00", last, false);
    let new = |attached| seen("bbb2", "2026-03-13 09:00", "2026-03-13 11:00", attached);
    assert_eq!(told(&of(two(), vec![old("2026-03-06 11:00"), new(false)])), ["pass"]);
    assert_eq!(told(&of(two(), vec![old("2026-03-02 10:00"), new(true)])), ["pass"], "14 days ago");
    let found = of(two(), vec![old("2026-03-02 09:59"), new(false)]);
    assert_eq!(told(&found), FAILS);
    assert_eq!(
        found[0].says.ja,
        "バックアップ「週次」に、同じ媒体「M-007」だけが使われています(最後の接続: 2026-03-13 11:00)。"
    );
    assert_eq!(paths(&found[0]), ["removable_media.media[bbb2]", "registers.backups/4", "registers.media/2"]);
    let none = of(two(), vec![old("2026-03-02 09:59")]);
    assert_eq!(told(&none), FAILS);
    assert!(none[0].says.ja.contains("最後の接続: 「M-003」 2026-03-02 09:59"), "{}", none[0].says.ja);
    assert_eq!(told(&of(two(), Vec::new())), FAILS);
    assert_eq!(told(&of(two(), vec![seen("ccc3", "2026-03-13 09:00", "2026-03-13 11:00", true)])), FAILS, "another");
}

#[test]
fn none_may_stay_attached() {
    let stays = seen("aaa1", "2026-03-02 09:59", NOW, true);
    let new = seen("bbb2", "2026-03-13 09:00", "2026-03-13 11:00", false);
    let found = of(set(&["M-003", "M-007"]), vec![stays.clone(), new]);
    assert_eq!(told(&found), FAILS);
    assert!(found[0].says.ja.contains("2026-03-02 09:59から取り外されていません"), "{}", found[0].says.ja);
    assert_eq!(told(&of(set(&["M-003"]), vec![stays])), FAILS);
    let weekly = seen("aaa1", "2026-03-13 09:00", "2026-03-13 11:00", false);
    assert_eq!(told(&of(set(&["M-003"]), vec![weekly])), ["pass"], "one medium is only to be taken off");
}

#[test]
fn what_is_not_known_yet_is_unknown() {
    let young = Listed { changed_at: at("2026-03-02 10:01"), ..set(&["M-003", "M-007"]) };
    assert_eq!(told(&of(young, Vec::new())), ["unknown 週次"]);
    for unknown in ["M-009", "M-404"] {
        assert_eq!(told(&of(set(&["M-003", unknown]), Vec::new())), ["unknown 週次"], "{unknown}");
    }
    let agency = |backups, media| Agency { media, backups, ..agency(NOW) };
    let judge = |agency: &Agency, machine: &Machine| told(&judge(Correlation::BackupMediaRotated, agency, machine));
    let sets = || kept([set(&["M-003"])]);
    assert_eq!(judge(&agency(sets(), not_kept()), &with(Vec::new())), ["unknown"]);
    assert_eq!(judge(&agency(not_kept(), kept([])), &with(Vec::new())), ["not_applicable"]);
    let untold = Machine { media: Look::missing(tenken_model::Topic::RemovableMedia), ..with(Vec::new()) };
    assert_eq!(judge(&agency(sets(), kept([])), &untold), ["unknown"]);
    let other = Machine { name: "SV-OTHER".into(), ..with(Vec::new()) };
    assert_eq!(judge(&agency(sets(), kept([])), &other), ["not_applicable"]);
    assert_eq!(judge(&agency(kept([set(&[])]), kept([])), &with(Vec::new())), ["not_applicable"]);
    let mut online = set(&["M-003"]);
    online.row.offline = false;
    assert_eq!(judge(&agency(kept([online]), kept([])), &with(Vec::new())), ["not_applicable"]);
}

#[tokio::test]
async fn what_was_attached_is_kept_when_it_is_told_no_more() {
    let desk = Desk::new(&["h-1"]).await;
    desk.begin(Register::Joined(RegisterKind::BackupSets)).await;
    for (number, serial) in [("M-003", "AAA1"), ("M-007", "BBB2")] {
        let cells = [("number", number), ("kind", "drive"), ("content", "x"), ("place", "x"), ("serial", serial)];
        desk.add("media", &cells).await;
    }
    let cells = [
        ("host", "H-1"),
        ("name", "週次"),
        ("system", "健診"),
        ("method", "dated_folders"),
        ("location", "/mnt/offline"),
        ("interval", "7d"),
        ("generations", "7"),
        ("isolation", "offline"),
        ("media", "M-003、M-007"),
    ];
    desk.add("backups", &cells).await;
    let host = HostId::new("h-1").unwrap();
    let tell = async |serials: &[&str], now: &str| {
        let media = serials.iter().map(|serial| attached(Read::Measured(Some(*serial)))).collect();
        let told = RemovableMedia {
            usb_guard: Read::Measured(None),
            drivers: Vec::new(),
            policies: None,
            media,
            media_left_out: 0,
            past: None,
            past_left_out: None,
            past_dated_since: None,
        };
        let mut transaction = desk.store.write().await.unwrap();
        let fact = KeptFact::of(&AnyObservation::RemovableMedia(observed(told, now))).unwrap();
        transaction.set_fact(&host, &fact, at(now)).await.unwrap();
        desk.judge(transaction, &host, now).await;
        desk.store.read().await.unwrap().media_seen(&host).await.unwrap()
    };
    let ours = async || {
        let failing = desk.state("h-1").await.0;
        failing.into_iter().filter(|it| it.starts_with("backup_media_rotated")).count()
    };
    assert_eq!(tell(&["ZZZ9"], "2026-03-16 10:00").await, [], "the register names another");
    assert_eq!(ours().await, 1);
    let first = seen("aaa1", "2026-03-20 10:00", "2026-03-20 10:00", true);
    assert_eq!(tell(&["AAA1"], "2026-03-20 10:00").await, std::slice::from_ref(&first));
    assert_eq!(tell(&["AAA1", "ZZZ9"], "2026-03-20 10:30").await, [first], "it is not written each time");
    let longer = seen("aaa1", "2026-03-20 10:00", "2026-03-20 12:00", true);
    assert_eq!(tell(&["AAA1"], "2026-03-20 12:00").await, std::slice::from_ref(&longer));
    let gone = MediumSeen { attached: false, ..longer };
    assert_eq!(tell(&[], "2026-03-20 13:00").await, std::slice::from_ref(&gone));
    let second = seen("bbb2", "2026-03-27 10:00", "2026-03-27 10:00", true);
    assert_eq!(tell(&["BBB2"], "2026-03-27 10:00").await, [gone, second]);
    assert_eq!(ours().await, 0, "both were attached within 14 days");
    let again = tell(&["AAA1"], "2026-04-03 10:00").await;
    assert_eq!(again[0], seen("aaa1", "2026-04-03 10:00", "2026-04-03 10:00", true));
    assert_eq!(ours().await, 0);
    tell(&["AAA1"], "2026-04-17 10:01").await;
    assert_eq!(ours().await, 1, "it stays attached");
}
