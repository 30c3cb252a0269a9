//! Media that were attached to hosts once.

use tenken_model::fact::removable_media::PastMedium;

use super::located::medium;
use super::media::{attached, with};
use super::*;
use crate::registers::belongings::Medium;
use crate::registers::typed::Incident;

const NOW: &str = "2026-03-16 10:00";

fn once(serial: Option<&str>, seen: Option<&str>) -> PastMedium {
    PastMedium {
        serial: serial.map(str::to_owned),
        vendor: Some("BUFFALO".into()),
        model: Some("USB Flash Disk".into()),
        last_attached: seen.map(at),
    }
}

fn remembering(past: Vec<PastMedium>) -> Machine {
    let mut machine = with(Vec::new());
    if let Look::Known(told, _) = &mut machine.media {
        (told.past, told.past_left_out) = (Some(Read::Measured(past)), Some(0));
    }
    machine
}

fn lost(recovered: Option<&str>, summary: &str) -> Listed<Incident> {
    let row = Incident {
        number: "2026-03".into(),
        opened_on: day("2026-03-05"),
        loss: true,
        summary: summary.into(),
        emergency: false,
        accounts: String::new(),
        recovered_on: recovered.map(day),
    };
    listed(9, "2026-03", row)
}

fn judged(rows: Vec<Listed<Medium>>, machine: &Machine) -> Vec<Finding> {
    let agency = Agency { media: kept(rows), ..agency(NOW) };
    judge(Correlation::RemovableMediaRegistered, &agency, machine)
}

fn registered() -> Vec<Listed<Medium>> {
    vec![listed(1, "M-001", medium())]
}

#[test]
fn one_that_never_was_registered_fails_with_the_day_and_the_host() {
    let seen =
        remembering(vec![once(Some("XYZ9"), Some("2026-03-10 11:05")), once(Some("OLD1"), Some("2019-04-01 09:00"))]);
    let found = judged(registered(), &seen);
    assert_eq!(told(&found), ["fail XYZ9"], "years ago counts for nothing");
    let says = &found[0].says;
    assert_eq!(
        says.ja,
        "媒体台帳にない媒体が「SV-KENSHIN01」に接続されました(BUFFALO USB Flash Disk、製造番号 XYZ9。最後の接続は2026-03-10 11:05)。"
    );
    assert!(says.en.contains("\"SV-KENSHIN01\"") && says.en.contains("last on 2026-03-10 11:05"), "{}", says.en);
    assert_eq!(paths(&found[0])[0], "removable_media.past[XYZ9].serial");
    for serial in ["abc123", "ABC123 ", "ＡＢＣ１２３", "ABC_123"] {
        assert_eq!(
            told(&judged(registered(), &remembering(vec![once(Some(serial), Some("2026-03-10 11:05"))]))),
            ["pass"]
        );
    }
}

#[test]
fn one_that_is_attached_is_told_once() {
    let mut seen = with(vec![attached(Read::Measured(Some("XYZ9")))]);
    if let Look::Known(told, _) = &mut seen.media {
        told.past = Some(Read::Measured(vec![once(Some("xyz9"), Some("2026-03-16 09:00")), once(Some("xyz9"), None)]));
    }
    let found = judged(registered(), &seen);
    assert_eq!(told(&found), ["fail XYZ9"]);
    assert!(found[0].says.ja.contains("接続されています"), "{}", found[0].says.ja);
}

#[test]
fn one_that_is_gone_fails_where_it_was_attached_afterwards() {
    let destroyed = || listed(1, "M-001", Medium { destroyed_on: Some(day("2026-03-05")), ..medium() });
    let closed = || Listed { closed_at: Some(at("2026-03-05 10:00")), ..listed(1, "M-001", medium()) };
    let on = |row: Listed<Medium>, seen: &str| judged(vec![row], &remembering(vec![once(Some("ABC123"), Some(seen))]));
    assert_eq!(told(&on(destroyed(), "2026-03-05 23:00")), ["pass"], "it was erased on that day");
    assert_eq!(told(&on(closed(), "2026-03-05 09:59")), ["pass"]);
    for found in [on(destroyed(), "2026-03-06 00:10"), on(closed(), "2026-03-05 10:01")] {
        assert_eq!(told(&found), ["fail ABC123"]);
        assert!(found[0].says.ja.contains("2026-03-05に廃棄または閉鎖した媒体「M-001」"), "{}", found[0].says.ja);
    }
    let anew = vec![closed(), listed(2, "M-009", medium())];
    assert_eq!(told(&judged(anew, &remembering(vec![once(Some("ABC123"), Some("2026-03-06 00:10"))]))), ["pass"]);
}

