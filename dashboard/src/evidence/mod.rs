//! Files that people attach as evidence: which are taken, and what a virus scanner says of them.
//!
//! A file is told by its content, never by its name. What a browser or an office program could run is not taken, and nothing is
//! ever served to be shown: it is saved.

mod kind;
mod office;
mod scan;

use crate::plain::hides_or_turns;

pub use kind::{Kind, NotTaken, kind_of};
pub use scan::{Scan, ScanError, Scanner};

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 10 << 20;
/// The most files of one statement.
pub const FILES_MAX: usize = 10;
/// The most characters of a file's name.
pub const NAME_CHARS_MAX: usize = 120;

/// A name as it is kept: the last part of a path, without what a file system, a header or a page could take otherwise.
pub fn name_of(sent: &str, kind: Kind) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !hides_or_turns(*c))
        .filter(|c| !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?'))
        .take(NAME_CHARS_MAX)
        .collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    let ending = format!(".{}", kind.ending());
    let fits = kind.endings().iter().any(|ending| kept.to_lowercase().ends_with(&format!(".{ending}")));
    match kept {
        "" => format!("file{ending}"),
        _ if fits => kept.to_owned(),
        _ => format!("{kept}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_their_kind_and_lead_nowhere() {
        for (sent, kind, wanted) in [
            ("規程.pdf", Kind::Pdf, "規程.pdf"),
            ("C:\\Users\\sato\\規程.PDF", Kind::Pdf, "規程.PDF"),
            ("../../etc/passwd", Kind::Text, "passwd.txt"),
            ("run.exe", Kind::Pdf, "run.exe.pdf"),
            ("..", Kind::Png, "file.png"),
            ("a\"; filename=\"b.html", Kind::Csv, "a; filename=b.html.csv"),
            ("", Kind::Jpeg, "file.jpg"),
            ("写真.jpeg", Kind::Jpeg, "写真.jpeg"),
        ] {
            assert_eq!(name_of(sent, kind), wanted, "{sent}");
        }
        assert!(name_of("a\r\nb\u{202e}fdp.pdf", Kind::Pdf).chars().all(|c| !c.is_control() && c != '\u{202e}'));
        assert!(name_of(&"長".repeat(500), Kind::Pdf).chars().count() <= NAME_CHARS_MAX + 4);
    }
}
