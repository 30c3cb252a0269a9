//! The agency's working calendar.

use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::{
    CalendarError, ClosedDay, Definition, Hours, OpenDay, PublicHolidays, Week, WorkingCalendar, YearEnd, read_date,
};
use tenken_model::Language;

use super::done::Done;
use super::failure::Failure;
use super::sent::Sent;
use super::visit::Visit;
use crate::pages::calendar::{self as page, CalendarView, Errors, Typed, WEEK};
use crate::working_calendar;

const PAGE: &str = "/settings/calendar";

/// `GET /settings/calendar`
pub(super) async fn calendar(visit: Visit) -> Result<Html<String>, Failure> {
    show(&visit, None).await
}

/// `POST /settings/calendar`
pub(super) async fn do_set(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let lines = |name: &str| sent.get(name).replace("\r\n", "\n");
    let typed = Typed {
        week: WEEK.map(|name| sent.get(name).trim().to_owned()),
        holidays: sent.get("holidays").to_owned(),
        year_end: sent.get("year_end").trim().to_owned(),
        closed: lines("closed"),
        open: lines("open"),
    };
    let calendar = match read(&typed, visit.language()) {
        Ok(calendar) => calendar,
        Err(errors) => return Ok(show(&visit, Some((typed, *errors))).await?.into_response()),
    };
    working_calendar::set(visit.store(), &calendar, typed.week.join(" "), visit.person(), visit.now).await?;
    Ok(Visit::done(PAGE, Done::Saved).into_response())
}

async fn show(visit: &Visit, refused: Option<(Typed, Errors)>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let (typed, errors) = refused.unwrap_or_else(|| (written(calendar.definition()), Errors::default()));
    Ok(Html(page::render(&CalendarView { calendar: &calendar, typed, errors }, &chrome)?))
}

/// A calendar as it is typed in.
fn written(definition: &Definition) -> Typed {
    let Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday } = definition.week;
    let days = [monday, tuesday, wednesday, thursday, friday, saturday, sunday];
    let holidays = match definition.public_holidays {
        PublicHolidays::Closed => "closed",
        PublicHolidays::Open => "open",
    };
    let year_end = definition.year_end.map(|end| format!("12/{}-1/{}", end.from_december, end.until_january));
    let closed = definition.extra_closed.iter().map(|day| format!("{} {}", day.date, day.name));
    let open = definition.extra_open.iter().map(|day| format!("{} {} {}", day.date, day.hours, day.name));
    Typed {
        week: days.map(|hours| hours.map_or_else(String::new, |hours| hours.to_string())),
        holidays: holidays.to_owned(),
        year_end: year_end.unwrap_or_default(),
        closed: closed.collect::<Vec<_>>().join("\n"),
        open: open.collect::<Vec<_>>().join("\n"),
    }
}

/// The calendar that was typed, or what is wrong with it.
fn read(typed: &Typed, t: Language) -> Result<WorkingCalendar, Box<Errors>> {
    let mut errors = Errors::default();
    let mut keep = |slot: usize, text: &str| match text {
        "" => None,
        text => hours(text, t).map_err(|error| errors.week.get_mut(slot).map(|it| it.replace(error))).ok(),
    };
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = &typed.week;
    let week = Week {
        monday: keep(0, monday),
        tuesday: keep(1, tuesday),
        wednesday: keep(2, wednesday),
        thursday: keep(3, thursday),
        friday: keep(4, friday),
        saturday: keep(5, saturday),
        sunday: keep(6, sunday),
    };
    let public_holidays = if typed.holidays == "open" { PublicHolidays::Open } else { PublicHolidays::Closed };
    let year_end = year_end(&typed.year_end, t).map_err(|error| errors.year_end = Some(error)).ok().flatten();
    let closed = lines(&typed.closed, |line| closed_day(line, t)).map_err(|error| errors.closed = Some(error));
    let open = lines(&typed.open, |line| open_day(line, t)).map_err(|error| errors.open = Some(error));
    let (Ok(extra_closed), Ok(extra_open)) = (closed, open) else { return Err(Box::new(errors)) };
    if errors != Errors::default() {
        return Err(Box::new(errors));
    }
    let definition = Definition { week, public_holidays, year_end, extra_closed, extra_open };
    WorkingCalendar::new(definition).map_err(|error| {
        let text = Some(error.text(t));
        Box::new(match error {
            CalendarError::YearEnd { .. } => Errors { year_end: text, ..Errors::default() },
            _ => Errors { closed: text, ..Errors::default() },
        })
    })
}

