//! Files and answers of ClamAV.

use std::fmt::Write as _;

use super::{Scrubber, lines_at};
use crate::collect::antivirus::clamd_answer::{is_pong, parse_version};
use crate::collect::antivirus::database_header;
use crate::collect::antivirus::freshclam_log::{LastSuccess, last_success};
use crate::collect::antivirus::options::{OptionsError, parse};
use crate::collect::antivirus::updater::names_updater;

/// Options whose value is a path.
const PATHS: [&str; 5] =
    ["LocalSocket", "DatabaseDirectory", "OnAccessIncludePath", "OnAccessMountPath", "UpdateLogFile"];
const LOOPBACK: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "::"];

pub(super) fn options(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let options = match parse(bytes) {
        Ok(options) => options,
        Err(OptionsError::Example(line)) => return lines_at([(line, "Example".to_owned())]),
        Err(OptionsError::NoValue(line)) => return lines_at([(line, "LogTime".to_owned())]),
        Err(OptionsError::Quote(line)) => return lines_at([(line, "LogTime \"".to_owned())]),
        Err(OptionsError::NotText) => return vec![0xff],
        Err(OptionsError::TooLong) => return vec![b'\n'; 10_001],
    };
    let mut written = String::new();
    for name in PATHS {
        if let Some(path) = options.first(name) {
            _ = writeln!(written, "{name} \"{}\"", scrubber.names.path(path));
        }
    }
    if let Some(port) = options.first("TCPSocket") {
        _ = writeln!(written, "TCPSocket {}", port.parse::<u16>().map_or("x".to_owned(), |port| port.to_string()));
    }
    for address in options.all("TCPAddr") {
        let address = if LOOPBACK.contains(&address) { address.to_owned() } else { scrubber.host(address) };
        _ = writeln!(written, "TCPAddr \"{address}\"");
    }
    written.into_bytes()
}

/// The last line that tells of a success.
pub(super) fn log(bytes: &[u8]) -> Vec<u8> {
    // No line that tells of one is shorter.
    const SUCCESS: &str = "daily. updated (version";
    match last_success(bytes) {
        LastSuccess::At(time) => format!("{} -> {SUCCESS}\n", time.format("%a %b %e %H:%M:%S %Y")).into_bytes(),
        LastSuccess::Untimed => format!("{SUCCESS}\n").into_bytes(),
        LastSuccess::Never => Vec::new(),
    }
}

/// What of a table or script of cron tells that it runs the updater.
pub(super) fn schedule(bytes: &[u8]) -> Vec<u8> {
    (if names_updater(bytes) { "freshclam\n" } else { "" }).into()
}

/// A database's header without who built it. A broken one stays broken.
pub(super) fn header(bytes: &[u8]) -> Vec<u8> {
    let length = usize::try_from(database_header::HEADER_BYTES).unwrap_or(usize::MAX);
    let text = match database_header::parse(bytes) {
        Ok(header) => format!("ClamAV-VDB:x:{}:0:0:x:x:x:{}", header.version, header.built.timestamp()),
        Err(_) if bytes.len() < length => return vec![b' '; bytes.len()],
        Err(database_header::HeaderError::Field(_)) => "ClamAV-VDB:".to_owned(),
        Err(_) => String::new(),
    };
    let mut written = text.into_bytes();
    written.resize(length, b' ');
    written
}

/// An answer of clamd, if it is one.
pub(super) fn answer(bytes: &[u8]) -> Vec<u8> {
    if is_pong(bytes) {
        return b"PONG\0".to_vec();
    }
    let Ok(version) = parse_version(bytes) else { return b"scrubbed\0".to_vec() };
    let engine: String =
        version.engine.chars().filter(|c| c.is_ascii_alphanumeric() || ".-+~".contains(*c)).take(40).collect();
    let loaded = version
        .loaded
        .map(|loaded| format!("/{}/{}", loaded.version, loaded.built_local.format("%a %b %e %H:%M:%S %Y")));
    format!("ClamAV {engine}{}\0", loaded.unwrap_or_default()).into_bytes()
}
