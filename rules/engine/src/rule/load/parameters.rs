//! Parameters: their types, bounds and defaults.

use std::collections::BTreeMap;

use super::{Loader, NAME, is_name};
use crate::place::Step::{self, Key};
use crate::rule::parameter::{ITEMS_MAX, less};
use crate::rule::{ENTRIES_MAX, Parameter, ParameterKind, written};

impl Loader<'_, '_> {
    pub(super) fn parameters(&mut self, written: BTreeMap<String, written::Parameter>) -> BTreeMap<String, Parameter> {
        if written.len() > ENTRIES_MAX {
            self.problems.key(&[Key("parameters")], format!("a rule has at most {ENTRIES_MAX} parameters"));
        }
        let mut found = BTreeMap::new();
        for (name, parameter) in written {
            let path = [Key("parameters"), Key(&name)];
            if !is_name(&name) {
                self.problems.key(&path, NAME);
            }
            // The type holds even if a bound is wrong, so that expressions are checked all the same.
            self.names.parameters.insert(name.clone(), parameter.kind.ty());
            if let Some(parameter) = self.parameter(&path, parameter) {
                found.insert(name, parameter);
            }
        }
        found
    }

    pub(super) fn parameter(&mut self, path: &[Step<'_>], written: written::Parameter) -> Option<Parameter> {
        let kind = written.kind;
        let at = |key: &'static str| [path, &[Key(key)]].concat();
        self.bilingual(&at("title"), &written.title);
        self.citation(&at("source"), &written.source, "say where the default comes from");
        let mut bound = |key: &'static str, bound: Option<&serde_json::Value>| match (kind.is_ordered(), bound) {
            (true, Some(bound)) => kind.read(bound).map_err(|message| self.problems.value(&at(key), message)).ok(),
            (true, None) => {
                self.problems.key(path, format!("a {kind} needs `{key}`"));
                None
            }
            (false, Some(_)) => {
                self.problems.key(&at(key), format!("a {kind} has no `{key}`"));
                None
            }
            (false, None) => None,
        };
        let (min, max) = (bound("min", written.min.as_ref()), bound("max", written.max.as_ref()));
        let default = kind.read(&written.default).map_err(|message| self.problems.value(&at("default"), message)).ok();
        match (kind, written.max_items) {
            (ParameterKind::Texts, Some(1..=ITEMS_MAX)) => {}
            (ParameterKind::Texts, _) => {
                let message = format!("a list of texts needs `max_items`, 1 to {ITEMS_MAX}");
                self.problems.key(path, message);
            }
            (_, Some(_)) => self.problems.key(&at("max_items"), format!("a {kind} has no `max_items`")),
            (_, None) => {}
        }
        if let (Some(min), Some(max)) = (&min, &max)
            && less(max, min)
        {
            self.problems.value(&at("max"), "`max` is less than `min`");
        }
        let (title, source, max_items) = (written.title, written.source.into_words(), written.max_items);
        let parameter = Parameter { kind, default: default?, min, max, max_items, title, source };
        if let Err(message) = parameter.within_bounds(&parameter.default) {
            self.problems.value(&at("default"), message);
        }
        Some(parameter)
    }

    /// A threshold that nothing reads would be set in vain.
    pub(super) fn unused(&mut self, parameters: &BTreeMap<String, Parameter>) {
        for name in parameters.keys().filter(|name| !self.used.contains(&("params".to_owned(), (*name).clone()))) {
            self.problems.key(&[Key("parameters"), Key(name)], "no expression names this parameter");
        }
    }
}
