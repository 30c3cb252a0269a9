//! The beginnings of bytes in a table, which go on in other pages where they do not fit on their own.
//!
//! Of rpm's database these are the heads of its packages: some fifty megabytes, of which a twentieth is asked for.

use super::{Bytes, Cells, File, SqliteError, unsigned, varint};

/// More of one row than anybody asks for.
const ROW_MAX: usize = 16 << 20;

/// Gives `take` the first bytes in each row of a table whose rows hold bytes, with how many there are. Where it answers with a
/// length, it is given the same row again with at least so many of them.
pub fn blobs_of(
    database: Bytes<'_>,
    name: &str,
    take: &mut dyn FnMut(&[u8], usize) -> Option<usize>,
) -> Result<(), SqliteError> {
    let file = File::open(database)?;
    let (root, _) = file.find(name)?;
    file.leaves(root, &mut |number, cells| {
        for place in &cells.places {
            let mut row = Row::of(&file, cells, *place).ok_or(SqliteError::Page(number))?;
            let whole = row.whole;
            while let Some(wanted) = take(row.blob(), whole).filter(|wanted| *wanted > row.blob().len()) {
                row.read(&file, wanted.min(whole))?;
                if wanted > whole {
                    break;
                }
            }
        }
        Ok(())
    })
}

/// A row, as far as it is read.
struct Row {
    /// What was read, from its beginning.
    read: Vec<u8>,
    /// Where its bytes begin.
    begins: usize,
    /// How many bytes there are.
    whole: usize,
    /// The page on which it goes on; 0 for none.
    next: u32,
}

impl Row {
    /// What is on the row's own page. See "B-tree Cell Format" and "Cell Payload Overflow Pages".
    fn of(file: &File<'_>, cells: &Cells<'_>, place: usize) -> Option<Self> {
        let mut cell = cells.page.get(place..)?;
        let length = usize::try_from(varint(&mut cell)?).ok().filter(|length| *length <= ROW_MAX)?;
        varint(&mut cell)?;
        let most = file.usable_bytes - 35;
        let local = if length <= most {
            length
        } else {
            let least = (file.usable_bytes - 12) * 32 / 255 - 23;
            let fitting = least + (length - least) % (file.usable_bytes - 4);
            if fitting <= most { fitting } else { least }
        };
        let read = cell.get(..local)?.to_vec();
        let next = if local < length { u32::try_from(unsigned(cell, local, 4)?).ok()? } else { 0 };
        let mut types = read.as_slice();
        let header_bytes = usize::try_from(varint(&mut types)?).ok()?;
        let mut types = types.get(..header_bytes.checked_sub(read.len() - types.len())?)?;
        let mut begins = header_bytes;
        loop {
            // The row's number, which is kept elsewhere, and perhaps small numbers stand before.
            begins = match varint(&mut types)? {
                0 | 8 | 9 => begins,
                small @ 1..=4 => begins + usize::try_from(small).ok()?,
                5 => begins + 6,
                6 => begins + 8,
                bytes if bytes >= 12 && bytes % 2 == 0 => {
                    let whole = usize::try_from((bytes - 12) / 2).ok()?;
                    let fits = begins.checked_add(whole)? <= length && begins <= read.len();
                    return fits.then_some(Self { read, begins, whole, next });
                }
                _ => return None,
            };
        }
    }

    fn blob(&self) -> &[u8] {
        let blob = self.read.get(self.begins..).unwrap_or_default();
        blob.get(..self.whole).unwrap_or(blob)
    }

    /// Reads until so many of its bytes are there. Each page adds to them, so that a ring of pages ends.
    fn read(&mut self, file: &File<'_>, wanted: usize) -> Result<(), SqliteError> {
        while self.blob().len() < wanted {
            let number = self.next;
            let page = if number == 0 { None } else { Some(file.read_page(number)?) };
            let part = page.as_deref().and_then(|page| {
                let part = page.get(..file.page_bytes)?.get(4..file.usable_bytes)?;
                Some((u32::try_from(unsigned(page, 0, 4)?).ok()?, part))
            });
            let (next, part) = part.ok_or(SqliteError::Page(number))?;
            self.next = next;
            self.read.extend_from_slice(part);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;
    use crate::collect::sqlite::Value;
    use crate::collect::sqlite::writer::write_all;

    const RPMDB: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb_with_modules.sqlite");

    fn taken(
        database: &[u8],
        name: &str,
        take: &mut dyn FnMut(&[u8], usize) -> Option<usize>,
    ) -> Result<(), SqliteError> {
        let read = |at: u64, length: usize| {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let end = at.saturating_add(length).min(database.len());
            Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
        };
        blobs_of(&read, name, take)
    }

    /// The lengths of all rows, read whole.
    fn lengths(database: &[u8], name: &str) -> Result<Vec<usize>, SqliteError> {
        let mut lengths = Vec::new();
        taken(database, name, &mut |bytes, whole| {
            if bytes.len() < whole {
                return Some(whole);
            }
            lengths.push(bytes.len());
            None
        })?;
        Ok(lengths)
    }

    #[test]
    fn rows_that_go_on_in_other_pages() {
        let found = lengths(RPMDB, "Packages").unwrap();
        assert_eq!(found.len(), 4);
        assert!(found.iter().any(|length| *length > 8_192), "{found:?}");
        let mut first = Vec::new();
        taken(RPMDB, "Packages", &mut |bytes, _| {
            first.push(bytes.len());
            None
        })
        .unwrap();
        assert!(first.iter().sum::<usize>() < found.iter().sum(), "no more is read than is asked for");
    }

    #[test]
    fn what_is_written_is_read() {
        let rows = [vec![Value::Integer(7), Value::Bytes(vec![1; 300])], vec![Value::Null, Value::Bytes(Vec::new())]];
        let names = [vec![Value::Text("a".into())]];
        let database = write_all(&[("Name", &["key"], &names), ("Packages", &["hnum", "blob"], &rows)]).unwrap();
        assert_eq!(lengths(&database, "packages"), Ok(vec![300, 0]));
        assert_eq!(lengths(&database, "Name"), Err(SqliteError::Page(2)), "it holds no bytes");
        assert_eq!(lengths(&database, "x"), Err(SqliteError::NoTable("x".into())));
        assert_eq!(crate::collect::sqlite::table(&database, "Name").unwrap().rows.len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 16..RPMDB.len(), byte in any::<u8>(), cut in 0..RPMDB.len()) {
            let mut bytes = RPMDB.to_vec();
            bytes[at] = byte;
            let _ = lengths(&bytes, "Packages");
            let _ = lengths(bytes.get(..cut).unwrap(), "Packages");
        }
    }
}
