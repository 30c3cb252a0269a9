//! What falls due, told once a month.

use chrono::{Datelike as _, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use tenken_calendar::{PlannedTime, WorkingCalendar, japan};
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::Answer;
use tenken_model::Instant;

use super::{AlertSettings, attestation, hour_of};
use crate::registers::cell;
use crate::registers::due::{self, DUE_DAYS, DueRow, days_left};
use crate::registers::turnout::{self, Turnout};
use crate::registers::{Definition, Register};
use crate::store::{
    DueLine, DueWhat, MailBody, MailKind, MonthlyNews, NewMail, RegisterDue, RegisterRow, RowDue, Setting, ShortList,
    StoreError, Thread, TrainingLine, Transaction, WaiverDue,
};

/// The most lines of each list; how many more there are is said.
const LISTED_MAX: usize = 40;
/// How many months back trainings are told.
const TRAININGS: Months = Months::new(12);

/// What was listed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// When it was listed; where nothing was yet, when the dashboard was begun.
    pub at: Instant,
    /// The first day of the month of the last list; none while there was none.
    pub month: Option<NaiveDate>,
}

impl Setting for Listed {
    const NAME: &'static str = "deadlines_listed";
}

/// The month, by its first day, whose list is due: one that has none yet, and of whose day the hour is past. A list that
/// could not be written on its day, because no dashboard ran, is due until there is the next one.
pub fn due(listed: Listed, day: u8, hour: u8, calendar: &WorkingCalendar, now: Instant) -> Option<NaiveDate> {
    let this = japan::date_of(now).with_day(1)?;
    // The day of the month before may have been put off into this one.
    let months = [Some(this), this.checked_sub_months(Months::new(1))];
    months.into_iter().flatten().find(|month| {
        let moment = hour_of(day_in(*month, day, calendar), hour);
        moment <= now && listed.at < moment && listed.month.is_none_or(|last| last < *month)
    })
}

/// The day on which the list of a month is written: the day set, or the last of a shorter month; where that is no business
/// day, the next one. In a year whose holidays are not known it is the day itself.
fn day_in(month: NaiveDate, day: u8, calendar: &WorkingCalendar) -> NaiveDate {
    let last = month.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(month);
    let set = month.with_day(u32::from(day)).unwrap_or(last);
    calendar.business_day_from(set).unwrap_or(set)
}

/// The list that is due, and what is listed with it. While one before it waits there is no other: it is written once that
/// one is sent.
pub(super) async fn due_mail(
    transaction: &mut Transaction,
    checklist: &Checklist,
    settings: AlertSettings,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Result<(Option<NewMail>, Option<Listed>), StoreError> {
    let Some(listed) = transaction.setting::<Listed>().await? else {
        return Ok((None, Some(Listed { at: now, month: None })));
    };
    let month = settings.monthly_day.and_then(|day| due(listed, day, settings.monthly_hour(), calendar, now));
    let Some(month) = month else { return Ok((None, None)) };
    if transaction.mail_waits(&Thread::Deadlines).await? {
        return Ok((None, None));
    }
    let mail = NewMail {
        thread: Thread::Deadlines,
        kind: MailKind::Monthly,
        round: round(month),
        body: MailBody::Monthly(Box::new(news(transaction, checklist, now).await?)),
        created_at: now,
        due: now,
    };
    Ok((Some(mail), Some(Listed { at: now, month: Some(month) })))
}

/// A month as a number that names its list: 202611.
fn round(month: NaiveDate) -> u64 {
    month.format("%Y%m").to_string().parse().unwrap_or_default()
}

/// What falls due.
pub async fn news(
    transaction: &mut Transaction,
    checklist: &Checklist,
    now: Instant,
) -> Result<MonthlyNews, StoreError> {
    let today = japan::date_of(now);
    let rows = due::read(transaction, now).await?;
    let mut items = attestations(transaction, checklist).await?;
    items.extend(plans(transaction).await?);
    items.retain(|line| line.on <= due::horizon(today));
    items.sort_by(|a, b| (a.on, &a.item).cmp(&(b.on, &b.item)));
    let waivers = waivers(transaction, now).await?;
    let days = rows.iter().map(|row| row.day).chain(items.iter().map(|line| line.on));
    let late = days.chain(waivers.iter().map(|waiver| waiver.on)).filter(|day| days_left(*day, today) < 0).count();
    Ok(MonthlyNews {
        at: now,
        days: DUE_DAYS,
        late,
        registers: registers(&rows),
        items: ShortList::cut(items, LISTED_MAX),
        waivers: ShortList::cut(waivers, LISTED_MAX),
        trainings: ShortList::cut(trainings(transaction, today).await?, LISTED_MAX),
    })
}

/// The rows by register, in the order people read them.
fn registers(rows: &[DueRow]) -> Vec<RegisterDue> {
    let of = |definition: &'static Definition| {
        let rows = rows.iter().filter(|row| row.definition == definition);
        let lines: Vec<RowDue> = rows
            .map(|row| RowDue {
                row: row.id,
                name: row.name.clone(),
                column: row.column.name.to_owned(),
                matter: row.matter,
                on: row.day,
            })
            .collect();
        (!lines.is_empty())
            .then(|| RegisterDue { register: definition.slug.to_owned(), rows: ShortList::cut(lines, LISTED_MAX) })
    };
    Definition::all().iter().filter_map(of).collect()
}

