//! Where media and equipment are.

use super::disposed::host;
use super::personal::own;
use super::*;
use crate::correlate::located::names_host;
use crate::registers::belongings::{Medium, Review, Takeout};
use crate::registers::hosts::{HostRow, HostStatus};

/// A medium that was taken out in the last days of the year.
pub(super) fn medium() -> Medium {
    Medium {
        number: "M-001".into(),
        holder: "見本 つばき".into(),
        taken_on: Some(day("2025-12-24")),
        due_on: Some(day("2025-12-26")),
        returned_on: None,
        sent: String::new(),
        destroyed_on: None,
        serial: "ABC123".into(),
    }
}

/// The host of the tests, carried about.
fn carried(status: HostStatus) -> Listed<HostRow> {
    let mut listed = host(5, "sv-kenshin01", status, "2026-03-01 09:00");
    listed.row.portable = true;
    listed
}

fn taken(what: &str, starts: &str, ends: Option<&str>) -> Listed<Takeout> {
    let ends = ends.map(day);
    listed(4, what, Takeout { personal: false, starts: day(starts), ends, ..own(what) })
}

fn judged(agency: &Agency) -> Vec<Finding> {
    judge(Correlation::MediaAndEquipmentLocated, agency, &machine("2025-12-26 10:00", [], Vec::new()))
}

#[test]
fn a_medium_that_is_not_back_two_business_days_after_its_day_fails() {
    // The 29th to the 3rd are no business days, nor is the weekend.
    for (now, expected) in [
        ("2025-12-26 10:00", "pass"),
        ("2026-01-05 10:00", "pass"),
        ("2026-01-06 23:59", "pass"),
        ("2026-01-07 00:00", "fail M-001"),
    ] {
        let agency = Agency { media: kept([listed(1, "M-001", medium())]), ..agency(now) };
        let found = judged(&agency);
        assert_eq!(told(&found), [expected], "{now}");
        if expected != "pass" {
            assert_eq!(
                found[0].says.ja,
                "「M-001」が返却予定日(2025-12-26)を過ぎても戻っていません(持出者: 見本 つばき)。"
            );
            assert_eq!(paths(&found[0]), ["registers.media/1"]);
        }
    }
}

#[test]
fn what_is_back_or_is_to_stay_away_is_no_failure() {
    let of = |change: fn(&mut Medium)| {
        let mut row = medium();
        change(&mut row);
        told(&judged(&Agency { media: kept([listed(1, "M-001", row)]), ..agency("2026-02-02 10:00") }))
    };
    assert_eq!(of(|it| it.returned_on = it.taken_on), ["pass"]);
    assert_eq!(of(|it| it.returned_on = Some(day("2025-12-01"))), ["fail M-001"], "it went out again since");
    assert_eq!(of(|it| it.destroyed_on = Some(day("2026-01-05"))), ["pass"]);
    assert_eq!(of(|it| it.taken_on = Some(day("2026-02-03"))), ["pass"], "it goes out tomorrow");
    assert_eq!(of(|it| it.taken_on = None), ["fail M-001"], "a day of return alone says that it is out");
    assert_eq!(of(|it| it.due_on = None), ["unknown M-001"]);
    assert_eq!(of(|it| (it.due_on, it.sent) = (None, "郵送".into())), ["pass"], "it was sent away");
    assert_eq!(of(|it| (it.due_on, it.taken_on) = (None, None)), ["pass"], "it never left");
    let closed = Listed { closed_at: Some(at("2026-01-05 09:00")), ..listed(1, "M-001", medium()) };
    assert_eq!(told(&judged(&Agency { media: kept([closed]), ..agency("2026-02-02 10:00") })), ["pass"]);
}

#[test]
fn a_host_that_was_taken_out_is_to_be_back_too() {
    let of = |row: Listed<Takeout>| told(&judged(&Agency { takeouts: kept([row]), ..agency("2026-03-16 10:00") }));
    assert_eq!(of(taken("PC-1", "2026-03-09", Some("2026-03-12"))), ["pass"], "Thursday, and it is Monday");
    assert_eq!(of(taken("PC-1", "2026-03-09", Some("2026-03-11"))), ["fail PC-1 2026-03-09"]);
    assert_eq!(of(taken("PC-1", "2026-03-09", None)), ["unknown PC-1 2026-03-09"]);
    let mut back = taken("PC-1", "2026-03-09", Some("2026-03-11"));
    back.row.returned_on = Some(day("2026-03-11"));
    assert_eq!(of(back), ["pass"]);
    let mut personal = taken("PC-1", "2026-03-09", Some("2026-03-11"));
    personal.row.personal = true;
    assert_eq!(of(personal), ["pass"], "people's own devices are another rule's");
}

