//! HTML as lines: rows of tables, and the text between.

use html5gum::{Token, Tokenizer};

use super::line::Line;
use crate::plain;

/// Elements that begin a line of their own outside tables and are only a space within a cell.
const BLOCKS: [&[u8]; 21] = [
    b"address",
    b"article",
    b"blockquote",
    b"br",
    b"dd",
    b"div",
    b"dl",
    b"dt",
    b"footer",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"main",
    b"p",
    b"section",
    b"ul",
];
/// How deep tables are followed into each other.
const TABLES_MAX: usize = 32;
/// Elements whose content nobody sees.
const UNSEEN: [&[u8]; 5] = [b"script", b"style", b"noscript", b"template", b"title"];

/// The page as lines. Never fails: whatever is no markup is text.
pub(super) fn lines(page: &str) -> Vec<Line> {
    let mut writer = Writer::default();
    let mut unseen: Option<Vec<u8>> = None;
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                if unseen.is_some() {
                    continue;
                }
                if UNSEEN.contains(&tag.name.as_slice()) {
                    unseen = (!tag.self_closing).then(|| tag.name.to_vec());
                    continue;
                }
                match tag.name.as_slice() {
                    b"table" => writer.table(),
                    b"tr" => writer.row(),
                    b"td" | b"th" => writer.cell(),
                    b"li" => writer.text(" ・ "),
                    b"input" => {
                        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| value.to_ascii_lowercase());
                        let kind = attribute(b"type").unwrap_or_default();
                        if kind == b"checkbox" || kind == b"radio" {
                            let marked = attribute(b"checked").is_some();
                            writer.text(if marked { "■ " } else { "□ " });
                        }
                    }
                    name if BLOCKS.contains(&name) => writer.block(),
                    _ => {}
                }
            }
            Token::EndTag(tag) => match &unseen {
                Some(name) if *name == tag.name.as_slice() => unseen = None,
                Some(_) => {}
                None => match tag.name.as_slice() {
                    b"tr" => writer.end_row(),
                    b"table" => writer.end_table(),
                    name if BLOCKS.contains(&name) => writer.block(),
                    _ => {}
                },
            },
            Token::String(text) if unseen.is_none() => writer.text(&String::from_utf8_lossy(&text)),
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    writer.end()
}

/// The text of a piece of markup, in one line.
pub(super) fn inline(piece: &str) -> String {
    if !piece.contains('<') && !piece.contains('&') {
        return plain::tidy(piece);
    }
    plain::tidy(&lines(piece).iter().map(Line::text).collect::<Vec<_>>().join(" "))
}

/// The encoding that a page says it is written in.
pub(super) fn charset(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let (_, after) = start.split_once("charset=")?;
    let label: String = after.trim_start_matches(['"', '\'', ' ']).chars().take_while(|c| is_label(*c)).collect();
    (!label.is_empty()).then_some(label)
}

fn is_label(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | ':' | '.')
}

/// Lines as they come to be.
#[derive(Default)]
struct Writer {
    lines: Vec<Line>,
    /// The cells of the row that is open in each open table, the innermost last: tables stand in cells of tables.
    tables: Vec<Vec<String>>,
    text: String,
    newlines: usize,
    apart: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.newlines += text.matches('\n').count();
        match self.open_cell() {
            Some(cell) => cell.push_str(text),
            None => self.text.push_str(text),
        }
    }

    fn open_cell(&mut self) -> Option<&mut String> {
        self.tables.last_mut()?.last_mut()
    }

    /// Another paragraph: a line of its own, but only a space within a cell.
    fn block(&mut self) {
        match self.open_cell() {
            Some(cell) => cell.push(' '),
            None => self.flush(),
        }
    }

    fn flush(&mut self) {
        let text = plain::tidy(&std::mem::take(&mut self.text));
        if !text.is_empty() {
            self.push(vec![text], false);
        }
    }

    fn push(&mut self, cells: Vec<String>, row: bool) {
        let apart = std::mem::take(&mut self.apart) || !row;
        self.lines.push(Line { number: self.newlines + 1, cells, row, apart });
        self.apart = !row;
    }

    fn table(&mut self) {
        if self.tables.is_empty() {
            self.flush();
        }
        // A page that opens tables without end is no form; its cells then belong to the last of them.
        if self.tables.len() < TABLES_MAX {
            self.tables.push(Vec::new());
        }
        self.apart = true;
    }

    fn row(&mut self) {
        self.end_row();
        if self.tables.is_empty() {
            self.table();
        }
    }

    fn cell(&mut self) {
        if self.tables.is_empty() {
            self.table();
        }
        if let Some(row) = self.tables.last_mut() {
            row.push(String::new());
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.tables.last_mut() else { return };
        let cells: Vec<String> = std::mem::take(row).iter().map(|cell| plain::tidy(cell)).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.push(cells, true);
        }
    }

    fn end_table(&mut self) {
        self.end_row();
        self.tables.pop();
        self.apart = true;
    }

    fn end(mut self) -> Vec<Line> {
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.flush();
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(page: &str) -> Vec<Vec<String>> {
        lines(page).into_iter().map(|line| line.cells).collect()
    }

    #[test]
    fn rows_are_lines_and_their_markup_is_gone() {
        let page = "<style>td{color:red}</style><h2>区分</h2><table><tr><th>No<th>項目<tr><td>1.</td><td><p>定めている。</p><ul><li>監査\
                    <li>苦情</ul><sup>注1)</sup></td><td>■ 使用&amp;していない</td></table>あと";
        assert_eq!(
            cells(page),
            [
                vec!["区分"],
                vec!["No", "項目"],
                vec!["1.", "定めている。 ・ 監査 ・ 苦情 注1)", "■ 使用&していない"],
                vec!["あと"]
            ]
        );
    }

    #[test]
    fn boxes_of_forms_become_marks() {
        let page =
            r#"<td><input type="checkbox" checked=""/> 済 <INPUT TYPE=CHECKBOX> 未 <input type=text value=x></td>"#;
        assert_eq!(cells(page), [["■ 済 □ 未"]]);
    }

    #[test]
    fn tables_in_cells_keep_their_rows() {
        let page = "<table><tr><td>左<td><table><tr><td>1.<td>■</table>後</table>";
        assert_eq!(cells(page), [vec!["1.", "■"], vec!["左", "後"]]);
    }

    #[test]
    fn what_is_cut_off_or_odd_is_still_read() {
        assert_eq!(cells("<table><tr><td>1.<td>途中"), [["1.", "途中"]]);
        assert_eq!(cells("</td></table></tr>文<script>var a='<td>'"), [["文"]]);
        assert_eq!(cells(&"<table>".repeat(10_000)).len(), 0);
        assert_eq!(cells("<td>a<td>b"), [["a", "b"]]);
    }

    #[test]
    fn the_encoding_is_found_where_pages_name_it() {
        let label = |page: &str| charset(page.as_bytes());
        assert_eq!(label("<meta charset=\"Shift_JIS\">").as_deref(), Some("shift_jis"));
        assert_eq!(label("<meta content='text/html; charset=euc-jp'>").as_deref(), Some("euc-jp"));
        assert_eq!(label("<p>charset</p>"), None);
    }
}
