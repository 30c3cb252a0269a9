//! Whether the process that knows of those who are signed in (LSASS) is kept from others.
//!
//! `RunAsPPL` says what it is to be from the next start on; Windows 11 may protect it without it, and a firmware that was told once
//! goes before it. What became of it is in the log System: Wininit writes record 12 when it starts the process protected
//! (<https://learn.microsoft.com/en-us/windows-server/security/credentials-protection-and-management/configuring-additional-lsa-protection>,
//! "Verify LSA protection"), and Kernel-Boot record 27 at each start, of which `BootType` 0 is a whole one. After a fast start (1) and
//! hibernation (2) the process is the one from before.

use tenken_model::fact::password_storage::LsaProtection;
use tenken_model::{Instant, Reason, ReasonCode, Span};

use crate::collect::event_record::{self, EventRecord};
use crate::collect::{Look, windows_setting};
use crate::host::windows_api::{EventQuery, RegistryPath};

const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const LOG: &str = "System";
const STARTS: &str = "Microsoft-Windows-Kernel-Boot";
const STARTED: u32 = 27;
const WHOLE_START: u64 = 0;
const PROCESSES: &str = "Microsoft-Windows-Wininit";
const PROTECTED: u32 = 12;
/// The most starts that are looked back on: so many mornings of fast starts.
const STARTS_MAX: usize = 64;
/// The clock may be set between the two records.
const CLOCK_STEP: Span = Span::from_secs(60);

/// What it is to be, and what it is.
pub(super) fn protection(look: &Look<'_>) -> LsaProtection {
    let configured = windows_setting::number(look, "RunAsPPL", &[RegistryPath::machine(LSA)]);
    LsaProtection {
        configured: configured.map(|number| number.is_some_and(|number| number != 0)).into(),
        running: is_running(look).into(),
    }
}

fn is_running(look: &Look<'_>) -> Result<bool, Reason> {
    let started = records(look, STARTS, STARTED, STARTS_MAX)?
        .into_iter()
        .find(|record| record.number("BootType") == Some(WHOLE_START))
        .and_then(|record| record.time);
    let Some(started) = started else {
        let detail = "see how LSASS was started: the log System does not go back to the last whole start of Windows";
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    };
    let protected = records(look, PROCESSES, PROTECTED, 1)?.into_iter().find_map(|record| record.time);
    Ok(protected.is_some_and(|protected| is_of_start(protected, started)))
}

fn is_of_start(protected: Instant, started: Instant) -> bool {
    CLOCK_STEP.after(protected) >= started
}

/// The newest records of that provider and id, newest first.
fn records(look: &Look<'_>, provider: &str, id: u32, most: usize) -> Result<Vec<EventRecord>, Reason> {
    let page =
        look.events(&EventQuery::newest(LOG, most).provider(provider).ids([id])).map_err(|error| error.reason())?;
    event_record::all(&page, LOG)
}

#[cfg(test)]
mod tests {
    use tenken_model::Read;
    use tenken_model::fact::system::SystemFamily;

    use super::*;
    use crate::host::Recording;
    use crate::host::recorded::Answer;
    use crate::host::windows_api::{RegistryData, RegistryKey, RegistryValue};

    fn record(provider: &str, id: u32, time: &str, data: &str) -> String {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>\
             <EventID>{id}</EventID><TimeCreated SystemTime='{time}'/><EventRecordID>1</EventRecordID><Channel>System</Channel>\
             </System><EventData>{data}</EventData></Event>"
        )
    }

    fn start(time: &str, kind: u32) -> String {
        record(STARTS, STARTED, time, &format!("<Data Name='BootType'>{kind}</Data><Data Name='LoadOptions'></Data>"))
    }

    fn protected(time: &str) -> String {
        record(PROCESSES, PROTECTED, time, "<Data Name='Level'>4</Data>")
    }

    fn of(records: Vec<String>) -> LsaProtection {
        let mut host = Recording::new(Instant::UNIX_EPOCH);
        host.family = SystemFamily::Windows;
        host.windows.records.insert(LOG.to_owned(), records);
        protection(&Look::new(&host))
    }

    #[test]
    fn it_is_protected_where_it_was_started_so() {
        let records = vec![start("2026-11-25T00:00:00Z", 0), protected("2026-11-25T00:00:04Z")];
        assert_eq!(of(records).running, Read::Measured(true));
        let stepped = vec![start("2026-11-25T00:00:30Z", 0), protected("2026-11-25T00:00:04Z")];
        assert_eq!(of(stepped).running, Read::Measured(true), "the clock was set between the two");
    }

    #[test]
    fn an_earlier_start_counts_for_nothing() {
        let records =
            vec![start("2026-11-20T00:00:00Z", 0), protected("2026-11-20T00:00:04Z"), start("2026-11-25T00:00:00Z", 0)];
        assert_eq!(of(records).running, Read::Measured(false));
        assert_eq!(of(vec![start("2026-11-25T00:00:00Z", 0)]).running, Read::Measured(false));
    }

    #[test]
    fn a_fast_start_and_hibernation_leave_the_process() {
        let mut records = vec![start("2026-11-20T00:00:00Z", 0), protected("2026-11-20T00:00:04Z")];
        records.extend([start("2026-11-21T00:00:00Z", 1), start("2026-11-22T00:00:00Z", 2)]);
        assert_eq!(of(records).running, Read::Measured(true));
        let before = vec![start("2026-11-20T00:00:00Z", 0), start("2026-11-21T00:00:00Z", 1)];
        assert_eq!(of(before).running, Read::Measured(false));
    }

    #[test]
    fn a_log_that_does_not_go_back_to_the_start_tells_nothing() {
        assert!(matches!(of(Vec::new()).running, Read::NotRead(_)));
        assert!(matches!(of(vec![start("2026-11-21T00:00:00Z", 1)]).running, Read::NotRead(_)));
        let host = Recording::new(Instant::UNIX_EPOCH);
        assert!(matches!(protection(&Look::new(&host)).running, Read::NotRead(_)), "no log at all");
    }

    #[test]
    fn what_it_is_to_be_is_told_beside_it() {
        let configured = |data: Option<RegistryData>| {
            let mut host = Recording::new(Instant::UNIX_EPOCH);
            host.family = SystemFamily::Windows;
            let values = data.into_iter().map(|data| RegistryValue { name: "RunAsPPL".to_owned(), data }).collect();
            let key = RegistryKey { values, ..RegistryKey::default() };
            host.windows.registry.insert(RegistryPath::machine(LSA), Answer::Given(key));
            protection(&Look::new(&host)).configured
        };
        assert_eq!(configured(None), Read::Measured(false));
        assert_eq!(configured(Some(RegistryData::Number(0))), Read::Measured(false));
        assert_eq!(configured(Some(RegistryData::Number(1))), Read::Measured(true));
        assert_eq!(configured(Some(RegistryData::Number(2))), Read::Measured(true));
        assert!(matches!(configured(Some(RegistryData::Text("1".to_owned()))), Read::NotRead(_)));
    }
}
