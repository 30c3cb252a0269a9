//! The event log.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use tenken_model::{Instant, Size};

use super::Sid;

/// Which records of a channel are wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// The channel's name, which is not translated: `Security`.
    pub channel: String,
    /// Only these event ids; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u32>,
    /// Only of this provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Only after the record of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Only of this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// Only of these accounts, by `TargetUserSid`; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Sid>,
    /// Only of these `LogonType`s; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_in_types: Vec<u32>,
    /// None whose `TargetUserSid` is one of these, nor any without one; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub but_of: Vec<Sid>,
    /// None whose `SubjectUserSid` is one of these, nor any without one; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub but_by: Vec<Sid>,
    /// Newest first, in place of oldest first.
    pub newest_first: bool,
    /// At most so many.
    pub limit: usize,
}

impl EventQuery {
    /// The newest records of a channel, at most so many.
    pub fn newest(channel: impl Into<String>, limit: usize) -> Self {
        Self {
            channel: channel.into(),
            ids: Vec::new(),
            provider: None,
            after: None,
            since: None,
            accounts: Vec::new(),
            sign_in_types: Vec::new(),
            but_of: Vec::new(),
            but_by: Vec::new(),
            newest_first: true,
            limit,
        }
    }

    /// Only these ids.
    #[must_use]
    pub fn ids(mut self, ids: impl IntoIterator<Item = u32>) -> Self {
        self.ids = ids.into_iter().collect();
        self
    }

    /// Only of that provider.
    #[must_use]
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.provider = Some(name.into());
        self
    }

    /// Only of that time or later.
    #[must_use]
    pub fn since(mut self, time: Instant) -> Self {
        self.since = Some(time);
        self
    }

    /// Only of those accounts.
    #[must_use]
    pub fn of_accounts(mut self, accounts: impl IntoIterator<Item = Sid>) -> Self {
        self.accounts = accounts.into_iter().collect();
        self
    }

    /// Only sign-ins of these types.
    #[must_use]
    pub fn of_types(mut self, types: impl IntoIterator<Item = u32>) -> Self {
        self.sign_in_types = types.into_iter().collect();
        self
    }

    /// None of those accounts.
    #[must_use]
    pub fn but_of(mut self, accounts: impl IntoIterator<Item = Sid>) -> Self {
        self.but_of = accounts.into_iter().collect();
        self
    }

    /// None by those accounts.
    #[must_use]
    pub fn but_by(mut self, accounts: impl IntoIterator<Item = Sid>) -> Self {
        self.but_by = accounts.into_iter().collect();
        self
    }

    /// The same as the event log's own XPath, which knows neither every function nor more than some twenty terms.
    pub fn xpath(&self) -> String {
        let mut terms = Vec::new();
        if let Some(provider) = &self.provider {
            // A provider's name is one of this program's and holds no quote.
            terms.push(format!("Provider[@Name='{}']", provider.replace('\'', "")));
        }
        if !self.ids.is_empty() {
            let ids: Vec<String> = self.ids.iter().map(|id| format!("EventID={id}")).collect();
            terms.push(format!("({})", ids.join(" or ")));
        }
        if let Some(after) = self.after {
            terms.push(format!("EventRecordID>{after}"));
        }
        if let Some(since) = self.since {
            let mut term = String::from("TimeCreated[@SystemTime>='");
            let _infallible = write!(term, "{}", since.format("%Y-%m-%dT%H:%M:%S%.3fZ"));
            term.push_str("']");
            terms.push(term);
        }
        let mut parts = Vec::new();
        if !terms.is_empty() {
            parts.push(format!("System[{}]", terms.join(" and ")));
        }
        let data = self.data();
        if !data.is_empty() {
            parts.push(format!("EventData[{}]", data.join(" and ")));
        }
        if parts.is_empty() { "*".to_owned() } else { format!("*[{}]", parts.join(" and ")) }
    }

    /// What is asked of the values of a record. A SID is of digits and dashes. Of values that are no such SID the event log takes
    /// `!=` as well, which holds for none that is not there.
    fn data(&self) -> Vec<String> {
        let any = |terms: Vec<String>| match terms.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(format!("({})", terms.join(" or "))),
        };
        let of = self.accounts.iter().map(|sid| format!("Data[@Name='TargetUserSid']='{sid}'"));
        let types = self.sign_in_types.iter().map(|kind| format!("Data[@Name='LogonType']='{kind}'"));
        let but_of = self.but_of.iter().map(|sid| format!("Data[@Name='TargetUserSid']!='{sid}'"));
        let but_by = self.but_by.iter().map(|sid| format!("Data[@Name='SubjectUserSid']!='{sid}'"));
        let alone = [any(of.collect()), any(types.collect())].into_iter().flatten();
        alone.chain(but_of).chain(but_by).collect()
    }
}

/// Records of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPage {
    /// Each as XML (`Event` of <http://schemas.microsoft.com/win/2004/08/events/event>), without a rendered message.
    pub records: Vec<String>,
    /// There are more than was asked for.
    pub more: bool,
}

/// A channel: how it is set up, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventChannel {
    /// Records are written to it.
    pub enabled: bool,
    /// The most its file may hold.
    pub max_size: Size,
    /// A full file is kept and records are refused, in place of the oldest being overwritten.
    pub retention: bool,
    /// A full file is put aside and a new one begun.
    pub auto_backup: bool,
    /// Who may do what with it, in the security descriptor definition language; absent where the default holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
    /// How large its file is.
    pub file_size: Size,
    /// The number of its oldest record; absent when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_record: Option<u64>,
    /// When its oldest record was made; absent when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Instant>,
    /// How many records it holds.
    pub records: u64,
    /// Its file is full.
    pub full: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_put_as_the_event_log_understands_it() {
        assert_eq!(EventQuery::newest("System", 1).xpath(), "*");
        let query = EventQuery::newest("Security", 10)
            .ids([4624, 4625])
            .provider("Microsoft-Windows-Security-Auditing")
            .since("2026-11-26T00:00:00Z".parse().unwrap());
        assert_eq!(
            EventQuery { after: Some(7), ..query }.xpath(),
            "*[System[Provider[@Name='Microsoft-Windows-Security-Auditing'] and (EventID=4624 or EventID=4625) and \
             EventRecordID>7 and TimeCreated[@SystemTime>='2026-11-26T00:00:00.000Z']]]"
        );
        let sids = |sids: &[&str]| sids.iter().map(|sid| sid.parse().unwrap()).collect::<Vec<Sid>>();
        let query = EventQuery::newest("Security", 10)
            .ids([4624])
            .of_types([3, 8])
            .but_of(sids(&["S-1-5-18", "S-1-5-7"]))
            .but_by(sids(&["S-1-5-20"]));
        assert_eq!(
            query.xpath(),
            "*[System[(EventID=4624)] and EventData[(Data[@Name='LogonType']='3' or Data[@Name='LogonType']='8') and \
             Data[@Name='TargetUserSid']!='S-1-5-18' and Data[@Name='TargetUserSid']!='S-1-5-7' and \
             Data[@Name='SubjectUserSid']!='S-1-5-20']]"
        );
    }
}
