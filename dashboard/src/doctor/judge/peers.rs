//! The mail server, the outbox, the scanner, the identity provider.

use tenken_model::finding::Bilingual;
use tenken_model::{Instant, Language, Span};

use super::super::{Answer, Check};
use crate::store::MailCounts;

/// For so long mails may wait without a failure.
const PATIENCE: Span = Span::from_secs(60 * 60);

/// What was seen of the way mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailSeen {
    /// None is set up.
    Unused,
    /// Its settings cannot be used.
    Unusable(String),
    /// A folder takes mails.
    Folder {
        /// Which.
        folder: String,
        /// What is wrong with it.
        problem: Option<String>,
    },
    /// A server takes mails.
    Server {
        /// Its name and port.
        server: String,
        /// What is wrong with it.
        fault: Option<MailFault>,
    },
}

/// At which step a mail server failed, and with what words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFault {
    /// Its name does not resolve.
    Name(String),
    /// It cannot be reached.
    Unreached(String),
    /// It does not protect the connection.
    NoTls(String),
    /// Its certificate is not trusted.
    Certificate(String),
    /// It refuses the name or password.
    Login(String),
}

/// Judges the way mails go.
pub fn mail(seen: &MailSeen) -> Answer {
    let check = Check::Mail;
    match seen {
        MailSeen::Unused => Answer::ok(check, Language::doctor_mail_unused),
        MailSeen::Unusable(problem) => {
            Answer::problem(check, |t| t.doctor_mail_settings(problem), Language::doctor_configuration_bad_act)
        }
        MailSeen::Folder { folder, problem: None } => Answer::ok(check, |t| t.doctor_mail_folder(folder)),
        MailSeen::Folder { folder, problem: Some(problem) } => {
            Answer::problem(check, |t| t.doctor_mail_folder_bad(folder, problem), Language::doctor_mail_folder_act)
        }
        MailSeen::Server { server, fault: None } => Answer::ok(check, |t| t.doctor_mail_good(server)),
        MailSeen::Server { server, fault: Some(fault) } => faulty(server, fault),
    }
}

fn faulty(server: &str, fault: &MailFault) -> Answer {
    let check = Check::Mail;
    match fault {
        MailFault::Name(why) => {
            Answer::problem(check, |t| t.doctor_mail_name(server, why), Language::doctor_mail_name_act)
        }
        MailFault::Unreached(why) => {
            Answer::problem(check, |t| t.doctor_mail_unreached(server, why), Language::doctor_mail_unreached_act)
        }
        MailFault::NoTls(why) => {
            Answer::problem(check, |t| t.doctor_mail_no_tls(server, why), Language::doctor_mail_no_tls_act)
        }
        MailFault::Certificate(why) => {
            Answer::problem(check, |t| t.doctor_mail_certificate(server, why), Language::doctor_mail_certificate_act)
        }
        MailFault::Login(why) => {
            Answer::problem(check, |t| t.doctor_mail_login(server, why), Language::doctor_mail_login_act)
        }
    }
}

/// What was seen of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxSeen {
    /// What should have been sent.
    pub mails: MailCounts,
    /// The newest error.
    pub last_error: Option<String>,
}

/// Judges the outbox; nothing was seen of it where the database cannot be opened.
pub fn outbox(seen: Option<&OutboxSeen>, now: Instant) -> Answer {
    let check = Check::Outbox;
    let Some(seen) = seen else { return Answer::not_checked(check, Language::doctor_database_needed) };
    let MailCounts { waiting, failed, since } = seen.mails;
    let late = since.is_some_and(|since| Span::between(since, now) >= PATIENCE);
    if failed == 0 && !late {
        return Answer::ok(check, Language::doctor_outbox_good);
    }
    let mails = waiting.saturating_add(failed);
    let since = since.map(|since| since.format("%Y-%m-%dT%H:%MZ").to_string()).unwrap_or_default();
    let says = |t: Language| match &seen.last_error {
        Some(error) => t.doctor_outbox_error(mails, &since, error),
        None => t.doctor_outbox_stuck(mails, &since),
    };
    Answer::problem(check, says, Language::doctor_outbox_act)
}

/// What was seen of clamd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamdSeen {
    /// There is none and none is wanted.
    Unused,
    /// It was asked at this socket.
    Asked {
        /// The socket.
        socket: String,
        /// Why it does not answer.
        problem: Option<String>,
    },
}

/// Judges clamd.
pub fn clamd(seen: &ClamdSeen) -> Answer {
    let check = Check::Clamd;
    match seen {
        ClamdSeen::Unused => Answer::ok(check, Language::doctor_clamd_unused),
        ClamdSeen::Asked { socket, problem: None } => Answer::ok(check, |t| t.doctor_clamd_good(socket)),
        ClamdSeen::Asked { socket, problem: Some(problem) } => {
            Answer::problem(check, |t| t.doctor_clamd_down(socket, problem), Language::doctor_clamd_act)
        }
    }
}

/// Judges the identity provider by its issuer and what is wrong; nothing where none is configured.
pub fn identity_provider(seen: Option<&(String, Result<(), Bilingual>)>) -> Answer {
    let check = Check::IdentityProvider;
    match seen {
        None => Answer::ok(check, Language::doctor_identity_unused),
        Some((issuer, Ok(()))) => Answer::ok(check, |t| t.doctor_identity_good(issuer)),
        Some((_, Err(problem))) => {
            Answer::problem(check, |t| t.doctor_identity_down(t.of(problem)), Language::doctor_identity_act)
        }
    }
}
