//! Who people are and what they may do.

pub mod backoff;
pub mod cookie;
pub mod enter;
pub mod first_run;
pub mod name;
pub mod origin;
pub mod password;
pub mod role;
pub mod secret;
pub mod session;

pub use role::{Ability, Role};
