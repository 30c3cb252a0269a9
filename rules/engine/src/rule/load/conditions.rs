//! What is judged, what must be true of it, and what is said.

use std::collections::BTreeSet;

use tenken_model::finding::Bilingual;
use tenken_model::register::RegisterKind;
use tenken_model::schema::Type;

use super::{Loader, NAME, expressions, is_name};
use crate::expression::ast::Expression;
use crate::expression::check::Names;
use crate::place::Step::{self, Item, Key};
use crate::rule::{Branch, ENTRIES_MAX, Each, Holds, Join, Says, Sentence, sentence, written};

impl Loader<'_, '_> {
    /// `None` if the rule asks for `each` and it is wrong; what it names is added to `names`.
    #[expect(clippy::option_option, reason = "wrong, not asked for, and right are three things")]
    pub(super) fn each(
        &mut self,
        each: Option<written::Each>,
        join: Option<written::Join>,
        only: Option<String>,
        names: &mut Names,
    ) -> Option<Option<Each>> {
        let Some(each) = each else {
            for (key, is_written) in [("join", join.is_some()), ("only", only.is_some())] {
                if is_written {
                    self.problems.key(&[Key(key)], format!("`{key}` means something only with `each`"));
                }
            }
            return Some(None);
        };
        let list = self.expression(&[Key("each"), Key("in")], &each.list, names);
        let element = match &list {
            Some((_, Type::List(element))) => Some((**element).clone()),
            Some((_, other)) => {
                self.problems.value(&[Key("each"), Key("in")], format!("this must be a list, but it is {other}"));
                None
            }
            None => None,
        }?;
        self.bind(&[Key("each"), Key("as")], &each.name, element, names);
        let subject = self.text(&[Key("each"), Key("subject")], &each.subject, names);
        if let Some(Err(error)) = subject.as_ref().map(|subject| expressions::told(subject, &self.topics)) {
            self.problems.expression(&[Key("each"), Key("subject")], 0, &error);
        }
        let join = match join {
            Some(join) => Some(self.join(join, names)?),
            None => None,
        };
        let only = match only {
            Some(source) => Some(self.condition(&[Key("only")], &source, names)?),
            None => None,
        };
        let (list, _) = list?;
        Some(Some(Each { list, source: each.list, name: each.name, subject: subject?, join, only }))
    }

    pub(super) fn join(&mut self, join: written::Join, names: &mut Names) -> Option<Join> {
        let register = RegisterKind::from_name(&join.register);
        if register.is_none() {
            let known: Vec<&str> = RegisterKind::ALL.iter().map(|kind| kind.name()).collect();
            let message = format!("there is no register `{}`; there are {}", join.register, known.join(", "));
            self.problems.value(&[Key("join"), Key("register")], message);
        }
        let register = register?;
        let key = self.text(&[Key("join"), Key("key")], &join.key, names);
        self.bind(&[Key("join"), Key("as")], &join.name, Type::Optional(Box::new(register.row_type())), names);
        Some(Join { register, name: join.name, key: key? })
    }

    pub(super) fn bind(&mut self, path: &[Step<'_>], name: &str, ty: Type, names: &mut Names) {
        if !is_name(name) {
            self.problems.value(path, NAME);
        } else if names.values.contains_key(name) || ["params", "registers"].contains(&name) {
            self.problems.value(path, format!("`{name}` already means something; choose another name"));
        }
        names.values.insert(name.to_owned(), ty);
    }

    pub(super) fn holds(
        &mut self,
        holds: Option<String>,
        any_of: Option<Vec<written::Branch>>,
        names: &Names,
    ) -> Option<Holds> {
        match (holds, any_of) {
            (Some(source), None) => self.condition(&[Key("holds")], &source, names).map(Holds::Condition),
            (None, Some(branches)) => self.branches(branches, names).map(Holds::AnyOf),
            (Some(_), Some(_)) => {
                self.problems.key(&[Key("any_of")], "a rule has `holds` or `any_of`, not both");
                None
            }
            (None, None) => {
                self.problems.whole("the rule says nothing that must be true; write `holds` or `any_of`");
                None
            }
        }
    }

    pub(super) fn branches(&mut self, written: Vec<written::Branch>, names: &Names) -> Option<Vec<Branch>> {
        if written.len() < 2 || written.len() > ENTRIES_MAX {
            self.problems.key(&[Key("any_of")], format!("`any_of` has 2 to {ENTRIES_MAX} branches"));
        }
        let mut ids = BTreeSet::new();
        let mut found = Vec::new();
        for (index, branch) in written.into_iter().enumerate() {
            let path = [Key("any_of"), Item(index)];
            if !is_name(&branch.id) {
                self.problems.value(&[path[0], path[1], Key("id")], NAME);
            } else if !ids.insert(branch.id.clone()) {
                self.problems.value(&[path[0], path[1], Key("id")], "this id is given twice");
            }
            self.bilingual(&[path[0], path[1], Key("title")], &branch.title);
            let holds = self.condition(&[path[0], path[1], Key("holds")], &branch.holds, names);
            found.push(holds.map(|holds| Branch { id: branch.id, title: branch.title, holds }));
        }
        found.into_iter().collect()
    }

    pub(super) fn says(
        &mut self,
        written: &written::Says,
        unknown: Option<&Names>,
        host: &Names,
        inner: &Names,
    ) -> Option<Says> {
        match (&written.unknown, unknown) {
            (None, Some(_)) => {
                self.problems.key(&[Key("unknown_when")], "`unknown_when` needs a sentence in `says.unknown`");
            }
            (Some(_), None) => {
                self.problems.key(&[Key("says"), Key("unknown")], "this is never said without `unknown_when`");
            }
            _ => {}
        }
        let pass = self.sentence("pass", &written.pass, host);
        let fail = self.sentence("fail", &written.fail, inner);
        let names = unknown.unwrap_or(inner);
        let unknown = written.unknown.as_ref().map(|unknown| self.sentence("unknown", unknown, names));
        Some(Says {
            pass: pass?,
            fail: fail?,
            unknown: match unknown {
                Some(unknown) => Some(unknown?),
                None => None,
            },
        })
    }

    pub(super) fn sentence(&mut self, key: &str, both: &Bilingual, names: &Names) -> Option<Sentence> {
        self.bilingual(&[Key("says"), Key(key)], both);
        let topics = self.topics.clone();
        let allowed = |expression: &Expression| expressions::told(expression, &topics);
        let mut parts = |language: &str, source: &str| match sentence::parts(source, names, allowed) {
            Ok(parts) => {
                for part in &parts {
                    if let sentence::Part::Value(expression) = part {
                        expressions::uses_of(expression, &mut self.used);
                    }
                }
                Some(parts)
            }
            Err(error) => {
                self.problems.expression(&[Key("says"), Key(key), Key(language)], 0, &error);
                None
            }
        };
        let (ja, en) = (parts("ja", &both.ja), parts("en", &both.en));
        Some(Sentence { ja: ja?, en: en? })
    }
}
