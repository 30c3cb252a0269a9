//! ClamAV's running engine: is it alive, and what has it loaded.

use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::clamd_answer::{ANSWER_MAX, ClamdVersion, PING, VERSION, is_pong, parse_version};
use super::database_header::DatabaseHeader;
use super::options::Options;
use super::time_zone::Zone;
use crate::collect::Look;
use crate::host::{Endpoint, ReadErrorKind};

/// How long clamd may take to answer.
const ANSWER_WITHIN: Span = Span::from_secs(2);

/// How far a zone may be from Coordinated Universal Time, in seconds.
const OFFSET_MAX: i64 = 14 * 3_600;

/// The running engine.
pub(super) struct Engine {
    /// It is alive.
    pub(super) running: Read<bool>,
    /// What it says of itself; absent when it is not running.
    pub(super) version: Read<Option<ClamdVersion>>,
}

/// Asks clamd, if its process is there. A service manager that listens in its place would start it, and
/// reading must not change the host, so that without a process nothing is asked.
pub(super) fn ask(look: &Look<'_>, process: &Read<bool>, options: &Result<Options, Reason>) -> Engine {
    let endpoint = options.as_ref().map_err(Clone::clone).and_then(endpoint);
    if let Ok(Endpoint::UnixStream(path)) = &endpoint {
        // A look alone is enough to be woken when clamd starts; whether it can be asked is seen below.
        drop(look.metadata(path));
    }
    match process {
        Read::NotRead(reason) => {
            Engine { running: Read::NotRead(reason.clone()), version: Read::NotRead(reason.clone()) }
        }
        Read::Measured(false) => Engine { running: Read::Measured(false), version: Read::Measured(None) },
        Read::Measured(true) => match endpoint {
            // The process is alive; what it has loaded cannot be asked.
            Err(reason) => Engine { running: Read::Measured(true), version: Read::NotRead(reason) },
            Ok(endpoint) => {
                Engine { running: pings(look, &endpoint), version: version(look, &endpoint).map(Some).into() }
            }
        },
    }
}

/// Where clamd listens. A socket on another address than loopback is not asked.
fn endpoint(options: &Options) -> Result<Endpoint, Reason> {
    if let Some(path) = options.first("LocalSocket") {
        return Ok(Endpoint::UnixStream(path.into()));
    }
    let no_socket = |detail: &str| Reason::new(ReasonCode::Unsupported, format!("clamd.conf: {detail}"));
    let port = options.first("TCPSocket").ok_or_else(|| no_socket("no LocalSocket and no TCPSocket"))?;
    let port = port.parse().map_err(|_| no_socket("TCPSocket is no port"))?;
    let mut addresses = options.all("TCPAddr").peekable();
    let on_loopback = addresses.peek().is_none()
        || addresses.any(|address| matches!(address, "localhost" | "127.0.0.1" | "0.0.0.0" | "::"));
    if on_loopback { Ok(Endpoint::LoopbackTcp(port)) } else { Err(no_socket("TCPAddr is not 127.0.0.1")) }
}

fn pings(look: &Look<'_>, endpoint: &Endpoint) -> Read<bool> {
    match look.exchange(endpoint, PING, Size::from_bytes(ANSWER_MAX), ANSWER_WITHIN) {
        Ok(answer) if is_pong(&answer) => Read::Measured(true),
        Ok(_) => Read::not_read(ReasonCode::NoAnswer, "clamd did not answer PONG to PING"),
        // It lives; it only does not let the agent in.
        Err(error) if error.kind == ReadErrorKind::NotPermitted => Read::Measured(true),
        Err(error) => Read::NotRead(error.reason()),
    }
}

fn version(look: &Look<'_>, endpoint: &Endpoint) -> Result<ClamdVersion, Reason> {
    let answer = look
        .exchange(endpoint, VERSION, Size::from_bytes(ANSWER_MAX), ANSWER_WITHIN)
        .map_err(|error| error.reason())?;
    parse_version(&answer).map_err(|error| Reason::new(ReasonCode::Unparsable, error.to_string()))
}

