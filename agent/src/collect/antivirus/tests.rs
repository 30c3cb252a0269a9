use tenken_model::fact::antivirus::AntivirusProduct;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::clamd_answer::{PING, VERSION};
use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;
use crate::host::{Endpoint, ReadError, ReadErrorKind};

const CLAMD_CONF: &[u8] = include_bytes!("../../../tests/samples/antivirus/clamd.conf");
const FRESHCLAM_CONF: &[u8] = include_bytes!("../../../tests/samples/antivirus/freshclam.conf");
const DAILY: &[u8] = include_bytes!("../../../tests/samples/antivirus/daily.cud.header");
const TOKYO: &[u8] = include_bytes!("../../../tests/samples/antivirus/Tokyo.tzif");
const SOCKET: &str = "/var/run/clamav/clamd.ctl";
const BUILT: &str = "2026-10-01T08:15:00Z";

fn empty() -> Recording {
    Recording::new(instant("2026-10-02T00:00:00Z"))
}

/// ClamAV as Debian installs it, in Japan, with signatures and nothing running.
fn installed() -> Recording {
    empty()
        .file("/usr/sbin/clamd", "")
        .file("/etc/clamav/clamd.conf", CLAMD_CONF)
        .file("/etc/clamav/freshclam.conf", FRESHCLAM_CONF)
        .file("/var/lib/clamav/daily.cvd", DAILY)
        .file("/etc/localtime", TOKYO)
        .file("/var/log/clamav/freshclam.log", "Fri Oct  2 08:00:00 2026 -> daily.cvd updated (version: 27000)\n")
}

/// The same with engine, on-access scanner and updater alive.
fn alive() -> Recording {
    answering("ClamAV 1.4.6/27000/Thu Oct  1 17:15:00 2026\0")
        .file("/etc/clamav/clamd.conf", [CLAMD_CONF, b"\nOnAccessIncludePath /home\n"].concat())
        .running(8, "clamonacc")
        .running(9, "freshclam")
}

fn answering(version: &str) -> Recording {
    let endpoint = || Endpoint::UnixStream(SOCKET.into());
    installed().running(7, "clamd").socket(SOCKET).exchange(endpoint(), PING, Ok(b"PONG\0".to_vec())).exchange(
        endpoint(),
        VERSION,
        Ok(version.as_bytes().to_vec()),
    )
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn outcome(look: &Look<'_>) -> Outcome<Antivirus> {
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: instant(BUILT) };
    collect(look, &needs)
}

fn clamav(host: &Recording) -> AntivirusProduct {
    match outcome(&Look::new(host)) {
        Outcome::Known(fact) => fact.products.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn code<T: std::fmt::Debug>(read: Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?}"),
    }
}

#[test]
fn a_host_in_good_order() {
    let product = clamav(&alive());
    assert_eq!(product.name, "ClamAV");
    assert!(product.judged);
    assert_eq!(product.version, Read::Measured(Some("1.4.6".to_owned())));
    assert_eq!(product.running, Read::Measured(true));
    assert_eq!(product.real_time, Read::Measured(true));
    assert_eq!(product.signatures_built, Read::Measured(Some(instant(BUILT))));
    assert_eq!(product.loaded_built, Read::Measured(Some(instant(BUILT))));
    assert_eq!(product.signatures_version, Read::Measured(Some("27000".to_owned())));
    assert_eq!(product.updater_running, Read::Measured(true));
    assert_eq!(product.updater_last_success, Read::Measured(Some(instant("2026-10-01T23:00:00Z"))));
}

