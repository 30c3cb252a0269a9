//! Files for other parties, by their form.

use tenken_agent::collect::outbox::{archive, envelope};
use tenken_model::fact::outbox::Protection;

/// A file that says nothing is never taken for encrypted, and what is cut off never says more than the whole.
pub(super) fn forms(data: &[u8]) {
    if let Some(directory) = archive::directory(data) {
        let start = usize::try_from(directory.offset).unwrap_or(usize::MAX);
        let listed = data.get(start..).unwrap_or_default();
        let length = usize::try_from(directory.length).unwrap_or(usize::MAX).min(listed.len());
        let whole = archive::zip(listed.get(..length).unwrap_or_default(), directory.entries);
        assert!(whole != Protection::Encrypted || directory.entries > 0);
    }
    for entries in [0, 1, 3] {
        assert!(entries > 0 || archive::zip(data, entries) != Protection::Encrypted);
    }
    let _ = (archive::seven_zip_header(data), archive::seven_zip(data), envelope::office(data));
    let _ = (envelope::of(data), envelope::office_directory(data));
}
