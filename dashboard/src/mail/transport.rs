//! The ways a mail may travel.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use thiserror::Error;

use super::settings::{Security, TransportSettings};
use crate::secret_file::{SecretError, SecretFile};

/// How long a mail server may take to be reached.
const CONNECT: Duration = Duration::from_secs(15);
/// How long sending one mail may take from beginning to end.
const WHOLE: Duration = Duration::from_secs(40);
/// Answers that are not about the mail: the server closes, or does not accept the name or password. Trying
/// the next mail would only lock the account.
const OF_THE_SERVER: [&str; 6] = ["421", "454", "530", "534", "535", "538"];
/// Of those, the answers that are about the name and password.
const LOGIN: [&str; 5] = ["454", "530", "534", "535", "538"];
/// Far more than any list of authorities takes, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// An address is none.
    #[error("`{0}` is not a mail address; write name@example.jp or Name <name@example.jp>")]
    Address(String),
    /// There is nobody to write to.
    #[error("nobody gets this mail; give a person of the right role an e-mail address, or name one under `to`")]
    Nobody,
    /// The mail cannot be written.
    #[error("writing the mail: {0}")]
    Message(String),
    /// A file cannot be read or written.
    #[error("{act} {path}: {problem}")]
    File {
        /// What was tried.
        act: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        problem: String,
    },
    /// The password cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The server cannot be reached, or its certificate is not trusted.
    #[error("mail server {server}: {problem}")]
    Server {
        /// The server.
        server: String,
        /// Why.
        problem: String,
    },
    /// The receiver of the webhook cannot be reached, or is in trouble.
    #[error("webhook {receiver}: {problem}")]
    Receiver {
        /// Its name and port.
        receiver: String,
        /// Why.
        problem: String,
    },
    /// The receiver of the webhook answered that it does not take this news.
    #[error("webhook {receiver} refused the news: status {status}")]
    NotTaken {
        /// Its name and port.
        receiver: String,
        /// Its answer.
        status: u16,
    },
    /// The server answered that it does not take the mail.
    #[error("mail server {server} refused the mail: {problem}")]
    Refused {
        /// The server.
        server: String,
        /// Its answer.
        problem: String,
    },
}

impl MailError {
    /// It is about this mail alone, so that the next may fare better.
    pub const fn is_of_the_mail(&self) -> bool {
        matches!(
            self,
            Self::Address(_) | Self::Nobody | Self::Message(_) | Self::Refused { .. } | Self::NotTaken { .. }
        )
    }
}

/// Why a mail server could not be tried out, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untried {
    /// It cannot be reached, or ends the conversation.
    Unreached(String),
    /// It does not protect the connection.
    NoTls(String),
    /// Its certificate is not trusted.
    Certificate(String),
    /// It does not take the name or password.
    Login(String),
}

impl Untried {
    fn of(error: &lettre::transport::smtp::Error) -> Self {
        let status = error.status();
        let said = told(error, status);
        let lower = said.to_lowercase();
        let of_the_login = status.is_some_and(|status| LOGIN.contains(&status.to_string().as_str()));
        if of_the_login || lower.contains("authentication mechanism") {
            Self::Login(said)
        } else if lower.contains("certificate") {
            Self::Certificate(said)
        } else if lower.contains("starttls")
            || lower.contains("corrupt message")
            || lower.contains("invalidcontenttype")
        {
            Self::NoTls(said)
        } else {
            Self::Unreached(said)
        }
    }
}

/// A way that is open.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// A mail server.
    Smtp {
        /// Its name and port.
        server: String,
        /// The connection.
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
    },
    /// A folder of `.eml` files.
    Folder(PathBuf),
    /// None.
    None,
}

