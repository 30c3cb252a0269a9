//! The agency's working calendar, and dates as they are written in Japan.
//!
//! Pure data: this crate reads no file and asks no clock. Freshness, silence and deadlines are counted in
//! working time, so that a New Year holiday raises no alarm. Dates are days in Japan, which is 9 hours ahead
//! of Coordinated Universal Time all year; instants are in Coordinated Universal Time.

pub mod calendar;
pub mod date;
pub mod definition;
pub mod era;
pub mod holiday;
pub mod hours;
pub mod japan;
pub mod planned;
mod written;

pub use calendar::{Closing, Day, WorkingCalendar};
pub use date::{DateError, ExcelDates, from_excel_serial, read_date, read_excel_serial};
pub use definition::{CalendarError, ClosedDay, Definition, OpenDay, PublicHolidays, YearEnd};
pub use era::{Era, EraYear, in_era};
pub use holiday::{Holiday, HolidayName, holiday, holidays};
pub use hours::{Hours, Week};
pub use planned::{PlannedTime, PlannedTimeError};
