use tenken_model::{Size, Span, Topic};

use super::*;
use crate::doctor::seen::{Enrolled, Folder, Owned, Policy, Running, Unconnected, Way};
use crate::host::storage::Room;
use crate::identity::Validity;
use crate::machine::Standing;
use crate::spool::Seen as Spool;

fn day(days: i64) -> Instant {
    Span::from_days(days).after(Instant::UNIX_EPOCH)
}

fn owned(path: &str, uid: u32, mode: u32) -> Owned {
    Owned { path: path.to_owned(), uid, mode }
}

fn running(pid: u32) -> Running {
    Running { pid, is_of_folder: Some(true), uid: Some(990), reads_everything: Some(true), reads_filter: Some(false) }
}

/// A host on which all is well but that its way to the dashboard was not looked at.
fn seen() -> Seen {
    Seen {
        now: day(15),
        state_dir: "/s".to_owned(),
        identity: Ok(Some(Enrolled {
            host: "h-1".to_owned(),
            report_url: "https://a:7741".to_owned(),
            validity: Validity { from: day(0), until: day(30) },
        })),
        left_token: ("/e".to_owned(), Ok(false)),
        folder: Ok(Some(Folder {
            files: vec![owned("/s", 990, 0o700), owned("/s/identity.json", 990, 0o600)],
            foreign: None,
        })),
        room: Ok(Room { free: Size::from_bytes(1 << 30), is_read_only: false }),
        machine: Ok(Standing::Same),
        agents: Ok(vec![running(7)]),
        lock: Ok(true),
        guarded: Vec::new(),
        filter_helper: Some(Ok(())),
        spool: Ok(Spool::Whole { size: Size::from_bytes(1 << 10), waiting: 0, oldest: None }),
        policy: Ok(Some(Policy { received_at: day(14), version: Ok(12) })),
        proxies: Vec::new(),
        way: None,
    }
}

#[track_caller]
fn assert_said(check: Check, outcome: Outcome, word: &str, change: impl FnOnce(&mut Seen)) {
    let mut seen = seen();
    change(&mut seen);
    let found = judge(&seen);
    let one = found.iter().find(|one| one.check == check).unwrap();
    assert!(one.outcome == outcome && one.says.en.contains(word), "{one:?}");
    assert!(one.says.en.is_ascii() || one.says.en.contains('“'), "{one:?}");
    assert!(one.says.ja.ends_with('。') && one.says.ja.lines().count() == 1, "{one:?}");
}

fn no_right() -> ReadError {
    ReadError::new(ReadErrorKind::NotPermitted, "read /s", "permission denied")
}

#[test]
fn a_host_on_which_all_is_well_has_no_problem() {
    let found = judge(&seen());
    assert!(found.iter().all(|one| one.outcome != Outcome::Problem), "{found:?}");
    let local = found.iter().take_while(|one| one.check != Check::Name);
    assert!(local.clone().count() == 13 && local.clone().all(|one| one.outcome == Outcome::Ok), "{found:?}");
    assert_eq!(found.len(), 19, "no check is left out");
}

#[test]
fn what_may_not_be_looked_at_is_no_fault_and_not_well() {
    let found = judge(&Seen {
        identity: Err(no_right()),
        left_token: ("/e".to_owned(), Err(no_right())),
        folder: Err(no_right()),
        room: Err(no_right()),
        machine: Err(no_right()),
        agents: Err(no_right()),
        lock: Err(no_right()),
        filter_helper: Some(Err(no_right())),
        spool: Err(no_right()),
        policy: Err(no_right()),
        ..seen()
    });
    let unchecked = found.iter().filter(|one| one.check != Check::Proxy);
    for one in unchecked {
        assert!(one.outcome == Outcome::Unchecked && one.says.en.contains("sudo"), "{one:?}");
    }
}

#[test]
fn whether_the_packet_filter_is_told_is_said_with_what_to_do() {
    let check = Check::PacketFilter;
    let helper =
        |kind| move |seen: &mut Seen| seen.filter_helper = Some(Err(ReadError::new(kind, "ask /run/x", "cut off")));
    assert_said(check, Outcome::Ok, "its helper", |_| {});
    let command = "systemctl enable --now tenken-agent-packet-filter.socket";
    assert_said(check, Outcome::Problem, command, helper(ReadErrorKind::NotThere));
    for kind in [ReadErrorKind::WrongKind, ReadErrorKind::TimedOut, ReadErrorKind::NoAnswer, ReadErrorKind::Failed] {
        assert_said(check, Outcome::Problem, "ask /run/x: cut off", helper(kind));
    }
    assert_said(check, Outcome::Unchecked, "sudo", helper(ReadErrorKind::NotPermitted));
    assert_said(check, Outcome::Ok, "its own right", |seen| {
        helper(ReadErrorKind::NotThere)(seen);
        seen.agents.as_mut().unwrap()[0].reads_filter = Some(true);
    });
    let elsewhere = judge(&Seen { filter_helper: None, ..seen() });
    assert!(elsewhere.iter().all(|one| one.check != check), "on Windows there is nothing to look at");
}

