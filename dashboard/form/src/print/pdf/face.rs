//! The built-in font: which characters it has and how wide they are.

use krilla::text::Font;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::TableProvider as _;
use skrifa::{FontRef, MetadataProvider as _};

use super::PdfError;

/// BIZ UDPGothic Regular; where it comes from is told beside the file.
const FONT: &[u8] = include_bytes!("../../../fonts/BIZUDPGothic-Regular.ttf");
/// What is drawn for a character that the font lacks.
pub const GETA: char = '〓';

/// A character of the font.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u32,
    /// How far it moves the pen, in em.
    pub advance: f32,
}

/// A character as it is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drawn {
    /// As it is.
    Own(Glyph),
    /// [`GETA`] in its place.
    Lacking(Glyph),
    /// Not at all: it only asks for another shape of the character before it.
    Selector,
}

/// The built-in font.
pub struct Face {
    /// The font as it is embedded.
    pub font: Font,
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
    geta: Glyph,
}

impl Face {
    /// Reads the built-in font.
    ///
    /// # Errors
    /// Never in practice: its file is part of the program.
    pub fn built_in() -> Result<Self, PdfError> {
        let font = Font::new(FONT.into(), 0).ok_or(PdfError::Font)?;
        let tables = FontRef::new(FONT).map_err(|_| PdfError::Font)?;
        let units = f32::from(tables.head().map_err(|_| PdfError::Font)?.units_per_em());
        let metrics = tables.glyph_metrics(Size::unscaled(), LocationRef::default());
        let none = Glyph { id: 0, advance: 1.0 };
        let mut face = Self { font, characters: tables.charmap(), metrics, units, geta: none };
        face.geta = face.glyph(GETA).ok_or(PdfError::Font)?;
        Ok(face)
    }

    /// How a character is to be drawn.
    pub fn drawn(&self, character: char) -> Drawn {
        if matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}') {
            return Drawn::Selector;
        }
        let own = if is_unseen(character) { None } else { self.glyph(character) };
        own.map_or(Drawn::Lacking(self.geta), Drawn::Own)
    }

    /// A text in one line and without what the font lacks, for the places in a file that are shown by the reading program.
    pub fn shown(&self, text: &str) -> String {
        let character = |character| match self.drawn(character) {
            _ if character == '\n' => Some(' '),
            Drawn::Own(_) => Some(character),
            Drawn::Lacking(_) => Some(GETA),
            Drawn::Selector => None,
        };
        text.chars().filter_map(character).collect()
    }

    fn glyph(&self, character: char) -> Option<Glyph> {
        let id = self.characters.map(character).filter(|id| id.to_u32() != 0)?;
        let advance = self.metrics.advance_width(id)? / self.units;
        Some(Glyph { id: id.to_u32(), advance })
    }
}

/// The character has no shape of its own, turns the direction of others, or means what each program likes: whatever the font
/// has for it, it is shown as lacking.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_forms_are_in_the_font() {
        let face = Face::built_in().unwrap();
        for character in "漢字かなカナｱABCabc019「」（）()、。・■□〓～〜―…“”①注髙﨑 \u{a0}　".chars()
        {
            assert!(matches!(face.drawn(character), Drawn::Own(_)), "{character}");
        }
        let Drawn::Own(kanji) = face.drawn('漢') else { panic!() };
        let Drawn::Own(letter) = face.drawn('i') else { panic!() };
        assert!((kanji.advance - 1.0).abs() < 0.001 && letter.advance < 0.5, "{kanji:?} {letter:?}");
    }

    #[test]
    fn what_cannot_be_seen_is_lacking() {
        let face = Face::built_in().unwrap();
        for character in ['😀', '\u{202e}', '\u{200b}', '\0', '\u{e000}', '\u{feff}', 'א', '\u{10ffff}'] {
            assert!(matches!(face.drawn(character), Drawn::Lacking(_)), "{}", character.escape_unicode());
        }
        assert_eq!(face.drawn('\u{e0100}'), Drawn::Selector);
        assert_eq!(face.shown("証\u{e0100}跡\n\0<&>"), "証跡 〓<&>");
    }
}
