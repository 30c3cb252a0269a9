//! Local accounts: who can sign in, how, as what, and when they last did.

pub mod authorized_keys;
mod fields;
pub mod group;
pub mod lastlog;
pub mod login_defs;
pub mod passwd;
pub mod shadow;
pub mod shells;
pub mod sshd_keys;
pub mod sudoers;
pub mod utmp;
