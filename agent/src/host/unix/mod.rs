//! What Linux and macOS have alike.

pub mod registration;
pub mod secret;
pub mod terminal;
