//! systemd-timesyncd: its configuration, and what it says on the system bus.

use serde_json::Value;
use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::super::Look;
use super::super::systemd_config::values;
use super::running::{Running, running};
use super::{each_once, idle, untold};
use crate::host::{BusProperty, ReadError};

const PROGRAM: &str = "/usr/lib/systemd/systemd-timesyncd";
const CONFIGURATION: &str = "/etc/systemd/timesyncd.conf";
const CONF_MAX: Size = Size::from_bytes(64 << 10);
/// Folders of drop-ins, the weakest first.
const DROP_INS: [&str; 3] =
    ["/usr/lib/systemd/timesyncd.conf.d", "/run/systemd/timesyncd.conf.d", "/etc/systemd/timesyncd.conf.d"];
const FOLDER_ENTRIES_MAX: usize = 1_000;
/// Its time stamp is set whenever the clock was synchronised.
const CLOCK_FILE: &str = "/run/systemd/timesync/synchronized";

/// timesyncd on this host, if it is installed.
pub(super) fn read(look: &Look<'_>) -> Option<TimeService> {
    let running = running(look, "systemd-timesyncd", &[]);
    let installed = !matches!(look.exists(PROGRAM), Ok(false));
    if !installed && !matches!(running, Running::Yes) {
        return None;
    }
    let configured = configured(look, matches!(running, Running::Yes)).into();
    Some(match running {
        Running::No => idle(TimeServiceKind::Timesyncd, configured),
        Running::Unknown(reason) => {
            untold(TimeServiceKind::Timesyncd, Read::NotRead(reason.clone()), configured, &reason)
        }
        Running::Yes => told(look, configured),
    })
}

fn told(look: &Look<'_>, configured: Read<Vec<String>>) -> TimeService {
    let synchronised = match look.metadata(CLOCK_FILE) {
        Ok(metadata) => Ok(Some(metadata.modified)),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error.reason()),
    };
    let message = property(look, "NTPMessage").map_err(|error| error.reason());
    let name = property(look, "ServerName").map_err(|error| error.reason());
    let follows = matches!(synchronised, Ok(Some(_)));
    TimeService {
        kind: TimeServiceKind::Timesyncd,
        running: Read::Measured(true),
        synchronised: synchronised.clone().map(|at| at.is_some()).into(),
        source: name.map(|name| name.as_str().filter(|name| follows && !name.is_empty()).map(str::to_owned)).into(),
        stratum: message.clone().map(|message| field(&message, 5).filter(|_| follows)).into(),
        last_sync: synchronised.map(|at: Option<Instant>| at).into(),
        offset: message.and_then(|message| offset(&message)).map(|offset| offset.filter(|_| follows)).into(),
        configured,
    }
}

fn property(look: &Look<'_>, name: &str) -> Result<Value, ReadError> {
    look.bus_property(&BusProperty {
        service: "org.freedesktop.timesync1".to_owned(),
        path: "/org/freedesktop/timesync1".to_owned(),
        interface: "org.freedesktop.timesync1.Manager".to_owned(),
        name: name.to_owned(),
    })
}

/// The whole number at a place of `NTPMessage`, if it is there.
///
/// `NTPMessage` is (leap, version, mode, stratum, precision, root delay, root dispersion, reference, origin,
/// receive, transmit, destination, ignored, packet count, jitter), times in microseconds.
pub fn field(message: &Value, nth: usize) -> Option<i64> {
    message.as_array()?.get(nth.checked_sub(2)?)?.as_i64()
}

/// The clock's offset by `NTPMessage`: half of ((receive - origin) + (transmit - destination)); `None` before the first answer.
pub fn offset(message: &Value) -> Result<Option<Span>, Reason> {
    let times = message.as_array().and_then(|parts| {
        let time = |nth: usize| parts.get(nth)?.as_i64();
        Some((time(8)?, time(9)?, time(10)?, time(11)?))
    });
    let Some((origin, receive, transmit, destination)) = times else {
        return Err(Reason::new(ReasonCode::Unparsable, "read NTPMessage of timesyncd: it has another form"));
    };
    if receive == 0 {
        return Ok(None);
    }
    let doubled = receive.saturating_sub(origin).saturating_add(transmit.saturating_sub(destination));
    Ok(Some(Span::from_millis(doubled / 2_000)))
}

