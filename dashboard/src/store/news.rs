//! What mails tell, as it was when they were written.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_engine::item::ItemState;
use tenken_model::digest::Digest;
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, FindingKey, HostId, Instant, ItemId, RuleId};

use super::AuditHead;
use crate::groups::Whereabouts;
use crate::registers::due::Matter;
use crate::registers::turnout::Turnout;

/// What a mail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailBody {
    /// Of a drift.
    Drift(DriftNews),
    /// Of a statement that lapses.
    Attestation(AttestationNews),
    /// Of a change that waits for approval.
    Proposal(ProposalNews),
    /// Of a row of a register that waits for approval.
    Request(RequestNews),
    /// Of a rule of the agency's own that waits for approval.
    OwnRule(OwnRuleNews),
    /// How the agency stands.
    Daily(Box<DailyNews>),
    /// What falls due.
    Monthly(Box<MonthlyNews>),
    /// What the person who uses a PC is asked, or told.
    Owner(OwnerNews),
    /// What the home page shows of the form.
    Publication(PublicationNews),
}

/// What a mail tells of a drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftNews {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The finding.
    pub finding: Finding,
    /// Since when it failed.
    pub failing_since: Instant,
    /// When that which the mail tells happened.
    pub at: Instant,
    /// The waiver that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaiverNews>,
    /// Where the host stands, as the register has it when this is sent; absent before, and of a host without a row.
    #[serde(default)]
    pub stands: Option<Whereabouts>,
}

/// What a mail tells of the waiver that ended a drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverNews {
    /// Who granted it.
    pub granted_by: String,
    /// It holds before this instant.
    pub until: Instant,
}

/// What the person who uses a PC is asked about a drift, or told once it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerNews {
    /// The PC.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The rule.
    pub rule: RuleId,
    /// The person's name.
    pub person: String,
    /// Where the person was written to when this was written; the register counts when it is sent.
    pub address: String,
    /// Whom to ask; empty where the officers are meant.
    pub contact: String,
    /// The last day by which it is asked for; absent where the calendar does not reach so far.
    pub until: Option<NaiveDate>,
    /// When it was written.
    pub at: Instant,
}

/// What a mail tells of a statement that lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationNews {
    /// The item.
    pub item: ItemId,
    /// The statement's number.
    pub attestation: i64,
    /// Who stated it.
    pub person: String,
    /// It, or the part that is told of, holds before this instant.
    pub valid_until: Instant,
}

/// What a mail tells of a change that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalNews {
    /// Its number.
    pub proposal: i64,
    /// The item whose answer is to be changed; absent for the part about the agency.
    pub item: Option<ItemId>,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// Who proposed it; absent for Tenken.
    pub proposed_by: Option<String>,
    /// Why.
    pub reason: String,
}

/// What a mail tells of a row of a register that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestNews {
    /// The register's name in addresses.
    pub register: String,
    /// What people call the row.
    pub name: String,
    /// By the end of which day it is to be approved.
    pub day: NaiveDate,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What is asked for; who changes it asks anew.
    pub asked: Digest,
}

/// What a mail tells of a version of an own rule that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRuleNews {
    /// The rule.
    pub rule: RuleId,
    /// The version.
    pub version: i64,
    /// What it is called.
    pub title: Bilingual,
    /// Who asked for its approval.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What a mail tells of the agency's home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationNews {
    /// The version of the form that is in force.
    pub version: i64,
    /// The address of the page.
    pub url: String,
    /// What was found there.
    pub found: HomePage,
    /// Since when it did not show the form.
    pub since: Instant,
    /// When it was looked at.
    pub at: Instant,
}

/// What was found on the home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HomePage {
    /// The form in force.
    Shown,
    /// Another form, with so many differences.
    Differs(usize),
    /// No form, and why none could be read if that is known.
    NoForm(String),
    /// Nothing: why it could not be fetched.
    Failed(String),
}

