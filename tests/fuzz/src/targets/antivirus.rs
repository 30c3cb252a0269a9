//! What ClamAV writes, answers and is configured with.

use tenken_agent::collect::antivirus::windows::dates;
use tenken_agent::collect::antivirus::{clamd_answer, database_header, freshclam_log, options, time_zone};
use tenken_agent::collect::cim_time;
use tenken_model::{Instant, Span};

use super::now;

pub(super) fn answers(data: &[u8]) {
    let _header = database_header::parse(data);
    let _pong = clamd_answer::is_pong(data);
    if let Err(error) = clamd_answer::parse_version(data) {
        assert!(error.to_string().len() < 500);
    }
    let _success = freshclam_log::last_success(data);
    // Behind what every header begins with, and as long as one, so that its fields are reached sooner.
    let mut header = [b"ClamAV-VDB:".as_slice(), data].concat();
    header.resize(512, b' ');
    let _header = database_header::parse(&header);
    let _version = clamd_answer::parse_version(&[b"ClamAV ".as_slice(), data].concat());
    let text = String::from_utf8_lossy(data);
    let _dates = (dates::run_together(&text), dates::with_dashes(&text), dates::day_first(&text));
    let _dates = (dates::in_brackets(&text), dates::of_bytes(data), cim_time::parse(&text).is_ok());
}

pub(super) fn options(data: &[u8]) {
    if let Ok(options) = options::parse(data) {
        for name in ["LocalSocket", "TCPSocket", "DatabaseDirectory"] {
            assert_eq!(options.first(name), options.all(name).next());
        }
        let _switch = options.switch("ScanOnAccess");
    }
}

pub(super) fn time_zone(data: &[u8]) {
    if let Ok(zone) = time_zone::parse(data) {
        for local in
            [Instant::UNIX_EPOCH, now(), Instant::MIN_UTC, Instant::MAX_UTC, Span::from_days(20_000).after(now())]
        {
            let _instant = zone.instant(local.naive_utc());
        }
    }
}
