//! People's own devices at work.

use super::disposed::host;
use super::*;
use crate::registers::belongings::Takeout;
use crate::registers::hosts::HostStatus;

/// A PC of Matsu that was approved and about which he attested lately.
pub(super) fn own(what: &str) -> Takeout {
    Takeout {
        person: "見本 まつ".into(),
        personal: true,
        what: what.into(),
        starts: day("2026-01-05"),
        ends: Some(day("2026-12-28")),
        returned_on: None,
        attested_on: Some(day("2026-03-01")),
        approver: "加藤".into(),
        approved_on: Some(day("2026-01-04")),
    }
}

fn judged(rows: Vec<Listed<Takeout>>, fleet: &[(&str, &str)]) -> Vec<Finding> {
    let agency = Agency { takeouts: kept(rows), ..agency("2026-03-16 10:00") };
    let fleet = fleet.iter().map(|(name, heard)| ((*name).to_owned(), Some(at(heard)))).collect();
    let machine = Machine {
        fleet: Some(Fleet { heard: fleet, ..Fleet::default() }),
        ..machine("2026-03-16 10:00", [], Vec::new())
    };
    judge(Correlation::PersonalDevicesManaged, &agency, &machine)
}

fn of(change: impl FnOnce(&mut Takeout), fleet: &[(&str, &str)]) -> Vec<Finding> {
    let mut row = own("ノートPC MATSU-1");
    change(&mut row);
    judged(vec![listed(3, "ノートPC MATSU-1", row)], fleet)
}

const FAILS: [&str; 1] = ["fail 見本 まつ / ノートPC MATSU-1"];

#[test]
fn an_approved_device_is_managed_by_its_agent_or_its_owner() {
    assert_eq!(told(&of(|_| {}, &[])), ["pass"]);
    assert_eq!(told(&of(|it| it.attested_on = Some(day("2025-12-14")), &[])), ["pass"], "92 days ago");
    let none = |it: &mut Takeout| it.attested_on = None;
    assert_eq!(told(&of(none, &[("matsu-1", "2026-03-02 10:00")])), ["pass"], "its agent reports");
    assert_eq!(told(&of(none, &[("matsu-12", "2026-03-16 09:00"), ("tsu-1", "2026-03-16 09:00")])), FAILS);
    let silent = of(none, &[("matsu-1", "2026-03-02 09:59")]);
    assert_eq!(told(&silent), FAILS);
    assert!(silent[0].says.ja.contains("2026-03-02 09:59を最後に"), "{}", silent[0].says.ja);
    assert_eq!(told(&of(|_| {}, &[("matsu-1", "2026-03-01 10:00")])), ["pass"], "its owner attested");
}

#[test]
fn a_device_without_approval_or_beyond_its_time_fails() {
    for lacks in [|it: &mut Takeout| it.approver.clear(), |it: &mut Takeout| it.approved_on = None] {
        let found = of(lacks, &[("matsu-1", "2026-03-16 09:00")]);
        assert_eq!(told(&found), FAILS);
        assert!(found[0].says.ja.contains("承認されないまま"), "{}", found[0].says.ja);
    }
    let found = of(|it| it.ends = Some(day("2026-03-15")), &[]);
    assert_eq!(told(&found), FAILS);
    assert_eq!(paths(&found[0]), ["registers.takeouts/3"]);
    assert_eq!(told(&of(|it| it.ends = Some(day("2026-03-16")), &[])), ["pass"], "it ends today");
    assert_eq!(told(&of(|it| it.ends = None, &[])), ["pass"]);
    for attested in [None, Some(day("2025-12-13")), Some(day("2026-03-17"))] {
        assert_eq!(told(&of(|it| it.attested_on = attested, &[])), FAILS, "{attested:?}");
    }
}

#[test]
fn only_what_is_in_use_and_personal_counts() {
    let nobody = |it: &mut Takeout| it.approver.clear();
    let of = |change: fn(&mut Takeout)| {
        of(
            |it| {
                nobody(it);
                change(it);
            },
            &[],
        )
    };
    assert_eq!(told(&of(|it| it.personal = false)), ["not_applicable"]);
    assert_eq!(told(&of(|it| it.returned_on = Some(day("2026-03-01")))), ["not_applicable"]);
    assert_eq!(told(&of(|it| it.starts = day("2026-03-17"))), ["pass"], "it begins tomorrow");
    let closed = Listed { closed_at: Some(at("2026-03-02 10:00")), ..listed(3, "x", own("x")) };
    assert_eq!(told(&judged(vec![closed], &[])), ["not_applicable"]);
    assert_eq!(told(&judged(Vec::new(), &[])), ["not_applicable"]);
    let agency = Agency { takeouts: kept([listed(3, "x", own("x"))]), ..agency("2026-06-16 10:00") };
    let other = Machine { fleet: None, ..machine("2026-06-16 10:00", [], Vec::new()) };
    assert_eq!(told(&judge(Correlation::PersonalDevicesManaged, &agency, &other)), ["not_applicable"]);
}

#[test]
fn a_device_whose_use_ended_reports_no_more() {
    let closed = |what: &str| Listed { closed_at: Some(at("2026-03-02 10:00")), ..listed(3, what, own(what)) };
    let found = judged(vec![closed("ノートPC MATSU-1")], &[("matsu-1", "2026-03-10 09:00")]);
    assert_eq!(told(&found), FAILS);
    assert!(found[0].says.ja.contains("2026-03-02に使用を終えていますが"), "{}", found[0].says.ja);
    assert_eq!(told(&judged(vec![closed("MATSU-1")], &[("matsu-1", "2026-03-03 09:00")])), ["not_applicable"]);
    let again = vec![closed("MATSU-1"), listed(4, "MATSU-1", own("MATSU-1"))];
    assert_eq!(told(&judged(again, &[("matsu-1", "2026-03-10 09:00")])), ["pass"], "another row lets it in");
    let agency = Agency {
        takeouts: kept([closed("MATSU-1")]),
        hosts: kept([host(1, "Matsu-1", HostStatus::InUse, "2026-03-01 09:00")]),
        ..agency("2026-03-16 10:00")
    };
    let heard = [("matsu-1".to_owned(), Some(at("2026-03-10 09:00")))].into();
    let fleet = Fleet { heard, ..Fleet::default() };
    let machine = Machine { fleet: Some(fleet), ..machine("2026-03-16 10:00", [], Vec::new()) };
    assert_eq!(
        told(&judge(Correlation::PersonalDevicesManaged, &agency, &machine)),
        ["not_applicable"],
        "it has become the agency's"
    );
}
