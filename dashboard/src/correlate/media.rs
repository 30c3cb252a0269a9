//! Removable media that are attached to hosts, or were, beside the register of media.
//!
//! Of what was attached once, Windows remembers the serial number, and often the last time. Only what was attached lately is
//! told, as far back as the rule says: each PC remembers sticks of years ago, which nobody has any more.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::removable_media::{Medium as Attached, PastMedium, RemovableMedia};
use tenken_model::finding::Evidence;
use tenken_model::{Finding, Instant, Language, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::located::names_host;
use super::machine::{Look, Machine};
use super::verdicts::{Doubt, Verdicts, evidence, minute, row, several};
use crate::registers::belongings::Medium;
use crate::registers::fold;
use crate::registers::typed::{Incident, Listed};

/// Each medium that is attached, or lately was, must be one of the register.
pub(super) fn registered(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if machine.media == Look::Absent && machine.fleet.is_none() {
        return verdicts.not_applicable();
    }
    let is_told = machine.media == Look::Absent || verdicts.needs_fact(&machine.media, Language::correlate_media);
    // Where nothing is attached the register is not asked for, but once.
    let looks_back = verdicts.span("remembered_within") > Span::ZERO;
    let lately = machine.media.known().filter(|_| looks_back);
    let lately = lately.map(|known| Lately::of(known, verdicts.back_to("remembered_within")));
    let is_there = machine.media.known().is_some_and(|known| !known.media.is_empty())
        || lately.as_ref().is_some_and(|lately| !lately.is_empty());
    let is_kept = !(machine.fleet.is_some() || is_there) || verdicts.needs(&agency.media);
    let Some(known) = machine.media.known().filter(|_| is_kept && is_told) else { return verdicts.finish(Vec::new()) };
    for attached in &known.media {
        medium(&mut verdicts, attached);
    }
    let cut = |language: Language| language.correlate_cut(&language.correlate_media());
    if known.media_left_out > 0 {
        verdicts.doubts(Doubt::new(ReasonCode::TooLarge, cut));
    }
    if let Some(lately) = lately {
        past(&mut verdicts, known, &lately);
    }
    verdicts.finish(Vec::new())
}

/// What a register and the incidents say of a serial number.
enum Standing<'a> {
    /// It is one of the register.
    Registered,
    /// It is one, and is lost by an incident since a day.
    Lost(&'a Listed<Medium>, &'a Listed<Incident>),
    /// It was one, and is destroyed or closed since.
    Gone(&'a Listed<Medium>, Gone),
    /// It never was.
    Never,
}

/// Since when a medium is gone by its row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gone {
    /// It was destroyed on that day, on which it may have been attached to be erased.
    On(NaiveDate),
    /// Its row was closed then.
    At(Instant),
}

impl Gone {
    fn of(listed: &Listed<Medium>) -> Option<Self> {
        listed.row.destroyed_on.map(Self::On).or(listed.closed_at.map(Self::At))
    }

    fn day(self) -> NaiveDate {
        match self {
            Self::On(day) => day,
            Self::At(at) => japan::date_of(at),
        }
    }

    fn is_before(self, seen: Instant) -> bool {
        match self {
            Self::On(day) => japan::date_of(seen) > day,
            Self::At(at) => seen > at,
        }
    }
}

fn standing<'a>(agency: &'a Agency, serial: &str, seen: Instant) -> Standing<'a> {
    let wanted = comparable(serial);
    let same: Vec<&Listed<Medium>> =
        rows(&agency.media).filter(|listed| comparable(&listed.row.serial) == wanted).collect();
    if let Some(open) = same.iter().find(|listed| listed.is_open() && listed.row.destroyed_on.is_none()) {
        let lost = rows(&agency.incidents).find(|incident| is_lost(&incident.row, &open.row, japan::date_of(seen)));
        return lost.map_or(Standing::Registered, |incident| Standing::Lost(open, incident));
    }
    let gone = same.iter().filter_map(|listed| Some((Gone::of(listed)?, *listed)));
    let last = gone.max_by_key(|(gone, _)| (gone.day(), *gone));
    last.map_or(Standing::Never, |(gone, listed)| Standing::Gone(listed, gone))
}

