//! Files of office programs: ZIP archives of parts, of which one lists what each part is (ECMA-376 part 2).
//!
//! A chart in a document carries the workbook of its numbers as a file within the file. Such a file is looked at like the one
//! around it. What is no such file, as OLE objects are, could be anything, and is not taken.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::kind::{Kind, NotTaken, holds};

/// The most parts of a file.
const PARTS_MAX: usize = 10_000;
/// The most bytes that are unpacked of one file, with the files within it.
const UNPACKED_BYTES_MAX: u64 = 32 << 20;
/// How deep files may lie within files: a chart in a document, and one in the workbook behind it.
const DEPTH_MAX: usize = 2;
/// The list of what each part is.
const TYPES: &str = "[content_types].xml";
/// What stands in the type of a part that runs, in small letters: macros, controls, objects of other programs.
const ACTIVE_TYPES: [&str; 5] = ["vbaproject", "macroenabled", "activex", "oleobject", "macrosheet"];
/// What stands in the name of such a part.
const ACTIVE_NAMES: [&str; 5] = ["vbaproject", "vbadata", "/activex/", "oleobject", "/macrosheets/"];
/// Names as they stand in plain in the archive, whatever its directory says of them.
const ACTIVE_BYTES: [&[u8]; 3] = [b"vbaProject.bin", b"/activeX/", b"/oleObject"];

/// What a file mainly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Main {
    Document,
    Workbook,
    /// Slides or a drawing, which are taken within other files alone.
    Other,
}

/// The kind of a file that begins as a ZIP archive does.
pub(super) fn office(content: &[u8]) -> Result<Kind, NotTaken> {
    let mut room = UNPACKED_BYTES_MAX;
    match package(content, DEPTH_MAX, &mut room)? {
        Main::Document => Ok(Kind::Word),
        Main::Workbook => Ok(Kind::Excel),
        Main::Other => Err(NotTaken::Kind),
    }
}

/// What a file is, unless it or a file within it, up to so deep, holds what runs. `room` is how many bytes may still be unpacked.
fn package(content: &[u8], depth: usize, room: &mut u64) -> Result<Main, NotTaken> {
    if ACTIVE_BYTES.iter().any(|name| holds(content, name)) {
        return Err(NotTaken::Active);
    }
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| NotTaken::Kind)?;
    if archive.len() > PARTS_MAX {
        return Err(NotTaken::Kind);
    }
    // Names of parts are the same in either case.
    let names: Vec<String> =
        archive.file_names_raw().map(|name| String::from_utf8_lossy(name).to_lowercase()).collect();
    let main = main_of(&names).ok_or(NotTaken::Kind)?;
    let mut typed = false;
    for (part, name) in names.iter().enumerate() {
        if ACTIVE_NAMES.iter().any(|active| name.contains(active)) {
            return Err(NotTaken::Active);
        }
        if name == TYPES {
            check_types(&unpacked(&mut archive, part, room)?)?;
            typed = true;
        } else if name.contains("/embeddings/") && !name.ends_with('/') {
            let within = unpacked(&mut archive, part, room)?;
            let depth = depth.checked_sub(1).ok_or(NotTaken::Active)?;
            package(&within, depth, room).map_err(|_| NotTaken::Active)?;
        }
    }
    if typed { Ok(main) } else { Err(NotTaken::Kind) }
}

fn main_of(names: &[String]) -> Option<Main> {
    let known = [
        ("word/document.xml", Main::Document),
        ("xl/workbook.xml", Main::Workbook),
        ("ppt/presentation.xml", Main::Other),
        ("visio/document.xml", Main::Other),
    ];
    known.into_iter().find(|(main, _)| names.iter().any(|name| name == main)).map(|(_, main)| main)
}

/// Refuses a list of types that has one which runs, or is written so that this cannot be seen: office programs write it in plain
/// UTF-8.
fn check_types(list: &[u8]) -> Result<(), NotTaken> {
    let text = std::str::from_utf8(list).map_err(|_| NotTaken::Kind)?.to_lowercase();
    if ["\0", "&", "<!"].iter().any(|hides| text.contains(hides)) {
        return Err(NotTaken::Kind);
    }
    if ACTIVE_TYPES.iter().any(|active| text.contains(active)) { Err(NotTaken::Active) } else { Ok(()) }
}

