//! The one call to the dashboard that is on its way, beside the loop.

use std::pin::Pin;

use tenken_model::policy::SignedPolicy;
use tenken_model::report::{Report, ReportAnswer};

use super::keeping::Sent;
use crate::enrol::{EnrolError, renew};
use crate::identity::Identity;
use crate::transport::{CallError, Transport};

/// How a call ended.
#[derive(Debug)]
pub enum Called {
    /// A report.
    Report(Sent, Result<ReportAnswer, CallError>),
    /// Fetching the policy, which is not verified yet.
    Policy(Result<SignedPolicy, CallError>),
    /// Renewing the certificate; the identity is not stored yet.
    Renew(Box<Result<Identity, EnrolError>>),
}

/// One call at a time.
#[derive(Default)]
pub struct Calling {
    running: Option<Pin<Box<dyn Future<Output = Called> + Send>>>,
}

impl Calling {
    /// A call is on its way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Begins to send a report.
    pub fn report(&mut self, transport: Transport, sent: Sent, report: Report) {
        self.running = Some(Box::pin(async move { Called::Report(sent, transport.report(&report).await) }));
    }

    /// Begins to fetch the policy.
    pub fn policy(&mut self, transport: Transport) {
        self.running = Some(Box::pin(async move { Called::Policy(transport.policy().await) }));
    }

    /// Begins to renew the certificate.
    pub fn renew(&mut self, transport: Transport, identity: Identity) {
        self.running = Some(Box::pin(async move { Called::Renew(Box::new(renew(&transport, &identity).await)) }));
    }

    /// Waits until the call ends; for ever while there is none. May be dropped and called again.
    pub async fn ended(&mut self) -> Called {
        let Some(running) = &mut self.running else { return std::future::pending().await };
        let called = running.await;
        self.running = None;
        called
    }
}
