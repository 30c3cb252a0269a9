//! `serve`: the dashboard itself.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::exit::Misconfigured;
use super::listeners::Listeners;
use super::listening::{self, Listening};
use super::{ConfigurationFile, catalog, checklist, now};
use crate::app::App;
use crate::auth::cookie::Channel;
use crate::authority::{Authority, ServerName, valid_until};
use crate::configuration::{Options, Source};
use crate::evidence::Scanner;
use crate::identity::Provider;
use crate::listen::tls::{self, ServerCertificate};
use crate::listen::{Limits, serve};
use crate::mail::{Book, MailSettings, Sender, TransportSettings};
use crate::metrics::{Certificates, Listener, Requests};
use crate::packages::Packages;
use crate::pages::chrome::DataKind;
use crate::public_web::{PublicWeb, Reach};
use crate::service::sockets::Sockets;
use crate::service::supervisor::Supervisor;
use crate::store::{Store, Way};
use crate::web::monitoring::{self, Monitored};
use crate::web::site::{Configured, Site};
use crate::{data_folder, demo, jobs, web};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: ConfigurationFile,
    #[command(flatten)]
    options: Options,
}

/// Connections of monitoring at one time: it needs few, and they are taken from nobody else.
const MONITORING_CONNECTIONS: usize = 32;

/// The names that are configured.
fn named(options: &Options) -> &[String] {
    options.names.as_deref().unwrap_or_default()
}

/// Names for the certificate: those given, and loopback, which `up` and tests use.
fn names(options: &Options) -> Vec<ServerName> {
    named(options).iter().map(String::as_str).chain(["localhost", "127.0.0.1"]).map(ServerName::read).collect()
}

/// How a listener is reached from other machines.
fn url(options: &Options, listener: SocketAddr) -> String {
    listening::url(named(options).first().map_or("127.0.0.1", String::as_str), listener.port())
}

/// What pages show of how the dashboard was started.
fn configured(options: &Options, people: SocketAddr, mail: Option<&MailSettings>, data: DataKind) -> Configured {
    let mail_server = mail.and_then(|mail| match &mail.transport {
        TransportSettings::Smtp { host, port, .. } => Some(format!("{host}:{port}")),
        TransportSettings::Folder { folder } => Some(folder.display().to_string()),
        TransportSettings::None => None,
    });
    let recipients = mail.map(|mail| mail.to.clone()).unwrap_or_default();
    Configured { mail_server, recipients, enrol_url: url(options, people), data }
}

/// Whose data the store holds. Nothing that a demonstration made up is mailed to anybody.
async fn kind_of_data(store: &Store, options: &Options) -> Result<DataKind> {
    if !demo::is_one(&mut store.read().await?).await? {
        return Ok(DataKind::Real);
    }
    if options.mail.is_some() {
        let problem =
            anyhow!("--mail: the data is a demonstration, of which nobody is mailed; serve it without --mail");
        return Err(Misconfigured(problem).into());
    }
    tracing::info!("the data is a demonstration");
    Ok(DataKind::Demonstration)
}

/// The tasks of a running dashboard.
struct Running {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Running {
    fn new() -> Self {
        Self { tasks: JoinSet::new(), stop: watch::channel(false).0 }
    }

    fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    fn listen(&mut self, listener: TcpListener, tls: Option<Arc<ServerConfig>>, router: axum::Router, limits: Limits) {
        self.tasks.spawn(serve(listener, tls, router, limits, self.stopped()));
    }

    /// Everything the dashboard does without being asked.
    fn jobs(&mut self, app: &App, public_web: &PublicWeb, sender: Option<&Sender>, data: DataKind) {
        let stopped = self.stopped();
        self.tasks.spawn(jobs::settle_drifts(app.clone(), stopped.clone()));
        self.tasks.spawn(jobs::refresh_policies(app.clone(), stopped.clone()));
        self.tasks.spawn(jobs::keep_declaration(app.clone(), public_web.clone(), stopped.clone()));
        self.tasks.spawn(jobs::write_alerts(app.clone(), stopped.clone()));
        self.tasks.spawn(jobs::keep_days(app.clone(), stopped.clone()));
        self.tasks.spawn(jobs::tidy(app.clone(), stopped.clone()));
        if data == DataKind::Demonstration {
            self.tasks.spawn(demo::keep_alive(app.clone(), stopped.clone()));
        }
        if let Some(sender) = sender {
            for way in Way::ALL {
                self.tasks.spawn(jobs::send_mail(app.clone(), sender.clone(), *way, stopped.clone()));
            }
        }
    }

