//! chronyd: its configuration, whether it runs, and what it says of its source.

use std::collections::BTreeMap;

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::super::{Look, glob};
use super::chrony_conf::{ChronyConf, Include, parse};
use super::chrony_packet::{ChronyError, TRACKING_BYTES, Tracking, tracking, tracking_request};
use super::chrony_sources::{
    COUNT_BYTES, NAME_BYTES, SOURCE_BYTES, count, count_request, name, name_request, source, source_request,
};
use super::running::{Running, running};
use super::{each_once, idle, untold};
use crate::host::{Endpoint, ReadError};

const CONF_MAX: Size = Size::from_bytes(256 << 10);
/// How many files a configuration may take in.
const FILES_MAX: usize = 64;
/// The most sources that are asked for; a pool has up to 16.
const SOURCES_MAX: u32 = 200;
const WITHIN: Span = Span::from_millis(1_000);
/// How long one of the many questions for its sources may take, of a chronyd that has just answered.
const WITHIN_EACH: Span = Span::from_millis(200);
/// Where distributions put the configuration.
const CONFIGURATIONS: [&str; 2] = ["/etc/chrony/chrony.conf", "/etc/chrony.conf"];
const PID_FILES: [&str; 2] = ["/run/chrony/chronyd.pid", "/run/chronyd.pid"];
const SOCKET: &str = "/run/chrony/chronyd.sock";
const COMMAND_PORT: u16 = 323;
const SEQUENCE: u32 = 0x7465_6e6b;

/// chronyd on this host, if it is installed or runs.
pub(super) fn read(look: &Look<'_>) -> Option<TimeService> {
    let mut conf = ChronyConf::default();
    let mut unread = None;
    let mut installed = false;
    let mut files_left = FILES_MAX;
    for path in CONFIGURATIONS {
        match configuration(look, path, &mut conf, &mut files_left) {
            Ok(true) => {
                installed = true;
                break;
            }
            Ok(false) => {}
            Err(reason) => {
                installed = true;
                unread = Some(reason);
            }
        }
    }
    let pid_files: Vec<&str> = conf.pid_file.as_deref().map_or(PID_FILES.to_vec(), |path| vec![path]);
    let running = running(look, "chronyd", &pid_files);
    if !installed && !matches!(running, Running::Yes) {
        return None;
    }
    let configured = match unread {
        Some(reason) => Read::NotRead(reason),
        None => Read::Measured(conf.sources.clone()),
    };
    Some(match running {
        Running::No => idle(TimeServiceKind::Chrony, configured),
        Running::Unknown(reason) => untold(TimeServiceKind::Chrony, Read::NotRead(reason.clone()), configured, &reason),
        Running::Yes => told(look, conf.command_socket.as_deref().unwrap_or(SOCKET), configured),
    })
}

/// What a running chronyd says. Its configuration does not tell of sources that were added by hand, so that one that says
/// nothing leaves unknown which it has.
fn told(look: &Look<'_>, socket: &str, configured: Read<Vec<String>>) -> TimeService {
    match ask_anywhere(look, socket) {
        Ok((told, place)) => TimeService {
            kind: TimeServiceKind::Chrony,
            running: Read::Measured(true),
            synchronised: Read::Measured(told.synchronised),
            source: Read::Measured(told.source),
            stratum: Read::Measured(told.synchronised.then_some(told.stratum)),
            last_sync: Read::Measured(told.last_sync),
            offset: Read::Measured(told.synchronised.then_some(told.offset)),
            configured: with_live(configured, || live(look, &place)),
        },
        Err(failed) => {
            let reason = failed.reason("tracking");
            let configured = with_live(configured, || Err(reason.clone()));
            untold(TimeServiceKind::Chrony, Read::Measured(true), configured, &reason)
        }
    }
}

fn with_live(configured: Read<Vec<String>>, live: impl FnOnce() -> Result<Vec<String>, Reason>) -> Read<Vec<String>> {
    match configured {
        Read::Measured(names) => live().map(|live| each_once(names.into_iter().chain(live))).into(),
        unread @ Read::NotRead(_) => unread,
    }
}

/// The servers that chronyd has now, by the names under which it was given them.
fn live(look: &Look<'_>, place: &Endpoint) -> Result<Vec<String>, Reason> {
    const WHAT: &str = "its sources";
    let count = ask(look, place, &count_request(SEQUENCE), COUNT_BYTES, WITHIN_EACH, count)
        .map_err(|failed| failed.reason(WHAT))?;
    if count > SOURCES_MAX {
        return Err(Reason::new(ReasonCode::TooLarge, format!("ask chronyd for {WHAT}: it has {count}")));
    }
    let mut names = Vec::new();
    for index in 0..count {
        match name_of(look, place, index) {
            Ok(name) => names.extend(name),
            // It went since they were counted.
            Err(Failed::Answer(ChronyError::Gone)) => {}
            Err(failed) => return Err(failed.reason(WHAT)),
        }
    }
    Ok(names)
}