/// A part as it is unpacked, within what may still be unpacked.
fn unpacked(archive: &mut ZipArchive<Cursor<&[u8]>>, part: usize, room: &mut u64) -> Result<Vec<u8>, NotTaken> {
    let part = archive.by_index(part).map_err(|_| NotTaken::Kind)?;
    let mut content = Vec::new();
    part.take(room.saturating_add(1)).read_to_end(&mut content).map_err(|_| NotTaken::Kind)?;
    let taken = u64::try_from(content.len()).unwrap_or(u64::MAX);
    *room = room.checked_sub(taken).ok_or(NotTaken::TooLarge)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const PLAIN: &[u8] = b"<Types><Default Extension=\"bin\" ContentType=\"application/printerSettings\"/></Types>";

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn file(main: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
        archive(&[&[("[Content_Types].xml", PLAIN), (main, b"<x/>".as_slice())], more].concat())
    }

    const WORD: &str = "word/document.xml";
    const CHART: &str = "word/embeddings/Microsoft_Excel_Worksheet.xlsx";

    #[test]
    fn charts_and_drawings_are_taken() {
        let workbook = file("xl/workbook.xml", &[("xl/printerSettings/printerSettings1.bin", b"x")]);
        let chart: [(&str, &[u8]); 3] =
            [("word/charts/chart1.xml", b"<c/>"), (CHART, &workbook), ("word/embeddings/", b"")];
        assert_eq!(office(&file(WORD, &chart)), Ok(Kind::Word));
        let slide = file("ppt/presentation.xml", &[("ppt/embeddings/a.xlsx", &workbook)]);
        let drawing = file("visio/document.xml", &[]);
        let embedded: [(&str, &[u8]); 2] = [("xl/embeddings/a.pptx", &slide), ("xl/embeddings/b.vsdx", &drawing)];
        assert_eq!(office(&file("xl/workbook.xml", &embedded)), Ok(Kind::Excel));
        assert_eq!(office(&slide), Err(NotTaken::Kind), "slides are no kind of evidence");
    }

    #[test]
    fn what_runs_is_not_taken_wherever_it_lies_and_whatever_it_is_called() {
        let listed =
            |word: &str| format!("<Types><Override PartName=\"/word/a\" ContentType=\"application/{word}\"/></Types>");
        let with = |word| archive(&[("[Content_Types].xml", listed(word).as_bytes()), (WORD, b"<x/>")]);
        for word in
            ["vnd.ms-office.vbaProject", "vnd.ms-word.document.macroEnabled.main+xml", "vnd.ms-office.activeX+xml"]
        {
            assert_eq!(office(&with(word)), Err(NotTaken::Active), "{word}");
        }
        let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice();
        let macros = file("xl/workbook.xml", &[("xl/VBAPROJECT.BIN", b"x")]);
        let renamed = with("vnd.openxmlformats-officedocument.oleObject");
        let parts: [(&str, &[u8]); 8] = [
            ("word/vbaProject.bin", b"x"),
            ("word/VbaProject.bin", b"x"),
            ("word/activeX/activeX1.xml", b"x"),
            ("word/embeddings/oleObject1.bin", ole),
            ("word/embeddings/a.bin", ole),
            (CHART, ole),
            (CHART, &macros),
            (CHART, &renamed),
        ];
        for (name, content) in parts {
            assert_eq!(office(&file(WORD, &[(name, content)])), Err(NotTaken::Active), "{name}");
        }
        let script: (&str, &[u8]) = ("word/embeddings/run.js", b"x");
        assert_eq!(office(&file(WORD, &[script])), Err(NotTaken::Active));
        let mut deep = file("xl/workbook.xml", &[]);
        for _ in 0..3 {
            deep = file("xl/workbook.xml", &[("xl/embeddings/a.xlsx", &deep)]);
        }
        assert_eq!(office(&deep), Err(NotTaken::Active), "what lies too deep is not seen");
    }

    #[test]
    fn what_cannot_be_seen_is_no_kind() {
        let utf16: Vec<u8> = "<Types/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let types: [&[u8]; 4] = [&utf16, b"<Types a=\"&#118;baProject\"/>", b"<!DOCTYPE x><Types/>", b"\xff"];
        for list in types {
            assert_eq!(office(&archive(&[("[Content_Types].xml", list), (WORD, b"")])), Err(NotTaken::Kind));
        }
        assert_eq!(office(&archive(&[(WORD, b"")])), Err(NotTaken::Kind));
        assert_eq!(office(&archive(&[("[Content_Types].xml", PLAIN), ("evil.exe", b"MZ")])), Err(NotTaken::Kind));
        assert_eq!(office(b"PK\x03\x04 word/document.xml [Content_Types].xml"), Err(NotTaken::Kind));
        let mut cut = file(WORD, &[]);
        cut.truncate(cut.len() - 30);
        assert_eq!(office(&cut), Err(NotTaken::Kind));
        let bomb = vec![b' '; usize::try_from(UNPACKED_BYTES_MAX).unwrap() + 1];
        assert_eq!(office(&archive(&[("[Content_Types].xml", &bomb), (WORD, b"")])), Err(NotTaken::TooLarge));
    }
}
