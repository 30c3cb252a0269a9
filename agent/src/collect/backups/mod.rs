//! The declared backup sets of this host as they are on disk.

pub mod borg;
pub mod dated;
pub mod file_system_snapshots;
pub mod generation;
pub mod restic;
pub mod rsnapshot;
