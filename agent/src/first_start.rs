//! Enrolment that waits for the first start. An installer that is rolled out to many hosts, or a tool that sets them up, leaves the
//! dashboard's address and a token; the agent enrols by them, and the token is removed once it was used.

pub mod drop_in;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use tenken_model::enrol::EnrolToken;
use thiserror::Error;

use crate::enrol::{self, EnrolError};
use crate::host::{Host, ReadError, storage};
use crate::identity::{Identity, IdentityError};
use crate::jitter;
use crate::machine::{self, MachineError};
use crate::transport::{self, CallError, Patience};

/// By this word a dashboard refuses a token.
const TOKEN: &str = "token";

/// How often what may change is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The network may not be there yet, or the dashboard: it is tried again after the first, and ever more seldom up to the last.
    pub again: RangeInclusive<Duration>,
    /// How soon it is noticed that somebody enrolled the host by hand, or left a token.
    pub look: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { again: Duration::from_secs(5)..=Duration::from_mins(10), look: Duration::from_secs(5) }
    }
}

/// What an installer left. A token is a secret: this is never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The dashboard's address.
    pub dashboard: String,
    /// The token.
    pub token: String,
    /// The name by which people know this host, if it is not its own.
    pub name: Option<String>,
}

/// Where an installer leaves it.
pub trait Place {
    /// Its name, for people.
    fn name(&self) -> String;
    /// What waits; nothing where there is no token.
    fn waiting(&self) -> Result<Option<Waiting>, ReadError>;
    /// Removes the token.
    fn remove_token(&self) -> Result<(), ReadError>;
}

/// A state folder that is not the usual one has a place only where one is named: what is left in the usual place is for the service.
impl<P: Place> Place for Option<P> {
    fn name(&self) -> String {
        self.as_ref().map_or_else(|| "the file that --enrolment names".to_owned(), Place::name)
    }

    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        self.as_ref().map_or(Ok(None), Place::waiting)
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        self.as_ref().map_or(Ok(()), Place::remove_token)
    }
}

/// What follows where a host is not enrolled and nothing can be done about it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// It is waited until it is.
    Wait,
    /// That is the end.
    End,
}

/// Why a host is not enrolled that should be.
#[derive(Debug, Error)]
pub enum FirstStartError {
    /// What waits cannot be read.
    #[error(transparent)]
    Place(#[from] ReadError),
    /// The identity that is there cannot be read, or the new one not be stored.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The state folder cannot be made.
    #[error("make {folder}: {error}")]
    Folder {
        /// Its path.
        folder: String,
        /// Why.
        error: std::io::Error,
    },
    /// The state folder cannot be made this machine's.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// What waits is no token.
    #[error(
        "read the token that was left in {place}: it is not one; make a token on the dashboard and leave that one there"
    )]
    NoToken {
        /// Where it was left.
        place: String,
    },
    /// The dashboard does not take the token.
    #[error(
        "enrol with the token that was left in {place}: {error}; make a new one on the dashboard and leave it there"
    )]
    Refused {
        /// Where it was left.
        place: String,
        /// What the dashboard says.
        error: EnrolError,
    },
}

impl FirstStartError {
    /// The same token would fail the same way.
    fn is_final(&self) -> bool {
        matches!(self, Self::NoToken { .. } | Self::Refused { .. })
    }
}

/// How an attempt ended that did not fail.
enum Attempt {
    Enrolled,
    /// Something changed, or is to be looked at once more before it is believed.
    LookAgain,
}

/// The first start of an agent.
pub struct FirstStart<'a, P, H> {
    /// Where the agent keeps its state.
    pub state_dir: &'a Path,
    /// Where a token may have been left.
    pub place: &'a P,
    /// The machine.
    pub host: &'a H,
    /// The patience of one call.
    pub patience: Patience,
    /// How often to look.
    pub pace: Pace,
    /// What follows where nothing waits.
    pub otherwise: Otherwise,
    /// Is told in a line what is being waited for.
    pub tell: &'a dyn Fn(&str),
}

