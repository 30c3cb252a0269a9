//! From a written rule to a checked one.

mod conditions;
mod dashboard;
mod expressions;
mod parameters;

use std::collections::BTreeSet;

use tenken_model::finding::Bilingual;
use tenken_model::register::RegisterKind;
use tenken_model::schema::Type;
use tenken_model::{RuleId, Span, Topic};

use super::citation::Citation;
use super::remedy::{Remedy, RemedyOn, SystemLine};
use super::{Condition, ENTRIES_MAX, FILE_BYTES_MAX, ForUser, Grace, Judged, Rule, SubjectOf, written};
use crate::expression::check::Names;
use crate::place::Step::{self, Item, Key};
use crate::problem::{Problem, Problems, read};

/// See [`Rule::load`].
pub(super) fn load(file: &str, text: &str) -> Result<Rule, Vec<Problem>> {
    let mut problems = Problems::new(file, text);
    let rule = if is_judged_by_dashboard(file, text) {
        read::<written::DashboardRule>(text, FILE_BYTES_MAX, &mut problems)
            .and_then(|written| Loader::new(&mut problems).dashboard_rule(file, text, written))
    } else {
        read::<written::Rule>(text, FILE_BYTES_MAX, &mut problems)
            .and_then(|written| Loader::new(&mut problems).rule(file, text, written))
    };
    match rule {
        Some(rule) if problems.is_empty() => Ok(rule),
        _ => Err(problems.into_vec()),
    }
}

/// What is wrong with the file is told when it is read strictly. Most files are read once alone, because they do not say the word.
fn is_judged_by_dashboard(file: &str, text: &str) -> bool {
    if !text.contains("judged_by") {
        return false;
    }
    let mut ignored = Problems::new(file, text);
    read::<written::Kind>(text, FILE_BYTES_MAX, &mut ignored).is_some_and(|kind| kind.judged_by.is_some())
}

struct Loader<'p, 't> {
    problems: &'p mut Problems<'t>,
    /// The facts it rests on.
    topics: Vec<Topic>,
    /// What expressions of the host as a whole may name.
    names: Names,
    /// What some expression names after `params.` and `registers.`.
    used: BTreeSet<(String, String)>,
}

impl<'p, 't> Loader<'p, 't> {
    fn new(problems: &'p mut Problems<'t>) -> Self {
        Self { problems, topics: Vec::new(), names: Names::default(), used: BTreeSet::new() }
    }
}

impl Loader<'_, '_> {
    fn rule(mut self, file: &str, text: &str, written: written::Rule) -> Option<Rule> {
        let id = self.id(file, &written.id);
        self.head(&written.title, &written.why, &written.sources);
        let remedy = self.remedy(written.remedy, written.remedy_on);
        let for_user = written.for_user.map(|words| self.for_user(words));
        if let Some(systems) = &written.systems
            && systems.is_empty()
        {
            self.problems.value(&[Key("systems")], "an empty list; leave the key out for all systems");
        }
        let topics = self.topics(&written.topics);
        self.topics.clone_from(&topics);
        let max_age = self.span("max_age", &written.max_age);
        let grace = self.grace(&written.grace);
        if max_age.is_some_and(|age| age <= Span::ZERO) {
            self.problems.value(&[Key("max_age")], "a fact needs time to be read; allow at least some minutes");
        }
        let parameters = self.parameters(written.parameters);
        self.names.values = topics.iter().map(|topic| (topic.name().to_owned(), topic.ty())).collect();
        self.names.values.insert("now".to_owned(), Type::Time);
        self.names.registers = RegisterKind::ALL
            .iter()
            .map(|kind| (kind.name().to_owned(), Type::List(Box::new(kind.row_type()))))
            .collect();
        let host = self.names.clone();
        let when = written.when.and_then(|source| self.condition(&[Key("when")], &source, &host));
        let mut inner = host.clone();
        // What follows names the element: if that is wrong, its errors would only repeat it.
        let each = self.each(written.each, written.join, written.only, &mut inner)?;
        let condition = |loader: &mut Self, key, source: Option<String>| {
            source.and_then(|source| loader.condition(&[Key(key)], &source, &inner))
        };
        let unknown_written = written.unknown_when.is_some();
        let of_whole =
            each.is_some() && written.unknown_when.as_deref().is_some_and(|source| expressions::fits(source, &host));
        let unknown_when = condition(&mut self, "unknown_when", written.unknown_when);
        let (unknown_when, whole_unknown_when) = if of_whole { (None, unknown_when) } else { (unknown_when, None) };
        let holds = self.holds(written.holds, written.any_of, &inner);
        let says =
            self.says(&written.says, unknown_written.then_some(if of_whole { &host } else { &inner }), &host, &inner);
        self.unused(&parameters);
        let condition = Condition {
            systems: written.systems.unwrap_or_default(),
            topics,
            max_age: max_age?,
            when_absent: written.when_absent,
            when,
            each,
            registers: RegisterKind::ALL
                .iter()
                .copied()
                .filter(|kind| self.used.contains(&("registers".to_owned(), kind.name().to_owned())))
                .collect(),
            unknown_when,
            whole_unknown_when,
            holds: holds?,
            says: says?,
        };
        Some(Rule {
            id: id?,
            title: written.title,
            why: written.why,
            remedy,
            for_user,
            sources: written.sources.into_iter().map(Citation::into_words).collect(),
            grace: grace?,
            subject_of: written.subject_of.unwrap_or(SubjectOf::Host),
            parameters,
            judged: Judged::ByAgent(Box::new(condition)),
            text: text.to_owned(),
        })
    }

