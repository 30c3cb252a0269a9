//! The checklist: the official wording of each item, its class, the rules that decide it, and what a
//! person attests.

use std::collections::BTreeSet;

use serde::Deserialize;
use tenken_model::finding::Bilingual;
use tenken_model::{BranchId, ItemId, RuleId, SectionId, choice};

use crate::catalog::Catalog;
use crate::place::Step::{self, Item as Nth, Key};
use crate::problem::{Problem, Problems, read, written};

/// The largest checklist file, in bytes.
pub const FILE_BYTES_MAX: usize = 512 << 10;

mod attestation;

pub use attestation::{AttestationAsk, AttestedPart, ElsewhereAsk, Holding, VALID_FOR_MAX};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/checklist.rs"));
}

choice! {
    /// How an item is decided.
    pub enum Class {
        /// By measuring hosts alone.
        A = "A",
        /// By a person's attestation, which measuring supports.
        B = "B",
        /// By a person's attestation alone.
        C = "C",
        /// By comparing what hosts show with registers, and by an attestation of what they cannot show.
        D = "D",
    }
}

impl Class {
    /// Without deciding rules the item is not measured, whatever a person attests.
    pub const fn needs_rules(self) -> bool {
        matches!(self, Self::A | Self::B | Self::D)
    }

    /// That its rules bear on no host leaves it open. For the others a person attests that there is nothing to
    /// measure.
    pub const fn needs_hosts(self) -> bool {
        matches!(self, Self::A | Self::D)
    }
}

choice! {
    /// What an agency must have or do for an item to bear on it.
    pub enum Condition {
        /// Personal data is entrusted to others.
        Outsourcing = "outsourcing",
        /// IC cards or the like identify people.
        IcCard = "ic_card",
        /// A wireless LAN is used.
        WirelessLan = "wireless_lan",
        /// IoT devices handle patients' data.
        Iot = "iot",
        /// IoT devices are lent to patients.
        IotLending = "iot_lending",
        /// Data is stored by a storage provider.
        ExternalStorage = "external_storage",
        /// A vendor maintains the systems.
        MaintenanceVendor = "maintenance_vendor",
        /// Maintenance is done from afar.
        RemoteMaintenance = "remote_maintenance",
        /// Staff use their own devices.
        Byod = "byod",
        /// Patients look at their data.
        PatientAccess = "patient_access",
        /// HTTPS is used on open networks.
        OpenNetworkHttps = "open_network_https",
        /// Electronic signatures are made.
        DigitalSignature = "digital_signature",
    }
}

/// One edition of the form.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Which edition.
    pub edition: Edition,
    /// The form's own sentences.
    pub form: Form,
    /// Its notes.
    pub notes: Vec<Note>,
    /// Its sections in order.
    pub sections: Vec<Section>,
    #[serde(skip)]
    file: String,
    #[serde(skip)]
    text: String,
}

/// Which edition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its name, such as `mhlw_5_2`; the file's name.
    pub id: String,
    /// Official title.
    pub title_ja: String,
    /// Title in English.
    pub title_en: String,
}

/// Sentences the form itself has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What it is.
    pub preamble_ja: String,
    /// That it is to be published.
    pub publication_rule_ja: String,
    /// That one of two answers is chosen.
    pub choice_rule_ja: String,
    /// That changes are to be published at once.
    pub change_rule_ja: String,
    /// Heading of the dates of change.
    pub updates_heading_ja: String,
    /// Label of the date of the last change.
    pub last_updated_ja: String,
    /// Heading of the numbers.
    pub number_ja: String,
    /// Heading of the items.
    pub item_ja: String,
    /// The answer 実施済.
    pub done_ja: String,
    /// The answer 実施予定.
    pub planned_ja: String,
    /// Label of the verdict.
    pub verdict_field_ja: String,
    /// How the verdict follows from the answers.
    pub verdict_rule_ja: String,
    /// The good verdict.
    pub verdict_met_ja: String,
    /// The other verdict.
    pub verdict_not_met_ja: String,
}

