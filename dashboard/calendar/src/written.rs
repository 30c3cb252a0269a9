//! The pieces of a date as it is written: the year, what joins it to the month, numbers and words.

use std::ops::RangeInclusive;

use crate::era::{Era, EraYear};

/// Full-width digits, letters and signs as their ASCII forms, other hyphens, spaces and control characters as the
/// plain ones, without spaces around.
pub(crate) fn narrow(text: &str) -> String {
    let narrowed: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
            // Hyphen, hyphen that does not break, minus: what Japanese input methods offer for `-`.
            '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
            c if c.is_whitespace() || c.is_control() => ' ',
            _ => c,
        })
        .collect();
    narrowed.trim().to_owned()
}

/// A narrowed text, read from its start; spaces before a piece are passed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Passes a word, if it is next.
    pub(crate) fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.trim_start_matches(' ').strip_prefix(word)?;
        Some(())
    }

    /// Passes the first of these words that is next, and tells what it means.
    pub(crate) fn one_of<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find_map(|(word, meaning)| self.word(word).map(|()| *meaning))
    }

    /// Passes a number of so many digits; nothing if it has more or fewer.
    pub(crate) fn number(&mut self, digits: RangeInclusive<usize>) -> Option<u16> {
        let text = self.rest.trim_start_matches(' ');
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number = text.get(..end).filter(|_| digits.contains(&end))?.parse().ok()?;
        self.rest = text.get(end..)?;
        Some(number)
    }

    /// Nothing is left but spaces.
    pub(crate) fn end(self) -> Option<()> {
        self.rest.trim_start_matches(' ').is_empty().then_some(())
    }
}

/// A year as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenYear {
    /// 2024.
    Western(i32),
    /// 令和6, R6.
    Era(EraYear),
}

/// Names of eras, also the single letters that spreadsheets write; of two with the same start, the longer first.
const ERAS: [(&str, Era); 15] = [
    ("令和", Era::Reiwa),
    ("平成", Era::Heisei),
    ("昭和", Era::Showa),
    ("令", Era::Reiwa),
    ("平", Era::Heisei),
    ("昭", Era::Showa),
    ("㋿", Era::Reiwa),
    ("㍻", Era::Heisei),
    ("㍼", Era::Showa),
    ("R", Era::Reiwa),
    ("H", Era::Heisei),
    ("S", Era::Showa),
    ("r", Era::Reiwa),
    ("h", Era::Heisei),
    ("s", Era::Showa),
];

/// Names of the eras before those.
pub(crate) const OLD_ERAS: [(&str, ()); 10] = [
    ("大正", ()),
    ("明治", ()),
    ("大", ()),
    ("明", ()),
    ("㍽", ()),
    ("㍾", ()),
    ("T", ()),
    ("M", ()),
    ("t", ()),
    ("m", ()),
];

impl WrittenYear {
    pub(crate) fn read(scanner: &mut Scanner<'_>) -> Option<Self> {
        let Some(era) = scanner.one_of(&ERAS) else {
            return scanner.number(4..=4).map(|year| Self::Western(year.into()));
        };
        let year = match scanner.word("元") {
            Some(()) => 1,
            None => scanner.number(1..=2)?,
        };
        Some(Self::Era(EraYear { era, year }))
    }

    pub(crate) fn western(self) -> i32 {
        match self {
            Self::Western(year) => year,
            Self::Era(year) => year.western(),
        }
    }
}

/// What stands between a year, a month and a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    /// 年, 月, and 日 at the end.
    Kanji,
    /// The same sign twice.
    Sign(&'static str),
}

impl Joint {
    /// What stands after the year.
    pub(crate) fn read(scanner: &mut Scanner<'_>) -> Option<Self> {
        scanner.one_of(&[("年", Self::Kanji), ("-", Self::Sign("-")), ("/", Self::Sign("/")), (".", Self::Sign("."))])
    }

    /// What stands after the month where a day follows.
    pub(crate) const fn after_month(self) -> &'static str {
        match self {
            Self::Kanji => "月",
            Self::Sign(sign) => sign,
        }
    }
}
