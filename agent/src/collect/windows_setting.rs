//! Settings and services of Windows, as several topics ask for them.

use tenken_model::{Reason, ReasonCode};

use super::Look;
use crate::host::ReadError;
use crate::host::windows_api::{RegistryPath, Service, ServiceState};

/// A number that several keys may hold, of which the first that does counts: a policy's own before the local one, because Windows
/// takes it so. Nothing where none does. What is there and is no number is not known, because what Windows makes of it is not.
pub fn number(look: &Look<'_>, name: &str, places: &[RegistryPath]) -> Result<Option<u64>, Reason> {
    for path in places {
        let key = look.registry(path).map_err(|error| error.reason())?;
        if let Some(data) = key.as_ref().and_then(|key| key.value(name)) {
            let unfit = || Reason::new(ReasonCode::Unparsable, format!("read {path} {name}: it is no number"));
            return data.number().map(Some).ok_or_else(unfit);
        }
    }
    Ok(None)
}

/// A key of the services, below `CurrentControlSet`.
pub fn service_key(name: &str) -> RegistryPath {
    RegistryPath::machine(format!(r"SYSTEM\CurrentControlSet\Services\{name}"))
}

/// A service begins with the system: `Start` is automatic, delayed or not.
pub fn begins(look: &Look<'_>, name: &str) -> Result<bool, Reason> {
    Ok(number(look, "Start", &[service_key(name)])?.is_some_and(|start| start <= 2))
}

/// The services, each by its name that is not translated.
#[derive(Debug, Clone)]
pub struct Services(Vec<Service>);

impl Services {
    /// Asks for them.
    pub fn read(look: &Look<'_>) -> Result<Self, ReadError> {
        look.services().map(Self)
    }

    /// Those.
    #[cfg(test)]
    pub fn of(services: Vec<Service>) -> Self {
        Self(services)
    }

    /// The service of that name, in any case.
    pub fn named(&self, name: &str) -> Option<&Service> {
        self.0.iter().find(|service| service.name.eq_ignore_ascii_case(name))
    }

    /// The services whose names begin so.
    pub fn beginning(&self, prefix: &str) -> impl Iterator<Item = &Service> {
        let begins = move |service: &&Service| {
            service.name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        };
        self.0.iter().filter(begins)
    }

    /// The service is there and runs.
    pub fn runs(&self, name: &str) -> bool {
        self.named(name).is_some_and(|service| service.state == ServiceState::Running)
    }

    /// The names of those in that process.
    pub fn of_process(&self, pid: u32) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |service| service.pid == Some(pid)).map(|service| service.name.as_str())
    }
}