#[test]
fn a_portable_host_that_is_silent_must_be_out_by_the_register() {
    let of = |heard: &str, row: Listed<HostRow>, out: Vec<Listed<Takeout>>| {
        let agency = Agency { hosts: kept([row]), takeouts: kept(out), ..agency("2026-03-31 10:00") };
        let machine = Machine { fleet: None, ..machine(heard, [], Vec::new()) };
        judge(Correlation::MediaAndEquipmentLocated, &agency, &machine)
    };
    let there = || carried(HostStatus::InUse);
    assert_eq!(told(&of("2026-03-01 10:00", there(), Vec::new())), ["pass"], "30 days ago");
    let found = of("2026-03-01 09:59", there(), Vec::new());
    assert_eq!(told(&found), ["fail sv-kenshin01"]);
    assert!(found[0].says.ja.contains("から2026-03-01 09:59以降報告がありません"), "{}", found[0].says.ja);
    let old = "2026-01-05 10:00";
    let out = |what: &str, ends: &str| vec![taken(what, "2026-01-05", Some(ends))];
    assert_eq!(told(&of(old, there(), out("貸出PC(SV-Kenshin01)", "2026-04-30"))), ["pass"]);
    assert_eq!(told(&of(old, there(), out("SV-KENSHIN012", "2026-04-30"))), ["fail sv-kenshin01"]);
    assert_eq!(told(&of(old, carried(HostStatus::Stored), Vec::new())), ["not_applicable"], "it was put away");
    let mut desktop = there();
    desktop.row.portable = false;
    assert_eq!(told(&of(old, desktop, Vec::new())), ["not_applicable"]);
    let closed = Listed { closed_at: Some(at("2026-01-06 09:00")), ..there() };
    assert_eq!(told(&of(old, closed, Vec::new())), ["not_applicable"]);
    let agency = Agency { hosts: kept([there()]), takeouts: not_kept(), ..agency("2026-03-31 10:00") };
    let silent = Machine { fleet: None, ..machine(old, [], Vec::new()) };
    let judge = |machine: &Machine| told(&judge(Correlation::MediaAndEquipmentLocated, &agency, machine));
    assert_eq!(judge(&silent), ["unknown"], "whether it is out is not known");
    assert_eq!(judge(&machine_of("2026-03-30 10:00")), ["pass"], "nobody has to ask");
}

fn machine_of(heard: &str) -> Machine {
    Machine { fleet: None, ..machine(heard, [], Vec::new()) }
}

#[test]
fn a_count_that_is_on_record_is_to_be_repeated() {
    let of = |reviews: Vec<(&str, bool)>| {
        let listed = reviews
            .into_iter()
            .map(|(on, of_assets)| listed(9, &format!("棚卸 {on}"), Review { of_assets, reviewed_on: day(on) }));
        let listed: Vec<_> = listed.collect();
        told(&judged(&Agency { reviews: kept(listed), ..agency("2026-09-14 10:00") }))
    };
    assert_eq!(of(vec![]), ["pass"], "a person attests it");
    assert_eq!(of(vec![("2026-03-14", true)]), ["pass"]);
    assert_eq!(of(vec![("2026-03-13", true), ("2025-03-13", true)]), ["fail 棚卸 2026-03-13"]);
    assert_eq!(of(vec![("2026-03-13", true), ("2026-09-01", false)]), ["fail 棚卸 2026-03-13"]);
    assert_eq!(of(vec![("2026-03-13", true), ("2026-09-15", true)]), ["fail 棚卸 2026-03-13"], "that day has not come");
    let mut agency = agency("2026-09-14 10:00");
    agency.reviews = not_kept();
    assert_eq!(told(&judged(&agency)), ["pass"]);
    agency.media = not_kept();
    agency.takeouts = kept([taken("PC-1", "2026-03-09", Some("2026-03-11"))]);
    assert_eq!(told(&judged(&agency)), ["unknown", "fail PC-1 2026-03-09"], "what is known is told");
}

#[test]
fn a_text_names_a_host_as_a_word_of_its_own() {
    for (text, host, expected) in [
        ("貸出PC 保健指導-予備", "保健指導-予備", true),
        ("ノートPC-1", "pc-1", true),
        ("PC-1、USB-2", "USB-2", true),
        ("PC-12", "PC-1", false),
        ("XPC-1", "PC-1", false),
        ("XPC-1とPC-1", "PC-1", true),
        ("PC-1", "", false),
    ] {
        assert_eq!(names_host(text, host), expected, "{text} {host}");
    }
}