fn lines<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(read).collect()
}

fn closed_day(line: &str, t: Language) -> Result<ClosedDay, String> {
    let (day, name) = line.split_once(char::is_whitespace).ok_or_else(|| t.calendar_line_bad(line))?;
    let date = read_date(day).map_err(|_| t.calendar_line_bad(line))?;
    Ok(ClosedDay { date, name: name.trim().to_owned() })
}

fn open_day(line: &str, t: Language) -> Result<OpenDay, String> {
    let mut parts = line.splitn(3, char::is_whitespace).map(str::trim);
    let (Some(day), Some(hours), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(t.calendar_line_bad(line));
    };
    let date = read_date(day).map_err(|_| t.calendar_line_bad(line))?;
    Ok(OpenDay { date, hours: self::hours(hours, t)?, name: name.to_owned() })
}

/// Hours such as `9:00-18:00`.
fn hours(text: &str, t: Language) -> Result<Hours, String> {
    let plain = tenken_form::plain::tidy(text).replace('~', "-");
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let times = plain.split_once('-').and_then(|(opens, closes)| minute(opens).zip(minute(closes)));
    let (opens, closes) = times.ok_or_else(|| t.calendar_hours_bad())?;
    Hours::new(opens, closes).map_err(|error| error.text(t))
}

/// A closing such as `12/29-1/3`.
fn year_end(text: &str, t: Language) -> Result<Option<YearEnd>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let plain = tenken_form::plain::tidy(text).replace('~', "-");
    let days = plain.split_once('-').and_then(|(from, until)| {
        let from = from.trim().strip_prefix("12/")?.parse().ok()?;
        let until = until.trim().strip_prefix("1/")?.parse().ok()?;
        Some(YearEnd { from_december: from, until_january: until })
    });
    days.map(Some).ok_or_else(|| t.calendar_year_end_bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_is_typed_as_it_is_shown() {
        let calendar = WorkingCalendar::default();
        let typed = written(calendar.definition());
        assert_eq!(typed.week[0], "9:00-18:00");
        assert_eq!((typed.week[5].as_str(), typed.year_end.as_str()), ("", "12/29-1/3"));
        assert_eq!(read(&typed, Language::Japanese).unwrap(), calendar);
        let own = Typed {
            closed: "2026-08-13 夏季休業\n令和8年8月14日 夏季休業".into(),
            open: "2026-11-28 9:00~12:00 土曜健診".into(),
            ..typed
        };
        let calendar = read(&own, Language::Japanese).unwrap();
        assert_eq!(read(&written(calendar.definition()), Language::Japanese).unwrap(), calendar);
        assert_eq!(calendar.definition().extra_closed.len(), 2);
    }

    #[test]
    fn what_is_wrong_stands_with_its_field() {
        let good = written(WorkingCalendar::default().definition());
        let of = |typed: Typed| read(&typed, Language::Japanese).unwrap_err();
        let mut late = good.clone();
        late.week[2] = "18:00-9:00".into();
        assert!(of(late).week[2].is_some());
        for bad in ["9時から", "25:00-26:00", "9:00"] {
            let mut odd = good.clone();
            odd.week[0] = bad.into();
            assert!(of(odd).week[0].is_some(), "{bad}");
        }
        assert!(of(Typed { year_end: "12月末".into(), ..good.clone() }).year_end.is_some());
        assert!(of(Typed { year_end: "12/32-1/3".into(), ..good.clone() }).year_end.is_some());
        assert!(of(Typed { closed: "夏季休業".into(), ..good.clone() }).closed.is_some());
        assert!(of(Typed { closed: "2026-08-13 a\n2026-08-13 b".into(), ..good.clone() }).closed.is_some());
        assert!(of(Typed { open: "2026-11-28 土曜健診".into(), ..good }).open.is_some());
    }
}
