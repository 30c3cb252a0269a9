//! Text that is set in lines.

use std::collections::BTreeSet;

use unicode_normalization::char::compose;

use super::face::{Drawn, Face, Glyph};
use super::line_break;
use super::structure::PartId;

/// How high a line is, against the size of its letters.
const LEADING: f32 = 1.4;
/// How far the line's letters reach above their base, against their size.
const ASCENT: f32 = 0.88;
/// How large raised letters are, and how far they are raised, against the size of the others.
const RAISED_SIZE: f32 = 0.65;
const RAISED_BY: f32 = 0.36;

/// A text, parts of which may be raised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    text: String,
    raised: bool,
}

impl Text {
    /// A text without raised parts. Its line feeds begin new lines.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { spans: vec![Span { text: text.into(), raised: false }] }
    }

    /// The text with a raised part after it, such as the mark of a note.
    #[must_use]
    pub fn raised(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span { text: text.into(), raised: true });
        self
    }

    /// What it says.
    pub fn said(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Letters of one size beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// How far it stands from the left of its line, in points.
    pub x: f32,
    /// How far its base is below the top of its line, in points.
    pub base: f32,
    /// The size of its letters in points.
    pub size: f32,
    /// Its letters and how they are drawn.
    pub letters: Vec<(char, Glyph)>,
    /// The part of the document it belongs to; none if it only decorates.
    pub part: Option<PartId>,
}

/// One line of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its letters.
    pub pieces: Vec<Piece>,
    /// How wide it is, in points, without spaces at its end.
    pub width: f32,
    /// How high it is, in points.
    pub height: f32,
}

impl Line {
    /// The same line, moved to the right.
    #[must_use]
    pub fn moved(mut self, by: f32) -> Self {
        self.pieces.iter_mut().for_each(|piece| piece.x += by);
        self
    }

    /// The same line as decoration.
    #[must_use]
    pub fn as_decoration(&self) -> Self {
        let mut line = self.clone();
        line.pieces.iter_mut().for_each(|piece| piece.part = None);
        line
    }
}

/// How high lines are together.
pub fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

/// Sets text, and remembers what the font lacked.
pub struct Setter<'a> {
    face: &'a Face,
    /// The characters that the font lacks.
    pub missing: BTreeSet<char>,
}

#[derive(Clone, Copy)]
struct Letter {
    character: char,
    glyph: Glyph,
    raised: bool,
}

impl<'a> Setter<'a> {
    /// Sets with a font.
    pub const fn new(face: &'a Face) -> Self {
        Self { face, missing: BTreeSet::new() }
    }

    /// Sets a text in letters of a size, in lines of a width, both in points.
    pub fn set(&mut self, text: &Text, size: f32, width: f32, part: Option<PartId>) -> Vec<Line> {
        let mut lines = Vec::new();
        for letters in self.paragraphs(text) {
            let (characters, advances) = measured(&letters, size);
            for range in line_break::lines(&characters, &advances, width) {
                lines.push(line(letters.get(range).unwrap_or_default(), size, part));
            }
        }
        lines
    }

    /// How wide a text is without breaking it, and how wide its widest part that stays whole, in points.
    pub fn widths(&mut self, text: &Text, size: f32) -> (f32, f32) {
        let mut widths = (0.0_f32, 0.0_f32);
        for letters in self.paragraphs(text) {
            let (characters, advances) = measured(&letters, size);
            widths.0 = widths.0.max(advances.iter().sum());
            widths.1 = widths.1.max(line_break::widest_part(&characters, &advances));
        }
        widths
    }

    /// The letters of a text, by the lines it has of itself.
    fn paragraphs(&mut self, text: &Text) -> Vec<Vec<Letter>> {
        let mut paragraphs = vec![Vec::new()];
        for span in &text.spans {
            for character in composed(&span.text) {
                if character == '\n' {
                    paragraphs.push(Vec::new());
                } else if let (Some(last), Some(letter)) = (paragraphs.last_mut(), self.letter(character, span.raised))
                {
                    last.push(letter);
                }
            }
        }
        paragraphs
    }

