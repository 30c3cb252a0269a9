//! ntpd of NTPsec or the reference implementation, asked by its control protocol; OpenNTPD and ntpd-rs, which are
//! recognised.

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::super::Look;
use super::control_message::{Variables, request, variables};
use super::running::{Running, running};
use super::{idle, untold};
use crate::host::{Endpoint, ReadError};

const CONF_MAX: Size = Size::from_bytes(256 << 10);
const ANSWER_MAX: Size = Size::from_bytes(2_048);
const WITHIN: Span = Span::from_millis(1_000);
const PORT: u16 = 123;

/// A daemon whose process has the given name.
struct Daemon {
    kind: TimeServiceKind,
    process: &'static str,
    configurations: &'static [&'static str],
}

const DAEMONS: [Daemon; 3] = [
    Daemon { kind: TimeServiceKind::Ntpd, process: "ntpd", configurations: &["/etc/ntpsec/ntp.conf", "/etc/ntp.conf"] },
    Daemon { kind: TimeServiceKind::OpenNtpd, process: "ntpd", configurations: &["/etc/openntpd/ntpd.conf"] },
    Daemon { kind: TimeServiceKind::NtpdRs, process: "ntp-daemon", configurations: &["/etc/ntpd-rs/ntp.toml"] },
];

/// Those that are installed.
pub(super) fn read(look: &Look<'_>) -> Vec<TimeService> {
    DAEMONS.iter().filter_map(|daemon| service(look, daemon)).collect()
}

fn service(look: &Look<'_>, daemon: &Daemon) -> Option<TimeService> {
    let text = daemon.configurations.iter().find_map(|path| match look.read(path, CONF_MAX) {
        Ok(bytes) => Some(Ok(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.is_not_there() => None,
        Err(error) => Some(Err(error)),
    })?;
    let configured = configured(daemon, text);
    Some(match running(look, daemon.process, &[]) {
        Running::No => idle(daemon.kind, configured),
        Running::Unknown(reason) => untold(daemon.kind, Read::NotRead(reason.clone()), configured, &reason),
        Running::Yes if daemon.kind == TimeServiceKind::Ntpd => match ask(look) {
            Ok(told) => told_by(&told, configured),
            Err(reason) => untold(daemon.kind, Read::Measured(true), configured, &reason),
        },
        Running::Yes => {
            let reason = Reason::new(ReasonCode::Unsupported, format!("ask {}: it is only recognised", daemon.kind));
            untold(daemon.kind, Read::Measured(true), configured, &reason)
        }
    })
}

fn configured(daemon: &Daemon, text: Result<String, ReadError>) -> Read<Vec<String>> {
    match (daemon.kind, text) {
        (_, Err(error)) => Read::NotRead(error.reason()),
        (TimeServiceKind::NtpdRs, Ok(_)) => {
            Read::not_read(ReasonCode::Unsupported, "read ntpd-rs's configuration: it is only recognised")
        }
        (_, Ok(text)) => Read::Measured(sources(&text)),
    }
}

/// The names in `server`, `servers`, `pool` and `peer` lines of ntp.conf or ntpd.conf; `#` begins a comment.
pub fn sources(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split('#').next()?.split_whitespace();
            matches!(words.next()?, "server" | "servers" | "pool" | "peer").then(|| words.next().map(str::to_owned))?
        })
        .collect()
}

fn ask(look: &Look<'_>) -> Result<Variables, Reason> {
    let answer =
        look.exchange(&Endpoint::LoopbackUdp(PORT), &request(), ANSWER_MAX, WITHIN).map_err(|error| error.reason())?;
    variables(&answer)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("ask ntpd for its variables: {error}")))
}

fn told_by(told: &Variables, configured: Read<Vec<String>>) -> TimeService {
    let missing = |name: &str| Reason::new(ReasonCode::Unparsable, format!("ask ntpd for its variables: no `{name}`"));
    let follows = told.synchronised();
    let when_following = |value: Option<i64>, name: &str| match (follows, value) {
        (Some(false), _) => Ok(None),
        (_, Some(value)) => Ok(Some(value)),
        (_, None) => Err(missing(name)),
    };
    TimeService {
        kind: TimeServiceKind::Ntpd,
        running: Read::Measured(true),
        synchronised: follows.ok_or_else(|| missing("leap")).into(),
        source: Ok::<_, Reason>(told.text("refid").filter(|_| follows == Some(true)).map(str::to_owned)).into(),
        stratum: when_following(told.number("stratum"), "stratum").into(),
        last_sync: match (follows, told.reference_time()) {
            (Some(false), _) => Read::Measured(None),
            (_, Some(at)) => Read::Measured(Some(at)),
            (_, None) => Read::NotRead(missing("reftime")),
        },
        offset: match (follows, told.offset()) {
            (Some(false), _) => Read::Measured(None),
            // ntpd says how far the source is ahead, which is how far this clock is behind.
            (_, Some(offset)) => Read::Measured(Some(offset)),
            (_, None) => Read::NotRead(missing("offset")),
        },
        configured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_without_comments() {
        let text = "# server a\nserver ntp.nict.jp iburst # x\npool 0.debian.pool.ntp.org\nrestrict default\nserver\n";
        assert_eq!(sources(text), ["ntp.nict.jp", "0.debian.pool.ntp.org"]);
    }
}
