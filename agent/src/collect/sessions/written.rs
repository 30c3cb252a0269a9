//! Records of utmp(5) as programs write them, for tests.

/// A record of 384 bytes: its kind, terminal, account, place and seconds after 2026-09-21T14:13:20Z.
pub(super) fn record(kind: u8, line: &str, user: &str, host: &str, seconds: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = kind;
    for (at, text) in [(8, line), (44, user), (76, host)] {
        record[at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    record[340..344].copy_from_slice(&(1_790_000_000 + seconds).to_le_bytes());
    record
}

/// The machine is started.
pub(super) fn start(seconds: u32) -> Vec<u8> {
    record(2, "~", "reboot", "6.12.0", seconds)
}

/// The machine is shut down, as systemd writes it.
pub(super) fn shutdown(seconds: u32) -> Vec<u8> {
    record(1, "~", "shutdown", "6.12.0", seconds)
}

/// Somebody signs in.
pub(super) fn begin(line: &str, user: &str, host: &str, seconds: u32) -> Vec<u8> {
    record(7, line, user, host, seconds)
}

/// A terminal is left.
pub(super) fn end(line: &str, seconds: u32) -> Vec<u8> {
    record(8, line, "", "", seconds)
}
