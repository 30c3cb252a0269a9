//! Services of products, by the names of their keys.

use std::cell::RefCell;

use tenken_model::{Read, Reason};

use crate::collect::{Look, Wake};
use crate::host::windows_api::{Service, ServiceState};

/// Every service at the time of looking.
pub(super) struct Services<'a> {
    look: &'a Look<'a>,
    listed: Result<Vec<Service>, Reason>,
    woken: RefCell<Vec<u32>>,
}

impl<'a> Services<'a> {
    /// Lists them.
    pub(super) fn list(look: &'a Look<'a>) -> Self {
        let listed = look.services().map_err(|error| error.reason());
        Self { look, listed, woken: RefCell::default() }
    }

    /// Why they could not be listed.
    pub(super) fn refused(&self) -> Option<&Reason> {
        self.listed.as_ref().err()
    }

    /// Whether one of these services runs; nothing where none of them is installed. The end of each that runs wakes the
    /// collector. A name that ends in `*` stands for all that begin so.
    pub(super) fn running(&self, names: &[&str]) -> Read<Option<bool>> {
        let services = match &self.listed {
            Ok(services) => services,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        let mut found = None;
        for service in services.iter().filter(|service| names.iter().any(|name| is_named(&service.name, name))) {
            let runs = service.state == ServiceState::Running;
            found = Some(found.unwrap_or(false) || runs);
            if let Some(pid) = service.pid.filter(|pid| runs && !self.woken.borrow().contains(pid)) {
                self.woken.borrow_mut().push(pid);
                self.look.wake_on(Wake::ProcessExit(pid));
            }
        }
        Read::Measured(found)
    }
}

fn is_named(service: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(begin) => service.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin)),
        None => service.eq_ignore_ascii_case(name),
    }
}
