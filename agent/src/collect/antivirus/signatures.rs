//! The daily signatures on disk.

use tenken_model::{Reason, ReasonCode, Size};

use super::database_header::{DatabaseHeader, HEADER_BYTES, parse};
use crate::collect::Look;

/// The forms a database has: as fetched, after an incremental update, and unsigned.
const FORMS: &[&str] = &["cvd", "cld", "cud"];

/// The newest daily database in a folder; `None` when there is none. The daily one counts because the others
/// are months old by design.
pub(super) fn newest_daily(look: &Look<'_>, folder: &str) -> Result<Option<DatabaseHeader>, Reason> {
    let mut newest: Option<DatabaseHeader> = None;
    for form in FORMS {
        let path = format!("{}/daily.{form}", folder.trim_end_matches('/'));
        let bytes = match look.read_part(&path, 0, Size::from_bytes(HEADER_BYTES)) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        let header = parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{path}: {error}")))?;
        if newest.as_ref().is_none_or(|other| header.version > other.version) {
            newest = Some(header);
        }
    }
    Ok(newest)
}
