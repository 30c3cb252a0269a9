//! What was found by what a person typed.

use tenken_model::Language;

use super::checklist::Rendered;
use super::machines::NAMES;
use super::registers::{CONTRACTS, definition, rows};
use super::{Kept, chrome, host};
use crate::pages::search::{SearchView, render};
use crate::search::Found;
use crate::store::FoundRow;

pub(super) fn pages(kept: &Kept, language: Language) -> Vec<Rendered> {
    let contracts = definition("contracts");
    let row = |stored: crate::store::RegisterRow| FoundRow { definition: contracts, id: stored.id, row: stored.row };
    let section = kept.checklist.sections.iter().find(|section| section.items.len() > 10);
    let found = Found {
        items: section
            .iter()
            .flat_map(|section| section.items.iter().take(3).map(move |item| (*section, item)))
            .collect(),
        hosts: NAMES.iter().map(|name| (host(name), (*name).to_owned())).collect(),
        hosts_left: 4,
        rows: rows("contracts", CONTRACTS).into_iter().map(row).collect(),
        more_rows: true,
    };
    let none = Found { items: Vec::new(), hosts: Vec::new(), hosts_left: 0, rows: Vec::new(), more_rows: false };
    let at = |found, typed: &str| render(&SearchView { typed: typed.into(), found }, &chrome(language, "/search?q="));
    vec![
        ("search", at(Some(found), "Example")),
        ("search_nothing", at(Some(none), "<b>Nothing</b>")),
        ("search_begin", at(None, "")),
    ]
}
