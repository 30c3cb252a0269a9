//! One look at everything after the other.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tenken_model::Instant;

use super::look::{installation, network, peers, ports, running};
use super::{Answer, judge};
use crate::configuration::{Options, Place, USUAL_FOLDER};
use crate::policy::PolicySettings;

/// The configuration as it was found, or why it cannot be used.
pub type Found = Result<(Options, Option<PathBuf>), String>;

/// Where the running dashboard says that it listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listens {
    /// For agents.
    pub agents: Option<SocketAddr>,
    /// For people.
    pub people: Option<SocketAddr>,
    /// For this machine.
    pub local: Option<SocketAddr>,
    /// For monitoring.
    pub metrics: Option<SocketAddr>,
}

/// Looks at everything and judges it. `listens` reads where the dashboard of a data folder says that it listens.
pub async fn run(found: Found, listens: impl FnOnce(&Path) -> Listens, now: fn() -> Instant) -> Vec<Answer> {
    let (options, file) = match found {
        Ok(found) => found,
        // Everything else rests on it: what it would say is not guessed.
        Err(problem) => return judge::configuration(&judge::ConfigurationSeen::Bad(problem)),
    };
    let mut answers = judge::configuration(&installation::configuration(file.as_deref(), &options));
    let place = match options.place() {
        Ok(place) => place,
        // A secret that cannot be read was told of already; without it there is nothing to open.
        Err(error) => {
            if answers.iter().all(|answer| answer.standing == super::Standing::Ok) {
                answers = judge::configuration(&judge::ConfigurationSeen::Bad(format!("{error:#}")));
            }
            return answers;
        }
    };
    answers.extend(of_the_machine(&options, &place, listens(&place.data), now).await);
    answers.push(judge::mail(&peers::mail(options.mail.as_ref()).await));
    answers.push(judge::clamd(&peers::clamd(options.clamd.as_deref()).await));
    let provider = peers::identity_provider(options.identity_provider.as_ref()).await;
    answers.push(judge::identity_provider(provider.as_ref()));
    answers.sort_by_key(|answer| answer.check);
    answers
}

async fn of_the_machine(options: &Options, place: &Place, listens: Listens, now: fn() -> Instant) -> Vec<Answer> {
    // Another folder than the package's belongs to whoever runs that dashboard.
    let installed = place.data == Path::new(USUAL_FOLDER);
    let accounts = if installed { std::fs::read_to_string("/etc/passwd").unwrap_or_default() } else { String::new() };
    let folder = place.data.display().to_string();
    let mut answers = judge::data(&folder, &installation::data(&place.data, &accounts));
    let (kind, database) = installation::database(place).await;
    answers.push(judge::database(kind, &database));

    let names = options.names.clone().unwrap_or_default();
    let name = names.first().map_or("localhost", String::as_str);
    let (service, certificates) = running::service(&place.data, listens.people, listens.metrics, name).await;
    answers.push(judge::service(&service));
    let wanted = [
        ("agents", listens.agents.or(options.agents)),
        ("people", listens.people.or(options.people)),
        ("local", listens.local.or(options.local)),
        ("metrics", listens.metrics.or(options.metrics)),
    ];
    let wanted: Vec<(&'static str, SocketAddr)> =
        wanted.into_iter().filter_map(|(key, address)| Some((key, address?))).collect();
    answers.extend(judge::ports(&ports::ports(Path::new("/proc"), &wanted)));
    answers.extend(judge::names(&network::names(&names).await));
    answers.extend(judge::certificates(&certificates, now()));

    let kept = if database.opens() { running::kept(place, now()).await.ok() } else { None };
    answers.push(judge::outbox(kept.as_ref().map(|kept| &kept.outbox), now()));
    answers.push(judge::backup(kept.as_ref().map(|kept| kept.backup), now()));
    answers.extend(judge::fleet(kept.as_ref().map(|kept| &kept.fleet), env!("CARGO_PKG_VERSION")));
    let configured = options.time_references.clone().filter(|servers| !servers.is_empty());
    let servers = configured.or(kept.map(|kept| kept.time_references));
    let servers = servers.unwrap_or_else(|| PolicySettings::default().time_references);
    answers.push(judge::clock(&network::clock(&servers, now).await));
    answers
}