#[test]
fn one_that_is_lost_fails_until_it_is_found() {
    let office = |incident| Agency { media: kept(registered()), incidents: kept([incident]), ..agency(NOW) };
    let of = |incident, machine: &Machine| judge(Correlation::RemovableMediaRegistered, &office(incident), machine);
    let seen = |day: &str| remembering(vec![once(Some("ABC123"), Some(day))]);
    let by_number = || lost(None, "USBメモリーM-001を訪問先で紛失");
    assert_eq!(told(&of(by_number(), &seen("2026-03-05 18:00"))), ["pass"], "before it was missed");
    let found = of(by_number(), &seen("2026-03-06 09:00"));
    assert_eq!(told(&found), ["fail ABC123"]);
    assert!(found[0].says.ja.contains("紛失した媒体「M-001」(事故「2026-03」、2026-03-05)"), "{}", found[0].says.ja);
    assert_eq!(told(&of(lost(None, "製造番号abc123の媒体"), &seen("2026-03-06 09:00"))), ["fail ABC123"]);
    for other in [lost(None, "M-0010を紛失"), lost(None, ""), lost(Some("2026-03-06"), "M-001を紛失")] {
        assert_eq!(told(&of(other, &seen("2026-03-06 09:00"))), ["pass"]);
    }
    let drill = by_number();
    let drill = Listed { row: Incident { loss: false, ..drill.row.clone() }, ..drill };
    assert_eq!(told(&of(drill, &seen("2026-03-06 09:00"))), ["pass"]);
    let attached = with(vec![attached(Read::Measured(Some("ABC123")))]);
    let found = of(by_number(), &attached);
    assert_eq!(told(&found), ["fail ABC123"]);
    assert!(found[0].says.ja.contains("が「SV-KENSHIN01」に接続されています"), "{}", found[0].says.ja);
}

#[test]
fn what_cannot_be_told_apart_or_has_no_day_is_unknown_and_never_a_match() {
    let of = |past| judged(registered(), &remembering(past));
    let found = of(vec![once(None, Some("2026-03-10 11:05")), once(Some(" _"), Some("2026-03-11 11:05"))]);
    assert_eq!(told(&found), ["unknown SV-KENSHIN01 past"]);
    assert!(found[0].says.ja.contains("最後の接続は2026-03-11 11:05"), "{}", found[0].says.ja);
    assert_eq!(told(&of(vec![once(None, Some("2020-03-10 11:05"))])), ["pass"]);
    // A row of the register without a serial number is none of them.
    let unnumbered = Medium { serial: String::new(), ..medium() };
    let past = || remembering(vec![once(None, Some("2026-03-10 11:05"))]);
    assert_eq!(told(&judged(vec![listed(1, "M-001", unnumbered)], &past())), ["unknown SV-KENSHIN01 past"]);
    let many: Vec<PastMedium> = (0..9).map(|at| once(Some(&format!("S{at}")), None)).collect();
    let found = of(many);
    assert_eq!(told(&found), ["unknown SV-KENSHIN01 undated"], "all in one");
    let says = &found[0].says;
    assert!(says.ja.contains("Disk S3、BUFFALO USB Flash Disk S4 ほか4件"), "{}", says.ja);
    assert!(says.en.contains("Disk S3, BUFFALO USB Flash Disk S4 and 4 more"), "{}", says.en);
    assert_eq!(told(&of(vec![once(Some("ABC123"), None)])), ["pass"], "it is registered, whenever it was");
}

#[test]
fn one_without_a_day_has_not_been_there_since_a_record_of_all_began() {
    let since = |since: &str| {
        let mut machine = remembering(vec![once(Some("XYZ9"), None), once(None, None)]);
        if let Look::Known(told, _) = &mut machine.media {
            told.past_dated_since = Some(at(since));
        }
        told(&judged(registered(), &machine))
    };
    assert_eq!(since("2026-02-01 10:00"), ["pass"]);
    assert_eq!(since("2026-03-01 10:00"), ["unknown SV-KENSHIN01 undated"]);
}

#[test]
fn what_was_not_read_is_unknown_and_how_far_back_it_counts_can_be_set() {
    let mut refused = with(Vec::new());
    let mut cut = remembering(Vec::new());
    if let (Look::Known(refused, _), Look::Known(cut, _)) = (&mut refused.media, &mut cut.media) {
        refused.past = Some(Read::not_read(ReasonCode::NotPermitted, "x"));
        cut.past_left_out = Some(12);
    }
    for machine in [&refused, &cut] {
        let found = judged(registered(), machine);
        assert_eq!(told(&found), ["unknown"]);
        assert!(found[0].says.ja.contains("以前に接続された媒体の一覧"), "{}", found[0].says.ja);
    }
    let seen = remembering(vec![once(Some("XYZ9"), Some("2026-01-10 11:05")), once(None, None)]);
    let rule: tenken_model::RuleId = "removable_media_registered".parse().unwrap();
    let within = |span: &str| {
        let set = [(rule.clone(), [("remembered_within".to_owned(), serde_json::json!(span))].into())];
        let agency = Agency { media: kept(registered()), parameters: set.into(), ..agency(NOW) };
        told(&judge(Correlation::RemovableMediaRegistered, &agency, &seen))
    };
    assert_eq!(within("0s"), ["pass"]);
    assert_eq!(within("92d"), ["unknown SV-KENSHIN01 undated", "fail XYZ9"]);
    let agency = Agency { media: not_kept(), ..agency(NOW) };
    let seen = remembering(vec![once(Some("XYZ9"), Some("2026-03-10 11:05"))]);
    assert_eq!(told(&judge(Correlation::RemovableMediaRegistered, &agency, &seen)), ["unknown"]);
}
