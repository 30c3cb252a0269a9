//! A register written as CSV that spreadsheets open without running anything.

use tenken_calendar::japan;
use tenken_form::formula::guarded;
use tenken_model::{Instant, Language};

use super::definition::Definition;
use super::encoding::{self, Encoding};
use super::row::Row;

/// Why a register could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// CP932 has no such character; the row it is in.
    Unwritable(char, String),
    /// The writer failed.
    Failed(String),
}

impl ExportError {
    /// What is wrong and what to do.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Unwritable(character, row) => language.export_unwritable(*character, row),
            Self::Failed(_) => language.export_failed(),
        }
    }
}

/// The name of the file: the register's, with the day in Japan.
pub fn file_name(definition: &Definition, language: Language, now: Instant, ending: &str) -> String {
    let title = (definition.title)(language).replace(' ', "-");
    format!("{title}_{}.{ending}", japan::date_of(now))
}

/// Writes rows with headings in that language, lines ending in CR LF.
pub fn write<'a>(
    definition: &Definition,
    rows: impl IntoIterator<Item = &'a Row>,
    language: Language,
    encoding: Encoding,
) -> Result<Vec<u8>, ExportError> {
    let failed = |error: csv::Error| ExportError::Failed(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(definition.columns.iter().map(|column| (column.label)(language))).map_err(failed)?;
    for row in rows {
        let cells: Vec<String> =
            definition.columns.iter().map(|column| guarded(&row.shown(column, language))).collect();
        if let Err(character) = encoding::encode(&cells.concat(), encoding) {
            return Err(ExportError::Unwritable(character, row.name(definition)));
        }
        writer.write_record(&cells).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| ExportError::Failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| ExportError::Failed(error.to_string()))?;
    encoding::encode(&text, encoding).map_err(|character| ExportError::Unwritable(character, String::new()))
}

#[cfg(test)]
mod tests {
    use super::super::{Names, import};
    use super::*;

    #[test]
    fn what_is_exported_is_imported_unchanged() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let text = "account,kind,owner,ends,note\n\
                    =cmd|' /C calc'!A0,person,+81 3,2026-11-23,\"@SUM(A1)\nもう一行, \"\"と\"\"\"\n\
                    髙橋,service,'=x,,-\n";
        let rows = import::read(accounts, &Names::default(), text.as_bytes()).unwrap().rows;
        for language in [Language::Japanese, Language::English] {
            for encoding in [Encoding::Utf8, Encoding::Cp932] {
                let bytes = write(accounts, rows.iter().map(|(_, row)| row), language, encoding).unwrap();
                let again = import::read(accounts, &Names::default(), &bytes).unwrap();
                assert_eq!(again.errors, []);
                let (old, new): (Vec<_>, Vec<_>) =
                    (rows.iter().map(|r| &r.1).collect(), again.rows.iter().map(|r| &r.1).collect());
                assert_eq!(new, old);
                let (text, found) = encoding::decode(&bytes).unwrap();
                assert_eq!(found, encoding);
                assert!(text.contains("\r\n") && text.contains("'=cmd") && text.contains("'@SUM"), "{text}");
            }
        }
    }

    #[test]
    fn an_apostrophe_that_is_part_of_a_cell_stays() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let text = "account,kind,owner,note\na,person,x, '=y\nb,person,x, ''=y\nc,person,'x,'\n";
        let rows = import::read(accounts, &Names::default(), text.as_bytes()).unwrap().rows;
        assert_eq!(rows.iter().map(|(_, row)| row.get("note")).collect::<Vec<_>>(), ["'=y", "''=y", "'"]);
        let bytes = write(accounts, rows.iter().map(|(_, row)| row), Language::Japanese, Encoding::Utf8).unwrap();
        let again = import::read(accounts, &Names::default(), &bytes).unwrap().rows;
        assert!(again.iter().map(|(_, row)| row).eq(rows.iter().map(|(_, row)| row)));
    }

    #[test]
    fn a_character_that_would_be_lost_is_named() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let rows =
            import::read(accounts, &Names::default(), "account,kind,owner\na,person,𠮷田\n".as_bytes()).unwrap().rows;
        let refused = write(accounts, rows.iter().map(|(_, row)| row), Language::Japanese, Encoding::Cp932);
        assert_eq!(refused, Err(ExportError::Unwritable('𠮷', "* / a".into())));
    }
}
