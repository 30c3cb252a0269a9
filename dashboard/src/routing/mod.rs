//! Who is told of what besides the agency's officers, or in place of them, as administrators set it.
//!
//! A route is for a section of the checklist, a site or a group. Who gets a mail is decided when it is sent, and nothing is
//! ever told to nobody: where routes lead to nobody with an address, those are told who would be without them.

mod decide;
mod keep;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;
use tenken_model::{RuleId, choice};

use crate::groups::{self, Placement};
use crate::store::Setting;

pub use decide::{Directory, Recipient, Told, Why, told};
pub use keep::{RouteError, Seen, add, change, read_recipients, remove};

/// The most routes.
pub const ROUTES_MAX: usize = 50;
/// The most addresses and people of one route.
pub const TO_MAX: usize = 20;

choice! {
    /// Whether those of a route are told besides the officers.
    pub enum Manner {
        /// They are told too.
        Besides = "besides",
        /// They are told, and the officers are not.
        Instead = "instead",
    }
}

/// What a route is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A section of the checklist, by its id.
    Section(String),
    /// A site, by its name.
    Site(String),
    /// A group, by its name.
    Group(String),
}

/// Who is told of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Its number, never used again.
    pub id: u32,
    /// What it is for.
    pub scope: Scope,
    /// Who is told: addresses, and names of people of the register or of those who sign in.
    pub to: Vec<String>,
    /// Whether the officers are told too.
    pub manner: Manner,
    /// How often it was changed.
    #[serde(default)]
    pub revision: u32,
}

/// The routes, in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// The routes.
    pub routes: Vec<Route>,
    /// The number of the next one.
    pub next: u32,
}

impl Setting for Routing {
    const NAME: &'static str = "routing";
}

/// What a mail is about, as far as routes ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// The sections of the checklist that it bears on, by their ids.
    pub sections: BTreeSet<String>,
    /// The host's site; empty if none is named.
    pub site: String,
    /// The host's group; empty if none is named.
    pub group: String,
}

impl About {
    /// What a mail about a host and sections is about.
    pub fn new(sections: BTreeSet<String>, placement: Option<&Placement>) -> Self {
        let (site, group) = placement.map_or_else(Default::default, |it| (it.site.clone(), it.group.clone()));
        Self { sections, site, group }
    }
}

impl Scope {
    /// Its form in a field: `section:technical`, `site:本部`, `group:受付`.
    pub fn word(&self) -> String {
        let (kind, name) = match self {
            Self::Section(id) => ("section", id),
            Self::Site(name) => ("site", name),
            Self::Group(name) => ("group", name),
        };
        format!("{kind}:{name}")
    }

    /// The scope of that form.
    pub fn from_word(word: &str) -> Option<Self> {
        let (kind, name) = word.split_once(':').filter(|(_, name)| !name.is_empty())?;
        match kind {
            "section" => Some(Self::Section(name.to_owned())),
            "site" => Some(Self::Site(name.to_owned())),
            "group" => Some(Self::Group(name.to_owned())),
            _ => None,
        }
    }

    /// It is for what a mail is about.
    pub fn covers(&self, about: &About) -> bool {
        match self {
            Self::Section(id) => about.sections.contains(id),
            Self::Site(name) => !about.site.is_empty() && groups::same(name, &about.site),
            Self::Group(name) => !about.group.is_empty() && groups::same(name, &about.group),
        }
    }
}

/// The sections whose items a rule decides.
pub fn sections_of(checklist: &Checklist, rule: &RuleId) -> BTreeSet<String> {
    checklist.items_of(rule).map(|item| item.id.section().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_kept_in_fields() {
        for word in ["section:technical", "site:本部", "group:受付:2"] {
            assert_eq!(Scope::from_word(word).unwrap().word(), word);
        }
        for bad in ["", "site", "site:", "place:x", "technical"] {
            assert_eq!(Scope::from_word(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_scope_covers_its_own_and_a_host_without_a_group_is_in_none() {
        let about = About { sections: ["technical".to_owned()].into(), site: "本部".into(), group: String::new() };
        assert!(Scope::Section("technical".into()).covers(&about) && !Scope::Section("takeout".into()).covers(&about));
        assert!(Scope::Site(" 本部".into()).covers(&about) && !Scope::Site("東支所".into()).covers(&about));
        assert!(!Scope::Group("受付".into()).covers(&about) && !Scope::Group(String::new()).covers(&about));
    }

    #[test]
    fn a_rule_is_of_the_sections_of_its_items() {
        let checklist = Checklist::embedded().unwrap();
        let sections = sections_of(&checklist, &RuleId::new("clock_synchronised").unwrap());
        assert!(sections.contains("technical"), "{sections:?}");
        assert!(sections_of(&checklist, &RuleId::new("no_such_rule").unwrap()).is_empty());
    }
}
