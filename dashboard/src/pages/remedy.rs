//! The words of a remedy as paragraphs, numbered steps and choices, for pages that show it whole.
//!
//! Remedies are written as plain text: a line each, numbered (`1. `), one of several choices (`- `), or neither; what is
//! indented belongs to the line above it.

/// What stands at one depth of a remedy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Passage<'a> {
    /// Steps to take one after the other, with the number of the first.
    Steps(u32, Vec<Point<'a>>),
    /// One of these is to be done, or each in any order.
    Choices(Vec<Point<'a>>),
    /// Lines that are no steps: an introduction, or what is to be written in a file.
    Words(Vec<&'a str>),
}

/// A step or a choice, and what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Point<'a> {
    /// Its words.
    pub text: &'a str,
    /// What is indented below it.
    pub inside: Vec<Passage<'a>>,
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Number(u32),
    Choice,
    Bare,
}

#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    indent: usize,
    mark: Mark,
    text: &'a str,
    written: &'a str,
}

impl<'a> Line<'a> {
    /// The line as it is written, from a column on: what is to be written in a file keeps its indentation.
    fn from(&self, column: usize) -> &'a str {
        self.written.get(column..).unwrap_or(self.text)
    }
}

/// A page shows a choice, its steps and the lines of a step; what lies deeper is shown as lines there.
const DEEPEST: usize = 2;

/// The passages of a remedy.
pub(crate) fn passages(remedy: &str) -> Vec<Passage<'_>> {
    let lines: Vec<Line<'_>> = remedy.lines().filter_map(line).collect();
    within(&lines, 0)
}

/// A line without its mark; nothing of one without words.
fn line(written: &str) -> Option<Line<'_>> {
    let (text, written) = (written.trim(), written.trim_end());
    let indent = written.len() - text.len();
    let (mark, text) = match (number(text), text.strip_prefix("- ")) {
        (Some((number, rest)), _) => (Mark::Number(number), rest),
        (None, Some(rest)) => (Mark::Choice, rest.trim()),
        (None, None) => (Mark::Bare, text),
    };
    (!text.is_empty()).then_some(Line { indent, mark, text, written })
}

/// The number of a step and its words.
pub(super) fn number(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.split_once('.')?;
    let is_fraction = rest.starts_with(|c: char| c.is_ascii_digit());
    Some((number.parse().ok().filter(|_| !is_fraction)?, rest.trim()))
}

fn within<'a>(lines: &[Line<'a>], depth: usize) -> Vec<Passage<'a>> {
    if depth >= DEEPEST {
        return match lines {
            [] => Vec::new(),
            [first, ..] => vec![Passage::Words(lines.iter().map(|line| line.from(first.indent)).collect())],
        };
    }
    let mut found = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        let inside = after.iter().take_while(|line| line.indent > first.indent).count();
        let (inside, following) = after.split_at_checked(inside).unwrap_or((after, &[]));
        rest = following;
        let point = || Point { text: first.text, inside: within(inside, depth + 1) };
        match (first.mark, found.last_mut()) {
            (Mark::Number(_), Some(Passage::Steps(_, points))) | (Mark::Choice, Some(Passage::Choices(points))) => {
                points.push(point());
            }
            (Mark::Number(number), _) => found.push(Passage::Steps(number, vec![point()])),
            (Mark::Choice, _) => found.push(Passage::Choices(vec![point()])),
            (Mark::Bare, last) => {
                let bare = inside.iter().take_while(|line| line.mark == Mark::Bare).count();
                let (lines, marked) = inside.split_at_checked(bare).unwrap_or((inside, &[]));
                let lines = std::iter::once(first).chain(lines).map(|line| line.from(first.indent));
                match last {
                    Some(Passage::Words(words)) => words.extend(lines),
                    _ => found.push(Passage::Words(lines.collect())),
                }
                found.extend(within(marked, depth));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as it is shown, with its depth.
    fn shown(passages: &[Passage<'_>], depth: usize) -> Vec<String> {
        let point = |mark: String, point: &Point<'_>| {
            let mut lines = vec![format!("{depth}{mark} {}", point.text)];
            lines.extend(shown(&point.inside, depth + 1));
            lines
        };
        let passage = |passage: &Passage<'_>| match passage {
            Passage::Steps(first, points) => {
                (*first..).zip(points).flat_map(|(number, step)| point(format!(" {number}."), step)).collect::<Vec<_>>()
            }
            Passage::Choices(points) => points.iter().flat_map(|choice| point(" -".to_owned(), choice)).collect(),
            Passage::Words(words) => words.iter().map(|word| format!("{depth} {word}")).collect(),
        };
        passages.iter().flat_map(passage).collect()
    }

    #[test]
    fn what_is_indented_belongs_to_the_line_above_it() {
        let remedy = "Choose:\n- USBGuard\n  1. Install it.\n     a = 1\n     b = 2\n  2.Start it.\n- udev\n\nThen:\n1. Restart.\n   now\n2. Wait 3.5 hours.";
        assert_eq!(
            shown(&passages(remedy), 0),
            [
                "0 Choose:",
                "0 - USBGuard",
                "1 1. Install it.",
                "2 a = 1",
                "2 b = 2",
                "1 2. Start it.",
                "0 - udev",
                "0 Then:",
                "0 1. Restart.",
                "1 now",
                "0 2. Wait 3.5 hours.",
            ]
        );
    }

    #[test]
    fn odd_remedies_keep_every_word() {
        let deep = "- a\n - b\n  - c\n   - d\n    1. e";
        assert_eq!(shown(&passages(deep), 0), ["0 - a", "1 - b", "2 - c", "2  - d", "2   1. e"]);
        assert_eq!(shown(&passages("   x\n y\n"), 0), ["0 x", "0 y"]);
        assert_eq!(shown(&passages("intro\n   1. a\n   2. b"), 0), ["0 intro", "0 1. a", "0 2. b"]);
        assert_eq!(shown(&passages("3. c\n4. d\n-e\n1.\n2.5 hours"), 0), ["0 3. c", "0 4. d", "0 -e", "0 2.5 hours"]);
        assert_eq!(
            shown(&passages("1. Write:\n   Password:\n     requisite\n   End"), 0),
            ["0 1. Write:", "1 Password:", "1   requisite", "1 End"]
        );
        assert_eq!(passages("\n \n"), []);
    }
}