    async fn end(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// What the listeners show and are served from.
struct Prepared {
    app: App,
    data: DataKind,
    certificate: ServerCertificate,
    mail: Option<MailSettings>,
    sender: Option<Sender>,
    provider: Option<Provider>,
}

async fn prepare(options: &Options, addresses: &Listening) -> Result<Prepared> {
    let place = options.place().map_err(Misconfigured)?;
    let store = place.open().await?;
    let data = kind_of_data(&store, options).await?;
    let authority = Authority::open(&place.data, &store, now()).await?;
    let references = options.time_references.as_deref().unwrap_or_default();
    super::settings::apply(&store, references, options.agency.as_deref()).await?;
    let certificate = authority.server_certificate(&names(options), now())?;
    let (catalog, checklist) = (catalog()?, checklist()?);
    let mail = options.mail.as_ref().map(Source::settings).transpose().map_err(Misconfigured)?;
    let provider = options.identity_provider.as_ref().map(super::identity::provider).transpose();
    let provider = provider.map_err(Misconfigured)?;
    let sender = mail.clone().map(|mail| Sender::new(mail, Book::of(&catalog, &checklist), authority.digest()));
    let report_url = url(options, addresses.agents);
    let app = App::new(store, authority, catalog, checklist, report_url, options.grace, now);
    Ok(Prepared { app, data, certificate, mail, sender, provider })
}

/// Serves until SIGTERM or Ctrl-C. The sockets were taken over before anything else ran.
pub(super) async fn run(arguments: Arguments, handed: Sockets) -> Result<()> {
    let supervisor = Supervisor::from_environment();
    let options = arguments.file.with(arguments.options).map_err(Misconfigured)?;
    let place = options.place().map_err(Misconfigured)?;
    let _held = data_folder::share(&place.data)?;
    let listeners = Listeners::open(&options, handed).await?;
    let addresses = listeners.addresses()?;
    let Prepared { app, data, certificate, mail, sender, provider } = prepare(&options, &addresses).await?;
    let authority = app.authority.certificate().clone();
    let server_until = certificate.chain.first().and_then(valid_until);
    let certificates = Certificates { authority: valid_until(&authority), server: server_until };
    let agents_tls = tls::agents(certificate.clone(), authority)?;
    let people_tls = tls::people(certificate)?;
    let configured = Arc::new(configured(&options, addresses.people, mail.as_ref(), data));
    let scanner = options.clamd.clone().map_or_else(Scanner::usual, Scanner::at);
    let packages = options.packages.clone().map(Packages::of);
    let public_web = PublicWeb::new(Reach::Public).context("preparing to look at the home page")?;

    let mut running = Running::new();
    running.jobs(&app, &public_web, sender.as_ref(), data);
    if let Some(provider) = provider.clone() {
        // A provider that is down delays nothing: people then sign in with their password.
        running.tasks.spawn(async move { super::identity::look(&provider).await });
    }
    let requests = Requests::default();
    for listener in listeners.agents {
        let router = requests.counted(Listener::Agents, web::agents::certified(app.clone()));
        running.listen(listener, Some(Arc::clone(&agents_tls)), router, Limits::default());
    }
    let site = |channel: Channel| {
        let (configured, public_web, scanner) = (Arc::clone(&configured), public_web.clone(), scanner.clone());
        let (sender, provider, packages) = (sender.clone(), provider.clone(), packages.clone());
        let site = Site { app: app.clone(), channel, configured, public_web, scanner, sender, provider, packages };
        web::people::router(site)
    };
    for listener in listeners.people {
        let router = requests.counted(Listener::People, site(Channel::Tls));
        running.listen(listener, Some(Arc::clone(&people_tls)), router, Limits::default());
    }
    if let Some(local) = listeners.local {
        running.listen(local, None, requests.counted(Listener::Local, site(Channel::Loopback)), Limits::default());
    }
    if let Some(metrics) = listeners.metrics {
        let limits = Limits { connections: MONITORING_CONNECTIONS, ..Limits::default() };
        running.listen(metrics, None, monitoring::router(Monitored::new(app.clone(), requests, certificates)), limits);
    }
    addresses.write(&place.data)?;
    tracing::info!(agents = %addresses.agents, people = %addresses.people, "listening");
    let status = format!("Listening for agents on {}, for people on {}", addresses.agents, addresses.people);
    supervisor.ready(&status);
    running.tasks.spawn(supervisor.watch(app.store.clone(), status, running.stopped()));

    asked_to_end().await?;
    tracing::info!("asked to end");
    supervisor.stopping();
    running.end().await;
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
