//! Mails to people: what they say, who gets them, how they travel, and the job that sends them.
//!
//! A mail waits in the outbox until a server has taken it. Each has a name of its own that does not
//! change between tries, so that one which was taken twice is shown once; the mails about one thing are one
//! thread.

mod around;
mod attestation;
mod book;
mod daily;
mod drift;
mod job;
mod monthly;
mod own_rule;
mod owner;
mod proposal;
mod publication;
mod recipients;
mod render;
mod request;
mod settings;
mod transport;
mod webhook;

pub use book::{Book, Chapter};
pub use job::{Sender, Sent, backoff};
pub(crate) use recipients::box_of;
pub use recipients::{RECIPIENTS_MAX, general};
pub use render::{Letter, letter, message, test_message};
pub use settings::{MailSettings, Security, TransportSettings};
pub use transport::{MailError, MailTransport, Untried};
pub use webhook::{WebhookSettings, signature};
