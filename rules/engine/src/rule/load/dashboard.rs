//! Rules that the dashboard judges: a head like any other, words, and sentences with them.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::finding::Bilingual;
use tenken_model::schema::Type;

use super::{Loader, NAME, is_name};
use crate::expression::ast::Node;
use crate::place::Step::{Item, Key};
use crate::rule::citation::Citation;
use crate::rule::sentence::Part;
use crate::rule::{ENTRIES_MAX, Judged, Rule, Sentence, SubjectOf, Telling, written};

impl Loader<'_, '_> {
    /// The rule, if nothing is wrong with it. The dashboard reads its parameters, so that none is in vain.
    pub(super) fn dashboard_rule(mut self, file: &str, text: &str, written: written::DashboardRule) -> Option<Rule> {
        let id = self.id(file, &written.id);
        self.head(&written.title, &written.why, &written.sources);
        let remedy = self.remedy(written.remedy, written.remedy_on);
        let grace = self.grace(&written.grace);
        let parameters = self.parameters(written.parameters);
        self.words(&written.words);
        let sentences = self.sentences(&written.says);
        Some(Rule {
            id: id?,
            title: written.title,
            why: written.why,
            remedy,
            for_user: None,
            sources: written.sources.into_iter().map(Citation::into_words).collect(),
            grace: grace?,
            subject_of: written.subject_of.unwrap_or(SubjectOf::Host),
            parameters,
            judged: Judged::ByDashboard(Telling { words: written.words, sentences: sentences? }),
            text: text.to_owned(),
        })
    }

    fn words(&mut self, words: &[String]) {
        if words.len() > ENTRIES_MAX {
            self.problems.value(&[Key("words")], format!("a rule has at most {ENTRIES_MAX} words"));
        }
        for (index, word) in words.iter().enumerate() {
            let path = [Key("words"), Item(index)];
            if !is_name(word) {
                self.problems.value(&path, NAME);
            } else if ["params", "registers"].contains(&word.as_str()) || self.names.values.contains_key(word) {
                self.problems.value(&path, format!("`{word}` already means something; choose another word"));
            }
            self.names.values.insert(word.clone(), Type::Text);
        }
    }

    fn sentences(&mut self, says: &BTreeMap<String, Bilingual>) -> Option<BTreeMap<String, Sentence>> {
        if !says.contains_key("pass") {
            self.problems.key(&[Key("says")], "say what is said when it holds: `pass`");
        }
        if says.len() < 2 || says.len() > ENTRIES_MAX {
            let message =
                format!("write 2 to {ENTRIES_MAX} sentences: what is said when it holds, and when it does not");
            self.problems.key(&[Key("says")], message);
        }
        let names = self.names.clone();
        let mut found = BTreeMap::new();
        let mut said = BTreeSet::new();
        for (name, both) in says {
            if !is_name(name) {
                self.problems.key(&[Key("says"), Key(name)], NAME);
            }
            let sentence = self.sentence(name, both, &names);
            if let Some(Sentence { ja, en }) = &sentence {
                said.extend(ja.iter().chain(en).filter_map(word));
            }
            found.insert(name.clone(), sentence);
        }
        let is_whole = found.values().all(Option::is_some);
        for word in names.values.keys().filter(|word| is_whole && !said.contains(*word)) {
            self.problems.key(&[Key("words")], format!("no sentence names `{word}`"));
        }
        found.into_iter().map(|(name, sentence)| Some((name, sentence?))).collect()
    }
}

/// The word that a part of a sentence is, if it is one.
fn word(part: &Part) -> Option<String> {
    match part {
        Part::Text(_) => None,
        Part::Value(expression) => match &expression.node {
            Node::Name(name) => Some(name.clone()),
            _ => None,
        },
    }
}