/// A note below a section.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its mark, such as `注3`.
    pub id: String,
    /// The section it stands below.
    pub section: SectionId,
    /// Official wording.
    pub text_ja: String,
    /// What is to be known of a slip in the official wording.
    #[serde(default, deserialize_with = "written")]
    pub remark_ja: Option<String>,
}

/// A section with its items.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its id, the first part of its items' ids.
    pub id: SectionId,
    /// Official heading.
    pub heading_ja: String,
    /// Heading in English.
    pub heading_en: String,
    /// Chapter of the guideline.
    pub chapter: String,
    /// Its items in order.
    pub items: Vec<Item>,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Section and number.
    pub id: ItemId,
    /// Official wording.
    pub text_ja: String,
    /// Official list below the wording.
    #[serde(default)]
    pub bullets: Vec<String>,
    /// Official wording after the list.
    #[serde(default, deserialize_with = "written")]
    pub tail_ja: Option<String>,
    /// The mark of its note.
    #[serde(default, deserialize_with = "written")]
    pub note: Option<String>,
    /// What is to be known of a slip in the official wording.
    #[serde(default, deserialize_with = "written")]
    pub remark_ja: Option<String>,
    /// A short name.
    pub short: Bilingual,
    /// How it is decided.
    pub class: Class,
    /// It bears only on agencies of which this is true.
    #[serde(default, deserialize_with = "written")]
    pub conditional_on: Option<Condition>,
    /// The rules that decide it.
    pub rules: Vec<RuleId>,
    /// What of it no rule measures yet; it is then never met by measuring.
    #[serde(default, deserialize_with = "written")]
    pub unmeasured: Option<Bilingual>,
    /// What a person attests.
    #[serde(default, deserialize_with = "written")]
    pub attestation: Option<AttestationAsk>,
    /// The ways to meet it, where one of several is enough.
    #[serde(default)]
    pub any_of: Vec<Branch>,
}

/// One of several ways to meet an item: by rules, or by what a person attests.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// Its name within the item, such as `two_factor`.
    pub id: BranchId,
    /// What holds by it.
    pub says: Bilingual,
    /// The rules that decide it. Without any, a person attests it, naming it in the attestation.
    #[serde(default)]
    pub rules: Vec<RuleId>,
    /// A person attests it also where rules decide it: they tell that something is done well, and not that it is what the
    /// item asks of, nor that it is done by a device without an agent.
    #[serde(default)]
    pub attested: bool,
}

impl Branch {
    /// It is a way only where a person attests it.
    pub const fn is_attested(&self) -> bool {
        self.attested || self.rules.is_empty()
    }
}

