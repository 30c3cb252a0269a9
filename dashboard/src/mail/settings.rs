//! How mail is sent, as it is configured.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tenken_model::Language;

use super::render::mailbox;
use super::webhook::WebhookSettings;
use crate::secret_file::SecretFile;
use crate::settings_file::{self, FileSettings};

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
    /// A program that gets the same news.
    #[serde(default)]
    pub webhook: Option<WebhookSettings>,
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
        /// A file with the password, which others may not read, or a credential of systemd: `credential:smtp-password`.
        #[serde(default)]
        password_file: Option<SecretFile>,
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

impl FileSettings for MailSettings {
    fn check(&self) -> Result<(), String> {
        for address in std::iter::once(&self.from).chain(&self.to) {
            mailbox(address).map_err(|error| error.to_string())?;
        }
        if self.to.is_empty() {
            return Err("to: name at least one address".to_owned());
        }
        if !["https://", "http://"].iter().any(|scheme| self.dashboard.starts_with(scheme)) {
            return Err(format!("dashboard: `{}` is no address; write https://name", self.dashboard));
        }
        if let Some(tag) = self.languages.iter().find(|tag| Language::from_tag(tag).is_none()) {
            return Err(format!("languages: `{tag}` is not known; write ja or en"));
        }
        if let Some(webhook) = &self.webhook {
            webhook.check()?;
        }
        match &self.transport {
            TransportSettings::Smtp { host, .. } if host.trim().is_empty() => {
                Err("transport: host is empty".to_owned())
            }
            TransportSettings::Smtp { user, password_file, .. } if user.is_some() != password_file.is_some() => {
                Err("transport: user and password_file go together".to_owned())
            }
            TransportSettings::Smtp { .. } | TransportSettings::Folder { .. } | TransportSettings::None => Ok(()),
        }
    }
}

impl MailSettings {
    /// Settings as a person wrote them in YAML; the error names the file, the place and what is wrong.
    pub fn read(file: &str, text: &str) -> Result<Self, String> {
        settings_file::parse(file, text)
    }

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

#[cfg(test)]
mod tests {
    use crate::settings_file::FILE_BYTES_MAX;

    use super::*;

    const GOOD: &str = "\
from: 点検 <tenken@example.jp>
to: [officer@example.jp]
dashboard: https://tenken.example.jp
transport:
  kind: smtp
  host: mail.example.jp
  port: 587
  security: starttls
  user: tenken
  password_file: /etc/tenken-dashboard/mail.password
";

    #[test]
    fn settings_are_read_as_people_write_them() {
        let settings = MailSettings::read("mail.yaml", GOOD).unwrap();
        assert_eq!(settings.languages(), [Language::Japanese, Language::English]);
        let folder =
            "from: a@b.jp\nto: [c@d.jp]\ndashboard: http://x\nlanguages: [en]\ntransport: {kind: folder, folder: /m}\n";
        let settings = MailSettings::read("mail.yaml", folder).unwrap();
        assert_eq!(
            (settings.languages(), settings.transport.clone()),
            (vec![Language::English], TransportSettings::Folder { folder: "/m".into() })
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            ("port: 587", "port: 70000", "mail.yaml:"),
            ("security: starttls", "security: none", "unknown variant"),
            ("  user: tenken\n", "", "go together"),
            ("to: [officer@example.jp]", "to: []", "at least one"),
            ("officer@example.jp", "officer", "`officer` is not a mail address"),
            ("https://tenken", "tenken", "no address"),
            ("to: ", "cc: [x@y.jp]\nto: ", "unknown field `cc`"),
            ("  port:", "  pasword: x\n  port:", "pasword"),
            ("transport:", "languages: [fr]\ntransport:", "`fr` is not known"),
            ("kind: smtp", "kind: pigeon", "pigeon"),
            ("from: 点検 <tenken@example.jp>", "", "from"),
            ("transport:", "webhook: {url: 'http://a.jp', secret: 0123456789abcdef}\ntransport:", "https://"),
            ("transport:", "webhook: {url: 'https://a.jp', secret: abc}\ntransport:", "fewer than 16"),
        ];
        for (good, bad, told) in cases {
            assert!(GOOD.contains(good), "{good}");
            let error = MailSettings::read("mail.yaml", &GOOD.replace(good, bad)).unwrap_err();
            assert!(error.starts_with("mail.yaml:") && error.contains(told), "{bad}: {error}");
        }
        assert!(MailSettings::read("mail.yaml", &" ".repeat(FILE_BYTES_MAX + 1)).is_err());
        assert!(MailSettings::read("mail.yaml", "").is_err());
    }
}