/// How long the statements hold that count, each until the first part of it lapses or has lapsed: it is stated anew as a whole.
async fn attestations(transaction: &mut Transaction, checklist: &Checklist) -> Result<Vec<DueLine>, StoreError> {
    let lapses = attestation::lapses(transaction, checklist, |one| one.attestation.stated.attested_at).await?;
    Ok(lapses.into_iter().map(|(_, line)| line).collect())
}

/// The times that are announced.
async fn plans(transaction: &mut Transaction) -> Result<Vec<DueLine>, StoreError> {
    let Some(version) = transaction.declaration().await? else { return Ok(Vec::new()) };
    let planned = version.declaration().answers.iter().filter(|(_, answer)| !Answer::is_done(answer));
    let line = |(item, answer): (&tenken_model::ItemId, &Answer)| {
        let on = answer.when().and_then(PlannedTime::last_day)?;
        Some(DueLine { item: item.clone(), what: DueWhat::Plan, on })
    };
    Ok(planned.filter_map(line).collect())
}

/// The waivers in force that end, the earliest first.
async fn waivers(transaction: &mut Transaction, now: Instant) -> Result<Vec<WaiverDue>, StoreError> {
    let horizon = due::horizon(japan::date_of(now));
    let in_force = transaction.waivers_in_force(now).await?.into_iter();
    let mut ending: Vec<WaiverDue> = in_force
        .map(|waiver| WaiverDue {
            waiver: waiver.id,
            rule: waiver.asked.rule.clone(),
            on: japan::last_day_before(waiver.asked.until),
        })
        .filter(|waiver| waiver.on <= horizon)
        .collect();
    ending.sort_by_key(|waiver| (waiver.on, waiver.waiver));
    Ok(ending)
}

/// The trainings of the last year, the newest first.
async fn trainings(transaction: &mut Transaction, today: NaiveDate) -> Result<Vec<TrainingLine>, StoreError> {
    let Some(definition) = Definition::of(Register::Trainings) else { return Ok(Vec::new()) };
    let since = today.checked_sub_months(TRAININGS).unwrap_or(NaiveDate::MIN);
    let rows = transaction.open_rows(definition).await?;
    let mut held: Vec<TrainingLine> = rows.iter().filter_map(|row| training(definition, row)).collect();
    held.retain(|line| since <= line.held_on && line.held_on <= today);
    held.sort_by_key(|line| std::cmp::Reverse((line.held_on, line.row)));
    Ok(held)
}

