//! Updates of IoT devices, as their register has them: no agent can look into such a device.

use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::Finding;
use tenken_model::register::DeviceStatus;

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Verdicts, row};
use crate::registers::belongings::Device;
use crate::registers::fold;
use crate::registers::typed::Listed;

/// Each device in use must have been looked after lately, and have the newest edition, a day for it, or something in its
/// place.
pub(super) fn current(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if machine.fleet.is_none() {
        return verdicts.not_applicable();
    }
    if !verdicts.needs(&agency.devices) {
        return verdicts.finish(Vec::new());
    }
    let open = rows(&agency.devices).filter(|listed| listed.is_open());
    let in_use: Vec<&Listed<Device>> = open.filter(|listed| listed.row.status == DeviceStatus::InUse).collect();
    if in_use.is_empty() {
        return verdicts.not_applicable();
    }
    for listed in &in_use {
        let same = in_use.iter().filter(|other| fold(&other.row.name) == fold(&listed.row.name)).count();
        let Device { name, mac, .. } = &listed.row;
        let subject = if same > 1 { format!("{name} ({mac})") } else { name.clone() };
        device(&mut verdicts, &subject, listed);
    }
    verdicts.finish(Vec::new())
}

/// What is wrong with a device, the worst of it.
fn device(verdicts: &mut Verdicts<'_>, subject: &str, listed: &Listed<Device>) {
    let (today, first) = (verdicts.agency.today(), japan::date_of(verdicts.back_to("checked_within")));
    let Device { name, firmware, latest, .. } = &listed.row;
    let words = |more: Vec<(&'static str, String)>| [vec![("device", name.clone())], more].concat();
    let on = || vec![row(listed)];
    let is_measured = !listed.row.measure.trim().is_empty();
    if let Some(ended) = listed.row.support_ends.filter(|ended| *ended < today && !is_measured) {
        verdicts.fails(subject, "unsupported", &words(vec![("day", ended.to_string())]), on());
        return;
    }
    // A day that is still to come was mistyped.
    match listed.row.checked_on.filter(|checked| *checked <= today) {
        None => return verdicts.fails(subject, "never_checked", &words(Vec::new()), on()),
        Some(checked) if checked < first => {
            return verdicts.fails(subject, "checked_long_ago", &words(vec![("day", checked.to_string())]), on());
        }
        Some(_) => {}
    }
    if is_measured || listed.row.update_on.is_some_and(|planned| planned >= today) {
        return;
    }
    let (installed, newest) = (fold(firmware), fold(latest));
    if installed.is_empty() || newest.is_empty() {
        return verdicts.is_unsure(subject, "not_recorded", &words(Vec::new()), on());
    }
    if installed != newest {
        let editions = vec![("installed", firmware.clone()), ("latest", latest.clone())];
        match listed.row.update_on {
            Some(planned) => {
                let more = [editions, vec![("day", planned.to_string())]].concat();
                verdicts.fails(subject, "update_late", &words(more), on());
            }
            None => verdicts.fails(subject, "outdated", &words(editions), on()),
        }
    }
}
