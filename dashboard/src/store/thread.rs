//! What mails are about: those about one thing are one thread, sent in order.

use std::fmt;
use std::str::FromStr;

use tenken_model::{ItemId, RuleId};

use super::MailKind;
use crate::registers::{Definition, Register};

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thread {
    /// The drift of that number.
    Drift(i64),
    /// What people stated for an item.
    Attestation(ItemId),
    /// The proposed change of that number.
    Proposal(i64),
    /// What a row of a register asks to be approved.
    Request(Register, i64),
    /// A version of an own rule that waits for approval.
    OwnRule(RuleId),
    /// The publication of the form's version of that number.
    Publication(i64),
    /// How the agency stands, told once a day.
    Digest,
    /// What falls due, told once a month.
    Deadlines,
    /// What the person who uses a PC is asked about the drift of that number. No officer is told in it.
    Owner(i64),
}

/// A text that names no thread.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no thread of mails")]
pub struct NoThread(String);

impl Thread {
    /// The drift's number, if it is about one.
    pub const fn drift(&self) -> Option<i64> {
        match self {
            Self::Drift(id) => Some(*id),
            Self::Attestation(_)
            | Self::Proposal(_)
            | Self::Request(..)
            | Self::OwnRule(_)
            | Self::Publication(_)
            | Self::Digest
            | Self::Deadlines
            | Self::Owner(_) => None,
        }
    }

    /// The name of one of its mails, the same whoever writes it: the part of the Message-ID before the `@`.
    pub fn message_id(&self, kind: MailKind, round: u64) -> String {
        format!("{}.{kind}.{round}", self.name())
    }

    /// The name that its mails refer to. That of a drift, and of what its PC's user is asked, is its first mail; the others refer to one that is never sent, so that
    /// they stand together whichever of them came first.
    pub fn first(&self) -> String {
        match self {
            Self::Drift(_) => self.message_id(MailKind::Opened, 0),
            Self::Owner(_) => self.message_id(MailKind::Asked, 0),
            Self::Attestation(_)
            | Self::Proposal(_)
            | Self::Request(..)
            | Self::OwnRule(_)
            | Self::Publication(_)
            | Self::Digest
            | Self::Deadlines => self.name(),
        }
    }

    /// The page that shows what it is about, within the dashboard.
    pub fn page(&self) -> String {
        match self {
            Self::Drift(id) | Self::Owner(id) => format!("/drifts/{id}"),
            Self::Attestation(item) => format!("/items/{item}"),
            Self::Proposal(_) => "/declaration".to_owned(),
            Self::Request(register, id) => {
                let slug = Definition::of(*register).map_or_else(|| register.name(), |definition| definition.slug);
                format!("/registers/{slug}/{id}")
            }
            Self::OwnRule(rule) => format!("/rules/{rule}"),
            Self::Publication(_) => "/declaration/publication".to_owned(),
            Self::Digest => "/".to_owned(),
            Self::Deadlines => "/registers".to_owned(),
        }
    }

    fn name(&self) -> String {
        format!("tenken.{}", self.to_string().replace(':', "."))
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drift(id) => write!(f, "drift:{id}"),
            Self::Attestation(item) => write!(f, "attestation:{item}"),
            Self::Proposal(id) => write!(f, "proposal:{id}"),
            Self::Request(register, id) => write!(f, "request:{}-{id}", register.name()),
            Self::OwnRule(rule) => write!(f, "own_rule:{rule}"),
            Self::Publication(version) => write!(f, "publication:{version}"),
            Self::Digest => f.write_str("digest"),
            Self::Deadlines => f.write_str("deadlines"),
            Self::Owner(id) => write!(f, "owner:{id}"),
        }
    }
}

impl FromStr for Thread {
    type Err = NoThread;

    fn from_str(text: &str) -> Result<Self, NoThread> {
        let none = || NoThread(text.to_owned());
        match text {
            "digest" => return Ok(Self::Digest),
            "deadlines" => return Ok(Self::Deadlines),
            _ => {}
        }
        let (about, which) = text.split_once(':').ok_or_else(none)?;
        let number = || which.parse().map_err(|_| none());
        match about {
            "drift" => Ok(Self::Drift(number()?)),
            "attestation" => Ok(Self::Attestation(ItemId::new(which).map_err(|_| none())?)),
            "proposal" => Ok(Self::Proposal(number()?)),
            "request" => {
                let (register, id) = which.rsplit_once('-').ok_or_else(none)?;
                let register = Register::from_name(register).ok_or_else(none)?;
                Ok(Self::Request(register, id.parse().map_err(|_| none())?))
            }
            "own_rule" => Ok(Self::OwnRule(RuleId::new(which).map_err(|_| none())?)),
            "publication" => Ok(Self::Publication(number()?)),
            "owner" => Ok(Self::Owner(number()?)),
            _ => Err(none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_kept_as_text() {
        for text in [
            "drift:17",
            "attestation:organizational.5",
            "proposal:12",
            "request:maintenance-4",
            "own_rule:own_backups_at_night",
            "publication:3",
            "digest",
            "deadlines",
            "owner:17",
        ] {
            assert_eq!(text.parse::<Thread>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "drift",
            "drift:",
            "drift:x",
            "attestation:",
            "digest:1",
            "deadlines:",
            "weather:1",
            "Drift:1",
            "request:4",
            "request:x-4",
            "own_rule:",
        ] {
            assert!(bad.parse::<Thread>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_mails_of_a_thread_refer_to_one_name() {
        let drift = Thread::Drift(5);
        assert_eq!(drift.message_id(MailKind::Opened, 0), "tenken.drift.5.opened.0");
        assert_eq!(drift.first(), drift.message_id(MailKind::Opened, 0));
        let item = Thread::Attestation(ItemId::new("organizational.5").unwrap());
        assert_eq!(item.first(), "tenken.attestation.organizational.5");
        assert_eq!(Thread::Digest.first(), "tenken.digest");
        assert_eq!(Thread::Deadlines.message_id(MailKind::Monthly, 202_704), "tenken.deadlines.monthly.202704");
        assert_eq!((Thread::Owner(5).first().as_str(), Thread::Owner(5).drift()), ("tenken.owner.5.asked.0", None));
    }
}
