//! The agency's declaration: taken in once, then changed only by proposals that another person accepts, and published.

mod absence;
mod decide;
mod propose;
pub mod publication;
mod settle;
mod take_in;
mod told;

pub use absence::contradictions;
pub use decide::{Deciding, accept, refuse, withdraw};
pub use propose::{Proposing, REASON_CHARS_MAX, REMARK_CHARS_MAX, propose, propose_header};
pub use settle::settle;
pub use take_in::{TakingIn, take_in};
pub use told::Told;
