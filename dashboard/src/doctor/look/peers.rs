//! The mail server, clamd, the identity provider.

use std::path::Path;

use tenken_model::Language;
use tenken_model::finding::Bilingual;
use tokio::net::{TcpStream, lookup_host};

use super::super::judge::{ClamdSeen, MailFault, MailSeen};
use super::WITHIN;
use crate::configuration::Source;
use crate::evidence::Scanner;
use crate::identity::{Provider, ProviderSettings};
use crate::mail::{MailSettings, MailTransport, TransportSettings, Untried};

/// Looks at the way mails go; none is sent.
pub async fn mail(source: Option<&Source<MailSettings>>) -> MailSeen {
    let settings = match source.map(Source::settings) {
        None => return MailSeen::Unused,
        Some(Err(error)) => return MailSeen::Unusable(format!("{error:#}")),
        Some(Ok(settings)) => settings,
    };
    let transport = match MailTransport::open(&settings.transport) {
        Ok(transport) => transport,
        Err(error) => return MailSeen::Unusable(error.to_string()),
    };
    match &settings.transport {
        TransportSettings::None => MailSeen::Unused,
        TransportSettings::Folder { folder } => {
            MailSeen::Folder { folder: folder.display().to_string(), problem: folder_problem(folder) }
        }
        TransportSettings::Smtp { host, port, .. } => {
            MailSeen::Server { server: format!("{host}:{port}"), fault: server(host, *port, &transport).await.err() }
        }
    }
}

/// What is wrong with a folder that is to take mails. One that is not there is made with the first.
fn folder_problem(folder: &Path) -> Option<String> {
    let nearest = folder.ancestors().find(|path| path.exists())?;
    let metadata = std::fs::metadata(nearest).map_err(|error| error.to_string());
    match metadata {
        Err(problem) => Some(problem),
        Ok(metadata) if !metadata.is_dir() => Some(format!("{} is no folder", nearest.display())),
        Ok(_) => rustix::fs::access(nearest, rustix::fs::Access::WRITE_OK).err().map(|error| error.to_string()),
    }
}

/// One step after the other, so that it is known which fails.
async fn server(host: &str, port: u16, transport: &MailTransport) -> Result<(), MailFault> {
    let late = || "no answer in time".to_owned();
    let looked_up = tokio::time::timeout(WITHIN, lookup_host((host, port))).await;
    let addresses: Vec<_> =
        looked_up.map_err(|_| MailFault::Name(late()))?.map_err(|error| MailFault::Name(error.to_string()))?.collect();
    let reached = tokio::time::timeout(WITHIN, TcpStream::connect(addresses.as_slice())).await;
    reached.map_err(|_| MailFault::Unreached(late()))?.map_err(|error| MailFault::Unreached(error.to_string()))?;
    transport.try_out().await.map_err(|untried| match untried {
        Untried::Unreached(why) => MailFault::Unreached(why),
        Untried::NoTls(why) => MailFault::NoTls(why),
        Untried::Certificate(why) => MailFault::Certificate(why),
        Untried::Login(why) => MailFault::Login(why),
    })
}

/// Asks clamd for an answer.
pub async fn clamd(socket: Option<&Path>) -> ClamdSeen {
    let scanner = socket.map_or_else(Scanner::usual, |socket| Scanner::at(socket.to_owned()));
    let socket = scanner.socket().display().to_string();
    match scanner.answers().await {
        None => ClamdSeen::Unused,
        Some(answer) => ClamdSeen::Asked { socket, problem: answer.err() },
    }
}

/// Asks the identity provider to describe itself; nothing where none is configured.
pub async fn identity_provider(source: Option<&Source<ProviderSettings>>) -> Option<(String, Result<(), Bilingual>)> {
    let told = |error: &anyhow::Error| {
        let text = format!("{error:#}");
        Bilingual { ja: text.clone(), en: text }
    };
    let settings = match source?.settings() {
        Ok(settings) => settings,
        Err(error) => return Some((String::new(), Err(told(&error)))),
    };
    let issuer = settings.issuer.clone();
    let provider = match Provider::new(settings) {
        Ok(provider) => provider,
        Err(error) => return Some((issuer, Err(told(&error)))),
    };
    let looked = provider
        .look()
        .await
        .map_err(|refusal| Bilingual { ja: refusal.text(Language::Japanese), en: refusal.text(Language::English) });
    Some((issuer, looked))
}
