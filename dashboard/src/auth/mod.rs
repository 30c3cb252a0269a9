//! Who people are and what they may do.

pub mod backoff;
pub mod cookie;
pub mod password;
pub mod role;
pub mod secret;

pub use role::Role;
