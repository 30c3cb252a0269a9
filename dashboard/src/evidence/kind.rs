//! Kinds of files, told by their content.

use tenken_model::choice;

use super::office::office;
use crate::registers::encoding::{NotText, decode};

choice! {
    /// A kind of file that is taken.
    pub enum Kind {
        /// PDF.
        Pdf = "pdf",
        /// A picture in PNG.
        Png = "png",
        /// A picture in JPEG.
        Jpeg = "jpeg",
        /// A document of Word without macros.
        Word = "docx",
        /// A workbook of Excel without macros.
        Excel = "xlsx",
        /// Comma-separated values.
        Csv = "csv",
        /// Text.
        Text = "txt",
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It is empty.
    Empty,
    /// It is larger than [`super::FILE_BYTES_MAX`].
    TooLarge,
    /// It is of none of the kinds.
    Kind,
    /// It holds what could run: macros, scripts, objects of other programs.
    Active,
}

impl Kind {
    /// How names of such files end.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Word => &["docx"],
            Self::Excel => &["xlsx"],
            Self::Csv => &["csv"],
            Self::Text => &["txt", "log", "md"],
        }
    }

    /// The usual one of these endings.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Pdf | Self::Png | Self::Word | Self::Excel | Self::Csv | Self::Text => self.word(),
        }
    }
}

/// The kind of a file. Its name only tells CSV from other text.
pub fn kind_of(content: &[u8], name: &str) -> Result<Kind, NotTaken> {
    if content.is_empty() {
        return Err(NotTaken::Empty);
    }
    if content.len() > super::FILE_BYTES_MAX {
        return Err(NotTaken::TooLarge);
    }
    if content.starts_with(b"%PDF-") {
        return pdf(content);
    }
    if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::Png);
    }
    if content.starts_with(b"\xff\xd8\xff") {
        return Ok(Kind::Jpeg);
    }
    if content.starts_with(b"PK\x03\x04") {
        return office(content);
    }
    text(content, name)
}

pub(super) fn holds(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}

/// A PDF that runs scripts or starts programs is not evidence.
fn pdf(content: &[u8]) -> Result<Kind, NotTaken> {
    let active: [&[u8]; 4] = [b"/JavaScript", b"/JS ", b"/JS(", b"/Launch"];
    if active.iter().any(|word| holds(content, word)) { Err(NotTaken::Active) } else { Ok(Kind::Pdf) }
}

fn text(content: &[u8], name: &str) -> Result<Kind, NotTaken> {
    let (decoded, _) = decode(content).map_err(|NotText| NotTaken::Kind)?;
    let odd = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t' | '\u{c}');
    if decoded.chars().any(odd) {
        return Err(NotTaken::Kind);
    }
    // What a browser or a shell would run is not taken, whatever it is called.
    let start = decoded.trim_start().to_lowercase();
    if start.starts_with('<') || start.starts_with("#!") || start.starts_with("@echo") || start.starts_with("mz") {
        return Err(NotTaken::Active);
    }
    let is_csv = name.to_lowercase().ends_with(".csv");
    Ok(if is_csv { Kind::Csv } else { Kind::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_content() {
        let cases: Vec<(Vec<u8>, &str, Result<Kind, NotTaken>)> = vec![
            (b"%PDF-1.7\n...".to_vec(), "a.pdf", Ok(Kind::Pdf)),
            (b"%PDF-1.7\n/OpenAction << /S /JavaScript >>".to_vec(), "a.pdf", Err(NotTaken::Active)),
            (b"%PDF-1.7\n/S /Launch".to_vec(), "a.pdf", Err(NotTaken::Active)),
            (b"\x89PNG\r\n\x1a\n..".to_vec(), "a.exe", Ok(Kind::Png)),
            (b"\xff\xd8\xff\xe0".to_vec(), "a.jpg", Ok(Kind::Jpeg)),
            ("受講者,日付\n佐藤,2026-11-01".into(), "名簿.CSV", Ok(Kind::Csv)),
            ("確認した。".into(), "記録.txt", Ok(Kind::Text)),
            (b"\x8am\x94F".to_vec(), "sjis.txt", Ok(Kind::Text)),
            ("<html><script>".into(), "a.txt", Err(NotTaken::Active)),
            (" \n<svg onload=x>".into(), "a.csv", Err(NotTaken::Active)),
            ("#!/bin/sh".into(), "a.txt", Err(NotTaken::Active)),
            (b"MZ\x90\x00".to_vec(), "a.pdf", Err(NotTaken::Kind)),
            (b"\x7fELF\x02".to_vec(), "a.txt", Err(NotTaken::Kind)),
            (Vec::new(), "a.pdf", Err(NotTaken::Empty)),
            (vec![b'a'; crate::evidence::FILE_BYTES_MAX + 1], "a.txt", Err(NotTaken::TooLarge)),
        ];
        for (content, name, wanted) in cases {
            assert_eq!(kind_of(&content, name), wanted, "{name} {:?}", content.get(..20));
        }
    }
}
