//! chronyd: its configuration, whether it runs, and what it says of its source.

use std::collections::BTreeMap;

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::super::{Look, glob};
use super::chrony_conf::{ChronyConf, Include, parse};
use super::chrony_packet::{TRACKING_BYTES, tracking, tracking_request};
use super::running::{Running, running};
use super::{idle, untold};
use crate::host::Endpoint;

const CONF_MAX: Size = Size::from_bytes(256 << 10);
/// How many files a configuration may take in.
const FILES_MAX: usize = 64;
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
            if !configuration(look, &file, into, left)? {
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
