//! What a machine writes into its logs, and how long it keeps them.

use tenken_model::fact::logs::{Journal, JournalStorage, LogFile, LogPurpose, Logs};
use tenken_model::{Read, Size, Span};

use super::Reading;

impl Reading<'_> {
    pub(super) fn logs(&self) -> Logs {
        let file = |file: &str, purpose, group: &str| LogFile {
            file: file.to_owned(),
            purpose,
            owner: "root".to_owned(),
            group: Some(group.to_owned()),
            writing_group: None,
            public_read: false,
            public_write: false,
            oldest: Read::Measured(Some(self.days_ago(200))),
            copies: 0,
            kept_for: Read::Measured(Some(Span::from_days(180))),
            complete: false,
        };
        Logs {
            journal: Read::Measured(Some(Journal {
                running: true,
                storage: JournalStorage::Persistent,
                persistent: true,
                size_max: Some(Size::from_bytes(4 << 30)),
                kept_for: Some(Span::from_days(180)),
                forward_to_syslog: Some(false),
                sealed: false,
                files: 12,
                left_out: 0,
            })),
            syslog: Read::Measured(None),
            forwards: Read::Measured(Vec::new()),
            audit: Read::Measured(None),
            windows: Read::Measured(None),
            files: Read::Measured(vec![
                file("/var/log/journal", LogPurpose::Journal, "systemd-journal"),
                file("/var/log/wtmp", LogPurpose::SignIns, "utmp"),
            ]),
            losses: Vec::new(),
            watched_since: Some(self.days_ago(200)),
            agent: None,
        }
    }
}
