//! The event log of Windows: what is audited, which channels there are, who may read and clear them, how far they reach, and
//! whether records went missing.
//!
//! - Sizes and modes: EVT_CHANNEL_CONFIG_PROPERTY_ID and EVT_LOG_PROPERTY_ID of winevt.h.
//! - Clearing: 1102 in Security and 104 in System of the provider `Microsoft-Windows-Eventlog`.
//!   <https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-1102>

mod agent;
pub mod audit;
pub mod cleared;
pub mod descriptor;
pub mod forwarding;
mod life;
pub mod readers;

use std::collections::BTreeMap;

use tenken_model::fact::logs::{LogFile, LogLoss, LogPurpose, Logs, WindowsLog};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use self::descriptor::Access;
use super::continuity;
use super::memory::{ChannelMark, LogMemory, Mark};
use crate::collect::sessions::windows::CHANNEL as SESSIONS;
use crate::collect::{Look, Needs, Wake, event_record};
use crate::host::windows_api::{EventChannel, EventQuery, RegistryPath, ServiceState};

/// Channels that tell who used the machine, with what they are records of.
const TOLD: [(&str, LogPurpose); 2] = [("Security", LogPurpose::Authentication), (SESSIONS, LogPurpose::SignIns)];
/// Channels that are watched for losses.
const WATCHED: [&str; 4] = ["Security", "System", "Application", SESSIONS];
/// For how long a clearing is told.
const TOLD_FOR: Span = Span::from_days(30);
/// The most clearings that are looked at.
const CLEARINGS_MAX: usize = 50;
/// Of a shorter time it cannot be told how fast a channel fills: much is written while a system is set up.
const RATE_FROM: Span = Span::from_days(14);
/// The longest that a channel is told to last: a hundred years.
const DAYS_MAX: i64 = 36_500;

/// Reads the topic on Windows, with what is remembered of the channels.
pub fn collect_after(look: &Look<'_>, needs: &Needs, before: Option<&LogMemory>) -> (Outcome<Logs>, Option<LogMemory>) {
    match read(look, needs.now, before) {
        Ok((logs, memory)) => (Outcome::Known(logs), memory),
        Err(reason) => (Outcome::Failed(reason), None),
    }
}

fn read(look: &Look<'_>, now: Instant, before: Option<&LogMemory>) -> Result<(Logs, Option<LogMemory>), Reason> {
    let channels: Channels = WATCHED
        .iter()
        .map(|name| (*name, look.event_channel(name)))
        .filter(|(_, channel)| !matches!(channel, Err(error) if error.is_not_there()))
        .map(|(name, channel)| (name, channel.map_err(|error| error.reason())))
        .collect();
    look.wake_on(Wake::EventChannel("System".to_owned()));
    let (cleared, unread) = clearings(look, now);
    let cleared = of_this_life(look, cleared, before, now);
    let memory = before.map(|before| remember(look, before, &channels, now)).transpose()?;
    let mut losses = memory.as_ref().map(|memory| memory.losses.clone()).unwrap_or_default();
    // Of a clearing the channel tells itself, also where nothing is remembered.
    let told = cleared.as_slice();
    losses.extend(told.iter().filter(|loss| !is_among(loss, &losses)).cloned().collect::<Vec<_>>());
    losses.truncate(continuity::LOSSES_MAX);
    let memory = memory.map(|memory| LogMemory { losses: losses.clone(), ..memory });
    let watched_since = memory.as_ref().and_then(|memory| memory.since).filter(|_| unread.is_none());
    let logs = Logs {
        journal: Read::Measured(None),
        syslog: Read::Measured(None),
        forwards: forwarding::read(look).into(),
        audit: Read::Measured(None),
        windows: windows_log(look, &channels).map(Some).into(),
        files: files(&channels, told, now).into(),
        losses,
        watched_since,
        agent: agent::read(look).transpose().map(Read::from),
    };
    Ok((logs, memory))
}

type Channels = BTreeMap<&'static str, Result<EventChannel, Reason>>;

/// The same clearing, as it was told before.
fn is_among(loss: &LogLoss, losses: &[LogLoss]) -> bool {
    losses.iter().any(|known| (&known.log, known.kind, known.noticed_at) == (&loss.log, loss.kind, loss.noticed_at))
}

fn channel<'a>(channels: &'a Channels, name: &str) -> Result<&'a EventChannel, Reason> {
    match channels.get(name) {
        Some(channel) => channel.as_ref().map_err(Clone::clone),
        None => Err(Reason::new(ReasonCode::Missing, format!("look at the event channel {name}: there is none"))),
    }
}

fn windows_log(look: &Look<'_>, channels: &Channels) -> Result<WindowsLog, Reason> {
    let security = channel(channels, "Security")?;
    let services = look.services().map_err(|error| error.reason())?;
    let service = services.iter().find(|service| service.name.eq_ignore_ascii_case("EventLog"));
    let runs = service.is_some_and(|service| service.state == ServiceState::Running);
    Ok(WindowsLog {
        recording: runs && takes_records(security),
        audited: audit::read(look).into(),
        size_max: security.max_size,
        // Why not, the topic of accounts says.
        readers: access("Security", security).and_then(|access| readers::read(look, &access)).ok(),
    })
}

/// Who may use a channel.
fn access(name: &str, channel: &EventChannel) -> Result<Access, Reason> {
    let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read who may use {name}: {error}"));
    channel.access.as_deref().map_or_else(|| Ok(Access::default()), |text| descriptor::parse(text).map_err(unparsable))
}

/// A channel that is off takes none, nor does a full one that keeps what it has and puts no copy aside.
pub fn takes_records(channel: &EventChannel) -> bool {
    channel.enabled && !(channel.full && channel.retention && !channel.auto_backup)
}

