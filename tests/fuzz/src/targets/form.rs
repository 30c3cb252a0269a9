//! The published form, dates as they are written in Japan, and files that people attach.

use std::sync::LazyLock;

use tenken_calendar::{ExcelDates, PlannedTime, read_date, read_excel_serial};
use tenken_dashboard::evidence::{NAME_CHARS_MAX, kind_of, name_of};
use tenken_engine::checklist::Checklist;
use tenken_form::compare::published as compared;
use tenken_form::declaration::Declaration;
use tenken_form::print;
use tenken_form::read::{UNPLACED_MAX, read};

static CHECKLIST: LazyLock<Checklist> = LazyLock::new(|| Checklist::embedded().expect("the built-in edition loads"));

pub(super) fn published(data: &[u8]) {
    let checklist = &*CHECKLIST;
    let Ok(reading) = read(data, None, checklist) else { return };
    assert!(reading.unplaced.len() <= UNPLACED_MAX && reading.items.len() <= 90);
    // Whatever was read whole is printed so that it reads the same.
    let (Some(day), answers) = (reading.updated_on, reading.answers()) else { return };
    let Ok(declaration) = Declaration::new(checklist, day, answers, reading.header) else { return };
    let page = print::html::write(&declaration, checklist).expect("writing to memory");
    let again = read(page.as_bytes(), None, checklist).expect("text");
    assert_eq!(again.answers().len(), 90);
    drop(compared(&declaration, &again, checklist));
}

pub(super) fn dates(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(day) = read_date(&text) {
        assert_eq!(read_date(&day.to_string()), Ok(day));
    }
    drop(read_excel_serial(&text, ExcelDates::From1900));
    if let Ok(when) = PlannedTime::new(&text) {
        assert_eq!(PlannedTime::new(when.as_str()).map(|again| again.last_day()), Ok(when.last_day()));
    }
}

pub(super) fn evidence(data: &[u8]) {
    let name = String::from_utf8_lossy(data.get(..data.len().min(64)).unwrap_or_default());
    if let Ok(kind) = kind_of(data, &name) {
        let kept = name_of(&name, kind);
        assert!(kept.chars().count() <= NAME_CHARS_MAX + 5 && !kept.contains(['/', '\\', '"', '\n']));
        assert_eq!(name_of(&kept, kind), kept);
    }
}
