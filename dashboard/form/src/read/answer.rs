//! The two boxes of an item's row.

use tenken_calendar::PlannedTime;

use crate::declaration::{Answer, Status};
use crate::plain::{self, Drawn};

/// Why a row gives no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unclear {
    /// Neither box is marked.
    NoneMarked,
    /// Both boxes are marked.
    BothMarked,
    /// The row has no boxes.
    NoBoxes,
    /// The planned time is longer than one may be.
    LongTime,
}

/// What stands in a cell: its box and the text beside it.
struct Cell<'a> {
    drawn: Option<Drawn>,
    beside: &'a str,
}

fn cell(text: &str) -> Cell<'_> {
    let text = text.trim();
    let mut characters = text.chars();
    match characters.next().and_then(plain::drawn) {
        Some(drawn) => Cell { drawn: Some(drawn), beside: characters.as_str().trim_start_matches('\u{fe0f}').trim() },
        None => Cell { drawn: None, beside: text },
    }
}

/// Reads the cells after an item's wording: 実施済, 実施予定(実施時期), and what a copy has beyond them.
pub(super) fn read(cells: &[String]) -> Result<Answer, Unclear> {
    let mut cells = cells.iter().map(|text| cell(text));
    let (Some(done), Some(planned)) = (cells.next(), cells.next()) else { return Err(Unclear::NoBoxes) };
    let further: Vec<&str> = cells.map(|cell| cell.beside).filter(|text| !text.is_empty()).collect();
    let (is_done, is_planned) = match (done.drawn, planned.drawn) {
        (None, None) => return Err(Unclear::NoBoxes),
        (Some(Drawn::Circle), Some(Drawn::Circle) | None) => (true, planned.drawn.is_some()),
        (None, Some(Drawn::Circle)) => (false, true),
        (done, planned) => (done == Some(Drawn::Marked), planned == Some(Drawn::Marked)),
    };
    // A circle beside an empty box is the yes.
    let circled =
        |one: &Cell<'_>, other: &Cell<'_>| one.drawn == Some(Drawn::Circle) && other.drawn == Some(Drawn::Unmarked);
    match (is_done || circled(&done, &planned), is_planned || circled(&planned, &done)) {
        (true, true) => Err(Unclear::BothMarked),
        (false, false) => Err(Unclear::NoneMarked),
        (true, false) => {
            let (time, rest) = time_of(planned.beside);
            let mut remarks = vec![done.beside];
            // What stands in the other box's brackets is no time, but it is not lost.
            remarks.extend([time, rest]);
            Ok(Answer { status: Status::Done, remark: joined(&remarks, &further) })
        }
        (false, true) => {
            let (time, rest) = time_of(planned.beside);
            let (time, further) = match (time.is_empty(), further.split_first()) {
                (true, Some((first, others))) if rest.is_empty() => (*first, others),
                _ => (time, further.as_slice()),
            };
            let when =
                if time.is_empty() { None } else { Some(PlannedTime::new(time).map_err(|_| Unclear::LongTime)?) };
            Ok(Answer { status: Status::Planned(when), remark: joined(&[done.beside, rest], further) })
        }
    }
}

/// What stands in brackets first, and what comes after them; without brackets everything is the time.
fn time_of(text: &str) -> (&str, &str) {
    let Some((before, after)) = text.split_once('(') else { return (text, "") };
    if !before.trim().is_empty() {
        return (text, "");
    }
    let mut depth = 1_usize;
    let closing = after.char_indices().find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let (within, rest) = closing.map_or((after, ""), |(at, _)| after.split_at(at));
    (within.trim(), rest.strip_prefix(')').unwrap_or(rest).trim())
}

fn joined(parts: &[&str], further: &[&str]) -> String {
    let parts = parts.iter().chain(further).map(|part| part.trim());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Result<Answer, Unclear> {
        read(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>())
    }

    fn planned(when: &str, remark: &str) -> Answer {
        Answer { status: Status::Planned(PlannedTime::new(when).ok()), remark: remark.to_owned() }
    }

    fn done(remark: &str) -> Answer {
        Answer { status: Status::Done, remark: remark.to_owned() }
    }

    #[test]
    fn marks_times_and_remarks_are_read() {
        let cases: &[(&[&str], Result<Answer, Unclear>)] = &[
            (&["■", "□()"], Ok(done(""))),
            (&["■ ICカードは使用していない", "□()"], Ok(done("ICカードは使用していない"))),
            (&["□", "■(2027年5月)"], Ok(planned("2027年5月", ""))),
            (&["□", "■ ( 令和9年5月 ) 機器更新時"], Ok(planned("令和9年5月", "機器更新時"))),
            (&["□ 一部のみ", "■(2027年5月)"], Ok(planned("2027年5月", "一部のみ"))),
            (&["□", "■()"], Ok(planned("", ""))),
            (&["□", "■(2027年5月) 更新時(予算次第)"], Ok(planned("2027年5月", "更新時(予算次第)"))),
            (&["□", "■(2027年5月(予定)) 備考"], Ok(planned("2027年5月(予定)", "備考"))),
            (&["□", "■(2027年5月"], Ok(planned("2027年5月", ""))),
            (&["□", "■", "2027年5月", "備考"], Ok(planned("2027年5月", "備考"))),
            (&["■", "□", "", "備考"], Ok(done("備考"))),
            (&["☑", "☐"], Ok(done(""))),
            (&["○", ""], Ok(done(""))),
            (&["", "○(2027年度)"], Ok(planned("2027年度", ""))),
            (&["○", "●(2027年度)"], Ok(planned("2027年度", ""))),
            (&["○", "□()"], Ok(done(""))),
            (&["■", "■(2027年)"], Err(Unclear::BothMarked)),
            (&["○", "○"], Err(Unclear::BothMarked)),
            (&["□", "□()"], Err(Unclear::NoneMarked)),
            (&["済", ""], Err(Unclear::NoBoxes)),
            (&["■"], Err(Unclear::NoBoxes)),
            (&[], Err(Unclear::NoBoxes)),
        ];
        for (cells, wanted) in cases {
            assert_eq!(&of(cells), wanted, "{cells:?}");
        }
    }
}
