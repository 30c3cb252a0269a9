//! The words both sides of Tenken speak: facts, observations, registers, findings, reports.
//!
//! Pure data. This crate reads no file, opens no socket and asks no clock; it only says what a
//! thing is, how it is written on the wire, and which types a rule may rely on ([`schema`]).

pub mod account_name;
pub mod digest;
pub mod enrol;
pub mod fact;
pub mod finding;
pub mod ids;
pub mod message;
pub mod observation;
pub mod policy;
pub mod quantity;
pub mod register;
pub mod report;
pub mod schema;

pub use account_name::NameCase;
pub use fact::{Facts, Topic};
pub use finding::{Finding, FindingKey, Transition, Verdict};
pub use ids::{AgencyId, BranchId, HostId, ItemId, RuleId, SectionId, Subject};
pub use message::Language;
pub use observation::{Observation, Read, Reason, ReasonCode};
pub use quantity::{Size, Span};

/// An instant in Coordinated Universal Time. Shown to people in Asia/Tokyo.
pub type Instant = chrono::DateTime<chrono::Utc>;
