//! A host as rows of registers name it, and how its accounts are named.

use tenken_model::NameCase;

/// A host whose name and accounts stand in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnHost<'a> {
    /// Its name, in which case never matters.
    pub name: &'a str,
    /// Whether case matters in the names of its accounts.
    pub accounts: NameCase,
}

impl OnHost<'_> {
    /// What stands for a host in a row stands for this one: its name, or `*` for all.
    pub fn is_meant(self, written: &str) -> bool {
        written == "*" || written.eq_ignore_ascii_case(self.name)
    }
}
