//! Looking, without changing anything.

mod agents;
mod local;
mod way;

use std::path::Path;
use std::time::Duration;

use reqwest::Url;

use super::seen::{Enrolled, Looked, Proxy, Seen};
use crate::first_start::Place;
use crate::host::ReadError;
use crate::host::ReadErrorKind;
use crate::host::live::{LiveHost, Seal, packet_filter};
use crate::host::storage;
use crate::identity::Identity;
use crate::machine;
use crate::run::clock::Clock;

/// Where to look, and with what.
pub struct Looking<'a, P> {
    /// The state folder.
    pub state_dir: &'a Path,
    /// This machine.
    pub host: &'a LiveHost,
    /// Where a token may have been left.
    pub place: &'a P,
    /// This machine's clock.
    pub clock: &'a dyn Clock,
    /// How long a connection, and the name before it, may take.
    pub within: Duration,
    /// A variable of this process's environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl<P: Place> Looking<'_, P> {
    /// Looks at everything. Blocks for as long as the network takes, which is bounded.
    pub fn look(&self) -> Seen {
        let state_dir = self.state_dir;
        let identity = self.identity();
        let known = identity.as_ref().ok().and_then(Option::as_ref);
        let agents = agents::look(self.host, state_dir);
        let way = known.map(|identity| way::look(identity, self.clock, self.within));
        let name = way.as_ref().map_or("", |way| way.name.as_str());
        let mut proxies = agents::proxies(self.variable, name);
        for pid in agents.iter().flatten().filter(|agent| agent.is_of_folder != Some(false)).map(|agent| agent.pid) {
            proxies.extend(agents::proxies_of(self.host, pid, name));
        }
        proxies.sort_by(|one, other| (&one.variable, one.is_excepted).cmp(&(&other.variable, other.is_excepted)));
        proxies.dedup();
        Seen {
            now: self.clock.wall(),
            state_dir: state_dir.display().to_string(),
            left_token: (self.place.name(), self.place.waiting().map(|waiting| waiting.is_some())),
            folder: local::folder(self.host, state_dir),
            room: storage::room(state_dir)
                .map_err(|error| ReadError::from_io(tried("ask for room in", state_dir), &error)),
            machine: machine::standing(state_dir, self.host)
                .map_err(|error| ReadError::new(local::kind(&error), tried("read", state_dir), error.to_string())),
            lock: local::lock(state_dir),
            guarded: agents::guarded(self.host, agents.as_deref().unwrap_or_default()),
            filter_helper: packet_filter::helper(),
            spool: local::spool(state_dir),
            policy: known.map_or(Ok(None), |identity| local::policy(state_dir, identity)),
            identity: identity.and_then(|identity| identity.map(|identity| self.enrolled(&identity)).transpose()),
            agents,
            proxies,
            way,
        }
    }

    fn identity(&self) -> Looked<Option<Identity>> {
        let path = Identity::path(self.state_dir);
        let tried = tried("read", &path);
        let Some(bytes) = local::read(&path)? else { return Ok(None) };
        // Damaged, as opposed to not readable.
        let damaged =
            |error: crate::identity::IdentityError| ReadError::new(ReadErrorKind::WrongKind, &tried, error.to_string());
        Identity::read(&bytes, &path, &Seal).map(|(identity, _)| Some(identity)).map_err(damaged)
    }

    fn enrolled(&self, identity: &Identity) -> Looked<Enrolled> {
        let validity = identity.validity().map_err(|error| {
            ReadError::new(ReadErrorKind::WrongKind, tried("read", &Identity::path(self.state_dir)), error.to_string())
        })?;
        Ok(Enrolled { host: identity.host.as_str().to_owned(), report_url: identity.report_url.clone(), validity })
    }
}

fn tried(what: &str, path: &Path) -> String {
    format!("{what} {}", path.display())
}

/// The name or address in an address, and the port.
fn server(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok()?;
    let name = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some((name, url.port_or_known_default()?))
}

/// Whether a list of exceptions from proxies names that server: by its name, by a domain it is of, or by `*`.
fn is_excepted(exceptions: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    exceptions
        .split(',')
        .map(|one| one.trim().trim_start_matches('.').to_lowercase())
        .filter(|one| !one.is_empty())
        .any(|one| one == "*" || name == one || name.strip_suffix(&one).is_some_and(|before| before.ends_with('.')))
}

/// The proxies that an environment names for connections by TLS.
fn proxies(variable: impl Fn(&str) -> Option<String>, name: &str) -> Vec<Proxy> {
    const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let is_set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let exceptions = is_set("NO_PROXY").or_else(|| is_set("no_proxy")).unwrap_or_default();
    let named = NAMES.into_iter().filter(|name| is_set(name).is_some());
    named.map(|variable| Proxy { variable: variable.to_owned(), is_excepted: is_excepted(&exceptions, name) }).collect()
}

#[cfg(test)]
mod tests;
