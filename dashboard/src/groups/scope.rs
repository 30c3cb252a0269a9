//! Some of the agency's hosts: all, those of a site, or those of a group.

use serde::{Deserialize, Serialize};

use super::{Division, Placement, same};

/// Some of the agency's hosts. The later in this list, the more is said by naming it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum HostScope {
    /// Every host.
    All,
    /// Those of a site, by its name.
    Site(String),
    /// Those of a group, by its name.
    Group(String),
}

/// The most bytes of a name.
const NAME_BYTES_MAX: usize = 400;

impl HostScope {
    /// Its form in a field: `all`, `site:本部`, `group:受付`.
    pub fn word(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Site(name) => format!("{}:{name}", Division::Site.field()),
            Self::Group(name) => format!("{}:{name}", Division::Group.field()),
        }
    }

    /// The scope of that form.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "all" {
            return Some(Self::All);
        }
        let fits = |name: &str| !name.trim().is_empty() && name.len() <= NAME_BYTES_MAX;
        let (kind, name) = word.split_once(':').filter(|(_, name)| fits(name))?;
        match kind {
            "site" => Some(Self::Site(name.to_owned())),
            "group" => Some(Self::Group(name.to_owned())),
            _ => None,
        }
    }

    /// A host that belongs there is one of them. A host of which no register says where it belongs is one of all alone.
    pub fn covers(&self, placement: Option<&Placement>) -> bool {
        let named = |division: Division, name: &str| {
            let of = division.of(placement);
            !of.is_empty() && same(of, name)
        };
        match self {
            Self::All => true,
            Self::Site(name) => named(Division::Site, name),
            Self::Group(name) => named(Division::Group, name),
        }
    }

    /// Whether both say the same, however their names are written.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, Self::All) => true,
            (Self::Site(one), Self::Site(other)) | (Self::Group(one), Self::Group(other)) => same(one, other),
            (Self::All | Self::Site(_) | Self::Group(_), _) => false,
        }
    }

    /// How much is said by naming it: of several scopes that cover a host the greatest counts.
    pub const fn precision(&self) -> u8 {
        match self {
            Self::All => 0,
            Self::Site(_) => 1,
            Self::Group(_) => 2,
        }
    }
}

impl TryFrom<String> for HostScope {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::from_word(&word).ok_or_else(|| format!("`{word}` names no hosts"))
    }
}

impl From<HostScope> for String {
    fn from(scope: HostScope) -> Self {
        scope.word()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::host;
    use super::super::{Placements, tests};
    use super::*;

    #[test]
    fn scopes_are_kept_in_fields() {
        for word in ["all", "site:本部", "group:受付:2"] {
            assert_eq!(HostScope::from_word(word).unwrap().word(), word);
        }
        let long = format!("site:{}", "x".repeat(NAME_BYTES_MAX + 1));
        for bad in ["", "site", "site:", "group: ", "place:x", "ALL", &long] {
            assert_eq!(HostScope::from_word(bad), None, "{bad}");
        }
        let read: Result<HostScope, _> = serde_json::from_str("\"section:technical\"");
        assert!(read.is_err());
    }

    #[test]
    fn a_scope_covers_its_own_and_a_host_without_a_group_is_in_none() {
        let rows = vec![(1, host("A", "本部", "受付", "")), (2, host("B", "本部", "-", ""))];
        let placements = Placements::of_rows(rows, &[], tests::day());
        let covered = |word: &str| {
            let scope = HostScope::from_word(word).unwrap();
            ["a", "b", "c"].map(|name| scope.covers(placements.of(name)))
        };
        assert_eq!(covered("all"), [true, true, true]);
        assert_eq!(covered("site: 本部"), [true, true, false]);
        assert_eq!(covered("group:受付"), [true, false, false]);
        assert_eq!(covered("group:-"), [false, false, false]);
        let precision = ["all", "site:x", "group:x"].map(|word| HostScope::from_word(word).unwrap().precision());
        assert!(precision.is_sorted());
        assert!(HostScope::Site("ＡＢ".into()).is_same(&HostScope::Site("ab".into())));
        assert!(!HostScope::Site("ab".into()).is_same(&HostScope::Group("ab".into())));
    }
}
