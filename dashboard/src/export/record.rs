//! Who took which file out of the dashboard, in its audit log.
//!
//! To ask for a file changes nothing that it tells of, so it stays an address that can be linked to and fetched ahead. That it
//! was given is written down all the same, because an auditor asks who holds which data: a line in the log is not an effect
//! that anybody could be tricked into, and a file that a browser fetched ahead has left too. What anybody may see, such as the
//! form as it is published, is not written down.

use tenken_model::digest::Digest;
use tenken_model::{Instant, ItemId, Span};

use crate::store::{AuditEntry, Store, StoreError, Transaction};

/// For how long one line stands for every time that the same person takes the same file, so that neither a page that is
/// loaded again nor a program in a loop grows the log without end.
pub const SAME_WITHIN: Span = Span::from_secs(600);

/// A file with evidence or data about persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken<'a> {
    /// Everything that is known, as programs read it.
    Results {
        /// The word of its format: `oscal`.
        kind: &'a str,
        /// The digest of the file.
        digest: Digest,
    },
    /// The evidence sheet of an item.
    Sheet {
        /// The item.
        item: &'a ItemId,
        /// The digest of the file.
        digest: Digest,
    },
    /// The rows of a register.
    Register {
        /// The register as addresses name it.
        slug: &'a str,
        /// How the name of the file ends: `xlsx`.
        ending: &'a str,
        /// How many rows it has.
        rows: usize,
        /// The digest of the file.
        digest: Digest,
    },
    /// A file that was attached to a statement.
    Evidence {
        /// The digest of the file.
        digest: Digest,
        /// Its name.
        name: &'a str,
    },
}

impl Taken<'_> {
    const fn act(&self) -> &'static str {
        match self {
            Self::Results { .. } => "results_taken",
            Self::Sheet { .. } => "sheet_taken",
            Self::Register { .. } => "register_taken",
            Self::Evidence { .. } => "evidence_taken",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Results { kind, .. } => (*kind).to_owned(),
            Self::Sheet { item, .. } => item.to_string(),
            Self::Register { slug, ending, .. } => format!("{slug}.{ending}"),
            Self::Evidence { digest, .. } => digest.to_string(),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Results { digest, .. } | Self::Sheet { digest, .. } => format!("SHA-256 {digest}"),
            Self::Register { rows, digest, .. } => format!("rows {rows}\nSHA-256 {digest}"),
            Self::Evidence { name, .. } => (*name).to_owned(),
        }
    }
}

/// Writes down that a person takes a file, unless a line says so already; before the file is given, so that none leaves
/// without.
pub async fn record(store: &Store, taken: &Taken<'_>, person: &str, now: Instant) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: taken.act().to_owned(),
        subject: taken.subject(),
        detail: taken.detail(),
    };
    // Mostly it is new or just written, and reading keeps no writer waiting.
    if is_written(&mut store.read().await?, &entry).await? {
        return Ok(());
    }
    let mut transaction = store.write().await?;
    if !is_written(&mut transaction, &entry).await? {
        transaction.audit(&entry).await?;
        transaction.save().await?;
    }
    Ok(())
}

/// A line that is from later, because the clock was set back, says so too.
async fn is_written(transaction: &mut Transaction, entry: &AuditEntry) -> Result<bool, StoreError> {
    let after = Span::from_millis(-SAME_WITHIN.millis()).after(entry.at);
    transaction.audit_has(&entry.person, &entry.act, &entry.subject, after).await
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::store::Location;

    #[tokio::test]
    async fn the_same_file_is_one_line_for_a_while() {
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let at = |seconds| Span::from_secs(seconds).after(Instant::UNIX_EPOCH);
        let results = |text: &[u8]| Taken::Results { kind: "json", digest: Digest::of(text) };
        let register = |ending| Taken::Register { slug: "accounts", ending, rows: 3, digest: Digest::of(b"accounts") };
        for (taken, person, seconds) in [
            (results(b"a"), "sato", 1_000),
            (results(b"b"), "sato", 1_599),
            (results(b"c"), "sato", 900),
            (results(b"d"), "kato", 1_001),
            (register("csv"), "sato", 1_002),
            (register("xlsx"), "sato", 1_003),
            (register("csv"), "sato", 1_004),
            (results(b"e"), "sato", 1_600),
        ] {
            record(&store, &taken, person, at(seconds)).await.unwrap();
        }
        let entries = store.read().await.unwrap().audit_entries(None, 99).await.unwrap();
        let told = entries.iter().rev().map(|(_, entry)| format!("{} {} {}", entry.person, entry.act, entry.subject));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "sato results_taken json",
                "kato results_taken json",
                "sato register_taken accounts.csv",
                "sato register_taken accounts.xlsx",
                "sato results_taken json"
            ]
        );
        assert_eq!(entries[0].1.detail, format!("SHA-256 {}", Digest::of(b"e")));
        assert!(entries[2].1.detail.starts_with("rows 3\nSHA-256 "));
        assert_eq!(store.read().await.unwrap().audit_break().await.unwrap(), None);
    }
}