/// What the digest of a day tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyNews {
    /// What changed after this instant is told.
    pub since: Instant,
    /// When it was written.
    pub at: Instant,
    /// How many items are in each state, the most urgent first; states that none is in are left out.
    pub states: Vec<(ItemState, usize)>,
    /// How many drifts are open.
    pub drifting: usize,
    /// The drifts that were opened.
    pub opened: ShortList<DriftLine>,
    /// The drifts that ended.
    pub resolved: ShortList<DriftLine>,
    /// The versions of the form that were accepted, the oldest first.
    pub versions: Vec<i64>,
    /// What falls due, the earliest first.
    pub due: ShortList<DueLine>,
    /// Names of hosts that are silent.
    pub silent: ShortList<String>,
    /// The head of the audit log.
    pub audit: AuditHead,
}

/// What the list of a month tells: all that is late or falls due within its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyNews {
    /// When it was written.
    pub at: Instant,
    /// How many days ahead was looked.
    pub days: u64,
    /// How many things are late.
    pub late: usize,
    /// What registers say, those without anything left out.
    pub registers: Vec<RegisterDue>,
    /// Statements and announced times, the earliest first.
    pub items: ShortList<DueLine>,
    /// Waivers, the earliest first.
    pub waivers: ShortList<WaiverDue>,
    /// How many came to each training of the last year, the newest first.
    pub trainings: ShortList<TrainingLine>,
}

impl MonthlyNews {
    /// How many things are due.
    pub fn count(&self) -> usize {
        let rows = self.registers.iter().map(|register| register.rows.count()).sum::<usize>();
        rows.saturating_add(self.items.count()).saturating_add(self.waivers.count())
    }
}

/// What the rows of a register say falls due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterDue {
    /// The register, by its name in addresses.
    pub register: String,
    /// The rows, the earliest first.
    pub rows: ShortList<RowDue>,
}

/// What a row of a register says falls due on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDue {
    /// The row's number.
    pub row: i64,
    /// What people call it.
    pub name: Bilingual,
    /// The column that says so.
    pub column: String,
    /// What has to be done.
    pub matter: Matter,
    /// The last day in Japan.
    pub on: NaiveDate,
}

/// A waiver that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverDue {
    /// Its number.
    pub waiver: i64,
    /// Its rule.
    pub rule: RuleId,
    /// The last day in Japan.
    pub on: NaiveDate,
}

/// A training with how many came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingLine {
    /// The row's number.
    pub row: i64,
    /// What people call it.
    pub title: String,
    /// The day in Japan on which it was held.
    pub held_on: NaiveDate,
    /// How many came; absent where nobody was counted.
    pub turnout: Option<Turnout>,
}

/// The first lines of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortList<T> {
    /// The lines.
    pub lines: Vec<T>,
    /// How many more there are.
    pub left: usize,
}

impl<T> ShortList<T> {
    /// The first so many of all lines, with how many more there are.
    pub fn cut(mut lines: Vec<T>, most: usize) -> Self {
        let left = lines.len().saturating_sub(most);
        lines.truncate(most);
        Self { lines, left }
    }

    /// How many there are in all.
    pub const fn count(&self) -> usize {
        self.lines.len().saturating_add(self.left)
    }
}

/// A drift in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftLine {
    /// Its number.
    pub drift: i64,
    /// The name of its host.
    pub host_name: String,
    /// Its finding.
    pub key: FindingKey,
}

/// What falls due on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueLine {
    /// The item.
    pub item: ItemId,
    /// What of it.
    pub what: DueWhat,
    /// The last day in Japan.
    pub on: NaiveDate,
}

/// What of an item falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueWhat {
    /// The last day on which a statement holds.
    Attestation,
    /// The last day on which what a statement says of what is kept elsewhere holds.
    AttestationPart,
    /// The end of the time that was announced as 実施予定.
    Plan,
}
