//! What a machine asks of passwords, and how it keeps them.

use tenken_model::fact::password_policy::{
    EntryWay, Lockout, NewPasswords, PasswordHistory, PasswordPolicy, QualityModule,
};
use tenken_model::fact::password_storage::{HashScheme, NewHashes, PasswordFile, PasswordStorage, StoredPassword};
use tenken_model::{Read, Span};

use super::{ADMINISTRATOR, Reading};

const QUALITY: &str = "/etc/security/pwquality.conf";

impl Reading<'_> {
    pub(super) fn password_policy(&self) -> PasswordPolicy {
        let services: &[&str] = if self.is_server() { &["login", "sshd"] } else { &["gdm-password", "login"] };
        let way = |service: &&str| EntryWay {
            service: (*service).to_owned(),
            second_factor: Read::Measured(false),
            empty_password: Read::Measured(false),
            lockout: Read::Measured(Some(Lockout {
                attempts: 5,
                within: Span::from_secs(900),
                opens_after: Some(Span::from_secs(600)),
            })),
        };
        PasswordPolicy {
            new_passwords: Read::Measured(NewPasswords {
                checked_by: Some(QualityModule::Pwquality),
                min_length: 13,
                letters: true,
                digits: true,
                signs: true,
                windows_complexity: false,
                differs_by: 5,
                dictionary: true,
                account_name: true,
                max_repeat: Some(3),
                for_root: true,
                origins: vec![format!("minlen=13 ({QUALITY})"), format!("enforce_for_root ({QUALITY})")],
            }),
            history: Read::Measured(PasswordHistory {
                generations: 5,
                stays_for: None,
                for_root: true,
                origin: "/etc/pam.d/common-password".to_owned(),
            }),
            entry_ways: Read::Measured(services.iter().map(way).collect()),
        }
    }

    pub(super) fn password_storage(&self) -> PasswordStorage {
        let people = self.machine.users.iter().map(|worker| worker.account);
        let stored = |account: &str| StoredPassword {
            account: account.to_owned(),
            scheme: Some(HashScheme::Yescrypt),
            public: false,
            former: Read::Measured(vec![HashScheme::Yescrypt]),
        };
        let file = |path: &str| PasswordFile {
            path: path.to_owned(),
            mode: "0640".to_owned(),
            owner: 0,
            group_trusted: Read::Measured(true),
            group_reads: true,
            group_writes: false,
            open_to_others: false,
        };
        PasswordStorage {
            passwords: Read::Measured([ADMINISTRATOR].into_iter().chain(people).map(stored).collect()),
            files: Read::Measured(["/etc/shadow", "/etc/shadow-", "/etc/gshadow"].map(file).to_vec()),
            new_passwords: Read::Measured(NewHashes {
                scheme: HashScheme::Yescrypt,
                origin: "/etc/pam.d/common-password".to_owned(),
                login_defs: Some(HashScheme::Yescrypt),
            }),
            recoverable: Read::Measured(Vec::new()),
            local_administrators: Read::Measured(None),
            lsa_protection: Read::Measured(None),
        }
    }
}
