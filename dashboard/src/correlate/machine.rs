//! What is known of one host: its facts, and the sessions of its maintenance and emergency accounts that it ever told.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::account_events::AccountEvents;
use tenken_model::fact::accounts::{Account, Accounts};
use tenken_model::fact::neighbours::Neighbours;
use tenken_model::fact::remote_access::RemoteAccess;
use tenken_model::fact::removable_media::RemovableMedia;
use tenken_model::observation::Outcome;
use tenken_model::{HostId, Instant, NameCase, Observation, Read, Reason, ReasonCode, Subject, Topic};

use super::claims::Claims;
use crate::registers::OnHost;
use crate::store::{HostSession, MediumSeen};

/// One host.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Which.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Whether case matters in the names of its accounts.
    pub names: NameCase,
    /// When it was enrolled.
    pub enrolled_at: Instant,
    /// When it was last heard of: until then its facts hold.
    pub heard: Option<Instant>,
    /// Its accounts.
    pub accounts: Look<Accounts>,
    /// What happened with its accounts.
    pub events: Look<AccountEvents>,
    /// The devices it sees.
    pub neighbours: Look<Neighbours>,
    /// The removable media that are attached to it.
    pub media: Look<RemovableMedia>,
    /// By what it is used from afar.
    pub remote_access: Look<RemoteAccess>,
    /// How far its records of sign-ins go.
    pub records: Look<Records>,
    /// The sessions of registered maintenance and emergency accounts, also such as its records no longer hold.
    pub sessions: Vec<HostSession>,
    /// From when to when its records of sign-ins are missing, the newest first.
    pub gaps: Vec<(Instant, Instant)>,
    /// When media that its backups go to were attached.
    pub media_seen: Vec<MediumSeen>,
    /// What of it fails some rule already: time alone does not repair it.
    pub failing: BTreeSet<Subject>,
    /// Of the one host on which it is told what no host has to do with: all of them. See [`Fleet`].
    pub fleet: Option<Fleet>,
}

/// All hosts that may report.
///
/// What registers alone tell, or several hosts together, is found once. Findings, drifts and waivers belong to a host, so
/// that it is told on the one that was enrolled before all others and is not revoked, whatever that host says; on the
/// others it does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fleet {
    /// When each was last heard of, by its name in small letters.
    pub heard: BTreeMap<String, Option<Instant>>,
    /// What they see on their networks.
    pub claims: Claims,
}

/// How far records of sign-ins go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Since when there are any; absent where none are kept.
    pub since: Read<Option<Instant>>,
    /// Nothing was left out.
    pub complete: Read<bool>,
}

/// What a host told of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look<T> {
    /// The fact, and when it was read.
    Known(T, Instant),
    /// It has no such thing.
    Absent,
    /// It told nothing yet.
    Missing(Reason),
    /// It could not look.
    Failed(Reason),
}

impl<T: Clone> Look<T> {
    /// What an observation tells.
    pub fn of(topic: Topic, observation: Option<&Observation<T>>) -> Self {
        let Some(observation) = observation else {
            return Self::missing(topic);
        };
        match &observation.outcome {
            Outcome::Known(fact) => Self::Known(fact.clone(), observation.read_at),
            Outcome::Absent(_) => Self::Absent,
            Outcome::Failed(reason) => Self::Failed(reason.clone()),
        }
    }
}

impl<T> Look<T> {
    /// Nothing was told of the topic.
    pub fn missing(topic: Topic) -> Self {
        Self::Missing(tenken_model::fact::Seen::never(topic))
    }

    /// The fact.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(fact, _) => Some(fact),
            Self::Absent | Self::Missing(_) | Self::Failed(_) => None,
        }
    }
}

impl Machine {
    /// As rows of registers name it.
    pub(super) fn on_host(&self) -> OnHost<'_> {
        OnHost { name: &self.name, accounts: self.names }
    }

    /// Its account of that name.
    pub(super) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.known()?.entries.iter().find(|account| self.names.is_same(&account.name, name))
    }

    /// Something of it fails some rule already.
    pub(super) fn is_failing(&self, subject: &str) -> bool {
        self.failing.iter().any(|failing| failing.as_str() == subject)
    }

    /// Its list of accounts holds all there are.
    pub(super) fn lists_all_accounts(&self) -> bool {
        self.accounts.known().is_some_and(|accounts| accounts.complete == Read::Measured(true))
    }

    /// Why its list of accounts may not hold all there are: what a directory keeps no host can tell.
    pub(super) fn why_not_all_accounts(&self) -> ReasonCode {
        let complete = self.accounts.known().map(|accounts| &accounts.complete);
        let is_elsewhere = matches!(complete, Some(Read::NotRead(reason)) if reason.code == ReasonCode::Elsewhere);
        if is_elsewhere { ReasonCode::Elsewhere } else { ReasonCode::Missing }
    }
}

/// Why a reading is not there, as a code.
pub(super) const fn code<T>(look: &Look<T>) -> Option<ReasonCode> {
    match look {
        Look::Known(..) => None,
        Look::Absent => Some(ReasonCode::Missing),
        Look::Missing(reason) | Look::Failed(reason) => Some(reason.code),
    }
}
