//! Plain text as lines: cells between tabs, as pages and documents give when they are copied.

use super::line::Line;
use super::markup;
use crate::plain;

/// How many lines the row of one item takes at most.
const ROW_LINES_MAX: usize = 40;

/// The text as lines. A row of an item whose cells were copied over several lines is put together again.
pub(super) fn lines(form: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut apart = true;
    // A row of an item whose boxes have not come yet, with how many lines it took so far.
    let mut open: Option<usize> = None;
    for (index, text) in form.trim_start_matches('\u{feff}').lines().enumerate() {
        let cells: Vec<String> = text.split('\t').map(cell).collect();
        let row = cells.len() > 1;
        let line = Line { number: index + 1, cells, row, apart: apart || !row };
        if line.is_blank() {
            apart = true;
            continue;
        }
        let has_box = has_box(&line);
        match (open, lines.last_mut()) {
            (Some(taken), Some(before)) if taken < ROW_LINES_MAX && !begins_item(&line) => {
                join(before, line);
                open = (!has_box).then_some(taken + 1);
            }
            _ => {
                open = (begins_item(&line) && !has_box).then_some(1);
                apart = !line.row;
                lines.push(line);
            }
        }
    }
    lines
}

fn cell(text: &str) -> String {
    plain::without_superscripts(&markup::inline(text))
}

fn has_box(line: &Line) -> bool {
    line.cells.iter().skip(1).any(|cell| cell.chars().any(|character| plain::drawn(character).is_some()))
}

/// It is the beginning of an item's row.
fn begins_item(line: &Line) -> bool {
    line.row && line.cells.first().is_some_and(|cell| number(cell).is_some())
}

/// The rest of a row: its first cell goes on where the last one ended.
fn join(before: &mut Line, line: Line) {
    let mut cells = line.cells.into_iter();
    if let (Some(last), Some(first)) = (before.cells.last_mut(), cells.next()) {
        if !last.is_empty() && !first.is_empty() {
            last.push(' ');
        }
        last.push_str(&first);
    }
    before.cells.extend(cells);
}

/// The number in the first cell of an item's row: `3.`, `(3)`, `３`.
pub(super) fn number(cell: &str) -> Option<usize> {
    let digits = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '(' | ')' | '．' | ':'));
    let digits = digits.strip_prefix("No").unwrap_or(digits).trim_start_matches(['.', ' ']);
    (digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_between_tabs() {
        let lines = lines("見出し\n\n1.\t記録している。^{注2)}\t■\t□()\n2.\t<p>確認</p>\t■ なし\t□()\n");
        let cells: Vec<Vec<String>> = lines.iter().map(|line| line.cells.clone()).collect();
        assert_eq!(
            cells,
            [vec!["見出し"], vec!["1.", "記録している。注2)", "■", "□()"], vec!["2.", "確認", "■ なし", "□()"]]
        );
        assert_eq!(lines.iter().map(|line| line.apart).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn rows_that_were_copied_over_several_lines_are_one() {
        let lines = lines("5.\t次の内容を定めている。\n(b) 体制\n(c) 管理\t■\t□()\n\n6.\t別\t■\t□()\n");
        let cells: Vec<Vec<String>> = lines.iter().map(|line| line.cells.clone()).collect();
        assert_eq!(
            cells,
            [vec!["5.", "次の内容を定めている。 (b) 体制 (c) 管理", "■", "□()"], vec!["6.", "別", "■", "□()"]]
        );
    }

    #[test]
    fn numbers_of_items_are_known_however_they_are_written() {
        for (cell, wanted) in [
            ("3.", Some(3)),
            ("(3)", Some(3)),
            ("12", Some(12)),
            ("No.4", Some(4)),
            ("注3)", None),
            ("", None),
            ("3年", None),
        ] {
            assert_eq!(number(cell), wanted, "{cell}");
        }
    }
}