/// An incident says that the medium was lost before that day, by its number or its serial number, and it was not found until then.
fn is_lost(incident: &Incident, medium: &Medium, day: NaiveDate) -> bool {
    let is_named = names_host(&incident.summary, &medium.number) || names_host(&incident.summary, &medium.serial);
    incident.loss && is_named && incident.opened_on < day && incident.recovered_on.is_none_or(|found| day < found)
}

/// A serial number without what differs between the disk and the name of its key, in which blanks and commas are underlines.
fn comparable(serial: &str) -> String {
    fold(serial).replace(['_', ','], "")
}

fn medium(verdicts: &mut Verdicts<'_>, attached: &Attached) {
    let agency = verdicts.agency;
    let kind = kind(attached.vendor.as_deref(), attached.model.as_deref());
    let kind = if kind.is_empty() { attached.device.clone() } else { kind };
    let host = &verdicts.machine.name;
    let serial = match &attached.serial {
        Read::Measured(serial) => serial.as_deref().map(str::trim).filter(|serial| !comparable(serial).is_empty()),
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
    let words = |more: Vec<(&'static str, String)>| {
        [vec![("serial", serial.to_owned()), ("kind", kind.clone()), ("host", host.clone())], more].concat()
    };
    let mut on = on(attached, Some(serial));
    match standing(agency, serial, agency.now) {
        Standing::Registered => {}
        Standing::Lost(listed, incident) => {
            on.extend([row(listed), row(incident)]);
            verdicts.fails(serial, "lost", &words(of_lost(listed, incident)), on);
        }
        Standing::Gone(listed, _) => {
            on.push(row(listed));
            verdicts.fails(serial, "gone", &words(vec![("number", listed.row.number.clone())]), on);
        }
        Standing::Never => verdicts.fails(serial, "unregistered", &words(Vec::new()), on),
    }
}

/// The media that were attached lately, or that may have been.
struct Lately<'a> {
    dated: Vec<(&'a PastMedium, Instant)>,
    undated: Vec<&'a PastMedium>,
    /// Why some are not known.
    missed: Option<ReasonCode>,
}

impl<'a> Lately<'a> {
    /// Those of after a time.
    fn of(known: &'a RemovableMedia, first: Instant) -> Self {
        let (all, missed) = match &known.past {
            None => (&[][..], None),
            Some(Read::NotRead(reason)) => (&[][..], Some(reason.code)),
            Some(Read::Measured(all)) => {
                (all.as_slice(), known.past_left_out.filter(|more| *more > 0).map(|_| ReasonCode::TooLarge))
            }
        };
        let dated = all.iter().filter_map(|past| Some((past, past.last_attached?)));
        // Where each one since then has its time, one without has not been there since.
        let is_told_since = known.past_dated_since.is_some_and(|since| since <= first);
        let undated = all.iter().filter(|past| past.last_attached.is_none() && !is_told_since);
        Self { dated: dated.filter(|(_, seen)| *seen >= first).collect(), undated: undated.collect(), missed }
    }

    fn is_empty(&self) -> bool {
        self.dated.is_empty() && self.undated.is_empty() && self.missed.is_none()
    }
}

fn past(verdicts: &mut Verdicts<'_>, known: &RemovableMedia, lately: &Lately<'_>) {
    let (agency, host) = (verdicts.agency, verdicts.machine.name.clone());
    let is_attached = |serial: &str| {
        let serial = comparable(serial);
        let is_same = |attached: &Attached| match &attached.serial {
            Read::Measured(Some(own)) => comparable(own) == serial,
            Read::Measured(None) | Read::NotRead(_) => false,
        };
        known.media.iter().any(is_same)
    };
    let mut unnumbered = Vec::new();
    for (medium, seen) in &lately.dated {
        match serial_of(medium) {
            Some(serial) if is_attached(serial) => {}
            Some(serial) => once(verdicts, medium, serial, *seen),
            None => unnumbered.push((*medium, *seen)),
        }
    }
    if let Some((_, last)) = unnumbered.iter().max_by_key(|(_, seen)| *seen) {
        let kinds: Vec<String> = unnumbered.iter().map(|(medium, _)| told_kind(medium)).collect();
        let words =
            |language| vec![("host", host.clone()), ("kind", several(&kinds, language)), ("seen", minute(*last))];
        verdicts.is_unsure_in(&format!("{host} past"), "past_no_serial", words, Vec::new());
    }
    let is_open = |past: &&&PastMedium| match serial_of(past) {
        Some(serial) => !is_attached(serial) && !matches!(standing(agency, serial, agency.now), Standing::Registered),
        None => true,
    };
    let undated: Vec<&&PastMedium> = lately.undated.iter().filter(is_open).collect();
    if !undated.is_empty() {
        let kind = |past: &&&PastMedium| match serial_of(past) {
            Some(serial) => format!("{} {serial}", told_kind(past)).trim().to_owned(),
            None => told_kind(past),
        };
        let kinds: Vec<String> = undated.iter().map(kind).collect();
        let words = |language| vec![("host", host.clone()), ("kind", several(&kinds, language))];
        verdicts.is_unsure_in(&format!("{host} undated"), "past_undated", words, Vec::new());
    }
    if let Some(code) = lately.missed {
        verdicts.doubts(Doubt::new(code, |language| language.correlate_cut(&language.correlate_past_media())));
    }
}

/// One that was attached once, by its serial number.
fn once(verdicts: &mut Verdicts<'_>, medium: &PastMedium, serial: &str, seen: Instant) {
    let (agency, host) = (verdicts.agency, verdicts.machine.name.clone());
    let words = |more: Vec<(&'static str, String)>| {
        let own = [("serial", serial.to_owned()), ("kind", told_kind(medium)), ("host", host.clone())];
        [own.to_vec(), vec![("seen", minute(seen))], more].concat()
    };
    let path = |field: &str| format!("removable_media.past[{serial}].{field}");
    let at = Evidence { volatile: true, ..evidence(path("last_attached"), minute(seen)) };
    let mut on = vec![evidence(path("serial"), serial), at];
    match standing(agency, serial, seen) {
        Standing::Lost(listed, incident) => {
            on.extend([row(listed), row(incident)]);
            verdicts.fails(serial, "past_lost", &words(of_lost(listed, incident)), on);
        }
        Standing::Gone(listed, gone) if gone.is_before(seen) => {
            on.push(row(listed));
            let more = vec![("number", listed.row.number.clone()), ("day", gone.day().to_string())];
            verdicts.fails(serial, "past_gone", &words(more), on);
        }
        // It was there while it was one of the register.
        Standing::Registered | Standing::Gone(..) => {}
        Standing::Never => verdicts.fails(serial, "past_unregistered", &words(Vec::new()), on),
    }
}

fn of_lost(listed: &Listed<Medium>, incident: &Listed<Incident>) -> Vec<(&'static str, String)> {
    let Incident { number, opened_on, .. } = &incident.row;
    vec![("number", listed.row.number.clone()), ("incident", number.clone()), ("day", opened_on.to_string())]
}

fn serial_of(medium: &PastMedium) -> Option<&str> {
    medium.serial.as_deref().map(str::trim).filter(|serial| !comparable(serial).is_empty())
}

fn kind(vendor: Option<&str>, model: Option<&str>) -> String {
    let parts = [vendor, model].into_iter().flatten().map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

fn told_kind(medium: &PastMedium) -> String {
    let kind = kind(medium.vendor.as_deref(), medium.model.as_deref());
    if kind.is_empty() { "USB".to_owned() } else { kind }
}

/// The medium on its host.
fn on(attached: &Attached, serial: Option<&str>) -> Vec<Evidence> {
    let path = |field: &str| format!("removable_media.media[{}].{field}", attached.device);
    let serial = serial.map(|serial| evidence(path("serial"), serial));
    let texts = [("vendor", &attached.vendor), ("model", &attached.model)].into_iter();
    let texts = texts.filter_map(|(field, text)| Some(evidence(path(field), text.clone()?)));
    serial.into_iter().chain(texts).collect()
}