impl Checklist {
    /// The built-in edition.
    ///
    /// # Errors
    /// Never in a build whose tests passed: they load it.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        let missing =
            || Problem { file: "checklist".to_owned(), line: 1, column: 1, message: "none is built in".to_owned() };
        let (file, text) = embedded::CHECKLISTS.first().ok_or_else(|| vec![missing()])?;
        Self::load(file, text)
    }

    /// Loads an edition. Which rules there are is asked by [`Checklist::check`].
    ///
    /// # Errors
    /// Every problem found, in the order of the file. Never panics, whatever the text.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new(file, text);
        let Some(mut checklist) = read::<Self>(text, FILE_BYTES_MAX, &mut problems) else {
            return Err(problems.into_vec());
        };
        checklist.well_formed(&mut problems);
        if !problems.is_empty() {
            return Err(problems.into_vec());
        }
        file.clone_into(&mut checklist.file);
        text.clone_into(&mut checklist.text);
        Ok(checklist)
    }

    /// Every item in the order of the form.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// Every item with its section, in the order of the form.
    pub fn located(&self) -> impl Iterator<Item = (&Section, &Item)> {
        self.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section, item)))
    }

    /// The item of that id with its section.
    pub fn locate(&self, id: &ItemId) -> Option<(&Section, &Item)> {
        self.located().find(|(_, item)| item.id == *id)
    }

    /// The item of that id.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items().find(|item| item.id == *id)
    }

    /// The items a rule decides.
    pub fn items_of<'a>(&'a self, rule: &'a RuleId) -> impl Iterator<Item = &'a Item> {
        self.items().filter(move |item| item.all_rules().any(|decides| decides == rule))
    }

    /// This checklist with more rules that bear on some of its items, after those that are written with them. Of an item with
    /// several ways such a rule bears on each way that is measured. Only an item that measuring decides takes any.
    #[must_use]
    pub fn with_rules<'r>(&self, more: impl IntoIterator<Item = (&'r ItemId, &'r RuleId)>) -> Self {
        let mut with = self.clone();
        for (id, rule) in more {
            let found = with.sections.iter_mut().flat_map(|section| &mut section.items).find(|item| item.id == *id);
            if let Some(item) = found.filter(|item| item.takes_rules()) {
                item.add_rule(rule);
            }
        }
        with
    }

    /// The note of that mark.
    pub fn note(&self, mark: &str) -> Option<&Note> {
        self.notes.iter().find(|note| note.id == mark)
    }

    /// What does not fit a catalogue: rules that are named but missing, and rules that decide nothing.
    pub fn check(&self, catalog: &Catalog) -> Vec<Problem> {
        let mut problems = Problems::new(&self.file, &self.text);
        let mut named = BTreeSet::new();
        for (path, item) in self.placed() {
            for (index, branch) in item.any_of.iter().enumerate() {
                for rule in &branch.rules {
                    named.insert(rule);
                    if catalog.rule(rule).is_none() {
                        let path = [&path[..], &[Key("any_of"), Nth(index), Key("rules")]].concat();
                        problems.value(&path, format!("there is no rule `{rule}`"));
                    }
                }
            }
            for (index, rule) in item.rules.iter().enumerate() {
                named.insert(rule);
                if catalog.rule(rule).is_none() {
                    let path = [&path[..], &[Key("rules"), Nth(index)]].concat();
                    problems.value(&path, format!("there is no rule `{rule}`"));
                }
            }
        }
        for rule in catalog.rules().filter(|rule| !named.contains(&rule.id)) {
            problems.value(&[Key("sections")], format!("no item names the rule `{}`", rule.id));
        }
        problems.into_vec()
    }

    /// Every item with its place in the file.
    fn placed(&self) -> impl Iterator<Item = ([Step<'static>; 4], &Item)> {
        self.sections.iter().enumerate().flat_map(|(outer, section)| {
            let place = move |inner| [Key("sections"), Nth(outer), Key("items"), Nth(inner)];
            section.items.iter().enumerate().map(move |(inner, item)| (place(inner), item))
        })
    }

    fn well_formed(&self, problems: &mut Problems<'_>) {
        let mut seen = BTreeSet::new();
        for (index, section) in self.sections.iter().enumerate() {
            let path = [Key("sections"), Nth(index), Key("id")];
            if !seen.insert(section.id.as_str()) {
                problems.value(&path, format!("section `{}` is there twice", section.id));
            }
            for (number, item) in section.items.iter().enumerate() {
                let wanted = format!("{}.{}", section.id, number + 1);
                if item.id.as_str() != wanted {
                    let path = [Key("sections"), Nth(index), Key("items"), Nth(number), Key("id")];
                    problems.value(&path, format!("the {}. item of this section must be `{wanted}`", number + 1));
                }
            }
        }
        let mut marks = BTreeSet::new();
        for (index, note) in self.notes.iter().enumerate() {
            if !marks.insert(note.id.as_str()) {
                problems.value(&[Key("notes"), Nth(index), Key("id")], format!("`{}` is there twice", note.id));
            }
            if !seen.contains(note.section.as_str()) {
                let path = [Key("notes"), Nth(index), Key("section")];
                problems.value(&path, format!("there is no section `{}`", note.section));
            }
        }
        for (path, item) in self.placed() {
            let at = |key| [&path[..], &[Key(key)]].concat();
            if let Some(mark) = item.note.as_deref().filter(|mark| !marks.contains(mark)) {
                problems.value(&at("note"), format!("there is no note `{mark}`"));
            }
            item.well_formed(&path, problems);
        }
    }
}

