//! Rules: what must be true of a host, in a form that has been proved to be answerable.

mod citation;
pub mod grace;
mod load;
pub mod parameter;
pub mod remedy;
pub mod sentence;
mod telling;
mod written;

use std::collections::BTreeMap;

use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::Bilingual;
use tenken_model::register::RegisterKind;
use tenken_model::{RuleId, Span, Topic, choice};

use crate::expression::ast::Expression;
use crate::problem::Problem;
pub use grace::Grace;
pub use parameter::{Parameter, ParameterKind, ParameterSet};
pub use remedy::Remedy;
pub use sentence::Sentence;
pub use telling::Telling;

/// The largest rule file, in bytes.
pub const FILE_BYTES_MAX: usize = 64 << 10;
/// The most topics, branches, parameters or sources of one rule.
pub const ENTRIES_MAX: usize = 32;

choice! {
    /// What a topic measured to be absent gives.
    pub enum WhenAbsent {
        /// The rule fails.
        Fail = "fail",
        /// The rule does not bear on the host.
        NotApplicable = "not_applicable",
    }
}

choice! {
    /// Whose a finding's subject is.
    pub enum SubjectOf {
        /// The host's: the same name on another host is another thing, such as an account.
        Host = "host",
        /// The agency's: whichever host tells of it, it is one thing, such as a device on the network.
        Agency = "agency",
        /// The agency's too, and no host's: a row of a register, or what several hosts tell together.
        Register = "register",
    }
}

impl SubjectOf {
    /// What people call a finding by, and what stands beside that: its host with its subject, or the subject alone where no
    /// host has to do with it.
    pub fn called<'a>(self, host: &'a str, subject: Option<&'a str>) -> (&'a str, Option<&'a str>) {
        match (self, subject) {
            (Self::Register, Some(subject)) => (subject, None),
            (Self::Host | Self::Agency | Self::Register, _) => (host, subject),
        }
    }
}

/// A rule that has been checked: every path exists, every comparison fits its types.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The name of the wanted condition.
    pub id: RuleId,
    /// The wanted condition in words.
    pub title: Bilingual,
    /// Why it matters.
    pub why: Bilingual,
    /// The steps a person takes to repair it, one a line.
    pub remedy: Remedy,
    /// What is said to the person who uses a PC; absent where only an administrator can repair it.
    pub for_user: Option<ForUser>,
    /// Where the requirement and its number come from.
    pub sources: Vec<Bilingual>,
    /// How long a failure may last before it is a drift.
    pub grace: Grace,
    /// Whose the subjects of its findings are: people are told once of what is the agency's.
    pub subject_of: SubjectOf,
    /// Thresholds by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// Who judges it, and on what.
    pub judged: Judged,
    /// The file it was loaded from, as it travels in policies.
    pub text: String,
}

/// What is said to the person who uses a PC, in words that need no knowledge of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForUser {
    /// What is wrong, in one sentence.
    pub problem: Bilingual,
    /// What the person can do without an administrator's rights, one step a line.
    pub steps: Bilingual,
}

/// Who judges a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    /// Each agent, on the facts of its host and the register rows that policies bring.
    ByAgent(Box<Condition>),
    /// The dashboard, where facts, several registers and the working calendar come together. How is a program of the
    /// dashboard; the file says what the program says.
    ByDashboard(Telling),
}

/// What an agent judges a rule on.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The systems it is for; empty means all.
    pub systems: Vec<SystemFamily>,
    /// The facts it rests on.
    pub topics: Vec<Topic>,
    /// A fact read longer ago gives Unknown.
    pub max_age: Span,
    /// What an absent topic gives; without it, Unknown.
    pub when_absent: Option<WhenAbsent>,
    /// If false, the rule does not bear on the host.
    pub when: Option<Expression>,
    /// It is judged for each element of a list.
    pub each: Option<Each>,
    /// The registers its expressions name as a whole.
    pub registers: Vec<RegisterKind>,
    /// If true, what was read cannot tell.
    pub unknown_when: Option<Expression>,
    /// The same of a list as a whole: if true and each of its elements passes, what was read cannot tell.
    pub whole_unknown_when: Option<Expression>,
    /// What must be true.
    pub holds: Holds,
    /// What is said of a host.
    pub says: Says,
}

/// What must be true.
#[derive(Debug, Clone, PartialEq)]
pub enum Holds {
    /// One condition.
    Condition(Expression),
    /// One of several; the first that is true is named in the finding.
    AnyOf(Vec<Branch>),
}

/// One way to satisfy an any-of rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Its name in findings.
    pub id: String,
    /// Its name for people.
    pub title: Bilingual,
    /// What must be true.
    pub holds: Expression,
}

/// Judging each element of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// The list.
    pub list: Expression,
    /// The list as it is written, for evidence.
    pub source: String,
    /// What expressions call the element.
    pub name: String,
    /// The text that names the element in findings.
    pub subject: Expression,
    /// The register row that belongs to the element.
    pub join: Option<Join>,
    /// Elements of which it is false are not judged.
    pub only: Option<Expression>,
}

/// A register row beside an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Which register.
    pub register: RegisterKind,
    /// What expressions call the row; it is optional.
    pub name: String,
    /// The text by which the row is found.
    pub key: Expression,
}

/// What is said of a host, or of one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Says {
    /// When it passes; of the host as a whole.
    pub pass: Sentence,
    /// When it fails.
    pub fail: Sentence,
    /// When `unknown_when` is true.
    pub unknown: Option<Sentence>,
}

impl Rule {
    /// The rule without what only people read about it and without its file. The title stays: it stands in for what
    /// cannot be said.
    #[must_use]
    pub(crate) fn only_judging(&self) -> Self {
        let parameters = self.parameters.iter().map(|(name, parameter)| (name.clone(), parameter.only_judging()));
        Self {
            id: self.id.clone(),
            title: self.title.clone(),
            why: Bilingual::default(),
            remedy: Remedy::default(),
            for_user: None,
            sources: Vec::new(),
            grace: self.grace,
            subject_of: self.subject_of,
            parameters: parameters.collect(),
            judged: self.judged.clone(),
            text: String::new(),
        }
    }

    /// Loads and checks a rule. `file` is named in problems; its stem must be the rule's id.
    ///
    /// # Errors
    /// Every problem found, in the order of the file. Never panics, whatever the text.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        load::load(file, text)
    }

    /// What an agent judges it on; absent where the dashboard judges it.
    pub fn condition(&self) -> Option<&Condition> {
        match &self.judged {
            Judged::ByAgent(condition) => Some(condition),
            Judged::ByDashboard(_) => None,
        }
    }

    /// What the dashboard says of it; absent where agents judge it.
    pub fn telling(&self) -> Option<&Telling> {
        match &self.judged {
            Judged::ByAgent(_) => None,
            Judged::ByDashboard(telling) => Some(telling),
        }
    }
}

impl Condition {
    /// Whether the rule is for that system.
    pub fn is_for(&self, system: SystemFamily) -> bool {
        self.systems.is_empty() || self.systems.contains(&system)
    }
}
