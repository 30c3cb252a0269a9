//! Who people are and what they may do.

pub mod account;
pub mod backoff;
pub mod base32;
pub mod cookie;
pub mod email;
pub mod enter;
pub mod first_run;
pub mod identity;
pub mod invitation;
pub mod name;
pub mod origin;
pub mod password;
pub mod people;
mod record;
pub mod recovery;
pub mod role;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod totp;
mod tries;

pub use role::{Ability, Role};
