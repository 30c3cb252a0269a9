//! The form of dpkg's and apt's files: paragraphs of fields, taken in parts. See deb822(5).

/// The longest line that is kept; the rest of a longer one is left out, as descriptions are.
const LINE_MAX: usize = 4_096;

/// Takes a file part by part and gives each line of a field, and the end of each paragraph, as soon as it is whole.
#[derive(Debug, Default)]
pub struct Paragraphs {
    /// A line whose end has not come yet, of which no more than [`LINE_MAX`] is kept.
    begun: Vec<u8>,
    /// A field stood since the last end of a paragraph.
    in_paragraph: bool,
}

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// A field, by its name in the letters of the file, and the value of its first line.
    Field(&'a [u8], &'a [u8]),
    /// A paragraph is over.
    End,
}

impl Paragraphs {
    /// Takes the next part.
    pub fn take(&mut self, part: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        let mut rest = part;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if self.begun.is_empty() {
                self.line(line, each);
            } else {
                self.keep(line);
                let whole = std::mem::take(&mut self.begun);
                self.line(&whole, each);
            }
        }
        self.keep(rest);
    }

    /// The file is over.
    pub fn finish(&mut self, each: &mut dyn FnMut(Line<'_>)) {
        let whole = std::mem::take(&mut self.begun);
        self.line(&whole, each);
        self.line(b"", each);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LINE_MAX.saturating_sub(self.begun.len());
        self.begun.extend(bytes.iter().take(room));
    }

    fn line(&mut self, line: &[u8], each: &mut dyn FnMut(Line<'_>)) {
        match line.first() {
            // A line that goes on, or a comment.
            Some(b' ' | b'\t') if !line.trim_ascii().is_empty() => {}
            Some(b'#') => {}
            _ if line.trim_ascii().is_empty() => {
                if std::mem::take(&mut self.in_paragraph) {
                    each(Line::End);
                }
            }
            _ => {
                if let Some(colon) = line.iter().position(|byte| *byte == b':') {
                    let (name, value) = line.split_at(colon);
                    self.in_paragraph = true;
                    each(Line::Field(name, value.get(1..).unwrap_or_default().trim_ascii()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&[u8]]) -> Vec<String> {
        let mut found = Vec::new();
        let mut each = |line: Line<'_>| {
            found.push(match line {
                Line::Field(name, value) => {
                    format!("{}={}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
                }
                Line::End => "end".to_owned(),
            });
        };
        let mut paragraphs = Paragraphs::default();
        for part in parts {
            paragraphs.take(part, &mut each);
        }
        paragraphs.finish(&mut each);
        found
    }

    #[test]
    fn fields_and_ends() {
        let text =
            b"\n\nPackage: a\nDescription: long\n and longer\n .\n\tx: y\nEmpty:\n\n \n\nnonsense\n# c: d\nPackage:b";
        assert_eq!(read(&[text]), ["Package=a", "Description=long", "Empty=", "end", "Package=b", "end"]);
        assert_eq!(read(&[b""]), Vec::<String>::new());
        assert_eq!(read(&[b"A: 1\r\n\r\nB: 2\r\n"]), ["A=1", "end", "B=2", "end"]);
    }

    #[test]
    fn a_long_line_does_not_stay_in_memory() {
        let long = [b"A: ".as_slice(), &vec![b'x'; 100_000]].concat();
        let mut paragraphs = Paragraphs::default();
        paragraphs.take(&long, &mut |_| panic!());
        assert!(paragraphs.begun.len() <= LINE_MAX);
    }

    proptest! {
        #[test]
        fn parts_give_what_the_whole_gives(text in "[ab:\n #]{0,60}", at in 0_usize..60) {
            let bytes = text.as_bytes();
            let (one, other) = bytes.split_at(at.min(bytes.len()));
            prop_assert_eq!(read(&[one, other]), read(&[bytes]));
        }
    }
}
