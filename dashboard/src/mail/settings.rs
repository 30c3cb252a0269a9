//! How mail is sent, as it is configured.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tenken_model::Language;

/// Who is written to, by whom, and on which way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The sender: `tenken@example.jp` or `Tenken <tenken@example.jp>`.
    pub from: String,
    /// Who gets every alert.
    pub to: Vec<String>,
    /// The address of the dashboard for links: `https://tenken.example.jp`.
    pub dashboard: String,
    /// The languages of a mail's text, in their order: `ja`, `en`. The subject is in the first.
    #[serde(default = "both")]
    pub languages: Vec<String>,
    /// The way.
    pub transport: TransportSettings,
}

/// The way mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TransportSettings {
    /// A mail server.
    Smtp {
        /// Its name, which its certificate must carry.
        host: String,
        /// Its port: 587 for `starttls`, 465 for `tls`.
        port: u16,
        /// How the connection is protected.
        security: Security,
        /// The name to sign in with, if the server demands one.
        #[serde(default)]
        user: Option<String>,
        /// A file with the password, which others may not read.
        #[serde(default)]
        password_file: Option<PathBuf>,
        /// A certificate authority to trust beside those of the system, in PEM.
        #[serde(default)]
        authority_file: Option<PathBuf>,
    },
    /// A folder that gets one `.eml` file a mail, for other programs to take from.
    Folder {
        /// The folder.
        folder: PathBuf,
    },
    /// None: mails wait in the outbox.
    None,
}

/// How the connection to a mail server is protected. There is no way without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS is demanded after the greeting.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

fn both() -> Vec<String> {
    vec![Language::Japanese.tag().to_owned(), Language::English.tag().to_owned()]
}

impl MailSettings {
    /// The languages that are known, each once; Japanese if none is.
    pub fn languages(&self) -> Vec<Language> {
        let mut known: Vec<Language> = Vec::new();
        for language in self.languages.iter().filter_map(|tag| Language::from_tag(tag)) {
            if !known.contains(&language) {
                known.push(language);
            }
        }
        if known.is_empty() { vec![Language::default()] } else { known }
    }
}
