//! `serve`: the dashboard itself.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use rustls::ServerConfig;
use tenken_model::Span;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::listening::Listening;
use super::{Place, catalog, checklist, now};
use crate::app::App;
use crate::auth::cookie::Channel;
use crate::authority::{Authority, ServerName};
use crate::evidence::Scanner;
use crate::listen::{Limits, serve, tls};
use crate::mail::{Book, MailSettings, Sender, TransportSettings};
use crate::packages::Packages;
use crate::pages::chrome::DataKind;
use crate::public_web::{PublicWeb, Reach};
use crate::settings_file;
use crate::store::{Store, Way};
use crate::web::site::{Configured, Site};
use crate::{data_folder, demo, jobs, web};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Where agents report
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:7741")]
    agents: SocketAddr,
    /// Where people's browsers come
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:7742")]
    people: SocketAddr,
    /// Where browsers on this machine come without TLS; a loopback address
    #[arg(long, value_name = "ADDRESS")]
    local: Option<SocketAddr>,
    /// A name or address by which this dashboard is reached, for its certificate; can be given several times.
    /// The first is where agents are told to report
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Replaces the grace of every rule, to try things out: `0s`
    #[arg(long, value_name = "DURATION")]
    grace: Option<Span>,
    /// A time server that hosts measure their clock against; can be given several times
    #[arg(long, value_name = "SERVER")]
    time_reference: Vec<String>,
    /// The agency's name, as its form gives it; kept until another is given
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// The socket of a clamd that scans the files people attach; without it the usual one is asked if it is there
    #[arg(long, value_name = "SOCKET")]
    clamd: Option<PathBuf>,
    /// A YAML file that says who gets mails about drifts and how they are sent; without it they wait
    #[arg(long, value_name = "FILE")]
    mail: Option<PathBuf>,
    /// A folder of the agent's packages, which whoever asks can fetch below /packages
    #[arg(long, value_name = "FOLDER")]
    packages: Option<PathBuf>,
    /// A YAML file that names the agency's identity provider, through which people can sign in (OpenID Connect)
    #[arg(long, value_name = "FILE")]
    identity_provider: Option<PathBuf>,
}

/// The listeners, bound but not yet served.
struct Listeners {
    agents: TcpListener,
    people: TcpListener,
    local: Option<TcpListener>,
}

