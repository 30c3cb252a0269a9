//! Idle limits of terminals and remote shells.

pub mod pattern;
mod shell_assignment;
mod shell_condition;
pub mod shell_limit;
pub mod shell_script;
pub mod shell_words;
pub mod sshd_config;
pub mod sshd_limits;
pub mod systemd_config;