#[test]
fn faults_of_the_folder_are_said_with_what_to_do() {
    let change = |file: Owned| {
        move |seen: &mut Seen| {
            seen.folder.as_mut().unwrap().as_mut().unwrap().files[1] = file;
        }
    };
    let problem = Outcome::Problem;
    assert_said(Check::Folder, problem, "chmod go= /s/x", change(owned("/s/x", 990, 0o640)));
    assert_said(Check::Folder, problem, "chown 990 /s/x", change(owned("/s/x", 0, 0o600)));
    assert_said(Check::Folder, Outcome::Problem, "there is no /s", |seen| seen.folder = Ok(None));
    assert_said(Check::Folder, Outcome::Problem, "cannot be used", |seen| {
        seen.folder = Ok(Some(Folder { files: Vec::new(), foreign: Some("it is owned by S-1-5-11".to_owned()) }));
    });
    assert_said(Check::Space, problem, "free space", |seen| {
        seen.room = Ok(Room { free: Size::from_bytes(1 << 20), is_read_only: false });
    });
    assert_said(Check::Space, problem, "read-only", |seen| {
        seen.room = Ok(Room { free: Size::from_bytes(1 << 40), is_read_only: true });
    });
    assert_said(Check::Machine, problem, "image", |seen| seen.machine = Ok(Standing::Another));
    assert_said(Check::Machine, Outcome::Unchecked, "", |seen| seen.machine = Ok(Standing::NoId));
}

#[test]
fn a_token_that_is_left_is_said() {
    assert_said(Check::LeftToken, Outcome::Problem, "remove it", |seen| seen.left_token.1 = Ok(true));
    assert_said(Check::LeftToken, Outcome::Problem, "journalctl", |seen| {
        (seen.left_token.1, seen.identity) = (Ok(true), Ok(None));
    });
    assert_said(Check::LeftToken, Outcome::Problem, "chmod", |seen| {
        seen.left_token.1 = Err(ReadError::new(ReadErrorKind::Failed, "read /e", "run chmod"));
    });
}

#[test]
fn agents_that_do_not_run_or_twice_or_without_their_right_are_said() {
    assert_said(Check::Service, Outcome::Problem, "systemctl", |seen| {
        (seen.agents, seen.lock) = (Ok(Vec::new()), Ok(false));
    });
    assert_said(Check::Service, Outcome::Ok, "it runs", |seen| seen.agents = Ok(Vec::new()));
    assert_said(Check::OneAgent, Outcome::Problem, "7, 8", |seen| seen.agents = Ok(vec![running(7), running(8)]));
    let elsewhere = Running { is_of_folder: Some(false), ..running(8) };
    assert_said(Check::OneAgent, Outcome::Ok, "", |seen| seen.agents = Ok(vec![running(7), elsewhere]));
    let lacking = |reads_everything| vec![Running { reads_everything, ..running(7) }];
    assert_said(Check::Rights, Outcome::Problem, "of: password_storage", |seen| {
        (seen.agents, seen.guarded) = (Ok(lacking(Some(false))), vec![Topic::PasswordStorage]);
    });
    assert_said(Check::Rights, Outcome::Ok, "", |seen| seen.agents = Ok(lacking(Some(false))));
    assert_said(Check::Rights, Outcome::Unchecked, "process 7", |seen| seen.agents = Ok(lacking(None)));
    assert_said(Check::Rights, Outcome::Unchecked, "Service", |seen| seen.agents = Ok(Vec::new()));
}

#[test]
fn what_waits_is_a_fault_only_if_it_waits_for_long() {
    let waits = |since: Instant| {
        move |seen: &mut Seen| {
            seen.spool = Ok(Spool::Whole { size: Size::from_bytes(2_048), waiting: 3, oldest: Some(since) });
        }
    };
    assert_said(Check::Spool, Outcome::Ok, "3 changes wait", waits(Span::from_secs(-60).after(day(15))));
    assert_said(Check::Spool, Outcome::Problem, "since 1970-01-15", waits(day(14)));
    assert_said(Check::Spool, Outcome::Problem, "torn", |seen| seen.spool = Ok(Spool::Damaged("torn".to_owned())));
}

#[test]
fn a_policy_that_is_refused_or_missing_is_said() {
    assert_said(Check::Policy, Outcome::Ok, "version 12", |_| {});
    assert_said(Check::Policy, Outcome::Unchecked, "built-in", |seen| seen.policy = Ok(None));
    assert_said(Check::Policy, Outcome::Problem, "no key", |seen| {
        seen.policy = Ok(Some(Policy { received_at: day(1), version: Err("no key".to_owned()) }));
    });
}

#[test]
fn the_life_of_the_certificate_is_judged_by_the_clock() {
    for (now, outcome, word) in [
        (15, Outcome::Ok, "renewed from 1970-01-21"),
        (20, Outcome::Ok, ""),
        (21, Outcome::Problem, "was not"),
        (30, Outcome::Problem, "it ended on 1970-01-31"),
        (-1, Outcome::Problem, "the clock is behind"),
    ] {
        assert_said(Check::Certificate, outcome, word, |seen| seen.now = day(now));
    }
}

#[test]
fn each_way_of_not_reaching_the_dashboard_has_its_advice() {
    let address = "192.0.2.1:7741".parse().unwrap();
    for (why, word) in [
        (Unconnected::Refused, "check that the dashboard runs"),
        (Unconnected::TimedOut, "firewalls"),
        (Unconnected::NoRoute, "gateway"),
        (Unconnected::Other("odd".to_owned()), "odd"),
    ] {
        assert_said(Check::Connection, Outcome::Problem, word, |seen| {
            let (name, connections) = ("a".to_owned(), vec![(address, Err(why))]);
            seen.way = Some(Way { name, addresses: Ok(vec![address]), connections, session: None });
        });
    }
}

#[test]
fn versions_are_compared_by_their_numbers() {
    assert!(way::numbers("0.9.0") < way::numbers("0.10.0-rc.1"));
    assert_eq!(way::numbers("1.2.3+b"), Some([1, 2, 3]));
    for odd in ["", "1.2", "1.2.3.4", "a.b.c"] {
        assert_eq!(way::numbers(odd), None, "{odd}");
    }
}