/// When the signatures the engine has loaded were built; absent when it has loaded none, or does not run.
///
/// clamd writes the time in its own zone without naming it. Where it runs what is on disk, the time on disk
/// is the exact one; otherwise the system's zone is taken, and must not contradict the versions.
pub(super) fn loaded_built(
    version: &Read<Option<ClamdVersion>>,
    on_disk: &Result<Option<DatabaseHeader>, Reason>,
    zone: &Result<Zone, Reason>,
) -> Read<Option<Instant>> {
    let version = match version {
        Read::NotRead(reason) => return Read::NotRead(reason.clone()),
        Read::Measured(version) => version,
    };
    let Some(loaded) = version.as_ref().and_then(|version| version.loaded) else { return Read::Measured(None) };
    let disk = on_disk.as_ref().ok().and_then(Option::as_ref);
    let same = disk.filter(|disk| {
        let apart = loaded.built_local.and_utc().timestamp() - disk.built.timestamp();
        disk.version == loaded.version && apart.abs() <= OFFSET_MAX && apart % 900 == 0
    });
    if let Some(disk) = same {
        return Read::Measured(Some(disk.built));
    }
    let zone = match zone {
        Err(reason) => return Read::NotRead(reason.clone()),
        Ok(zone) => zone,
    };
    let unsure =
        || Read::not_read(ReasonCode::Inconclusive, "clamd's answer names no time zone, and the system's does not fit");
    let Some(built) = zone.instant(loaded.built_local) else { return unsure() };
    match disk {
        Some(disk) if loaded.version < disk.version && built >= disk.built => unsure(),
        Some(disk) if loaded.version > disk.version && built <= disk.built => unsure(),
        _ => Read::Measured(Some(built)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::parse;
    use super::*;

    fn endpoint_of(text: &str) -> Option<Endpoint> {
        endpoint(&parse(text.as_bytes()).unwrap()).ok()
    }

    #[test]
    fn only_local_sockets_are_asked() {
        assert_eq!(endpoint_of("LocalSocket /a\nTCPSocket 1"), Some(Endpoint::UnixStream("/a".into())));
        assert_eq!(endpoint_of("TCPSocket 3310"), Some(Endpoint::LoopbackTcp(3310)));
        assert_eq!(
            endpoint_of("TCPSocket 3310\nTCPAddr 10.0.0.1\nTCPAddr localhost"),
            Some(Endpoint::LoopbackTcp(3310))
        );
        for none in ["", "TCPSocket 3310\nTCPAddr 10.0.0.1", "TCPSocket 99999", "TCPSocket x"] {
            assert_eq!(endpoint_of(none), None, "{none}");
        }
    }

    const DISK: &str = "2026-10-01T08:15:00Z";

    fn loaded(answer: &str, disk: Option<(u64, &str)>, zone: &Result<Zone, Reason>) -> Read<Option<Instant>> {
        let version = Read::Measured(Some(parse_version(answer.as_bytes()).unwrap()));
        let disk = disk.map(|(version, built)| DatabaseHeader { built: built.parse().unwrap(), version });
        loaded_built(&version, &Ok(disk), zone)
    }

    fn measured(text: &str) -> Read<Option<Instant>> {
        Read::Measured(Some(text.parse().unwrap()))
    }

    fn no_zone() -> Result<Zone, Reason> {
        Err(Reason::new(ReasonCode::Missing, "no zone"))
    }

    #[test]
    fn the_same_version_has_the_time_on_disk_in_any_zone() {
        for answer in ["Thu Oct  1 08:15:00 2026", "Thu Oct  1 17:15:00 2026", "Wed Sep 30 22:15:00 2026"] {
            let answer = format!("ClamAV 1.4.6/27000/{answer}");
            assert_eq!(loaded(&answer, Some((27000, DISK)), &no_zone()), measured(DISK), "{answer}");
        }
    }

    #[test]
    fn a_header_whose_date_was_edited_does_not_count() {
        let answer = "ClamAV 1.4.6/27000/Thu Oct  1 08:15:00 2026";
        assert_eq!(loaded(answer, Some((27000, "2026-11-20T08:15:00Z")), &Ok(Zone::utc())), measured(DISK));
        assert!(loaded(answer, Some((27000, "2026-11-20T08:15:00Z")), &no_zone()).measured().is_none());
    }

    #[test]
    fn an_older_version_takes_the_system_zone() {
        let tokyo =
            super::super::time_zone::parse(include_bytes!("../../../tests/samples/antivirus/Tokyo.tzif")).unwrap();
        let answer = "ClamAV 1.4.6/26999/Wed Sep 30 17:15:00 2026";
        assert_eq!(loaded(answer, Some((27000, DISK)), &Ok(tokyo)), measured("2026-09-30T08:15:00Z"));
        assert!(loaded(answer, Some((27000, DISK)), &no_zone()).measured().is_none());
        assert_eq!(loaded(answer, None, &Ok(Zone::utc())), measured("2026-09-30T17:15:00Z"));
    }

    #[test]
    fn a_zone_that_contradicts_the_versions_is_not_believed() {
        let older = "ClamAV 1.4.6/26999/Thu Oct  1 09:15:00 2026";
        assert!(loaded(older, Some((27000, DISK)), &Ok(Zone::utc())).measured().is_none());
        let newer = "ClamAV 1.4.6/27001/Thu Oct  1 08:15:00 2026";
        assert!(loaded(newer, Some((27000, DISK)), &Ok(Zone::utc())).measured().is_none());
    }

    #[test]
    fn nothing_loaded_is_absent() {
        assert_eq!(loaded("ClamAV 1.4.6", Some((27000, DISK)), &no_zone()), Read::Measured(None));
        assert_eq!(loaded_built(&Read::Measured(None), &Ok(None), &no_zone()), Read::Measured(None));
    }
}