impl<P: Place, H: Host> FirstStart<'_, P, H> {
    /// Enrols this host if it is not and a token waits, and tries until the dashboard answers. Inside a tokio runtime. That it
    /// returns without an error does not mean that the host is enrolled, unless it was to be waited for.
    pub async fn enrol(&self) -> Result<(), FirstStartError> {
        let mut spent: Option<Waiting> = None;
        let mut doubted: Option<Waiting> = None;
        let mut said = String::new();
        loop {
            if Identity::load(self.state_dir)?.is_some() {
                // A token is left where the agent was killed before it could remove it, or where somebody enrolled by hand.
                if matches!(self.place.waiting(), Ok(Some(_)) | Err(_)) {
                    self.remove_token();
                }
                return Ok(());
            }
            let found = match self.place.waiting() {
                Ok(None) if self.otherwise == Otherwise::End => return Ok(()),
                Ok(None) => Some(self.advice()),
                Ok(Some(waiting)) if spent.as_ref() == Some(&waiting) => None,
                Ok(Some(waiting)) => match self.attempt(&waiting, &mut doubted).await {
                    Ok(Attempt::Enrolled) => return Ok(()),
                    Ok(Attempt::LookAgain) => None,
                    Err(error) => {
                        spent = error.is_final().then_some(waiting);
                        Some(self.unless_it_ends(error)?)
                    }
                },
                Err(error) => Some(self.unless_it_ends(error.into())?),
            };
            if let Some(why) = found.filter(|why| *why != said) {
                tracing::warn!(why, "this host is not enrolled");
                (self.tell)(&format!("not enrolled: {why}"));
                said = why;
            }
            tokio::time::sleep(self.pace.look).await;
        }
    }

    fn unless_it_ends(&self, error: FirstStartError) -> Result<String, FirstStartError> {
        match self.otherwise {
            Otherwise::Wait => Ok(error.to_string()),
            Otherwise::End => Err(error),
        }
    }

    fn advice(&self) -> String {
        format!("make a token on the dashboard and run `tenken-agent enrol` here, or leave it in {}", self.place.name())
    }

    async fn attempt(&self, waiting: &Waiting, doubted: &mut Option<Waiting>) -> Result<Attempt, FirstStartError> {
        let place = || self.place.name();
        let Ok(token) = waiting.token.trim().parse::<EnrolToken>() else {
            // It may be half written.
            if self.otherwise == Otherwise::Wait && doubted.as_ref() != Some(waiting) {
                *doubted = Some(waiting.clone());
                return Ok(Attempt::LookAgain);
            }
            self.remove_token();
            return Err(FirstStartError::NoToken { place: place() });
        };
        storage::create_private_folder(self.state_dir)
            .map_err(|error| FirstStartError::Folder { folder: self.state_dir.display().to_string(), error })?;
        let name = match &waiting.name {
            Some(name) => name.clone(),
            None => self.host.system()?.host_name,
        };
        transport::install_cryptography();
        let identity = match self.insist(waiting, &token, &name).await {
            Ok(Some(identity)) => identity,
            Ok(None) => return Ok(Attempt::LookAgain),
            Err(error) => {
                self.remove_token();
                return Err(FirstStartError::Refused { place: place(), error });
            }
        };
        machine::take(self.state_dir, self.host)?;
        identity.store(self.state_dir)?;
        let host = identity.host.as_str();
        tracing::info!(host, place = place(), "this host was enrolled with the token that was left");
        self.remove_token();
        Ok(Attempt::Enrolled)
    }

    fn remove_token(&self) {
        if let Err(error) = self.place.remove_token() {
            let place = self.place.name();
            tracing::warn!(%error, place, "a token is of no use any more and could not be removed; remove it there");
        }
    }

    /// Fails only where the dashboard does not take the token: everything else may be mended without coming here. Nothing where
    /// it is of no use to insist any more, because somebody enrolled the host or took back what waits.
    async fn insist(&self, waiting: &Waiting, token: &EnrolToken, name: &str) -> Result<Option<Identity>, EnrolError> {
        let seed = name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let (first, last) = (*self.pace.again.start(), *self.pace.again.end());
        let mut failures = 0;
        loop {
            match enrol::enrol(&waiting.dashboard, token, name, self.patience).await {
                Ok(identity) => return Ok(Some(identity)),
                Err(EnrolError::Call(CallError::Refused { refusal, tried, status })) if refusal.code == TOKEN => {
                    return Err(EnrolError::Call(CallError::Refused { tried, status, refusal }));
                }
                Err(error) => {
                    failures = u32::saturating_add(failures, 1);
                    let pause = jitter::backoff(first, last, failures, seed);
                    tracing::warn!(%error, again_in_seconds = pause.as_secs(), "this host could not be enrolled");
                    (self.tell)(&format!("not enrolled yet, trying again: {error}"));
                    if self.is_over_within(pause, waiting).await {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Pauses, unless it becomes useless to go on with what waits.
    async fn is_over_within(&self, pause: Duration, waiting: &Waiting) -> bool {
        let mut left = pause;
        loop {
            let step = left.min(self.pace.look);
            tokio::time::sleep(step).await;
            left = left.saturating_sub(step);
            let goes_on = matches!(Identity::load(self.state_dir), Ok(None))
                && matches!(self.place.waiting(), Ok(Some(still)) if still == *waiting);
            if left.is_zero() || !goes_on {
                return !goes_on;
            }
        }
    }
}
