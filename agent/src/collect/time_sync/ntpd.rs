//! ntpd of NTPsec or the reference implementation, asked by its control protocol; OpenNTPD and ntpd-rs, which are
//! recognised.

use std::path::Path;

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::super::Look;
use super::control_message::{Variables, request, variables};
use super::running::{Running, running};
use super::{idle, untold};
use crate::host::{Endpoint, EntryKind};

const CONF_MAX: Size = Size::from_bytes(256 << 10);
const ANSWER_MAX: Size = Size::from_bytes(2_048);
const WITHIN: Span = Span::from_millis(1_000);
const PORT: u16 = 123;
/// How many files a configuration may take in, and how deep.
const FILES_MAX: usize = 64;
const DEPTH_MAX: usize = 5;
/// What Debian's DHCP hook writes, and where its service is told to ignore that.
const OF_DHCP: &str = "/run/ntpsec/ntp.conf.dhcp";
const DEFAULTS: &str = "/etc/default/ntpsec";

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
    let running = running(look, daemon.process, &[]);
    let configured = match configured(look, daemon) {
        Ok(Some(sources)) => Read::Measured(sources),
        Err(reason) => Read::NotRead(reason),
        // One that runs all the same was told of another place on its command line.
        Ok(None) if running == Running::Yes && !of_another(look, daemon) => {
            let detail =
                format!("read the configuration of {}: it runs, and none is where it is looked for", daemon.kind);
            Read::not_read(ReasonCode::Missing, detail)
        }
        Ok(None) => return None,
    };
    Some(match running {
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

/// Whether a process of this name is taken for that of another daemon: two have one name. Without any configuration it is
/// taken for the first.
fn of_another(look: &Look<'_>, daemon: &Daemon) -> bool {
    let others = || DAEMONS.iter().filter(|other| other.process == daemon.process && other.kind != daemon.kind);
    let there = |other: &Daemon| other.configurations.iter().any(|path| !matches!(look.exists(path), Ok(false)));
    others().any(there) || daemon.kind == TimeServiceKind::OpenNtpd
}

/// The sources that are configured; `None` where no configuration is there.
fn configured(look: &Look<'_>, daemon: &Daemon) -> Result<Option<Vec<String>>, Reason> {
    if daemon.kind == TimeServiceKind::NtpdRs {
        return recognised(look, daemon);
    }
    let mut files = Files { look, kind: daemon.kind, seen: Vec::new(), sources: Vec::new() };
    let leased = if daemon.kind == TimeServiceKind::Ntpd { leased(look)? } else { None };
    for path in leased.into_iter().chain(daemon.configurations.iter().copied()) {
        if !files.read(path, 0)? {
            continue;
        }
        if daemon.kind == TimeServiceKind::Ntpd && path != OF_DHCP {
            files.read_folder(&path.replace("ntp.conf", "ntp.d"), 0)?;
        }
        return Ok(Some(files.sources));
    }
    Ok(None)
}

/// One whose configuration is of a form that is not read.
fn recognised(look: &Look<'_>, daemon: &Daemon) -> Result<Option<Vec<String>>, Reason> {
    for path in daemon.configurations {
        if look.exists(path).map_err(|error| error.reason())? {
            let detail = format!("read {path}: configurations of {} are only recognised", daemon.kind);
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
    }
    Ok(None)
}

/// The configuration that a DHCP client made, where Debian's service takes it in place of the other.
fn leased(look: &Look<'_>) -> Result<Option<&'static str>, Reason> {
    if !look.exists(OF_DHCP).map_err(|error| error.reason())? {
        return Ok(None);
    }
    let defaults = look.read_text_if_there(DEFAULTS, CONF_MAX).map_err(|error| error.reason())?.unwrap_or_default();
    Ok((!ignores_dhcp(&String::from_utf8_lossy(&defaults))).then_some(OF_DHCP))
}

/// Whether `/etc/default/ntpsec` says to ignore what a DHCP client was told; the last setting counts.
pub fn ignores_dhcp(defaults: &str) -> bool {
    let setting = defaults.lines().filter_map(|line| line.trim().strip_prefix("IGNORE_DHCP=")).next_back();
    setting.is_some_and(|value| value.trim_matches(['"', '\'']) == "yes")
}

/// Files of a configuration and what they name.
struct Files<'a, 'h> {
    look: &'a Look<'h>,
    kind: TimeServiceKind,
    seen: Vec<String>,
    sources: Vec<String>,
}

impl Files<'_, '_> {
    /// Reads a file and what it takes in; false where it is not there.
    fn read(&mut self, path: &str, depth: usize) -> Result<bool, Reason> {
        let Some(bytes) = self.look.read_text_if_there(path, CONF_MAX).map_err(|error| error.reason())? else {
            return Ok(false);
        };
        if self.seen.len() >= FILES_MAX || depth > DEPTH_MAX {
            let detail = format!("read {path}: the configuration takes in too many files, or too deep");
            return Err(Reason::new(ReasonCode::TooLarge, detail));
        }
        self.seen.push(path.to_owned());
        for line in lines(&String::from_utf8_lossy(&bytes)) {
            match line {
                Line::Source(name) => self.sources.push(name),
                Line::Include(_) if self.kind != TimeServiceKind::Ntpd => {
                    let detail = format!("read {path}: {} takes in no other file", self.kind);
                    return Err(Reason::new(ReasonCode::Unsupported, detail));
                }
                Line::Include(name) => {
                    let below = Path::new(path).parent().unwrap_or(Path::new("/")).join(name).display().to_string();
                    let is_folder = self.look.metadata(&below).is_ok_and(|there| there.kind == EntryKind::Folder);
                    if is_folder {
                        self.read_folder(&below, depth + 1)?;
                    } else if !self.read(&below, depth + 1)? {
                        let detail = format!("read {below}: {path} takes it in, and it is not there");
                        return Err(Reason::new(ReasonCode::Missing, detail));
                    }
                }
            }
        }
        Ok(true)
    }

    /// The files of a folder that end in `.conf`, by name.
    fn read_folder(&mut self, folder: &str, depth: usize) -> Result<(), Reason> {
        for entry in self.look.list_if_there(folder, FILES_MAX).map_err(|error| error.reason())? {
            if entry.name.strip_suffix(".conf").is_some() {
                self.read(&format!("{folder}/{}", entry.name), depth)?;
            }
        }
        Ok(())
    }
}

/// A line of a configuration that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A time server.
    Source(String),
    /// A file or folder that is taken in.
    Include(String),
}

/// `server`, `servers`, `pool`, `peer` and `includefile` lines; `#` begins a comment, and what is in quotes is one word.
pub fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .filter_map(|line| {
            let (key, rest) = line.trim_start().split_once(char::is_whitespace)?;
            let value = first_word(rest.trim_start())?.to_owned();
            match key {
                "server" | "servers" | "pool" | "peer" => Some(Line::Source(value)),
                "includefile" => Some(Line::Include(value)),
                _ => None,
            }
        })
        .collect()
}

/// The word a text begins with, without quotes.
fn first_word(text: &str) -> Option<&str> {
    let word = match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => text.split(|c: char| c == '#' || c.is_whitespace()).next(),
    };
    word.filter(|word| !word.is_empty())
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
    fn lines_are_read_without_comments() {
        let text = "# server a\nserver ntp.nict.jp iburst # x\npool 0.debian.pool.ntp.org\nrestrict default\nserver\n";
        let source = |name: &str| Line::Source(name.to_owned());
        assert_eq!(lines(text), [source("ntp.nict.jp"), source("0.debian.pool.ntp.org")]);
        let include = |name: &str| Line::Include(name.to_owned());
        assert_eq!(lines("includefile \"/etc/more\"\nincludefile\nincludefile \"\""), [include("/etc/more")]);
        assert_eq!(lines("includefile \"my #1.conf\" # x\nincludefile a#b"), [include("my #1.conf"), include("a")]);
        assert_eq!(lines("server#x a\n#server a\nserver #a"), []);
    }
}
