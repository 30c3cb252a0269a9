//! What the sheet of a month says. It is kept as it was made, so that what somebody signs is what somebody saw.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_model::fact::account_events::EventPart;
use tenken_model::{HostId, Instant, Language, ReasonCode};

use super::Month;
use super::happened::Happened;
use crate::store::ShortList;

/// The most lines of each part; more are counted.
pub const LINES_MAX: usize = 500;

/// The sheet of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The month.
    pub month: Month,
    /// From when on the records are looked at: where the last sheet that was signed ended, or else the month begins.
    pub from: Instant,
    /// Up to when.
    pub until: Instant,
    /// When it was made.
    pub made_at: Instant,
    /// How many hosts there are.
    pub hosts: usize,
    /// The register of accounts is kept, so that owners are known.
    pub accounts_kept: bool,
    /// The register of passwords that were set anew is kept.
    pub resets_kept: bool,
    /// Sign-ins outside the agency's hours.
    pub out_of_hours: ShortList<SignIn>,
    /// Uses of accounts that can become administrator.
    pub administrators: ShortList<Use>,
    /// Sign-ins with maintenance and emergency accounts.
    pub special: ShortList<SignIn>,
    /// Uses of accounts that stand in no register.
    pub unregistered: ShortList<Use>,
    /// Passwords that were changed on hosts, without a record that they were set anew.
    pub changes: ShortList<Change>,
    /// Records of passwords that were set anew.
    pub resets: ShortList<Reset>,
    /// What is missing of the records themselves.
    pub gaps: ShortList<Gap>,
    /// Hosts that were last heard of before the end of the time: the next sheet looks at what they told since.
    #[serde(default)]
    pub late: BTreeMap<HostId, Instant>,
    /// What the logs of hosts tell; absent from sheets that were made before it was measured.
    #[serde(default)]
    pub happened: Option<Happened>,
}

impl Sheet {
    /// What the sheet cannot tell, because nothing of it was measured when it was made: a person looks at it by other means.
    pub fn not_measured(&self) -> &'static [fn(Language) -> String] {
        match self.happened {
            Some(_) => &[Language::logs_removable_media, Language::logs_application_records],
            None => &[Language::logs_failed_sign_ins, Language::logs_removable_media, Language::logs_log_gaps],
        }
    }
}

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for the account by its register; empty if nobody is named.
    pub owner: String,
    /// From where; empty if it was before the machine, or is not on record.
    pub from: String,
    /// When it began.
    pub started: Instant,
    /// When it ended; absent while it goes on, and where nobody knows.
    pub ended: Option<Instant>,
    /// The register's row that explains it.
    pub explained: Option<Explained>,
}

/// A row of a register that explains a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The register's name in addresses.
    pub register: String,
    /// The row's number.
    pub id: i64,
    /// What people call it.
    pub called: String,
    /// It is a request that was approved, or an incident.
    pub approved: bool,
}

/// How often an account of a host was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// How often.
    pub times: usize,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
}

/// A password that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The account.
    pub account: String,
    /// Who is answerable for it; empty if nobody is named.
    pub owner: String,
    /// On which day.
    pub on: NaiveDate,
}

/// A record that a password was set anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The row's number.
    pub id: i64,
    /// The account as it is written.
    pub account: String,
    /// On which day.
    pub on: NaiveDate,
    /// On how many hosts a password of that account was changed then.
    pub seen: usize,
}

/// Something that is missing of the records of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The page of the host, or of its row in the register where it has no agent.
    pub address: String,
    /// Its name.
    pub host_name: String,
    /// What.
    pub what: Missing,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The records of a time, which it had before.
    Between(Instant, Instant),
    /// It has records only since then.
    Since(Instant),
    /// It keeps none.
    None,
    /// It told of more than could be taken in.
    LeftOut,
    /// It could not read them: why.
    NotRead(ReasonCode),
    /// It has told nothing of them yet.
    NotTold,
    /// It stands in the register of hosts and has no agent.
    NoAgent,
    /// It told nothing of its accounts: who is administrator, and when passwords were changed, is not known.
    NoAccounts,
    /// Of so many accounts that signed in it is not known whether they can become administrator.
    NoRights(usize),
    /// Of so many accounts it is not known when their passwords were changed.
    NoPasswordDates(usize),
    /// So many passwords were changed after the time, so that an earlier change is no longer known.
    ChangedSince(usize),
    /// It was last heard of then.
    NotHeardSince(Instant),
    /// It has told nothing yet of what its logs say of accounts.
    EventsNotTold,
    /// It keeps no logs that say anything of accounts.
    EventsNone,
    /// What its logs say of accounts could not be read: why.
    EventsNotRead(ReasonCode),
    /// Passwords that were set and accounts that were changed are on record only since then.
    EventsSince(Instant),
    /// Failed sign-ins, rights that were used and files that were moved are on record only since then.
    UsesSince(Instant),
    /// Passwords that were set and accounts that were changed were gathered only since then: before, there is too much, or it
    /// is compressed.
    EventsCut(Instant),
    /// The same of failed sign-ins, rights that were used and files that were moved.
    UsesCut(Instant),
    /// So much of it was left out because there is too much.
    EventsLeftOut(u64),
    /// It does not record these parts.
    NotRecorded(Vec<EventPart>),
    /// That part could not be read: why.
    PartNotRead(EventPart, ReasonCode),
    /// That part was gathered only since then.
    PartSince(EventPart, Instant),
    /// It has told nothing of its logs.
    LogsNotTold,
    /// Its logs could not be looked at: why.
    LogsNotRead(ReasonCode),
    /// Losses of its logs are looked for only since then.
    LossesSince(Instant),
    /// Losses of its logs are not looked for.
    LossesUnwatched,
}

