//! The declared backup sets of this host as they are on disk.

pub mod dated;
pub mod generation;
