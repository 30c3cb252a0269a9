//! chronyd: its configuration, whether it runs, and what it says of its source.

use std::path::Path;

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::super::Look;
use super::super::session_timeout::pattern::fits;
use super::chrony_conf::{ChronyConf, Include, parse};
use super::chrony_packet::{TRACKING_BYTES, tracking, tracking_request};
use super::running::{Running, running};
use super::{idle, untold};
use crate::host::{Endpoint, ReadError, ReadErrorKind};

const CONF_MAX: Size = Size::from_bytes(256 << 10);
/// How many files a configuration may take in.
const FILES_MAX: usize = 64;
const FOLDER_ENTRIES_MAX: usize = 1_000;
const WITHIN: Span = Span::from_millis(1_000);
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
            Ok(()) => {
                installed = true;
                break;
            }
            Err(error) if error.is_not_there() => {}
            Err(error) => {
                installed = true;
                unread = Some(error.reason());
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
        Running::Yes => match ask(look, conf.command_socket.as_deref().unwrap_or(SOCKET)) {
            Ok(told) => TimeService {
                kind: TimeServiceKind::Chrony,
                running: Read::Measured(true),
                synchronised: Read::Measured(told.synchronised),
                source: Read::Measured(told.source),
                stratum: Read::Measured(told.synchronised.then_some(told.stratum)),
                last_sync: Read::Measured(told.last_sync),
                offset: Read::Measured(told.synchronised.then_some(told.offset)),
                configured,
            },
            Err(reason) => untold(TimeServiceKind::Chrony, Read::Measured(true), configured, &reason),
        },
    })
}

/// Asks chronyd over its socket, and over its port on loopback where the socket cannot be used.
fn ask(look: &Look<'_>, socket: &str) -> Result<super::chrony_packet::Tracking, Reason> {
    let request = tracking_request(SEQUENCE);
    let limit = Size::from_bytes(u64::try_from(TRACKING_BYTES * 4).unwrap_or(u64::MAX));
    let answer = look
        .exchange(&Endpoint::UnixDatagram(socket.into()), &request, limit, WITHIN)
        .or_else(|first| {
            look.exchange(&Endpoint::LoopbackUdp(COMMAND_PORT), &request, limit, WITHIN).map_err(|_| first)
        })
        .map_err(|error| error.reason())?;
    tracking(&answer, SEQUENCE)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("ask chronyd for tracking: {error}")))
}

fn configuration(look: &Look<'_>, path: &str, into: &mut ChronyConf, left: &mut usize) -> Result<(), ReadError> {
    let text = look.read_text(path, CONF_MAX)?;
    let file = parse(&String::from_utf8_lossy(&text));
    into.sources.extend(file.sources);
    into.pid_file = file.pid_file.or(into.pid_file.take());
    into.command_socket = file.command_socket.or(into.command_socket.take());
    for include in file.includes {
        for file in included(look, &include)? {
            if *left == 0 {
                let why = format!("it takes in more than {FILES_MAX} files");
                return Err(ReadError::new(ReadErrorKind::TooLarge, format!("read {path}"), why));
            }
            *left -= 1;
            match configuration(look, &file, into, left) {
                Err(error) if error.is_not_there() => {}
                other => other?,
            }
        }
    }
    Ok(())
}

/// The files an include names, sorted by name as chrony reads them.
fn included(look: &Look<'_>, include: &Include) -> Result<Vec<String>, ReadError> {
    let (folders, suffix) = match include {
        Include::Folders(folders) => (folders.clone(), ".conf"),
        Include::Sources(folders) => (folders.clone(), ".sources"),
        Include::Files(pattern) => {
            let path = Path::new(pattern);
            let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
                return Ok(Vec::new());
            };
            let folder = folder.display().to_string();
            if folder.contains(['*', '?', '[', '\\']) || name.contains(['[', '\\']) {
                let why = "patterns of this form are not followed";
                return Err(ReadError::new(ReadErrorKind::Unsupported, format!("read {pattern}"), why));
            }
            if !name.contains(['*', '?']) {
                return Ok(vec![pattern.clone()]);
            }
            return listed(look, &folder, |entry| !entry.starts_with('.') && fits(name.as_bytes(), entry.as_bytes()));
        }
    };
    let mut files = Vec::new();
    for folder in folders {
        files.extend(listed(look, &folder, |name| name.ends_with(suffix))?);
    }
    Ok(files)
}

fn listed(look: &Look<'_>, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, ReadError> {
    let entries = look.list_if_there(folder, FOLDER_ENTRIES_MAX)?;
    Ok(entries
        .into_iter()
        .filter(|entry| wanted(&entry.name))
        .map(|entry| format!("{}/{}", folder.trim_end_matches('/'), entry.name))
        .collect())
}
