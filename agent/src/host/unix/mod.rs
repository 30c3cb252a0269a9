//! What Linux and macOS have alike.

pub mod installer;
pub mod registration;
pub mod secret;
pub mod stop;
pub mod terminal;
