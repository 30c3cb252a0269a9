//! Media that are attached to hosts.

use tenken_model::Size;
use tenken_model::fact::removable_media::{Medium as Attached, MediumBus, RemovableMedia};

use super::located::medium;
use super::*;
use crate::registers::belongings::Medium;

pub(super) fn attached(serial: Read<Option<&str>>) -> Attached {
    let serial = match serial {
        Read::Measured(serial) => Read::Measured(serial.map(str::to_owned)),
        Read::NotRead(reason) => Read::NotRead(reason),
    };
    Attached {
        device: "sdb".into(),
        bus: MediumBus::Usb,
        serial,
        vendor: Some("ACME ".into()),
        model: Some("Stick".into()),
        size: Read::Measured(Size::from_bytes(1 << 30)),
        mounts: 1,
        encryption: Read::Measured(None),
    }
}

pub(super) fn with(media: Vec<Attached>) -> Machine {
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
    let now = "2026-03-16 10:00";
    Machine { media: Look::Known(told, at(now)), fleet: None, ..machine(now, [], Vec::new()) }
}

fn judged(rows: Vec<Listed<Medium>>, machine: &Machine) -> Vec<Finding> {
    let agency = Agency { media: kept(rows), ..agency("2026-03-16 10:00") };
    judge(Correlation::RemovableMediaRegistered, &agency, machine)
}

#[test]
fn a_medium_must_be_in_the_register_by_its_serial_number() {
    let one = || vec![listed(1, "M-001", medium())];
    assert_eq!(told(&judged(one(), &with(vec![attached(Read::Measured(Some("abc123 ")))]))), ["pass"]);
    let found = judged(one(), &with(vec![attached(Read::Measured(Some("XYZ9")))]));
    assert_eq!(told(&found), ["fail XYZ9"]);
    assert_eq!(found[0].says.ja, "媒体台帳にない媒体が「SV-KENSHIN01」に接続されています(ACME Stick、製造番号 XYZ9)。");
    assert_eq!(paths(&found[0])[0], "removable_media.media[sdb].serial");
    assert_eq!(told(&judged(Vec::new(), &with(Vec::new()))), ["pass"]);
}

#[test]
fn a_medium_that_is_gone_on_paper_fails() {
    let seen = || with(vec![attached(Read::Measured(Some("ABC123")))]);
    let destroyed = Medium { destroyed_on: Some(day("2026-01-05")), ..medium() };
    let closed = Listed { closed_at: Some(at("2026-02-02 10:00")), ..listed(2, "M-001", medium()) };
    for gone in [listed(1, "M-001", destroyed), closed.clone()] {
        let found = judged(vec![gone], &seen());
        assert_eq!(told(&found), ["fail ABC123"]);
        assert!(found[0].says.ja.contains("廃棄または閉鎖した媒体「M-001」"), "{}", found[0].says.ja);
    }
    assert_eq!(told(&judged(vec![closed, listed(1, "M-001", medium())], &seen())), ["pass"], "it is registered anew");
}

#[test]
fn what_cannot_be_told_apart_is_unknown() {
    let of = |serial| told(&judged(vec![listed(1, "M-001", medium())], &with(vec![attached(serial)])));
    assert_eq!(of(Read::Measured(None)), ["unknown SV-KENSHIN01 sdb"]);
    assert_eq!(of(Read::Measured(Some(" "))), ["unknown SV-KENSHIN01 sdb"]);
    assert_eq!(of(Read::not_read(ReasonCode::NotPermitted, "x")), ["unknown sdb"]);
    // An empty number of the register is none.
    let unnumbered = Medium { serial: String::new(), ..medium() };
    let found = judged(vec![listed(1, "M-001", unnumbered)], &with(vec![attached(Read::Measured(Some("XYZ9")))]));
    assert_eq!(told(&found), ["fail XYZ9"]);
    let mut many = with(Vec::new());
    if let Look::Known(told, _) = &mut many.media {
        told.media_left_out = 3;
    }
    assert_eq!(told(&judged(Vec::new(), &many)), ["unknown"]);
}

#[test]
fn a_register_that_is_not_kept_is_told_where_something_is_attached() {
    let agency = Agency { media: not_kept(), ..agency("2026-03-16 10:00") };
    let judge = |machine: &Machine| told(&judge(Correlation::RemovableMediaRegistered, &agency, machine));
    assert_eq!(judge(&with(vec![attached(Read::Measured(Some("XYZ9")))])), ["unknown"]);
    assert_eq!(judge(&with(Vec::new())), ["pass"]);
    let teller = Machine { fleet: Some(Fleet::default()), ..with(Vec::new()) };
    assert_eq!(judge(&teller), ["unknown"], "one host tells it in any case");
    let none = Machine { media: Look::Absent, ..with(Vec::new()) };
    assert_eq!(judge(&none), ["not_applicable"]);
    let failed = Look::Failed(tenken_model::Reason::new(ReasonCode::NotPermitted, "x"));
    assert_eq!(judge(&Machine { media: failed, ..with(Vec::new()) }), ["unknown"]);
}
