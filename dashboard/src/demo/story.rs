//! What goes wrong in a year at an agency that does not exist: which trouble befalls which machine from when to when. Pure.

use chrono::NaiveDate;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_model::fact::system::SystemKind;
use tenken_model::{Instant, Span};

use super::chance::Chance;
use super::fleet::Machine;

/// What can be wrong on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// The time service does not run.
    ClockStopped,
    /// The clock follows a server that nobody approved.
    ClockForeign,
    /// New virus signatures do not come any more.
    SignaturesStale,
    /// The virus scanner does not run.
    ScannerStopped,
    /// A person made the screen lock later.
    ScreenLoose,
    /// An account is in no register.
    AccountForgotten,
    /// A person was made an administrator.
    AdministratorAdded,
    /// The vendor's account has no end.
    VendorStays,
    /// The account for emergencies was used.
    EmergencyUsed,
    /// The agent may not read the accounts.
    AccountsUnreadable,
    /// A device that was taken out of use is on the network.
    RetiredDevice,
    /// A device that is in no register is on the network.
    StrangeDevice,
    /// Generations of a backup are missing.
    GenerationMissing,
    /// No new backup was made.
    BackupLate,
    /// The machine is away: nothing is heard of it.
    Away,
    /// A shared folder takes in whoever is on the network.
    ShareOpened,
    /// A person opened the own home to all.
    HomeOpened,
    /// The tunnel to the branch was set back to what an old router there can do.
    TunnelWeakened,
}

/// A trouble on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    /// Which machine.
    pub(super) machine: usize,
    /// What is wrong.
    pub(super) trouble: Trouble,
    /// From when.
    pub(super) begins: Instant,
    /// Until when; absent if it still is.
    pub(super) ends: Option<Instant>,
}

impl Event {
    /// It is so at that time.
    pub(super) fn holds(&self, now: Instant) -> bool {
        self.begins <= now && self.ends.is_none_or(|ends| now < ends)
    }
}

/// How long a trouble may last, in hours, and on which machines it is met; none where it is met on all.
const KINDS: [(Trouble, i64, i64, Option<SystemKind>); 12] = [
    (Trouble::ClockStopped, 1, 28, None),
    (Trouble::ClockForeign, 72, 150, None),
    (Trouble::SignaturesStale, 200, 290, Some(SystemKind::Pc)),
    (Trouble::ScannerStopped, 2, 6, None),
    (Trouble::ScreenLoose, 3, 100, Some(SystemKind::Pc)),
    (Trouble::AccountForgotten, 55, 200, None),
    (Trouble::AdministratorAdded, 50, 120, Some(SystemKind::Pc)),
    (Trouble::VendorStays, 60, 240, Some(SystemKind::Server)),
    (Trouble::AccountsUnreadable, 2, 30, None),
    (Trouble::RetiredDevice, 2, 48, Some(SystemKind::Server)),
    (Trouble::StrangeDevice, 52, 96, Some(SystemKind::Server)),
    (Trouble::GenerationMissing, 5, 60, Some(SystemKind::Server)),
];

/// How many troubles a machine has in a year, times ten.
const TROUBLES_A_YEAR: u64 = 14;

/// The events from a day up to an instant, by their beginning.
pub(super) fn events(
    machines: &[Machine],
    calendar: &WorkingCalendar,
    from: NaiveDate,
    until: Instant,
    mut chance: Chance,
) -> Vec<Event> {
    let days: Vec<NaiveDate> = from
        .iter_days()
        .take_while(|day| *day <= japan::date_of(until))
        .filter(|day| calendar.is_business_day(*day))
        .collect();
    let mut events = Vec::new();
    let count = u64::try_from(machines.len() * days.len()).unwrap_or(0) * TROUBLES_A_YEAR / 2_450;
    for _ in 0..count {
        let Some((trouble, least, most, on)) = chance.one_of(&KINDS).copied() else { continue };
        let fits: Vec<usize> = indices(machines, |machine| on.is_none_or(|kind| kind == machine.kind));
        let (Some(day), Some(machine)) = (chance.one_of(&days), chance.one_of(&fits)) else { continue };
        let begins = within(*day, chance.between(20, 480));
        let ends = in_hours(calendar, Span::from_secs(chance.between(least, most) * 3_600).after(begins));
        events.push(Event { machine: *machine, trouble, begins, ends: Some(ends) });
    }
    holidays(machines, calendar, &days, &mut chance, &mut events);
    once(machines, &days, until, &mut events);
    events.retain(|event| event.begins <= until);
    events.sort_by_key(|event| (event.begins, event.machine, event.trouble));
    events
}