fn name_of(look: &Look<'_>, place: &Endpoint, index: u32) -> Result<Option<String>, Failed> {
    let server = ask(look, place, &source_request(index, SEQUENCE), SOURCE_BYTES, WITHIN_EACH, source)?;
    server.map(|server| ask(look, place, &name_request(&server, SEQUENCE), NAME_BYTES, WITHIN_EACH, name)).transpose()
}

/// Why chronyd told nothing.
enum Failed {
    Asking(ReadError),
    Answer(ChronyError),
}

impl Failed {
    fn reason(&self, what: &str) -> Reason {
        let error = match self {
            Self::Asking(error) => return error.reason(),
            Self::Answer(error) => error,
        };
        let code = match error {
            ChronyError::Refused => ReasonCode::NotPermitted,
            ChronyError::Unknown => ReasonCode::Unsupported,
            ChronyError::Gone | ChronyError::Status(_) => ReasonCode::Failed,
            ChronyError::Short(_) | ChronyError::Foreign | ChronyError::Number | ChronyError::Name => {
                ReasonCode::Unparsable
            }
        };
        Reason::new(code, format!("ask chronyd for {what}: {error}"))
    }
}

/// Asks chronyd how it follows its source: over its socket, and over its port on loopback where the socket cannot be used.
/// Says where it answered, so that what is asked next waits for no other place.
fn ask_anywhere(look: &Look<'_>, socket: &str) -> Result<(Tracking, Endpoint), Failed> {
    let at = |place: Endpoint| {
        let told = ask(look, &place, &tracking_request(SEQUENCE), TRACKING_BYTES, WITHIN, tracking)?;
        Ok((told, place))
    };
    match at(Endpoint::UnixDatagram(socket.into())) {
        Err(Failed::Asking(first)) => match at(Endpoint::LoopbackUdp(COMMAND_PORT)) {
            Err(Failed::Asking(_)) => Err(Failed::Asking(first)),
            answered => answered,
        },
        answered => answered,
    }
}

fn ask<T>(
    look: &Look<'_>,
    place: &Endpoint,
    request: &[u8],
    bytes: usize,
    within: Span,
    parse: fn(&[u8], u32) -> Result<T, ChronyError>,
) -> Result<T, Failed> {
    let limit = Size::from_bytes(u64::try_from(bytes * 4).unwrap_or(u64::MAX));
    let answer = look.exchange(place, request, limit, within).map_err(Failed::Asking)?;
    parse(&answer, SEQUENCE).map_err(Failed::Answer)
}

/// Adds what a file says, and the files it takes in; false where it is not there.
fn configuration(look: &Look<'_>, path: &str, into: &mut ChronyConf, left: &mut usize) -> Result<bool, Reason> {
    let Some(text) = look.read_text_if_there(path, CONF_MAX).map_err(|error| error.reason())? else {
        return Ok(false);
    };
    let file = parse(&String::from_utf8_lossy(&text));
    into.sources.extend(file.sources);
    into.pid_file = file.pid_file.or(into.pid_file.take());
    into.command_socket = file.command_socket.or(into.command_socket.take());
    for include in file.includes {
        for file in included(look, &include)? {
            if *left == 0 {
                let detail = format!("read {path}: it takes in more than {FILES_MAX} files");
                return Err(Reason::new(ReasonCode::TooLarge, detail));
            }
            *left -= 1;
            if !configuration(look, &file, into, left)? && include.is_there_or_fails() {
                let detail = format!("read {file}: {path} takes it in, and it is not there");
                return Err(Reason::new(ReasonCode::Missing, detail));
            }
        }
    }
    Ok(true)
}

/// The files an include names, in the order in which chrony reads them.
fn included(look: &Look<'_>, include: &Include) -> Result<Vec<String>, Reason> {
    match include {
        Include::Files(pattern) => glob::paths(look, pattern),
        Include::Folders(folders) => of_folders(look, folders, "*.conf"),
        Include::Sources(folders) => of_folders(look, folders, "*.sources"),
    }
}

/// The files of folders in the order of their names. Of files of one name that of the first folder counts.
fn of_folders(look: &Look<'_>, folders: &[String], pattern: &str) -> Result<Vec<String>, Reason> {
    let mut by_name = BTreeMap::new();
    for folder in folders {
        if glob::has_pattern(folder) {
            // chronyd finds files in such folders and then reads none of them.
            let detail = format!("read {folder}: patterns for folders of configuration are not followed");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
        for path in glob::paths(look, &format!("{}/{pattern}", folder.trim_end_matches('/')))? {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            by_name.entry(name).or_insert(path);
        }
    }
    Ok(by_name.into_values().collect())
}
