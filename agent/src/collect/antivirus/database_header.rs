//! The header of a ClamAV signature database (`.cvd`, `.cld`, `.cud`): 512 bytes of text,
//! `ClamAV-VDB:time:version:signatures:level:md5:signature:builder:seconds`, padded with blanks.

use chrono::DateTime;
use tenken_model::Instant;
use thiserror::Error;

/// The length of a header in bytes; what follows it is never read.
pub const HEADER_BYTES: u64 = 512;

const MAGIC: &[u8] = b"ClamAV-VDB:";

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseHeader {
    /// When it was built.
    pub built: Instant,
    /// Its version; grows by one with every release.
    pub version: u64,
}

/// Why bytes are no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// It ends before 512 bytes, as after a broken download.
    #[error("the header is cut off after {0} of 512 bytes")]
    CutOff(usize),
    /// It does not begin as a database does.
    #[error("it does not begin with ClamAV-VDB")]
    Magic,
    /// A field is missing or of another form.
    #[error("its {0} cannot be read")]
    Field(&'static str),
}

/// Reads the header from the first 512 bytes of a database.
///
/// The build time is the last field (seconds since 1970); databases of old tools lack it, and there the
/// first field counts, which is exact to the minute.
pub fn parse(bytes: &[u8]) -> Result<DatabaseHeader, HeaderError> {
    let length = usize::try_from(HEADER_BYTES).unwrap_or(usize::MAX);
    let header = bytes.get(..length).ok_or(HeaderError::CutOff(bytes.len()))?;
    let body = header.strip_prefix(MAGIC).ok_or(HeaderError::Magic)?;
    let text = std::str::from_utf8(body).map_err(|_| HeaderError::Field("text"))?;
    let fields: Vec<&str> = text.trim_end_matches([' ', '\0', '\n']).split(':').collect();
    let version = field(&fields, 1, "version")?.parse().map_err(|_| HeaderError::Field("version"))?;
    let built = match fields.get(7) {
        Some(seconds) => seconds.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        None => written_time(field(&fields, 0, "build time")?),
    };
    Ok(DatabaseHeader { built: built.ok_or(HeaderError::Field("build time"))?, version })
}

fn field<'a>(fields: &[&'a str], index: usize, name: &'static str) -> Result<&'a str, HeaderError> {
    fields.get(index).copied().filter(|text| !text.is_empty()).ok_or(HeaderError::Field(name))
}

/// `01 Oct 2026 08-15 +0000`.
fn written_time(text: &str) -> Option<Instant> {
    DateTime::parse_from_str(text.trim(), "%d %b %Y %H-%M %z").ok().map(|time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REAL: &[u8] = include_bytes!("../../../tests/samples/antivirus/daily.cud.header");

    fn padded(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(512, b' ');
        bytes
    }

    #[test]
    fn a_database_made_by_sigtool() {
        let header = parse(REAL).unwrap();
        assert_eq!(header, DatabaseHeader { built: "2026-10-01T08:15:00Z".parse().unwrap(), version: 27000 });
    }

    #[test]
    fn what_follows_the_header_does_not_matter() {
        let mut whole = REAL.to_vec();
        whole.extend([0x1f, 0x8b, 0xff]);
        assert_eq!(parse(&whole), parse(REAL));
    }

    #[test]
    fn an_old_database_counts_by_its_written_time() {
        let header = parse(&padded("ClamAV-VDB:16 Sep 2021 08-32 -0400:26295:1967:63:md5:dsig:someone")).unwrap();
        assert_eq!(header, DatabaseHeader { built: "2021-09-16T12:32:00Z".parse().unwrap(), version: 26295 });
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let real = String::from_utf8(REAL.to_vec()).unwrap();
        assert_eq!(parse(&[]), Err(HeaderError::CutOff(0)));
        assert_eq!(parse(&REAL[..511]), Err(HeaderError::CutOff(511)));
        assert_eq!(parse(&[0; 512]), Err(HeaderError::Magic));
        assert_eq!(parse(&padded("clamav-vdb:x:1:2")), Err(HeaderError::Magic));
        assert_eq!(parse(&padded("ClamAV-VDB:")), Err(HeaderError::Field("version")));
        for (from, to) in [("27000", "-1"), ("27000", ""), ("27000", "99999999999999999999")] {
            assert_eq!(parse(&padded(&real.replace(from, to))), Err(HeaderError::Field("version")), "{to}");
        }
        for (from, to) in [("1790842500", "soon"), ("1790842500", "9223372036854775807"), ("x:1790842500", "x:")] {
            assert_eq!(parse(&padded(&real.replace(from, to))), Err(HeaderError::Field("build time")), "{to}");
        }
        assert_eq!(parse(&padded("ClamAV-VDB:31 Feb 2026 08-15 +0000:1:")), Err(HeaderError::Field("build time")));
        let mut binary = REAL.to_vec();
        binary[20] = 0xff;
        assert_eq!(parse(&binary), Err(HeaderError::Field("text")));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = parse(&bytes);
            let mut padded = [MAGIC, &bytes].concat();
            padded.resize(512, b' ');
            let _ = parse(&padded);
        }

        #[test]
        fn never_panics_near_the_real_form(fields in "[0-9A-Za-z:+ -]{0,300}") {
            let _ = parse(&padded(&format!("ClamAV-VDB:{fields}")));
        }
    }
}