/// `NTP=` of all layers; `FallbackNTP=` where there are none. An empty line takes back those before it. One that runs
/// tells the rest: what networks name, what it was given by hand, and what it was built with.
fn configured(look: &Look<'_>, runs: bool) -> Result<Vec<String>, Reason> {
    let texts = texts(look)?;
    let names = named(&texts, "NTP")?.unwrap_or_default();
    if runs {
        return in_use(look, names);
    }
    if !names.is_empty() {
        return Ok(each_once(names));
    }
    named(&texts, "FallbackNTP")?.map(each_once).ok_or_else(|| {
        let detail =
            "read the servers of timesyncd: none is named, and those it was built with only tells one that runs";
        Reason::new(ReasonCode::Inconclusive, detail)
    })
}

/// The servers of a timesyncd that runs, with those of its files, which it may have read before they changed.
fn in_use(look: &Look<'_>, mut names: Vec<String>) -> Result<Vec<String>, Reason> {
    let mut running = Vec::new();
    for property in ["SystemNTPServers", "LinkNTPServers"] {
        running.extend(servers(look, property)?);
    }
    running.extend(by_hand(look)?);
    // Whatever its files say by now, one that has none uses those it was built with.
    if running.is_empty() {
        running = servers(look, "FallbackNTPServers")?;
    }
    names.extend(running);
    let asked = property(look, "ServerName").map_err(|error| error.reason())?;
    names.extend(asked.as_str().filter(|name| !name.is_empty()).map(str::to_owned));
    Ok(each_once(names))
}

/// Those that were set over the bus; old versions know none.
fn by_hand(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    match property(look, "RuntimeNTPServers") {
        Err(error) if error.is_not_there() => Ok(Vec::new()),
        Err(error) => Err(error.reason()),
        Ok(value) => texts_of("RuntimeNTPServers", &value),
    }
}

/// The configuration's files, the weakest first, with their names.
fn texts(look: &Look<'_>) -> Result<Vec<(String, Vec<u8>)>, Reason> {
    let mut paths = vec![CONFIGURATION.to_owned()];
    for folder in DROP_INS {
        for entry in look.list_if_there(folder, FOLDER_ENTRIES_MAX).map_err(|error| error.reason())? {
            if std::path::Path::new(&entry.name).extension().is_some_and(|extension| extension == "conf") {
                paths.push(format!("{folder}/{}", entry.name));
            }
        }
    }
    let mut texts = Vec::new();
    for path in paths {
        let bytes = look.read_text_if_there(&path, CONF_MAX).map_err(|error| error.reason())?;
        texts.extend(bytes.map(|bytes| (path, bytes)));
    }
    Ok(texts)
}

/// The names that a key has in all layers; nothing where none has it.
fn named(texts: &[(String, Vec<u8>)], key: &str) -> Result<Option<Vec<String>>, Reason> {
    let mut all: Option<Vec<String>> = None;
    for (path, bytes) in texts {
        let found = values(bytes, "Time", key)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
        for value in found {
            let names = all.get_or_insert_default();
            if value.trim().is_empty() {
                names.clear();
            }
            names.extend(value.split_whitespace().map(str::to_owned));
        }
    }
    Ok(all)
}

fn servers(look: &Look<'_>, name: &str) -> Result<Vec<String>, Reason> {
    texts_of(name, &property(look, name).map_err(|error| error.reason())?)
}

fn texts_of(property: &str, value: &Value) -> Result<Vec<String>, Reason> {
    let names = value.as_array().and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    let odd = || format!("read {property} of timesyncd: it has another form");
    names.ok_or_else(|| Reason::new(ReasonCode::Unparsable, odd()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_tells_stratum_and_offset() {
        let message =
            json!([0, 4, 4, 2, -20, 1000, 2000, "AAAA", 1_000_000, 1_004_000, 1_004_100, 1_002_100, false, 1, 5]);
        assert_eq!(field(&message, 5), Some(2));
        assert_eq!(offset(&message).unwrap().unwrap().millis(), 3);
        assert!(offset(&json!([1, 2])).is_err());
    }
}