fn training(definition: &Definition, stored: &RegisterRow) -> Option<TrainingLine> {
    let column = definition.column(turnout::counted(definition)?.held_on)?;
    let held_on = cell::day(column, stored.row.get(column.name))?;
    let (title, turnout) = (stored.row.get(definition.lead).to_owned(), Turnout::of(definition, &stored.row));
    Some(TrainingLine { row: stored.id, title, held_on, turnout })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn begun() -> Listed {
        Listed { at: at("2026-10-25T22:00:00Z"), month: None }
    }

    fn month(listed: Listed, day: u8, now: &str) -> Option<String> {
        let month = due(listed, day, 9, &WorkingCalendar::default(), at(now))?;
        Some(month.format("%Y-%m").to_string())
    }

    #[test]
    fn a_list_is_due_once_a_month_after_the_hour_of_its_day() {
        assert_eq!(month(begun(), 20, "2026-11-19T23:59:59Z"), None, "Friday the 20th, before nine");
        assert_eq!(month(begun(), 20, "2026-11-20T00:00:00Z").as_deref(), Some("2026-11"));
        assert_eq!(
            month(begun(), 20, "2026-11-24T03:00:00Z").as_deref(),
            Some("2026-11"),
            "no dashboard ran meanwhile"
        );
        assert_eq!(month(begun(), 20, "2026-12-03T03:00:00Z").as_deref(), Some("2026-11"), "nor into the next month");
        let told = Listed { at: at("2026-11-20T00:00:01Z"), month: NaiveDate::from_ymd_opt(2026, 11, 1) };
        assert_eq!(month(told, 20, "2026-11-20T00:01:00Z"), None, "it was told");
        assert_eq!(month(told, 25, "2026-11-26T00:01:00Z"), None, "another day is for the next month");
        assert_eq!(month(told, 25, "2026-12-25T00:01:00Z").as_deref(), Some("2026-12"));
    }

    #[test]
    fn where_the_agency_is_closed_it_is_the_next_business_day() {
        let told = Listed { at: at("2026-11-20T00:00:01Z"), month: NaiveDate::from_ymd_opt(2026, 11, 1) };
        assert_eq!(month(told, 20, "2026-12-20T03:00:00Z"), None, "a Sunday");
        assert_eq!(month(told, 20, "2026-12-20T23:59:59Z"), None, "Monday before nine");
        assert_eq!(month(told, 20, "2026-12-21T00:00:00Z").as_deref(), Some("2026-12"));
        assert_eq!(month(told, 31, "2026-12-31T03:00:00Z"), None, "the New Year");
        assert_eq!(month(told, 31, "2027-01-04T00:00:00Z").as_deref(), Some("2026-12"), "it is December's");
        let december = Listed { at: at("2027-01-04T00:00:01Z"), month: NaiveDate::from_ymd_opt(2026, 12, 1) };
        assert_eq!(month(december, 31, "2027-01-28T03:00:00Z"), None);
        assert_eq!(month(december, 31, "2027-02-01T00:00:00Z").as_deref(), Some("2027-01"), "the 31st was a Sunday");
    }

    #[test]
    fn a_shorter_month_has_it_on_its_last_day() {
        let told = Listed { at: at("2027-02-01T00:00:01Z"), month: NaiveDate::from_ymd_opt(2027, 1, 1) };
        assert_eq!(month(told, 31, "2027-02-25T03:00:00Z"), None);
        assert_eq!(month(told, 31, "2027-03-01T00:00:00Z").as_deref(), Some("2027-02"), "the 28th was a Sunday");
        let unknown = Listed { at: at("2201-01-05T00:00:01Z"), month: None };
        assert!(month(unknown, 31, "2201-01-31T00:00:00Z").is_some(), "no holiday is known");
    }

    #[test]
    fn who_begins_after_the_day_has_the_first_list_in_the_next_month() {
        let begun = Listed { at: at("2026-11-20T00:30:00Z"), month: None };
        assert_eq!(month(begun, 20, "2026-12-10T00:00:00Z"), None);
        assert_eq!(month(begun, 20, "2026-12-21T00:00:00Z").as_deref(), Some("2026-12"));
    }

    #[test]
    fn each_month_has_a_number_of_its_own() {
        assert_eq!(round(NaiveDate::from_ymd_opt(2027, 4, 1).unwrap()), 202_704);
    }
}
