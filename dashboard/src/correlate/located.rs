//! Where media and equipment are: what is not back in time, what nobody has heard of, and when all was last counted.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::{Finding, Language, ReasonCode};

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, minute, row};
use crate::registers::belongings::{Medium, Takeout};
use crate::registers::hosts::{HostRow, HostStatus};
use crate::registers::typed::Listed;

/// What is out must be back in time; a portable PC must be heard of or be out by the register; and all must be counted.
pub(super) fn located(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let carried = carried(agency, machine);
    if machine.fleet.is_none() && carried.is_none() {
        return verdicts.not_applicable();
    }
    if machine.fleet.is_some() {
        verdicts.needs(&agency.hosts);
        if verdicts.needs(&agency.media) {
            rows(&agency.media).filter(|listed| listed.is_open()).for_each(|listed| medium(&mut verdicts, listed));
        }
        if verdicts.needs(&agency.takeouts) {
            rows(&agency.takeouts).filter(|listed| listed.is_open()).for_each(|listed| takeout(&mut verdicts, listed));
        }
        counted(&mut verdicts);
    }
    if let Some(listed) = carried {
        silent(&mut verdicts, listed);
    }
    verdicts.finish(Vec::new())
}

/// Whether a text names a host, in letters of either case: `貸出PC-1(予備)` names PC-1, and `PC-12` does not.
pub(super) fn names_host(text: &str, host: &str) -> bool {
    is_word_of(&text.to_lowercase(), &host.trim().to_lowercase())
}

/// The same of a text and a name in small letters.
pub(super) fn is_word_of(text: &str, host: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let found = |(at, _): (usize, &str)| {
        let (before, after) = (text.get(..at), text.get(at.saturating_add(host.len())..));
        !goes_on(before.and_then(|before| before.chars().next_back()))
            && !goes_on(after.and_then(|after| after.chars().next()))
    };
    !host.is_empty() && text.match_indices(host).any(found)
}

/// A medium that is out.
fn medium(verdicts: &mut Verdicts<'_>, listed: &Listed<Medium>) {
    let Medium { number, holder, taken_on, due_on, returned_on, sent, destroyed_on, .. } = &listed.row;
    let today = verdicts.agency.today();
    // One that was taken out again after it was back is out.
    let is_back = returned_on.is_some_and(|back| taken_on.is_none_or(|taken| back >= taken));
    if is_back || destroyed_on.is_some() || taken_on.is_some_and(|taken| taken > today) {
        return;
    }
    match (due_on, taken_on) {
        (Some(due), _) => {
            if let Some(day) = overdue(verdicts, *due) {
                let words = words(number, holder, day);
                verdicts.fails(number, "not_back", &words, vec![row(listed)]);
            }
        }
        (None, Some(taken)) if sent.trim().is_empty() => {
            let words = words(number, holder, *taken);
            verdicts.is_unsure(number, "no_day_set", &words, vec![row(listed)]);
        }
        // It was sent to stay there, or never left its place.
        (None, _) => {}
    }
}

/// Something that was taken out. People's own devices are another rule's.
fn takeout(verdicts: &mut Verdicts<'_>, listed: &Listed<Takeout>) {
    let Takeout { person, what, starts, ends, .. } = &listed.row;
    if !is_out(&listed.row, verdicts.agency) {
        return;
    }
    let subject = format!("{} {starts}", what.trim());
    match ends {
        Some(due) => {
            if let Some(day) = overdue(verdicts, *due) {
                verdicts.fails(&subject, "not_back", &words(what, person, day), vec![row(listed)]);
            }
        }
        None => verdicts.is_unsure(&subject, "no_day_set", &words(what, person, *starts), vec![row(listed)]),
    }
}

/// A thing of the agency is out now, by its row.
fn is_out(takeout: &Takeout, agency: &Agency) -> bool {
    !takeout.personal && takeout.returned_on.is_none() && takeout.starts <= agency.today()
}

/// The day on which it should have been back, if that is longer ago than is let pass.
fn overdue(verdicts: &mut Verdicts<'_>, due: NaiveDate) -> Option<NaiveDate> {
    let Some(last) = verdicts.business_days_after(due, "back_within") else {
        verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar));
        return None;
    };
    (verdicts.agency.today() > last).then_some(due)
}

/// When all was last counted, where the register of reviews holds that it ever was: else a person attests it.
fn counted(verdicts: &mut Verdicts<'_>) {
    let agency = verdicts.agency;
    let counts =
        rows(&agency.reviews).filter(|listed| listed.row.of_assets && listed.row.reviewed_on <= agency.today());
    let Some(last) = counts.max_by_key(|listed| listed.row.reviewed_on) else { return };
    if last.row.reviewed_on < japan::date_of(verdicts.back_to("counted_within")) {
        let words = [("day", last.row.reviewed_on.to_string())];
        verdicts.fails(&last.called, "counted_long_ago", &words, vec![row(last)]);
    }
}

/// The register has the host of that name as one that is carried about.
pub(super) fn is_portable(agency: &Agency, name: &str) -> bool {
    let open = rows(&agency.hosts).filter(|listed| listed.is_open() && listed.row.portable);
    open.into_iter().any(|listed| listed.row.name.trim().eq_ignore_ascii_case(name.trim()))
}

/// The row of this host, if it is a portable one that is to be there.
fn carried<'a>(agency: &'a Agency, machine: &Machine) -> Option<&'a Listed<HostRow>> {
    let same = |listed: &&Listed<HostRow>| listed.row.name.trim().eq_ignore_ascii_case(machine.name.trim());
    let there = |listed: &&Listed<HostRow>| match listed.row.status {
        HostStatus::InUse | HostStatus::Prepared => listed.row.portable,
        HostStatus::Stored | HostStatus::Disposed => false,
    };
    rows(&agency.hosts).filter(|listed| listed.is_open()).filter(same).find(there)
}

/// A portable PC that nobody has heard of for long, and that is not out by the register.
fn silent(verdicts: &mut Verdicts<'_>, listed: &Listed<HostRow>) {
    let agency = verdicts.agency;
    let Some(heard) = verdicts.machine.heard.filter(|heard| *heard < verdicts.back_to("heard_within")) else { return };
    if !verdicts.needs(&agency.takeouts) {
        return;
    }
    let open = rows(&agency.takeouts).filter(|takeout| takeout.is_open());
    if open.into_iter().any(|takeout| is_out(&takeout.row, agency) && names_host(&takeout.row.what, &listed.row.name)) {
        return;
    }
    let words = [("what", listed.row.name.clone()), ("heard", minute(heard))];
    verdicts.fails(&listed.row.name, "not_heard", &words, vec![row(listed)]);
}

fn words(what: &str, holder: &str, day: NaiveDate) -> [(&'static str, String); 3] {
    let holder = if holder.trim().is_empty() { "-" } else { holder };
    [("what", what.to_owned()), ("holder", holder.to_owned()), ("day", day.to_string())]
}
