//! The agency's working calendar: its hours, its holidays, and its own closed and open days.

use askama::Template;
use tenken_calendar::{Closing, Day, WorkingCalendar, japan};
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};

/// How many days ahead are shown.
const DAYS_SHOWN: u64 = 45;

/// What the page of the calendar shows.
#[derive(Debug, Clone)]
pub struct CalendarView<'a> {
    /// The calendar in force.
    pub calendar: &'a WorkingCalendar,
    /// What stands in the form.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The hours of each day of the week, Monday first; empty for a closed day.
    pub week: [String; 7],
    /// The word for whether public holidays are closed.
    pub holidays: String,
    /// The closing at the end of the year, as `12/29-1/3`; empty for none.
    pub year_end: String,
    /// Days of the agency's own on which it is closed, one a line: the day and its name.
    pub closed: String,
    /// Days of the agency's own on which it is open, one a line: the day, the hours and a name.
    pub open: String,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    /// With the hours of a day of the week.
    pub week: [Option<String>; 7],
    /// With the end of the year.
    pub year_end: Option<String>,
    /// With the closed days.
    pub closed: Option<String>,
    /// With the open days.
    pub open: Option<String>,
}

/// The names of the fields of the week.
pub const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Renders the page.
pub fn render(view: &CalendarView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let (typed, errors) = (&view.typed, &view.errors);
    let names: [fn(Language) -> String; 7] = [
        Language::weekday_monday,
        Language::weekday_tuesday,
        Language::weekday_wednesday,
        Language::weekday_thursday,
        Language::weekday_friday,
        Language::weekday_saturday,
        Language::weekday_sunday,
    ];
    let week = WEEK.iter().zip(names).zip(typed.week.iter().zip(&errors.week));
    let mut fields: Vec<Field> = week
        .map(|((name, label), (typed, error))| {
            Field::new(name, label(t), FieldKind::Line).holding(typed.clone(), error.clone())
        })
        .collect();
    let choices = vec![("closed".to_owned(), t.calendar_closed_word()), ("open".to_owned(), t.calendar_open_word())];
    let holidays = Field::new("holidays", t.calendar_holidays(), FieldKind::Choice(choices));
    fields.push(holidays.holding(typed.holidays.clone(), None));
    let year_end = Field::new("year_end", t.calendar_year_end(), FieldKind::Line).help(t.calendar_year_end_help());
    fields.push(year_end.holding(typed.year_end.clone(), errors.year_end.clone()));
    let closed =
        Field::new("closed", t.calendar_extra_closed(), FieldKind::Paragraph).help(t.calendar_extra_closed_help());
    fields.push(closed.holding(typed.closed.clone(), errors.closed.clone()));
    let open = Field::new("open", t.calendar_extra_open(), FieldKind::Paragraph).help(t.calendar_extra_open_help());
    fields.push(open.holding(typed.open.clone(), errors.open.clone()));
    CalendarPage { t, chrome, place: Place::Settings, view, fields }.render()
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a CalendarView<'a>,
    fields: Vec<Field>,
}

/// A closed day to come with why.
struct ClosedDay {
    day: String,
    why: String,
}

impl CalendarPage<'_> {
    /// The closed days to come, without those that are closed every week.
    fn coming(&self) -> Vec<ClosedDay> {
        let t = self.t;
        let today = japan::date_of(self.chrome.now);
        let days = (0..DAYS_SHOWN).filter_map(|ahead| today.checked_add_days(chrono::Days::new(ahead)));
        let closed = days.filter_map(|day| match self.view.calendar.day(day) {
            Day::Closed(Closing::Weekly) | Day::Open(_) => None,
            Day::Closed(why) => Some(ClosedDay { day: super::moment::date(t, day), why: why.text(t) }),
        });
        closed.collect()
    }
}