#[test]
fn what_runs_wakes_when_it_ends_and_what_is_read_when_it_changes() {
    let host = alive();
    let look = Look::new(&host);
    outcome(&look);
    let (_, wakes) = look.finish();
    for pid in [7, 8, 9] {
        assert!(wakes.contains(&Wake::ProcessExit(pid)), "{pid}");
    }
    for path in [SOCKET, "/var/lib/clamav/daily.cvd", "/var/lib/clamav/daily.cld", "/etc/clamav/clamd.conf"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

#[test]
fn a_stopped_engine_is_not_asked_because_asking_would_start_it() {
    let host = installed().socket(SOCKET);
    let look = Look::new(&host);
    let Outcome::Known(fact) = outcome(&look) else { panic!("not known") };
    let product = &fact.products[0];
    assert_eq!(product.running, Read::Measured(false));
    assert_eq!(product.version, Read::Measured(None));
    assert_eq!(product.loaded_built, Read::Measured(None));
    assert_eq!(product.real_time, Read::Measured(false));
    assert_eq!(product.updater_running, Read::Measured(false));
    assert_eq!(product.signatures_built, Read::Measured(Some(instant(BUILT))));
    let (_, wakes) = look.finish();
    assert!(wakes.contains(&Wake::Path(SOCKET.into())), "woken when it starts");
}

#[test]
fn an_engine_that_hangs_is_unknown() {
    let hung = |request: &'static [u8]| {
        (request, Err(ReadError::new(ReadErrorKind::TimedOut, "ask clamd.ctl", "no answer within 2s")))
    };
    let mut host = installed().running(7, "clamd").socket(SOCKET);
    for (request, answer) in [hung(PING), hung(VERSION)] {
        host = host.exchange(Endpoint::UnixStream(SOCKET.into()), request, answer);
    }
    let product = clamav(&host);
    assert_eq!(code(product.running), ReasonCode::TimedOut);
    assert_eq!(code(product.loaded_built), ReasonCode::TimedOut);
}

#[test]
fn an_engine_that_answers_nonsense_is_unknown() {
    let endpoint = || Endpoint::UnixStream(SOCKET.into());
    let host = installed().running(7, "clamd").exchange(endpoint(), PING, Ok(b"HTTP/1.1 400\r\n".to_vec())).exchange(
        endpoint(),
        VERSION,
        Ok(vec![0xff; 1024]),
    );
    let product = clamav(&host);
    assert_eq!(code(product.running), ReasonCode::NoAnswer);
    assert_eq!(code(product.version), ReasonCode::Unparsable);
}

#[test]
fn an_engine_behind_the_disk() {
    let product = clamav(&answering("ClamAV 1.4.6/26990/Mon Sep 21 17:15:00 2026\0"));
    assert_eq!(product.loaded_built, Read::Measured(Some(instant("2026-09-21T08:15:00Z"))));
    let product = clamav(&answering("ClamAV 1.4.6\0"));
    assert_eq!(product.loaded_built, Read::Measured(None));
}

#[test]
fn the_newest_of_several_daily_databases_counts() {
    let other = |from: &str, to: &str| String::from_utf8(DAILY.to_vec()).unwrap().replace(from, to).into_bytes();
    let newer = other(":27000:", ":27005:");
    assert_eq!(
        clamav(&alive().file("/var/lib/clamav/daily.cld", newer)).signatures_version,
        Read::Measured(Some("27005".to_owned()))
    );
    let cut = alive().file("/var/lib/clamav/daily.cld", &DAILY[..100]);
    assert_eq!(code(clamav(&cut).signatures_built), ReasonCode::Unparsable);
    let none = alive().file("/etc/clamav/clamd.conf", "DatabaseDirectory /srv/empty\n");
    assert_eq!(clamav(&none).signatures_built, Read::Measured(None));
}

#[test]
fn on_access_needs_the_process_and_paths() {
    let without_paths = alive().file("/etc/clamav/clamd.conf", CLAMD_CONF);
    assert_eq!(code(clamav(&without_paths).real_time), ReasonCode::Inconclusive);
    let without_process = installed().file("/etc/clamav/clamd.conf", "OnAccessIncludePath /home\n");
    assert_eq!(clamav(&without_process).real_time, Read::Measured(false));
}

#[test]
fn an_example_configuration_is_not_in_force() {
    let product = clamav(&alive().file("/etc/clamav/clamd.conf", "Example\nLocalSocket /run/x\n"));
    assert_eq!(product.running, Read::Measured(true), "the process is there");
    assert_eq!(code(product.version), ReasonCode::Unparsable);
    assert_eq!(code(product.signatures_built), ReasonCode::Unparsable);
}

#[test]
fn a_schedule_that_starts_nothing_is_none() {
    const SCRIPT: &str = "/etc/cron.daily/freshclam";
    const TIMER: &str = "/etc/systemd/system/timers.target.wants/clamav-freshclam-once.timer";
    let of = |host: Recording| clamav(&host).updater_running;
    for dead in
        ["", "# 0 * * * * clamav /usr/bin/freshclam\n", "LOG=/var/log/freshclam\n", "0 * * * * root true # freshclam"]
    {
        assert_eq!(of(installed().file("/etc/cron.d/clamav-freshclam", dead)), Read::Measured(false), "{dead}");
    }
    let script = |mode: u32| installed().file_with(SCRIPT, "#!/bin/sh\n/usr/bin/freshclam\n", |file| file.mode = mode);
    assert_eq!((of(script(0o644)), of(script(0o755))), (Read::Measured(false), Read::Measured(true)));
    let unit = "/usr/lib/systemd/system/clamav-freshclam-once.timer";
    let present = installed().file(unit, "[Timer]\n");
    assert_eq!(of(present.clone()), Read::Measured(false), "installed, not enabled");
    let enabled = present.link(TIMER, unit);
    assert_eq!(of(enabled.clone()), Read::Measured(true));
    let masked = enabled.link("/etc/systemd/system/clamav-freshclam-once.timer", "/dev/null");
    assert_eq!(of(masked), Read::Measured(false));
    assert_eq!(code(clamav(&installed().denied(SCRIPT)).updater_running), ReasonCode::NotPermitted);
}

#[test]
fn freshclam_by_cron_and_without_evidence() {
    let cron = installed().file("/etc/cron.d/clamav-freshclam", "MAILTO=root\n0 * * * * clamav /usr/bin/freshclam\n");
    assert_eq!(clamav(&cron).updater_running, Read::Measured(true));
    for log in ["", "daily.cvd updated (version: 1)", "Fri Oct  2 08:00:00 2026 -> Received signal: wake up"] {
        let product = clamav(&installed().file("/var/log/clamav/freshclam.log", log));
        assert_eq!(code(product.updater_last_success), ReasonCode::Inconclusive, "{log}");
    }
    let rotated = installed().file("/var/log/clamav/freshclam.log", "").file(
        "/var/log/clamav/freshclam.log.1",
        "Thu Oct  1 08:00:00 2026 -> daily.cvd database is up-to-date (version: 1)\n",
    );
    assert_eq!(clamav(&rotated).updater_last_success, Read::Measured(Some(instant("2026-09-30T23:00:00Z"))));
    let denied = installed().denied("/var/log/clamav");
    assert_eq!(code(clamav(&denied).updater_last_success), ReasonCode::NotPermitted);
}

#[test]
fn another_product_is_recognised_and_not_judged() {
    let products = |host: &Recording| match outcome(&Look::new(host)) {
        Outcome::Known(fact) => fact.products,
        other => panic!("{other:?}"),
    };
    let found = products(&empty().folder("/opt/microsoft/mdatp"));
    assert_eq!(found.len(), 1);
    assert!(!found[0].judged);
    assert_eq!(code(found[0].running.clone()), ReasonCode::Unsupported);
    assert_eq!(products(&alive().running(50, "falcon-sensor")).len(), 2);
    assert_eq!(products(&empty().running(50, "falcon-sensor-b")).len(), 1, "a name the kernel cut");
}

#[test]
fn nothing_found_is_absent_but_nothing_seen_is_not() {
    assert!(matches!(outcome(&Look::new(&empty())), Outcome::Absent(_)));
    assert!(matches!(outcome(&Look::new(&empty().denied("/opt"))), Outcome::Failed(_)));
    let Outcome::Known(fact) = outcome(&Look::new(&installed().denied("/opt"))) else { panic!("not known") };
    assert_eq!(fact.products.len(), 2);
    assert_eq!(code(fact.products[1].running.clone()), ReasonCode::NotPermitted);
}

#[test]
fn a_sensor_without_signatures_is_told_from_a_scanner() {
    let Outcome::Known(fact) = outcome(&Look::new(&empty().running(50, "s1-agent").running(51, "kesl"))) else {
        panic!("not known")
    };
    let found: Vec<(&str, bool)> =
        fact.products.iter().map(|product| (product.name.as_str(), product.by_signatures)).collect();
    assert_eq!(found, [("Kaspersky Endpoint Security", true), ("SentinelOne", false)]);
    let Read::NotRead(reason) = &fact.products[1].running else { panic!("it is judged") };
    assert!(reason.detail.contains("only its console tells"), "{}", reason.detail);
    let Outcome::Known(hidden) = outcome(&Look::new(&installed().denied("/opt"))) else { panic!("not known") };
    assert!(hidden.products[1].by_signatures, "what was not seen may be a scanner");
}
