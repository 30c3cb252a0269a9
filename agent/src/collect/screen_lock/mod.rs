//! The screen lock each person gets on each desktop.

pub mod gvariant;
pub mod gvdb;
