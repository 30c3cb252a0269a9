//! Collectors held against the programs whose files they read: what the program itself says of a file is what we say.
//!
//! A program that is not installed is said on standard error in a line that begins with `SKIPPED`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod apt;
mod dice;
mod drop_ins;
mod ipsec;
mod key_file;
mod logs;
mod luks;
mod program;
mod rpm;
mod sign_in;
mod sshd;
mod sudoers;
mod wireless;
