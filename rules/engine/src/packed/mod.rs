//! Rules as an agent that rests keeps them: a few hundred bytes each in place of a tree of many small pieces, which is put
//! together again for as long as it is judged by.

mod bytes;
mod forms;

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::{RuleId, Span, Topic};

use crate::catalog::Catalog;
use crate::rule::Rule;
use bytes::{Bytes, Pack as _};

/// What is said of a rule that cannot be put together again.
const DAMAGED: &str = "its packed form: it is damaged";

/// The rules of a catalogue that agents judge, without what only people read, and those that cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedCatalog {
    rules: Box<[PackedRule]>,
    unread: BTreeMap<RuleId, String>,
}

#[derive(Debug, Clone, PartialEq)]
struct PackedRule {
    id: RuleId,
    topics: Box<[Topic]>,
    max_age: Span,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Packed(Box<[u8]>),
    /// A rule that would not come out of its packed form as it went in.
    Whole(Box<Rule>),
}

impl PackedRule {
    /// Absent of a rule that the dashboard judges.
    fn of(rule: &Rule) -> Option<Self> {
        let condition = rule.condition()?;
        let (topics, max_age) = (condition.topics.clone().into_boxed_slice(), condition.max_age);
        let rule = rule.only_judging();
        let mut packed = Vec::new();
        rule.pack(&mut packed);
        let packed = Form::Packed(packed.into_boxed_slice());
        let form = if packed.rule().as_ref() == Some(&rule) { packed } else { Form::Whole(Box::new(rule.clone())) };
        Some(Self { id: rule.id, topics, max_age, form })
    }
}

impl Form {
    fn rule(&self) -> Option<Rule> {
        match self {
            Self::Packed(packed) => Bytes::of(packed).only(),
            Self::Whole(rule) => Some((**rule).clone()),
        }
    }
}

impl PackedCatalog {
    /// Packs what agents judge of a catalogue.
    pub fn of(catalog: &Catalog) -> Self {
        Self { rules: catalog.rules().filter_map(PackedRule::of).collect(), unread: catalog.unread().clone() }
    }

    /// Rules that are to be judged and cannot be read by this program, each with why. All they give is unknown.
    pub fn unread(&self) -> &BTreeMap<RuleId, String> {
        &self.unread
    }

    /// What each rule is judged on, and how old it may be.
    pub fn ages(&self) -> impl Iterator<Item = (&[Topic], Span)> {
        self.rules.iter().map(|rule| (&*rule.topics, rule.max_age))
    }

    /// Every rule, and those that cannot be read.
    pub fn all(&self) -> Catalog {
        unpacked(&self.rules, self.unread.clone())
    }

    /// The rules that rest on one of these topics.
    pub fn resting_on(&self, topics: &BTreeSet<Topic>) -> Catalog {
        let rests = |rule: &&PackedRule| rule.topics.iter().any(|topic| topics.contains(topic));
        unpacked(self.rules.iter().filter(rests), BTreeMap::new())
    }
}

fn unpacked<'a>(rules: impl IntoIterator<Item = &'a PackedRule>, mut unread: BTreeMap<RuleId, String>) -> Catalog {
    let mut whole = BTreeMap::new();
    for packed in rules {
        match packed.form.rule() {
            Some(rule) => _ = whole.insert(packed.id.clone(), rule),
            None => _ = unread.insert(packed.id.clone(), DAMAGED.to_owned()),
        }
    }
    Catalog::of_rules(whole, unread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_rule_comes_out_as_it_went_in() {
        let catalog = Catalog::embedded().unwrap();
        let packed = PackedCatalog::of(&catalog);
        let judged: Vec<Rule> =
            catalog.rules().filter(|rule| rule.condition().is_some()).map(Rule::only_judging).collect();
        assert_eq!(packed.all().rules().collect::<Vec<_>>(), judged.iter().collect::<Vec<_>>());
        let mut bytes = 0;
        for rule in &packed.rules {
            let Form::Packed(packed) = &rule.form else { panic!("{} is kept whole", rule.id) };
            bytes += packed.len();
        }
        assert!(bytes / packed.rules.len() < 2_048, "{bytes} bytes of {} rules", packed.rules.len());
        for ((topics, max_age), rule) in packed.ages().zip(&judged) {
            let condition = rule.condition().unwrap();
            assert_eq!((topics, max_age), (&*condition.topics, condition.max_age));
        }
    }

    #[test]
    fn only_rules_that_rest_on_a_topic_are_put_together() {
        let packed = PackedCatalog::of(&Catalog::embedded().unwrap());
        let some = packed.resting_on(&BTreeSet::from([Topic::TimeSync]));
        assert!(some.rules().len() > 0 && some.rules().len() < packed.rules.len());
        assert!(some.rules().all(|rule| rule.condition().unwrap().topics.contains(&Topic::TimeSync)));
        assert_eq!(packed.resting_on(&BTreeSet::new()).rules().len(), 0);
    }

    #[test]
    fn what_cannot_be_read_stays_unread() {
        let id = RuleId::new("own_newer").unwrap();
        let catalog = Catalog::embedded().unwrap().without(&id, "no field `x`");
        let packed = PackedCatalog::of(&catalog);
        assert_eq!((packed.unread(), packed.all().unread()), (catalog.unread(), catalog.unread()));
        assert!(packed.resting_on(&Topic::ALL.iter().copied().collect()).unread().is_empty());
    }

    /// Whatever is damaged, no rule is left out in silence, and nothing is read past the end.
    #[test]
    fn a_damaged_rule_is_unread() {
        let packed = PackedCatalog::of(&Catalog::embedded().unwrap());
        let id = RuleId::new("clock_synchronised").unwrap();
        let rule = packed.rules.iter().find(|rule| rule.id == id).unwrap();
        let Form::Packed(whole) = &rule.form else { panic!("{} is kept whole", rule.id) };
        let with = |bytes: &[u8]| {
            unpacked(&[PackedRule { form: Form::Packed(bytes.into()), ..rule.clone() }], BTreeMap::new())
        };
        assert_eq!(with(whole).rules().len(), 1);
        for end in 0..whole.len() {
            let catalog = with(&whole[..end]);
            assert!(catalog.rule(&id).is_none() && catalog.unread().contains_key(&id), "{end}");
        }
        assert!(with(&[whole, &b"x"[..]].concat()).unread().contains_key(&id));
        for at in 0..whole.len() {
            let mut flipped = whole.to_vec();
            flipped[at] ^= 0xff;
            let catalog = with(&flipped);
            assert_eq!(catalog.rules().len() + catalog.unread().len(), 1, "{at}");
        }
    }
}