impl MailTransport {
    /// Opens the way that is set. Passwords and authorities are read from their files now.
    pub fn open(settings: &TransportSettings) -> Result<Self, MailError> {
        match settings {
            TransportSettings::None => Ok(Self::None),
            TransportSettings::Folder { folder } => Ok(Self::Folder(folder.clone())),
            TransportSettings::Smtp { host, port, security, user, password_file, authority_file } => {
                let server = format!("{host}:{port}");
                let failed = |error: lettre::transport::smtp::Error| server_error(&server, &error);
                let mut tls = TlsParameters::builder(host.clone());
                if let Some(path) = authority_file {
                    let authority = Certificate::from_pem(read(path)?.as_bytes()).map_err(failed)?;
                    tls = tls.add_root_certificate(authority);
                }
                let tls = tls.build_rustls().map_err(failed)?;
                let tls = match security {
                    Security::Starttls => Tls::Required(tls),
                    Security::Tls => Tls::Wrapper(tls),
                };
                let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
                    .port(*port)
                    .tls(tls)
                    .timeout(Some(CONNECT));
                if let Some(user) = user {
                    let password = password_file.as_ref().map(SecretFile::read).transpose()?;
                    builder = builder.credentials(Credentials::new(user.clone(), password.unwrap_or_default()));
                }
                Ok(Self::Smtp { server, transport: Box::new(builder.build()) })
            }
        }
    }

    /// Reaches the server and signs in, without sending anything.
    pub async fn try_out(&self) -> Result<(), Untried> {
        let Self::Smtp { transport, .. } = self else { return Ok(()) };
        match tokio::time::timeout(WHOLE, transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Untried::Unreached("it closed the connection".to_owned())),
            Ok(Err(error)) => Err(Untried::of(&error)),
            Err(_) => Err(Untried::Unreached(format!("no answer within {} s", WHOLE.as_secs()))),
        }
    }

    /// Sends a mail; when it returns, the server or the folder has it. `name` names the file.
    pub async fn send(&self, name: &str, message: Message) -> Result<(), MailError> {
        self.send_within(WHOLE, name, message).await
    }

    /// A server that falls silent is given up: the connection itself waits for its answer without end.
    async fn send_within(&self, limit: Duration, name: &str, message: Message) -> Result<(), MailError> {
        match self {
            Self::None => Err(MailError::Message("no way to send mail is set".to_owned())),
            Self::Folder(folder) => put(folder, name, &message.formatted()),
            Self::Smtp { server, transport } => {
                let silent = |_| MailError::Server {
                    server: server.clone(),
                    problem: format!("the mail was not taken within {} s", limit.as_secs()),
                };
                let sent = tokio::time::timeout(limit, transport.send(message)).await.map_err(silent)?;
                sent.map(drop).map_err(|error| match error.status() {
                    Some(status) if !OF_THE_SERVER.contains(&status.to_string().as_str()) => {
                        MailError::Refused { server: server.clone(), problem: told(&error, Some(status)) }
                    }
                    status => MailError::Server { server: server.clone(), problem: told(&error, status) },
                })
            }
        }
    }
}

fn server_error(server: &str, error: &lettre::transport::smtp::Error) -> MailError {
    MailError::Server { server: server.to_owned(), problem: told(error, None) }
}

/// An error with its causes in one line.
fn told(error: &dyn std::error::Error, status: Option<lettre::transport::smtp::response::Code>) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    if let Some(status) = status.filter(|status| !text.contains(&status.to_string())) {
        text = format!("{status} {text}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(path: &Path) -> Result<String, MailError> {
    let failed = |problem: String| MailError::File { act: "reading", path: path.to_owned(), problem };
    let metadata = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    if metadata.len() > FILE_BYTES_MAX {
        return Err(failed(format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))
}

/// Puts a mail into a folder, whole or not at all. The same mail again takes the place of the first.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), MailError> {
    let target = folder.join(format!("{name}.eml"));
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let written = || -> std::io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut options = std::fs::OpenOptions::new();
        let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        out.write_all(bytes)?;
        out.sync_all()?;
        std::fs::rename(&draft, &target)?;
        std::fs::File::open(folder)?.sync_all()
    };
    written().map_err(|error| MailError::File { act: "writing", path: target.clone(), problem: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::super::render::{test_message, tests::settings};
    use super::*;

    #[tokio::test]
    async fn a_server_that_falls_silent_is_given_up() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let transport = MailTransport::open(&TransportSettings::Smtp {
            host: "127.0.0.1".into(),
            port: silent.local_addr().unwrap().port(),
            security: Security::Starttls,
            user: None,
            password_file: None,
            authority_file: None,
        });
        let message = test_message(&settings(), tenken_model::Instant::UNIX_EPOCH).unwrap();
        let error = transport.unwrap().send_within(Duration::from_millis(100), "x", message).await.unwrap_err();
        assert!(error.to_string().contains("not taken within"), "{error}");
        assert!(!error.is_of_the_mail(), "the next mail would fare no better");
    }
}