    /// What every rule says of itself.
    fn head(&mut self, title: &Bilingual, why: &Bilingual, sources: &[Citation]) {
        for (key, both) in [("title", title), ("why", why)] {
            self.bilingual(&[Key(key)], both);
        }
        self.sources(sources);
    }

    /// How it is repaired: a system has at most one way of its own.
    fn remedy(&mut self, general: Bilingual, written: Vec<RemedyOn>) -> Remedy {
        self.bilingual(&[Key("remedy")], &general);
        let mut on: Vec<(Vec<SystemLine>, Bilingual)> = Vec::new();
        for (index, RemedyOn { systems, ja, en }) in written.into_iter().enumerate() {
            let path = [Key("remedy_on"), Item(index)];
            if systems.is_empty() {
                self.problems.value(&[&path[..], &[Key("systems")]].concat(), "name at least one system");
            }
            for (nth, system) in systems.iter().enumerate() {
                if on.iter().any(|(earlier, _)| earlier.contains(system)) || systems[..nth].contains(system) {
                    let path = [&path[..], &[Key("systems"), Item(nth)]].concat();
                    self.problems.value(&path, format!("`{}` has its steps already", system.word()));
                }
            }
            let steps = Bilingual { ja, en };
            self.bilingual(&path, &steps);
            on.push((systems, steps));
        }
        Remedy { general, on }
    }

    fn for_user(&mut self, words: written::ForUser) -> ForUser {
        self.bilingual(&[Key("for_user"), Key("problem")], &words.problem);
        self.bilingual(&[Key("for_user"), Key("steps")], &words.steps);
        ForUser { problem: words.problem, steps: words.steps }
    }

    fn id(&mut self, file: &str, written: &str) -> Option<RuleId> {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let stem = name.strip_suffix(".yaml").unwrap_or(name);
        if written != stem {
            self.problems.value(&[Key("id")], format!("the id must be the file's name: `{stem}`"));
        }
        RuleId::new(written).map_err(|error| self.problems.value(&[Key("id")], error.to_string())).ok()
    }

    fn bilingual(&mut self, path: &[Step<'_>], both: &Bilingual) {
        for (language, text) in [("ja", &both.ja), ("en", &both.en)] {
            if text.trim().is_empty() {
                self.problems
                    .value(&[path, &[Key(language)]].concat(), "this text is empty; both languages are needed");
            }
        }
    }

    fn sources(&mut self, sources: &[Citation]) {
        if sources.is_empty() || sources.len() > ENTRIES_MAX {
            let message = format!("name 1 to {ENTRIES_MAX} sources: where the requirement and its number come from");
            self.problems.value(&[Key("sources")], message);
        }
        for (index, source) in sources.iter().enumerate() {
            self.citation(&[Key("sources"), Item(index)], source, "this source is empty");
        }
    }

    fn citation(&mut self, path: &[Step<'_>], citation: &Citation, empty: &str) {
        match citation {
            Citation::InBoth(text) if text.trim().is_empty() => self.problems.value(path, empty),
            Citation::InBoth(_) => {}
            Citation::InEach(both) => self.bilingual(path, both),
        }
    }

    fn topics(&mut self, written: &[String]) -> Vec<Topic> {
        if written.is_empty() || written.len() > ENTRIES_MAX {
            self.problems.value(&[Key("topics")], format!("name 1 to {ENTRIES_MAX} topics the rule rests on"));
        }
        let mut found = Vec::new();
        for (index, name) in written.iter().enumerate() {
            match Topic::from_name(name) {
                Some(topic) if found.contains(&topic) => {
                    self.problems.value(&[Key("topics"), Item(index)], format!("`{name}` is listed twice"));
                }
                Some(topic) => found.push(topic),
                None => {
                    let known: Vec<&str> = Topic::ALL.iter().map(|topic| topic.name()).collect();
                    let message = format!("there is no topic `{name}`; there are {}", known.join(", "));
                    self.problems.value(&[Key("topics"), Item(index)], message);
                }
            }
        }
        found
    }

    fn grace(&mut self, written: &str) -> Option<Grace> {
        let grace = written.parse::<Grace>();
        grace.map_err(|error| self.problems.value(&[Key("grace")], error.to_string())).ok()
    }

    fn span(&mut self, key: &str, written: &str) -> Option<Span> {
        match written.parse::<Span>() {
            Ok(span) if span >= Span::ZERO => Some(span),
            Ok(_) => {
                self.problems.value(&[Key(key)], "a negative time means nothing here");
                None
            }
            Err(error) => {
                self.problems.value(&[Key(key)], error.to_string());
                None
            }
        }
    }
}

const NAME: &str = "a name is lower-case letters, digits and `_`, and begins with a letter";

fn is_name(text: &str) -> bool {
    RuleId::new(text).is_ok() && !["true", "false", "in", "null"].contains(&text)
}