fn files(channels: &Channels, cleared: &[LogLoss], now: Instant) -> Result<Vec<LogFile>, Reason> {
    let mut files = Vec::new();
    for (name, purpose) in TOLD {
        // Every Windows has a Security channel.
        if name != "Security" && !channels.contains_key(name) {
            continue;
        }
        let channel = channel(channels, name)?;
        let access = access(name, channel)?;
        let clears = access.clearing_group();
        files.push(LogFile {
            file: name.to_owned(),
            purpose,
            owner: access.owner.clone(),
            group: access.reading_group(),
            writing_group: clears,
            public_read: access.everybody_reads,
            public_write: access.everybody_clears,
            // What it has does not reach until now.
            oldest: Read::Measured(channel.oldest.filter(|_| takes_records(channel))),
            copies: 0,
            kept_for: kept_for(name, channel, now).into(),
            complete: channel.oldest_record == Some(1) && !cleared.iter().any(|loss| loss.log == name),
        });
    }
    Ok(files)
}

/// For how long the channel will have records once it is full, when it goes on as it did; nothing where none goes then. One
/// whose oldest records went already shows by the oldest that is left for how long that is. One that takes no more has none of today.
fn kept_for(name: &str, channel: &EventChannel, now: Instant) -> Result<Option<Span>, Reason> {
    if !takes_records(channel) {
        return Ok(Some(Span::from_millis(0)));
    }
    let has_rolled = channel.oldest_record.is_some_and(|oldest| oldest > 1);
    if channel.retention || has_rolled {
        return Ok(None);
    }
    let young = |why: &str| {
        let detail = format!("see for how long {name} keeps records: {why}");
        Reason::new(ReasonCode::Inconclusive, detail)
    };
    let oldest = channel.oldest.ok_or_else(|| young("it is empty"))?;
    let reach = Span::between(oldest, now);
    if reach < RATE_FROM {
        return Err(young("it is too young to tell how fast it fills"));
    }
    let (most, used) = (u128::from(channel.max_size.bytes()), u128::from(channel.file_size.bytes()));
    let seconds = u128::try_from(reach.millis() / 1_000).unwrap_or_default();
    let lasts = (seconds * most).checked_div(used).ok_or_else(|| young("how large it is was not told"))?;
    // Whole days, because it changes all the time.
    let days = i64::try_from(lasts / 86_400).unwrap_or(i64::MAX).min(DAYS_MAX);
    Ok(Some(Span::from_days(days)))
}

/// Clearings of the last month, by the records that they leave, and why not all of them are told. One whose record cannot be read
/// does not hide the others.
fn clearings(look: &Look<'_>, now: Instant) -> (Vec<LogLoss>, Option<Reason>) {
    let since = Span::from_millis(-TOLD_FOR.millis()).after(now);
    let (mut found, mut unread) = (Vec::new(), None);
    for (name, id) in [("Security", cleared::SECURITY), ("System", cleared::OTHER)] {
        let query = EventQuery::newest(name, CLEARINGS_MAX).ids([id]).provider(cleared::PROVIDER).since(since);
        let page = match look.events(&query) {
            Ok(page) => page,
            Err(error) if error.is_not_there() => continue,
            Err(error) => {
                unread.get_or_insert(error.reason());
                continue;
            }
        };
        for xml in &page.records {
            match event_record::parse(xml) {
                Ok(record) => found.extend(cleared::loss(&record)),
                Err(error) => {
                    let detail = format!("read clearings of {name}: {error}");
                    unread.get_or_insert(Reason::new(ReasonCode::Unparsable, detail));
                }
            }
        }
    }
    (found, unread)
}

/// Without what an image brought along: clearings from before the system was installed here. What happened while this agent watched
/// counts, whenever the system says that it was installed: who may clear a log may change that, too.
fn of_this_life(look: &Look<'_>, cleared: Vec<LogLoss>, before: Option<&LogMemory>, now: Instant) -> Vec<LogLoss> {
    if cleared.is_empty() {
        return cleared;
    }
    let Some(began) = life::began(look).filter(|began| *began <= now) else { return cleared };
    let watched = before.and_then(|before| before.since);
    let counts = |loss: &LogLoss| loss.noticed_at >= began || watched.is_some_and(|since| since <= loss.noticed_at);
    cleared.into_iter().filter(counts).collect()
}

/// What is to be remembered of the channels, with what was lost since.
fn remember(look: &Look<'_>, before: &LogMemory, channels: &Channels, now: Instant) -> Result<LogMemory, Reason> {
    let cryptography = look.registry(&RegistryPath::machine(r"SOFTWARE\Microsoft\Cryptography"));
    let cryptography = cryptography.map_err(|error| error.reason())?.unwrap_or_default();
    let booted = look.system().map_err(|error| error.reason())?.booted_at;
    let mark = |(name, channel): (&&str, &Result<EventChannel, Reason>)| {
        let channel = channel.as_ref().ok()?;
        Some(((*name).to_owned(), Mark::Channel(of_channel(channel))))
    };
    let fresh = LogMemory {
        machine: cryptography.text("MachineGuid").unwrap_or_default().to_owned(),
        boot: booted.to_rfc3339(),
        logs: channels.iter().filter_map(mark).collect(),
        ..LogMemory::default()
    };
    Ok(continuity::compare(before, fresh, now, None))
}

fn of_channel(channel: &EventChannel) -> ChannelMark {
    let oldest = channel.oldest_record.unwrap_or_default();
    ChannelMark {
        oldest,
        newest: oldest.saturating_add(channel.records).saturating_sub(1),
        size: channel.file_size.bytes(),
    }
}

#[cfg(test)]
mod tests;
