//! The call to the dashboard that is under way; at most one.

use std::future::Future;
use std::pin::Pin;

use tenken_model::policy::SignedPolicy;
use tenken_model::report::{Report, ReportAnswer};

use crate::enrol::{self, EnrolError};
use crate::identity::Identity;
use crate::transport::{CallError, Transport};

/// How a call ended.
pub(super) enum Answer {
    /// A report; the number its snapshot went up to, if it had one.
    Report(Option<u64>, Result<ReportAnswer, CallError>),
    /// The policy.
    Policy(Result<SignedPolicy, CallError>),
    /// A renewed identity.
    Renewed(Result<Box<Identity>, EnrolError>),
}

type Underway = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// The call that is under way.
#[derive(Default)]
pub(super) struct Calls {
    underway: Option<Underway>,
}

impl Calls {
    pub(super) fn is_busy(&self) -> bool {
        self.underway.is_some()
    }

    pub(super) fn report(&mut self, transport: Transport, report: Report) {
        self.underway = Some(Box::pin(async move {
            let up_to = report.snapshot.as_ref().map(|snapshot| snapshot.seq);
            Answer::Report(up_to, transport.report(&report).await)
        }));
    }

    pub(super) fn policy(&mut self, transport: Transport) {
        self.underway = Some(Box::pin(async move { Answer::Policy(transport.policy().await) }));
    }

    pub(super) fn renew(&mut self, transport: Transport, identity: Identity) {
        self.underway =
            Some(Box::pin(async move { Answer::Renewed(enrol::renew(&transport, &identity).await.map(Box::new)) }));
    }

    /// Waits for the answer; for ever while no call is under way. May be dropped and called again.
    pub(super) async fn answered(&mut self) -> Answer {
        let Some(underway) = &mut self.underway else { return std::future::pending().await };
        let answer = underway.as_mut().await;
        self.underway = None;
        answer
    }
}
