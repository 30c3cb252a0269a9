//! Updates of IoT devices.

use tenken_model::register::DeviceStatus;

use super::disposed::device;
use super::*;
use crate::registers::belongings::Device;

/// A device that was looked after the day before.
fn fresh() -> Device {
    Device {
        firmware: "1.3".into(),
        latest: "1.3".into(),
        checked_on: Some(day("2026-03-15")),
        ..device(7, None, DeviceStatus::InUse).row
    }
}

fn of(change: impl FnOnce(&mut Device)) -> Vec<Finding> {
    let mut row = fresh();
    change(&mut row);
    let agency = Agency { devices: kept([listed(7, "血圧計 BP-07", row)]), ..agency("2026-03-16 10:00") };
    judge(Correlation::IotUpdatesCurrent, &agency, &machine("2026-03-16 10:00", [], Vec::new()))
}

fn fails() -> Vec<String> {
    vec!["fail 血圧計 BP-07".to_owned()]
}

#[test]
fn a_device_with_the_newest_edition_that_was_looked_after_lately_passes() {
    assert_eq!(told(&of(|_| {})), ["pass"]);
    assert_eq!(told(&of(|it| it.firmware = " Ｖｅｒ 1.3".into())), fails());
    assert_eq!(told(&of(|it| (it.firmware, it.latest) = ("v1.3 ".into(), "Ｖ 1.3".into()))), ["pass"]);
    assert_eq!(told(&of(|it| it.checked_on = Some(day("2025-12-16")))), ["pass"], "90 days ago");
    assert_eq!(told(&of(|it| it.support_ends = Some(day("2026-03-16")))), ["pass"], "it ends today");
}

#[test]
fn what_nobody_looked_after_fails() {
    let found = of(|it| it.checked_on = Some(day("2025-12-15")));
    assert_eq!(told(&found), fails());
    assert_eq!(found[0].says.ja, "IoT機器「血圧計 BP-07」の更新を最後に確認したのは2025-12-15です。");
    assert_eq!(paths(&found[0]), ["registers.devices/7"]);
    for never in [None, Some(day("2026-03-17"))] {
        let found = of(|it| it.checked_on = never);
        assert_eq!(told(&found), fails());
        assert!(found[0].says.ja.contains("確認した日が"), "{}", found[0].says.ja);
    }
}

#[test]
fn an_old_edition_needs_a_day_or_a_measure() {
    let old = |it: &mut Device| it.firmware = "1.2".into();
    let found = of(old);
    assert_eq!(told(&found), fails());
    assert!(found[0].says.ja.contains("現在 1.2、最新 1.3"), "{}", found[0].says.ja);
    let planned = |on: &str| {
        of(|it| {
            old(it);
            it.update_on = Some(day(on));
        })
    };
    assert_eq!(told(&planned("2026-03-16")), ["pass"], "it is planned for today");
    let late = planned("2026-03-15");
    assert_eq!(told(&late), fails());
    assert!(late[0].says.ja.contains("予定日(2026-03-15)"), "{}", late[0].says.ja);
    let measured = of(|it| {
        old(it);
        it.measure = "専用のネットワークに分離".into();
    });
    assert_eq!(told(&measured), ["pass"]);
    for lacks in [|it: &mut Device| it.firmware = " ".into(), |it: &mut Device| it.latest.clear()] {
        assert_eq!(told(&of(lacks)), ["unknown 血圧計 BP-07"]);
    }
}

#[test]
fn a_device_without_support_needs_a_measure() {
    let ended = |it: &mut Device| it.support_ends = Some(day("2026-03-15"));
    let found = of(ended);
    assert_eq!(told(&found), fails());
    assert!(found[0].says.ja.contains("サポートは2026-03-15に終了"), "{}", found[0].says.ja);
    let measured = of(|it| {
        ended(it);
        it.measure = "外部との通信を遮断".into();
    });
    assert_eq!(told(&measured), ["pass"]);
    let forgotten = of(|it| {
        ended(it);
        it.measure = "外部との通信を遮断".into();
        it.checked_on = None;
    });
    assert_eq!(told(&forgotten), fails(), "a measure does not spare looking");
}

#[test]
fn only_devices_in_use_count_and_only_one_host_tells() {
    for status in [DeviceStatus::Retired, DeviceStatus::Faulty, DeviceStatus::Returned, DeviceStatus::Disposed] {
        assert_eq!(told(&of(|it| (it.checked_on, it.status) = (None, status))), ["not_applicable"]);
    }
    let unseen = Device { checked_on: None, ..fresh() };
    let mut agency = Agency { devices: kept([listed(7, "x", unseen)]), ..agency("2026-03-16 10:00") };
    let teller = machine("2026-03-16 10:00", [], Vec::new());
    let other = Machine { fleet: None, ..teller.clone() };
    let judge = |agency: &Agency, machine: &Machine| told(&judge(Correlation::IotUpdatesCurrent, agency, machine));
    assert_eq!(judge(&agency, &other), ["not_applicable"]);
    assert_eq!(judge(&Agency { devices: not_kept(), ..agency.clone() }, &other), ["not_applicable"]);
    let within = [("checked_within".to_owned(), serde_json::json!("30d"))];
    agency.devices = kept([listed(7, "x", Device { checked_on: Some(day("2026-02-13")), ..fresh() })]);
    assert_eq!(judge(&agency, &teller), ["pass"]);
    let rule = tenken_model::RuleId::new("iot_updates_current").unwrap();
    agency.parameters = [(rule, within.into())].into();
    assert_eq!(judge(&agency, &teller), fails());
}

#[test]
fn devices_of_one_name_are_told_apart() {
    let unseen = |mac: &str| Device { checked_on: None, mac: mac.into(), ..fresh() };
    let rows = [listed(7, "x", unseen("00:1b:44:11:3a:01")), listed(8, "x", unseen("00:1b:44:11:3a:02"))];
    let agency = Agency { devices: kept(rows), ..agency("2026-03-16 10:00") };
    let found = judge(Correlation::IotUpdatesCurrent, &agency, &machine("2026-03-16 10:00", [], Vec::new()));
    assert_eq!(told(&found), ["fail 血圧計 BP-07 (00:1b:44:11:3a:01)", "fail 血圧計 BP-07 (00:1b:44:11:3a:02)"]);
}
