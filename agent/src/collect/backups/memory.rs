//! What the resident agent remembers of backup sets whose media are disconnected but for the time of copying, also when it is
//! started anew: what is away cannot be looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_model::Instant;
use tenken_model::fact::backups::BackupSet;

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BackupMemory {
    /// The sets by their names.
    #[serde(default)]
    pub sets: BTreeMap<String, Mark>,
}

impl BackupMemory {
    /// Whether it must be written now: it differs in more than when the sets were last looked at.
    pub fn is_news(&self, before: &Self) -> bool {
        let told = |memory: &Self| {
            let marks = memory.sets.iter().map(|(name, mark)| {
                let newest = mark.seen.as_ref().map(|set| (set.newest.clone(), set.generations.clone()));
                (name.clone(), mark.since, mark.volume.clone(), mark.attached_since, newest)
            });
            marks.collect::<Vec<_>>()
        };
        told(self) != told(before)
    }
}

/// What is remembered of one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Since when it is looked for.
    pub since: Instant,
    /// When it was last looked for.
    pub looked_at: Instant,
    /// What was seen when its medium was last attached; absent as long as it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<BackupSet>,
    /// What it was seen on: where that is mounted, or the name of its volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Since when it has been attached; absent while it is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_since: Option<Instant>,
}
