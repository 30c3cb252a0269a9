//! CSV as lines.

use super::line::Line;
use super::markup;
use crate::formula::unguarded;

/// The records as lines. The reader takes any text in UTF-8 as records.
pub(super) fn lines(form: &str) -> Vec<Line> {
    // The reader counts lines by their line feeds, one late where a carriage return stands before it.
    let form = form.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(form.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let number =
            record.position().map_or(lines.len() + 1, |position| usize::try_from(position.line()).unwrap_or(0));
        let cells: Vec<String> = record.iter().map(|cell| markup::inline(unguarded(cell))).collect();
        let apart = lines.last().is_none_or(|before: &Line| before.cells.len() != cells.len());
        let line = Line { number, row: true, apart, cells };
        if !line.is_blank() {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_lines() {
        let lines = lines("No,チェック項目,実施済\r\n1,\"定めて,\nいる\",■\r\n,,\r\n'-x,あ\r\n");
        let cells: Vec<Vec<String>> = lines.iter().map(|line| line.cells.clone()).collect();
        assert_eq!(cells, [vec!["No", "チェック項目", "実施済"], vec!["1", "定めて, いる", "■"], vec!["-x", "あ"]]);
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 5]);
    }
}