    fn letter(&mut self, character: char, raised: bool) -> Option<Letter> {
        match self.face.drawn(character) {
            Drawn::Own(glyph) => Some(Letter { character, glyph, raised }),
            Drawn::Lacking(glyph) => {
                self.missing.insert(character);
                Some(Letter { character: super::face::GETA, glyph, raised })
            }
            Drawn::Selector => {
                self.missing.insert(character);
                None
            }
        }
    }
}

/// The characters of a text with kana and their voicing marks put together, its line ends as line feeds, and its spaces as
/// plain ones.
fn composed(text: &str) -> Vec<char> {
    let mut composed: Vec<char> = Vec::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        let character = match character {
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\n' | '\u{3000}' | '\u{a0}' => character,
            other if other.is_whitespace() => ' ',
            other => other,
        };
        match composed.last_mut() {
            Some(last) if compose(*last, character).is_some() => {
                *last = compose(*last, character).unwrap_or(*last);
            }
            _ => composed.push(character),
        }
    }
    composed
}

fn size_of(letter: &Letter, size: f32) -> f32 {
    if letter.raised { size * RAISED_SIZE } else { size }
}

fn measured(letters: &[Letter], size: f32) -> (Vec<char>, Vec<f32>) {
    letters.iter().map(|letter| (letter.character, letter.glyph.advance * size_of(letter, size))).unzip()
}

fn line(letters: &[Letter], size: f32, part: Option<PartId>) -> Line {
    let height = size * LEADING;
    let base = (height - size) / 2.0 + size * ASCENT;
    let mut line = Line { pieces: Vec::new(), width: 0.0, height };
    let mut x = 0.0;
    for letters in letters.chunk_by(|one, next| one.raised == next.raised) {
        let raised = letters.first().is_some_and(|letter| letter.raised);
        let (base, small) = if raised { (base - size * RAISED_BY, size * RAISED_SIZE) } else { (base, size) };
        let piece = letters.iter().map(|letter| (letter.character, letter.glyph)).collect();
        line.pieces.push(Piece { x, base, size: small, letters: piece, part });
        for letter in letters {
            x += letter.glyph.advance * small;
            if letter.character != ' ' {
                line.width = x;
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &Line) -> String {
        line.pieces.iter().flat_map(|piece| &piece.letters).map(|(character, _)| *character).collect()
    }

    fn set(text: &Text, width: f32) -> (Vec<Line>, BTreeSet<char>) {
        let face = Face::built_in().unwrap();
        let mut setter = Setter::new(&face);
        let lines = setter.set(text, 10.0, width, None);
        (lines, setter.missing)
    }

    #[test]
    fn text_is_set_in_lines_of_a_width() {
        let (lines, missing) = set(&Text::plain("漢字漢字漢字、漢字\n終"), 60.0);
        assert_eq!(lines.iter().map(said).collect::<Vec<_>>(), ["漢字漢字漢", "字、漢字", "終"]);
        assert!(missing.is_empty());
        assert!((height(&lines) - 42.0).abs() < 0.01);
        assert!((lines[0].width - 50.0).abs() < 0.01);
    }

    #[test]
    fn marks_of_notes_are_small_and_raised() {
        let (lines, _) = set(&Text::plain("漢字").raised("注1)"), 100.0);
        let [text, mark] = lines[0].pieces.as_slice() else { panic!() };
        assert!(mark.size < text.size && mark.base < text.base && (mark.x - 20.0).abs() < 0.01);
    }

    #[test]
    fn what_the_font_lacks_is_seen_and_told() {
        let (lines, missing) = set(&Text::plain("葛\u{e0100}城😀\u{202e}x\0"), 200.0);
        assert_eq!(said(&lines[0]), "葛城〓〓x〓");
        assert_eq!(missing, BTreeSet::from(['\0', '\u{202e}', '\u{e0100}', '😀']));
    }

    #[test]
    fn kana_and_their_voicing_marks_are_one_and_kanji_stay_as_written() {
        assert_eq!(composed("か\u{3099}は\u{309a}").iter().collect::<String>(), "がぱ");
        assert_eq!(composed("\u{fa19}\t髙\r\n\r").iter().collect::<String>(), "\u{fa19} 髙\n\n");
    }
}
