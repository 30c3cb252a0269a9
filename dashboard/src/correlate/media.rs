//! Removable media that are attached to hosts, beside the register of media.

use tenken_engine::Rule;
use tenken_model::fact::removable_media::Medium as Attached;
use tenken_model::finding::Evidence;
use tenken_model::{Finding, Language, Read, ReasonCode};

use super::agency::{Agency, rows};
use super::machine::{Look, Machine};
use super::verdicts::{Doubt, Verdicts, evidence, row};
use crate::registers::belongings::Medium;
use crate::registers::fold;
use crate::registers::typed::Listed;

/// Each medium that is attached must be one of the register.
pub(super) fn registered(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if machine.media == Look::Absent && machine.fleet.is_none() {
        return verdicts.not_applicable();
    }
    let is_told = machine.media == Look::Absent || verdicts.needs_fact(&machine.media, Language::correlate_media);
    // Where nothing is attached the register is not asked for, but once.
    let is_asked = machine.fleet.is_some() || machine.media.known().is_some_and(|known| !known.media.is_empty());
    let is_kept = !is_asked || verdicts.needs(&agency.media);
    let Some(known) = machine.media.known().filter(|_| is_kept && is_told) else { return verdicts.finish(Vec::new()) };
    for attached in &known.media {
        medium(&mut verdicts, attached);
    }
    if known.media_left_out > 0 {
        let cut = |language: Language| language.correlate_cut(&language.correlate_media());
        verdicts.doubts(Doubt::new(ReasonCode::TooLarge, cut));
    }
    verdicts.finish(Vec::new())
}

fn medium(verdicts: &mut Verdicts<'_>, attached: &Attached) {
    let agency = verdicts.agency;
    let kind = [&attached.vendor, &attached.model].into_iter().flatten().map(|part| part.trim());
    let kind = kind.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let kind = if kind.is_empty() { attached.device.clone() } else { kind };
    let host = &verdicts.machine.name;
    let serial = match &attached.serial {
        Read::Measured(serial) => serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty()),
        Read::NotRead(reason) => {
            let doubt = Doubt::new(reason.code, |language| language.correlate_medium_not_read(&attached.device));
            return verdicts.doubts_of(&attached.device, doubt, Vec::new());
        }
    };
    let Some(serial) = serial else {
        // Whether it is one of the register nobody can tell.
        let words = [("kind", kind), ("host", host.clone())];
        return verdicts.is_unsure(&format!("{host} {}", attached.device), "no_serial", &words, on(attached, None));
    };
    let same = rows(&agency.media).filter(|listed| fold(&listed.row.serial) == fold(serial));
    let same: Vec<&Listed<Medium>> = same.collect();
    let counts = |listed: &&Listed<Medium>| listed.is_open() && listed.row.destroyed_on.is_none();
    if same.iter().any(counts) {
        return;
    }
    let words = |more: Vec<(&'static str, String)>| {
        [vec![("serial", serial.to_owned()), ("kind", kind.clone()), ("host", host.clone())], more].concat()
    };
    match same.first() {
        Some(gone) => {
            let words = words(vec![("number", gone.row.number.clone())]);
            let mut on = on(attached, Some(serial));
            on.push(row(gone));
            verdicts.fails(serial, "gone", &words, on);
        }
        None => verdicts.fails(serial, "unregistered", &words(Vec::new()), on(attached, Some(serial))),
    }
}

/// The medium on its host.
fn on(attached: &Attached, serial: Option<&str>) -> Vec<Evidence> {
    let path = |field: &str| format!("removable_media.media[{}].{field}", attached.device);
    let serial = serial.map(|serial| evidence(path("serial"), serial));
    let texts = [("vendor", &attached.vendor), ("model", &attached.model)].into_iter();
    let texts = texts.filter_map(|(field, text)| Some(evidence(path(field), text.clone()?)));
    serial.into_iter().chain(texts).collect()
}