impl Item {
    /// Every rule that bears on it, also those of one way among several.
    pub fn all_rules(&self) -> impl Iterator<Item = &RuleId> {
        // Several ways may ask for the same.
        let mut seen = BTreeSet::new();
        self.rules.iter().chain(self.any_of.iter().flat_map(|way| &way.rules)).filter(move |rule| seen.insert(*rule))
    }

    /// Rules besides those that are written with it may bear on it: it is measured already, so that another rule can only ask
    /// for more, and makes nothing good that was not.
    pub fn takes_rules(&self) -> bool {
        self.class.needs_rules() && self.all_rules().next().is_some()
    }

    fn add_rule(&mut self, rule: &RuleId) {
        let ways = self.any_of.iter_mut().map(|branch| &mut branch.rules);
        // The rules of an item with several ways are written with the ways, so that it has none of its own.
        for list in std::iter::once(&mut self.rules).chain(ways).filter(|list| !list.is_empty()) {
            if !list.contains(rule) {
                list.push(rule.clone());
            }
        }
    }

    /// The ways to meet it that a person attests.
    pub fn attested_branches(&self) -> impl Iterator<Item = &Branch> {
        self.any_of.iter().filter(|branch| branch.is_attested())
    }

    /// The way of that name.
    pub fn branch(&self, id: &BranchId) -> Option<&Branch> {
        self.any_of.iter().find(|branch| branch.id == *id)
    }

    fn branches_well_formed(&self, path: &[Step<'_>], problems: &mut Problems<'_>) {
        let at = |keys: &[Step<'static>]| [path, &[Key("any_of")], keys].concat();
        if self.any_of.len() == 1 {
            problems.value(&at(&[]), "one way is no choice: write its rules and attestation with the item");
        }
        if !self.any_of.is_empty() && !self.rules.is_empty() {
            problems.value(&at(&[]), "the rules of an item with several ways are written with the ways");
        }
        for (index, branch) in self.any_of.iter().enumerate() {
            if self.any_of.iter().take(index).any(|other| other.id == branch.id) {
                problems.value(&at(&[Nth(index), Key("id")]), format!("`{}` is there twice", branch.id));
            }
        }
        if self.attested_branches().next().is_some() && self.attestation.is_none() {
            problems.value(path, "a way without rules, or with `attested`, is attested: say what a person attests");
        }
    }

    fn well_formed(&self, path: &[Step<'_>], problems: &mut Problems<'_>) {
        let at = |keys: &[Step<'static>]| [path, keys].concat();
        for (index, rule) in self.rules.iter().enumerate() {
            if self.rules.iter().take(index).any(|other| other == rule) {
                problems.value(&at(&[Key("rules"), Nth(index)]), format!("`{rule}` is named twice"));
            }
        }
        let empty = |text: &str| text.trim().is_empty();
        if [&self.text_ja, &self.short.ja, &self.short.en].into_iter().any(|text| empty(text)) {
            problems.value(path, "an item has its wording and a short name in both languages");
        }
        self.branches_well_formed(path, problems);
        if self.class == Class::C && !self.rules.is_empty() {
            problems.value(&at(&[Key("rules")]), "class C is decided by attestation alone; choose class B for rules");
        }
        if self.unmeasured.is_some() && self.rules.is_empty() {
            problems.key(&at(&[Key("unmeasured")]), "an item without rules is not measured; leave this out");
        }
        match (&self.attestation, self.class) {
            (Some(_), Class::A) if self.any_of.is_empty() => {
                problems.key(&at(&[Key("attestation")]), "class A is decided by measuring alone; choose class B");
            }
            (None, Class::B | Class::C | Class::D) => {
                problems.value(path, format!("class {} needs an attestation", self.class));
            }
            (None, Class::A) => {}
            (Some(asked), Class::A | Class::B | Class::C | Class::D) => {
                asked.well_formed(&self.rules, &at(&[Key("attestation")]), problems);
            }
        }
    }
}
