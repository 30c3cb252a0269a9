//! `audit`: whether the audit log is as it was written.

use std::str::FromStr;

use clap::Subcommand;
use tenken_model::Language;

use super::exit::Exit;
use super::{PlaceArguments, Spoken, print};
use crate::store::{AuditHead, Store, StoreError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Follows the chain of entries; prints its head, or the first entry that does not follow from the one before
    Verify {
        /// A head that was kept elsewhere: whoever rewrites the whole chain does not meet it again
        #[arg(long, value_name = "NUMBER:DIGEST")]
        known: Option<Known>,
        #[command(flatten)]
        place: PlaceArguments,
        #[command(flatten)]
        spoken: Spoken,
    },
}

/// A head of the chain that somebody kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known(AuditHead);

impl FromStr for Known {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.trim().split_once(':');
        let read = parts.and_then(|(number, digest)| Some((number.parse().ok()?, digest.parse().ok()?)));
        let (entries, digest) = read.ok_or("write the number and the digest of a head: 41:9f2e…")?;
        Ok(Self(AuditHead { entries, digest }))
    }
}

/// What was found of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It holds up to this head.
    Whole(AuditHead),
    /// This entry does not follow from the one before.
    Broken(i64),
    /// It holds, but is not the one whose entry of this number was kept.
    Other(i64),
}

impl Found {
    fn told(self, t: Language) -> String {
        match self {
            Self::Whole(head) => t.audit_verified(head.entries, &head.digest.to_string()),
            Self::Broken(entry) => t.audit_broken(entry),
            Self::Other(entry) => t.audit_other(entry),
        }
    }

    fn code(self) -> Exit {
        match self {
            Self::Whole(_) => Exit::Done,
            Self::Broken(_) | Self::Other(_) => Exit::Failed,
        }
    }
}

pub(super) async fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Verify { known, place, spoken } => {
            let found = verify(&place.place()?.open().await?, *known).await?;
            print(&found.told(spoken.language()))?;
            Ok(found.code())
        }
    }
}

async fn verify(store: &Store, known: Option<Known>) -> Result<Found, StoreError> {
    let mut transaction = store.read().await?;
    if let Some(entry) = transaction.audit_break().await? {
        return Ok(Found::Broken(entry));
    }
    if let Some(Known(kept)) = known
        && transaction.audit_digest(kept.entries).await? != Some(kept.digest)
    {
        return Ok(Found::Other(kept.entries));
    }
    Ok(Found::Whole(transaction.audit_head().await?))
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;

    use super::*;
    use crate::store::AuditEntry;

    #[test]
    fn a_kept_head_is_a_number_and_a_digest() {
        let digest = Digest::of(b"x");
        assert_eq!(format!(" 41:{digest}\n").parse(), Ok(Known(AuditHead { entries: 41, digest })));
        for bad in ["", "41", "41:", ":x", "41:9f2e", &digest.to_string()] {
            assert!(bad.parse::<Known>().is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_chain_that_was_written_anew_is_not_the_one_that_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path()).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        let mut heads = Vec::new();
        for act in ["signed_in", "signed_out"] {
            let at = tenken_model::Instant::UNIX_EPOCH;
            let entry = AuditEntry {
                at,
                person: "sato".into(),
                act: act.into(),
                subject: "sato".into(),
                detail: String::new(),
            };
            transaction.audit(&entry).await.unwrap();
            heads.push(transaction.audit_head().await.unwrap());
        }
        transaction.save().await.unwrap();
        let whole = Found::Whole(heads[1]);
        assert_eq!(verify(&store, None).await.unwrap(), whole);
        assert_eq!(verify(&store, Some(Known(heads[0]))).await.unwrap(), whole, "the chain has grown since");
        let other = AuditHead { entries: 1, digest: Digest::of(b"x") };
        assert_eq!(verify(&store, Some(Known(other))).await.unwrap(), Found::Other(1));
        let cut = AuditHead { entries: 3, digest: heads[1].digest };
        assert_eq!(verify(&store, Some(Known(cut))).await.unwrap(), Found::Other(3), "entries are gone");
    }

    #[test]
    fn what_was_found_is_told() {
        let head = AuditHead { entries: 41, digest: Digest::of(b"x") };
        let whole = Found::Whole(head).told(Language::English);
        assert!(whole.contains(&format!("41:{}", head.digest)), "what is told can be typed again: {whole}");
        assert!(Found::Broken(7).told(Language::Japanese).contains("7番"));
        assert!(Found::Other(8).told(Language::Japanese).contains("8番"));
    }
}