impl Missing {
    /// It, as people read it.
    pub fn text(&self, t: Language, at: impl Fn(Instant) -> String) -> String {
        match self {
            Self::Between(from, until) => t.logs_gap_between(&at(*from), &at(*until)),
            Self::Since(since) => t.logs_gap_since(&at(*since)),
            Self::None => t.logs_gap_none(),
            Self::LeftOut => t.logs_gap_left_out(),
            Self::NotRead(why) => t.logs_gap_not_read(&reason(*why, t)),
            Self::NotTold => t.logs_gap_not_told(),
            Self::NoAgent => t.logs_gap_no_agent(),
            Self::NoAccounts => t.logs_gap_no_accounts(),
            Self::NoRights(count) => t.logs_gap_no_rights(*count),
            Self::NoPasswordDates(count) => t.logs_gap_no_password_dates(*count),
            Self::ChangedSince(count) => t.logs_gap_changed_since(*count),
            Self::NotHeardSince(last) => t.logs_gap_not_heard(&at(*last)),
            Self::EventsNotTold => t.logs_gap_events_not_told(),
            Self::EventsNone => t.logs_gap_events_none(),
            Self::EventsNotRead(why) => t.logs_gap_events_not_read(&reason(*why, t)),
            Self::EventsSince(since) => t.logs_gap_events_since(&at(*since)),
            Self::UsesSince(since) => t.logs_gap_uses_since(&at(*since)),
            Self::EventsCut(since) => t.logs_gap_events_cut(&at(*since)),
            Self::UsesCut(since) => t.logs_gap_uses_cut(&at(*since)),
            Self::EventsLeftOut(count) => t.logs_gap_events_left_out(*count),
            Self::NotRecorded(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self::part(*part, t)).collect();
                t.logs_gap_not_recorded(&parts.join(&t.list_join()))
            }
            Self::PartNotRead(part, why) => t.logs_gap_part_not_read(&self::part(*part, t), &reason(*why, t)),
            Self::PartSince(part, since) => t.logs_gap_part_since(&self::part(*part, t), &at(*since)),
            Self::LogsNotTold => t.logs_gap_logs_not_told(),
            Self::LogsNotRead(why) => t.logs_gap_logs_not_read(&reason(*why, t)),
            Self::LossesSince(since) => t.logs_gap_losses_since(&at(*since)),
            Self::LossesUnwatched => t.logs_gap_losses_unwatched(),
        }
    }
}

/// A part, as people read it.
fn part(part: EventPart, t: Language) -> String {
    match part {
        EventPart::FailedSignIns => t.logs_failed_sign_ins(),
        EventPart::NetworkSignIns => t.logs_network(),
        EventPart::Elevations => t.logs_part_elevations(),
        EventPart::Transfers => t.logs_transfers(),
    }
}

/// Why something could not be read, as people read it.
fn reason(code: ReasonCode, t: Language) -> String {
    match code {
        ReasonCode::NotPermitted => t.logs_why_not_permitted(),
        ReasonCode::TimedOut | ReasonCode::NoAnswer => t.logs_why_no_answer(),
        ReasonCode::Unparsable | ReasonCode::Inconclusive => t.logs_why_unreadable(),
        ReasonCode::Missing | ReasonCode::NotConfigured => t.logs_why_missing(),
        ReasonCode::TooLarge | ReasonCode::Limit => t.logs_why_too_large(),
        ReasonCode::Unsupported | ReasonCode::Elsewhere => t.logs_why_unsupported(),
        ReasonCode::Stale => t.logs_why_stale(),
        ReasonCode::Failed => t.logs_why_failed(),
    }
}
