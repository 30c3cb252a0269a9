//! Line numbers of records as a text editor counts them.

/// Counts lines up to where records begin, each byte once. The reader's own count stands before
/// the line ends that separate records, so it is one too low after CR LF and after empty lines.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    rest: &'a [u8],
    passed: u64,
    line: u64,
}

impl<'a> Lines<'a> {
    /// At the start of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes(), passed: 0, line: 1 }
    }

    /// The line, from 1, of the first record at or after `byte`. Bytes must not go backwards.
    pub(super) fn at(&mut self, byte: u64) -> u64 {
        while let Some((first, rest)) = self.rest.split_first() {
            if self.passed >= byte && !matches!(first, b'\r' | b'\n') {
                break;
            }
            if *first == b'\n' || (*first == b'\r' && rest.first() != Some(&b'\n')) {
                self.line += 1;
            }
            self.rest = rest;
            self.passed += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        for (text, wanted) in [
            ("a\nb\nc", vec![1, 2, 3]),
            ("a\r\nb\r\nc\r\n", vec![1, 2, 3]),
            ("a\rb\rc", vec![1, 2, 3]),
            ("a\r\n\r\n\nb\n\"1\r\n2\r\n\"\r\nc", vec![1, 4, 5, 8]),
        ] {
            let mut lines = Lines::new(text);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let told: Vec<u64> =
                reader.records().map(|record| lines.at(record.unwrap().position().unwrap().byte())).collect();
            assert_eq!(told, wanted, "{text:?}");
        }
        assert_eq!(Lines::new("").at(100), 1);
    }
}
