//! The accounts of the host, by name and number.

use std::collections::BTreeMap;

use super::event::Named;
use crate::collect::accounts::passwd::PasswdEntry;

/// The accounts of the host.
#[derive(Debug, Default)]
pub(super) struct People {
    names: BTreeMap<u32, String>,
    numbers: BTreeMap<String, u32>,
}

impl People {
    /// Those of /etc/passwd. Of several names of one number the first is meant, as everywhere.
    pub(super) fn of(entries: Vec<PasswdEntry>) -> Self {
        let mut people = Self::default();
        for entry in entries {
            people.numbers.entry(entry.name.clone()).or_insert(entry.uid);
            people.names.entry(entry.uid).or_insert(entry.name);
        }
        people
    }

    /// There is an account of that name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.numbers.keys()
    }

    /// The number of an account.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name of a number, which stands for itself where no account has it.
    pub(super) fn name(&self, number: u32) -> String {
        self.names.get(&number).cloned().unwrap_or_else(|| number.to_string())
    }

    /// The name of an account.
    pub(super) fn resolve(&self, named: &Named) -> String {
        match named {
            Named::Name(name) => name.clone(),
            Named::Number(number) => self.name(*number),
        }
    }

    /// The number belongs to no account, any more.
    pub(super) fn is_nobody(&self, named: &Named) -> bool {
        matches!(named, Named::Number(number) if !self.names.contains_key(number))
    }
}
