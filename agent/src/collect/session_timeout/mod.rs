//! Idle limits of terminals and remote shells.

pub mod pattern;
pub mod shell_words;
pub mod sshd_config;
pub mod sshd_limits;
pub mod systemd_config;