fn indices(machines: &[Machine], fits: impl Fn(&Machine) -> bool) -> Vec<usize> {
    machines.iter().enumerate().filter(|(_, machine)| fits(machine)).map(|(index, _)| index).collect()
}

/// So many minutes after nine o'clock of a day in Japan.
pub(super) fn within(day: NaiveDate, minutes: i64) -> Instant {
    Span::from_secs((minutes - 15 * 60) * 60).after(japan::end_of(day))
}

/// The instant itself, or the next morning on which somebody is there.
fn in_hours(calendar: &WorkingCalendar, at: Instant) -> Instant {
    if calendar.is_open(at) {
        return at;
    }
    let day = japan::date_of(at);
    let next = if at < within(day, 0) { calendar.business_day_from(day) } else { calendar.add_business_days(day, 1) };
    next.map_or(at, |day| within(day, 40))
}

/// After a long time without work the signatures of PCs are old, until they have been switched on for some hours.
fn holidays(
    machines: &[Machine],
    calendar: &WorkingCalendar,
    days: &[NaiveDate],
    chance: &mut Chance,
    events: &mut Vec<Event>,
) {
    const LONG: i64 = 5;
    for two in days.windows(2) {
        let [before, after] = two else { continue };
        if after.signed_duration_since(*before).num_days() < LONG {
            continue;
        }
        for machine in indices(machines, |machine| machine.kind == SystemKind::Pc) {
            if chance.percent(25) {
                let begins = Span::from_days(-3).after(within(*before, 0));
                let ends = in_hours(calendar, within(*after, chance.between(120, 500)));
                events.push(Event { machine, trouble: Trouble::SignaturesStale, begins, ends: Some(ends) });
            }
        }
    }
}

/// What happens once, and what is so at the end: days before the end, the trouble, its hours, on which machine of that kind.
fn once(machines: &[Machine], days: &[NaiveDate], until: Instant, events: &mut Vec<Event>) {
    const ONCE: [(usize, Trouble, Option<i64>, SystemKind, usize); 12] = [
        (205, Trouble::ClockStopped, Some(26), SystemKind::Server, 0),
        (180, Trouble::Away, Some(72), SystemKind::Pc, 6),
        (150, Trouble::RetiredDevice, Some(30), SystemKind::Server, 0),
        (122, Trouble::VendorStays, Some(240), SystemKind::Server, 1),
        (90, Trouble::EmergencyUsed, Some(5), SystemKind::Server, 0),
        (61, Trouble::BackupLate, Some(70), SystemKind::Server, 3),
        (33, Trouble::Away, Some(30), SystemKind::Pc, 17),
        (26, Trouble::HomeOpened, Some(77), SystemKind::Pc, 12),
        (14, Trouble::ShareOpened, Some(52), SystemKind::Server, 2),
        (6, Trouble::TunnelWeakened, None, SystemKind::Server, 3),
        (3, Trouble::ScreenLoose, None, SystemKind::Pc, 9),
        (1, Trouble::GenerationMissing, None, SystemKind::Server, 3),
    ];
    for (back, trouble, hours, kind, which) in ONCE {
        let fits = indices(machines, |machine| machine.kind == kind);
        let day = days.len().checked_sub(back + 1).and_then(|index| days.get(index));
        let chosen = which.checked_rem(fits.len()).and_then(|index| fits.get(index));
        let (Some(day), Some(machine)) = (day, chosen) else { continue };
        let begins = within(*day, 85).min(until);
        let ends = hours.map(|hours| Span::from_secs(hours * 3_600).after(begins));
        events.push(Event { machine: *machine, trouble, begins, ends });
    }
}