impl Listeners {
    async fn bind(arguments: &Arguments) -> Result<Self> {
        if let Some(local) = arguments.local.filter(|local| !local.ip().is_loopback()) {
            bail!("--local {local}: only a loopback address may be served without TLS");
        }
        let local = match arguments.local {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        Ok(Self { agents: bind(arguments.agents).await?, people: bind(arguments.people).await?, local })
    }

    fn addresses(&self) -> Result<Listening> {
        let local = self.local.as_ref().map(TcpListener::local_addr).transpose()?;
        Ok(Listening { agents: self.agents.local_addr()?, people: self.people.local_addr()?, local })
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}: is another dashboard running?"))
}

/// Names for the certificate: those given, and loopback, which `up` and tests use.
fn names(arguments: &Arguments) -> Vec<ServerName> {
    arguments.name.iter().map(String::as_str).chain(["localhost", "127.0.0.1"]).map(ServerName::read).collect()
}

/// How a listener is reached from other machines.
fn url(arguments: &Arguments, listener: SocketAddr) -> String {
    match arguments.name.first() {
        Some(name) if name.contains(':') => format!("https://[{name}]:{}", listener.port()),
        Some(name) => format!("https://{name}:{}", listener.port()),
        None => format!("https://127.0.0.1:{}", listener.port()),
    }
}

/// What pages show of how the dashboard was started.
fn configured(arguments: &Arguments, people: SocketAddr, mail: Option<&MailSettings>, data: DataKind) -> Configured {
    let mail_server = mail.and_then(|mail| match &mail.transport {
        TransportSettings::Smtp { host, port, .. } => Some(format!("{host}:{port}")),
        TransportSettings::Folder { folder } => Some(folder.display().to_string()),
        TransportSettings::None => None,
    });
    let recipients = mail.map(|mail| mail.to.clone()).unwrap_or_default();
    Configured { mail_server, recipients, enrol_url: url(arguments, people), data }
}

/// Whose data the store holds. Nothing that a demonstration made up is mailed to anybody.
async fn kind_of_data(store: &Store, arguments: &Arguments) -> Result<DataKind> {
    if !demo::is_one(&mut store.read().await?).await? {
        return Ok(DataKind::Real);
    }
    if arguments.mail.is_some() {
        bail!("--mail: the data is a demonstration, of which nobody is mailed; serve it without --mail");
    }
    tracing::info!("the data is a demonstration");
    Ok(DataKind::Demonstration)
}

/// Serves until SIGTERM or Ctrl-C.
pub(super) async fn run(arguments: Arguments) -> Result<()> {
    let _held = data_folder::share(&arguments.place.data)?;
    let store = arguments.place.open().await?;
    let data = kind_of_data(&store, &arguments).await?;
    let authority = Authority::open(&arguments.place.data, &store, now()).await?;
    super::settings::apply(&store, &arguments.time_reference, arguments.agency.as_deref()).await?;
    let listeners = Listeners::bind(&arguments).await?;
    let addresses = listeners.addresses()?;
    let certificate = authority.server_certificate(&names(&arguments), now())?;
    let agents_tls = tls::agents(certificate.clone(), authority.certificate().clone())?;
    let people_tls = tls::people(certificate)?;
    let report_url = url(&arguments, addresses.agents);
    let (catalog, checklist) = (catalog()?, checklist()?);
    let mail = arguments.mail.as_deref().map(settings_file::read::<MailSettings>).transpose()?;
    let provider = arguments.identity_provider.as_deref().map(super::identity::provider).transpose()?;
    let configured = Arc::new(configured(&arguments, addresses.people, mail.as_ref(), data));
    let sender = mail.map(|mail| Sender::new(mail, Book::of(&catalog, &checklist), authority.digest()));
    let app = App::new(store, authority, catalog, checklist, report_url, arguments.grace, now);

    let scanner = arguments.clamd.clone().map_or_else(Scanner::usual, Scanner::at);
    let packages = arguments.packages.clone().map(Packages::of);
    let public_web = PublicWeb::new(Reach::Public).context("preparing to look at the home page")?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(jobs::settle_drifts(app.clone(), stopped.clone()));
    tasks.spawn(jobs::refresh_policies(app.clone(), stopped.clone()));
    tasks.spawn(jobs::keep_declaration(app.clone(), public_web.clone(), stopped.clone()));
    tasks.spawn(jobs::write_alerts(app.clone(), stopped.clone()));
    tasks.spawn(jobs::keep_days(app.clone(), stopped.clone()));
    tasks.spawn(jobs::tidy(app.clone(), stopped.clone()));
    if let Some(provider) = provider.clone() {
        // A provider that is down delays nothing: people then sign in with their password.
        tasks.spawn(async move { super::identity::look(&provider).await });
    }
    if data == DataKind::Demonstration {
        tasks.spawn(demo::keep_alive(app.clone(), stopped.clone()));
    }
    if let Some(sender) = sender.clone() {
        for way in Way::ALL {
            tasks.spawn(jobs::send_mail(app.clone(), sender.clone(), *way, stopped.clone()));
        }
    }
    let certified = web::agents::certified(app.clone());
    tasks.spawn(serve(listeners.agents, Some(agents_tls), certified, Limits::default(), stopped.clone()));
    let mut people = |listener: TcpListener, tls: Option<Arc<ServerConfig>>, channel: Channel| {
        let (configured, public_web, scanner) = (Arc::clone(&configured), public_web.clone(), scanner.clone());
        let (sender, provider, packages) = (sender.clone(), provider.clone(), packages.clone());
        let site = Site { app: app.clone(), channel, configured, public_web, scanner, sender, provider, packages };
        let router = web::people::router(site);
        tasks.spawn(serve(listener, tls, router, Limits::default(), stopped.clone()));
    };
    people(listeners.people, Some(people_tls), Channel::Tls);
    if let Some(local) = listeners.local {
        people(local, None, Channel::Loopback);
    }
    addresses.write(&arguments.place.data)?;
    tracing::info!(agents = %addresses.agents, people = %addresses.people, "listening");

    asked_to_end().await?;
    tracing::info!("asked to end");
    stop.send_replace(true);
    while tasks.join_next().await.is_some() {}
    app.store.close().await;
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
async fn asked_to_end() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}
