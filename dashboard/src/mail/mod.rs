//! Mails to people about drifts: what they say, how they travel, and the job that sends them.
//!
//! A mail waits in the outbox until a server has taken it. Each has a name of its own that does not
//! change between tries, so that one which was taken twice is shown once; the mails of a drift are one
//! thread.

mod book;
mod drift;
mod job;
mod render;
mod settings;
mod transport;

pub use book::{Book, Chapter};
pub use job::{Sender, Sent, backoff};
pub use render::{Letter, letter, message, test_message};
pub use settings::{FILE_BYTES_MAX, MailSettings, Security, TransportSettings};
pub use transport::{MailError, MailTransport};
