//! Media that backups go to in turn: which of them is attached is told by their hosts, and kept, because a disk that stays
//! attached falls with its host.

use tenken_engine::Rule;
use tenken_model::fact::removable_media::{Medium as Attached, RemovableMedia};
use tenken_model::{Finding, Instant, Language, Read, Span};

use super::agency::{Agency, rows};
use super::machine::{Look, Machine};
use super::verdicts::{Verdicts, evidence, minute, row};
use crate::registers::belongings::{BackupSet, Medium};
use crate::registers::fold;
use crate::registers::typed::Listed;
use crate::store::{Host, MediumSeen, StoreError, Transaction};

/// When a medium was last seen is written anew after so long.
const SEEN_ANEW_AFTER: Span = Span::from_secs(3_600);

/// Each set that goes to media in turn must have gone to two of them lately, and none may stay attached.
pub(super) fn rotated(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let sets = sets_of(agency, &machine.name);
    if sets.is_empty() && (machine.fleet.is_none() || agency.backups.measured().is_some()) {
        return verdicts.not_applicable();
    }
    if !verdicts.needs(&agency.backups) || !verdicts.needs(&agency.media) {
        return verdicts.finish(Vec::new());
    }
    if machine.media != Look::Absent && !verdicts.needs_fact(&machine.media, Language::correlate_media) {
        return verdicts.finish(Vec::new());
    }
    for listed in sets {
        set(&mut verdicts, listed);
    }
    verdicts.finish(Vec::new())
}

fn set(verdicts: &mut Verdicts<'_>, listed: &Listed<BackupSet>) {
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let name = listed.row.name.as_str();
    let first = verdicts.back_to("rotated_within");
    let mut seen: Vec<(&MediumSeen, &Listed<Medium>)> = Vec::new();
    for number in &listed.row.media {
        let known = medium(agency, number).filter(|known| !fold(&known.row.serial).is_empty());
        let Some(known) = known else {
            let words = [("set", name.to_owned()), ("medium", number.clone())];
            return verdicts.is_unsure(name, "no_serial", &words, vec![row(listed)]);
        };
        let serial = fold(&known.row.serial);
        seen.extend(machine.media_seen.iter().find(|seen| seen.serial == serial).map(|seen| (seen, known)));
    }
    let words = |medium: &Listed<Medium>, at: Instant| {
        [("set", name.to_owned()), ("medium", medium.row.number.clone()), ("since", minute(at))]
    };
    let on = |medium: &Listed<Medium>, seen: &MediumSeen| {
        let path = format!("removable_media.media[{}]", seen.serial);
        vec![evidence(path, &*medium.row.number), row(listed), row(medium)]
    };
    if let Some((seen, medium)) = seen.iter().find(|(seen, _)| seen.attached && seen.attached_since < first) {
        return verdicts.fails(name, "stays", &words(medium, seen.attached_since), on(medium, seen));
    }
    let lately = seen.iter().filter(|(seen, _)| seen.attached || seen.last_seen >= first).count();
    if lately >= listed.row.media.len().min(2) {
        return;
    }
    // Until the row has stood for as long nobody can have seen two.
    let is_early = listed.changed_at > first;
    match seen.iter().max_by_key(|(seen, _)| seen.last_seen) {
        _ if is_early => verdicts.is_unsure(name, "too_early", &[("set", name.to_owned())], vec![row(listed)]),
        None => verdicts.fails(name, "never_seen", &[("set", name.to_owned())], vec![row(listed)]),
        Some((seen, medium)) if lately == 0 => {
            verdicts.fails(name, "long_ago", &words(medium, seen.last_seen), on(medium, seen));
        }
        Some((seen, medium)) => verdicts.fails(name, "same", &words(medium, seen.last_seen), on(medium, seen)),
    }
}

/// The sets of a host that go to media in turn.
fn sets_of<'a>(agency: &'a Agency, host: &str) -> Vec<&'a Listed<BackupSet>> {
    let open = rows(&agency.backups).filter(|listed| listed.is_open() && listed.row.offline);
    let of_host = open.filter(|listed| listed.row.host.trim().eq_ignore_ascii_case(host.trim()));
    of_host.filter(|listed| !listed.row.media.is_empty()).collect()
}

/// The medium of that number.
fn medium<'a>(agency: &'a Agency, number: &str) -> Option<&'a Listed<Medium>> {
    let wanted = fold(number);
    rows(&agency.media).find(|listed| listed.is_open() && fold(&listed.row.number) == wanted)
}

/// Keeps when the media that a host's backups go to are attached, and returns what is known of them.
pub(super) async fn take_in(
    transaction: &mut Transaction,
    agency: &Agency,
    host: &Host,
    told: &Look<RemovableMedia>,
) -> Result<Vec<MediumSeen>, StoreError> {
    let sets = sets_of(agency, &host.name);
    let numbers = sets.iter().flat_map(|listed| &listed.row.media);
    let mut wanted: Vec<String> =
        numbers.filter_map(|number| Some(fold(&medium(agency, number)?.row.serial))).collect();
    wanted.retain(|serial| !serial.is_empty());
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = transaction.media_seen(&host.id).await?;
    known.retain(|seen| wanted.contains(&seen.serial));
    let Look::Known(told, read_at) = told else { return Ok(known) };
    // What was told holds until the host was last heard of.
    let until = host.last_seen.map_or(*read_at, |heard| heard.max(*read_at)).min(agency.now);
    for serial in wanted {
        let before = known.iter().find(|seen| seen.serial == serial);
        let now = after(before, &serial, told.media.iter().any(|medium| is(medium, &serial)), *read_at, until);
        let Some(now) = now.filter(|now| before != Some(now)) else { continue };
        transaction.keep_medium_seen(&host.id, &now).await?;
        known.retain(|seen| seen.serial != serial);
        known.push(now);
    }
    Ok(known)
}

/// What is known of a medium after its host told whether it is attached.
fn after(
    before: Option<&MediumSeen>,
    serial: &str,
    attached: bool,
    read_at: Instant,
    until: Instant,
) -> Option<MediumSeen> {
    match (before, attached) {
        (None, false) => None,
        (Some(before), false) => Some(MediumSeen { attached: false, ..before.clone() }),
        (Some(before), true) if before.attached => {
            let is_news = Span::between(before.last_seen, until) >= SEEN_ANEW_AFTER;
            Some(MediumSeen { last_seen: if is_news { until } else { before.last_seen }, ..before.clone() })
        }
        (_, true) => {
            Some(MediumSeen { serial: serial.to_owned(), attached_since: read_at, last_seen: until, attached: true })
        }
    }
}

fn is(attached: &Attached, serial: &str) -> bool {
    matches!(&attached.serial, Read::Measured(Some(told)) if fold(told) == serial)
}
