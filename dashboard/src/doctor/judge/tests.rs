use std::path::PathBuf;

use tenken_model::{Instant, Language};

use super::super::{Answer, Check, Standing};
use super::*;
use crate::store::{Examination, MailCounts};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Each answer's standing and English text with what to do.
fn told(answers: &[Answer]) -> Vec<(Standing, String)> {
    let text = |answer: &Answer| {
        assert_ne!(answer.says.ja, "", "{answer:?}");
        assert_eq!(answer.act.is_some(), answer.standing == Standing::Problem, "a problem alone has something to do");
        let act = answer.act.as_ref().map(|act| Language::English.of(act).to_owned()).unwrap_or_default();
        (answer.standing, format!("{} {act}", answer.says.en))
    };
    answers.iter().map(text).collect()
}

fn one(answer: Answer) -> (Standing, String) {
    told(&[answer]).remove(0)
}

#[track_caller]
fn check(found: &(Standing, String), standing: Standing, part: &str) {
    assert!(found.0 == standing && found.1.contains(part), "{found:?}: {part}");
}

#[test]
fn a_configuration_is_told_of_with_open_secrets() {
    let read = |files: &[(&str, u32)], secrets: Vec<SecretSeen>| {
        let files = files.iter().map(|(path, mode)| FileSeen { path: (*path).into(), mode: *mode }).collect();
        let file = Some(PathBuf::from("/etc/tenken-dashboard/dashboard.yaml"));
        told(&configuration(&ConfigurationSeen::Read { file, files, secrets }))
    };
    let bad = told(&configuration(&ConfigurationSeen::Bad("x.yaml:3:1: unknown field `agent`".into())));
    check(&bad[0], Standing::Problem, "x.yaml:3:1");
    check(&read(&[("/x.yaml", 0o640)], vec![SecretSeen::Good])[0], Standing::Ok, "dashboard.yaml");
    let open = read(&[("/x.yaml", 0o644)], vec![]);
    check(&open[0], Standing::Problem, "chmod 640 /x.yaml");
    assert_eq!(open.len(), 1, "it is not said to be well besides");
    check(&read(&[], vec![SecretSeen::Bad("no such file".into())])[0], Standing::Problem, "no such file");
    check(&read(&[], vec![SecretSeen::OfTheService("credential:x".into())])[0], Standing::NotChecked, "credential:x");
    let none = ConfigurationSeen::Read { file: None, files: vec![], secrets: vec![] };
    check(&told(&configuration(&none))[0], Standing::Ok, "no configuration file");
}

#[test]
fn a_data_folder_is_private_owned_and_has_room() {
    let good = FolderSeen {
        mode: 0o700,
        account: Some("tenken-dashboard".into()),
        foreign: None,
        free: 5 << 30,
        read_only: false,
    };
    let of = |seen: FolderSeen| told(&data("/d", &DataSeen::Seen(seen)));
    check(&of(good.clone())[0], Standing::Ok, "5120 MiB");
    check(&of(FolderSeen { mode: 0o755, ..good.clone() })[0], Standing::Problem, "chmod 700 /d");
    let foreign = FolderSeen { foreign: Some("/d/authority/ca.key".into()), ..good.clone() };
    check(&of(foreign)[0], Standing::Problem, "chown -R tenken-dashboard:tenken-dashboard /d");
    check(&of(FolderSeen { free: 200 << 20, ..good.clone() })[0], Standing::Problem, "only 200 MiB");
    check(&of(FolderSeen { read_only: true, ..good.clone() })[0], Standing::Problem, "read-only");
    assert_eq!(of(FolderSeen { mode: 0o777, free: 0, ..good }).len(), 2, "one fault hides no other");
    check(&told(&data("/d", &DataSeen::Missing))[0], Standing::Problem, "systemctl start");
    check(&told(&data("/d", &DataSeen::Denied("denied".into())))[0], Standing::NotChecked, "as root");
}

#[test]
fn a_database_is_sound_and_of_this_schema() {
    let good = Examination { version: "3.50".into(), schema: 1, newest: 1, bytes: 3 << 20, faults: Some(vec![]) };
    let of = |seen: Examination| {
        let seen = DatabaseSeen::Seen(seen);
        (seen.opens(), one(database("SQLite", &seen)))
    };
    let (opens, well) = of(good.clone());
    assert!(opens);
    check(&well, Standing::Ok, "SQLite 3.50, schema 1, 3 MiB");
    for (seen, part) in [
        (Examination { schema: 2, ..good.clone() }, "newer dashboard"),
        (Examination { newest: 2, ..good.clone() }, "restart the service"),
        (Examination { faults: Some(vec!["row 3 missing".into()]), ..good.clone() }, "row 3 missing"),
    ] {
        let (opens, found) = of(seen);
        assert!(!opens);
        check(&found, Standing::Problem, part);
    }
    assert!(of(Examination { faults: None, ..good }).0, "a server looks after itself");
    check(&one(database("PostgreSQL", &DatabaseSeen::Down("refused".into()))), Standing::Problem, "refused");
    check(&one(database("SQLite", &DatabaseSeen::None)), Standing::NotChecked, "no database yet");
}

#[test]
fn a_service_answers_on_ports_of_its_own() {
    let address = "127.0.0.1:7742".parse().unwrap();
    check(&one(service(&ServiceSeen::Up { address, ill: None })), Standing::Ok, "127.0.0.1:7742");
    let ill = ServiceSeen::Up { address, ill: Some("store_writable: x".into()) };
    check(&one(service(&ill)), Standing::Problem, "store_writable");
    check(&one(service(&ServiceSeen::Down("refused".into()))), Standing::Problem, "systemctl start");
    let of = |holder| told(&ports(&Ok(vec![PortSeen { key: "people", address, holder }]))).remove(0);
    check(&of(Holder::Nobody), Standing::Ok, "people 7742 (free)");
    check(&of(Holder::Program("tenken-dashboar".into())), Standing::Ok, "in use");
    check(&of(Holder::Program("systemd".into())), Standing::Ok, "in use");
    check(&of(Holder::Program("nginx".into())), Standing::Problem, "is used by nginx");
    check(&of(Holder::Somebody), Standing::NotChecked, "as root");
    check(&told(&ports(&Err("no /proc".into())))[0], Standing::NotChecked, "no /proc");
}

#[test]
fn names_resolve_and_certificates_last() {
    check(&told(&names(&[]))[0], Standing::Problem, "`names`");
    let ip = "192.0.2.1".parse().unwrap();
    let seen = [("a.jp".to_owned(), Ok(vec![ip])), ("192.0.2.1".to_owned(), Ok(vec![ip]))];
    check(&told(&names(&seen))[0], Standing::Ok, "a.jp = 192.0.2.1, 192.0.2.1");
    let seen = [("a.jp".to_owned(), Ok(vec![ip])), ("b.jp".to_owned(), Err("no such name".to_owned()))];
    let found = told(&names(&seen));
    check(&found[0], Standing::Problem, "b.jp");
    assert_eq!(found.len(), 1);

    let now = at("2026-11-28T00:00:00Z");
    let of = |authority: Result<&str, &str>, server: Option<Result<&str, &str>>| {
        let read = |end: Result<&str, &str>| end.map(at).map_err(str::to_owned);
        told(&certificates(&CertificatesSeen { authority: read(authority), server: server.map(read) }, now))
    };
    let (long, soon, past) = ("2030-11-28T00:00:00Z", "2026-12-08T00:00:00Z", "2026-11-27T00:00:00Z");
    check(&of(Ok(long), Some(Ok(long)))[0], Standing::Ok, "1461 days");
    check(&of(Ok(soon), Some(Ok(long)))[0], Standing::Problem, "the authority has 10 days");
    check(&of(Ok(past), Some(Ok(long)))[0], Standing::Problem, "the authority has ended");
    check(&of(Ok(long), Some(Ok(soon)))[0], Standing::Problem, "Restart the service");
    check(&of(Ok(long), Some(Err("NotValidForName")))[0], Standing::Problem, "NotValidForName");
    check(&of(Ok(long), None)[0], Standing::NotChecked, "does not run");
    let unread = of(Err("denied"), Some(Err("UnknownIssuer")));
    check(&unread[0], Standing::NotChecked, "denied");
    assert_eq!(unread.len(), 1, "what rests on it is not called wrong");
}

#[test]
fn a_clock_is_judged_by_the_first_server_that_answers() {
    let of = |seen: &[(&str, Result<i64, &str>)]| {
        let seen: Vec<_> = seen.iter().map(|(name, seen)| ((*name).to_owned(), seen.map_err(str::to_owned))).collect();
        one(clock(&seen))
    };
    check(&of(&[("a", Err("x")), ("b", Ok(-42))]), Standing::Ok, "-0.042 s off b");
    check(&of(&[("a", Ok(5_000))]), Standing::Problem, "+5.000 s off a");
    check(&of(&[("a", Ok(-3_600_000))]), Standing::Problem, "-3600.000 s");
    check(&of(&[("a", Err("no answer"))]), Standing::NotChecked, "a: no answer");
    check(&of(&[]), Standing::NotChecked, "No time server");
}

#[test]
fn each_fault_of_a_mail_server_has_its_own_remedy() {
    let server = |fault| one(mail(&MailSeen::Server { server: "mail.jp:587".into(), fault }));
    check(&server(None), Standing::Ok, "none was sent");
    for (fault, part) in [
        (MailFault::Name("x".into()), "DNS"),
        (MailFault::Unreached("x".into()), "firewalls"),
        (MailFault::NoTls("x".into()), "starttls"),
        (MailFault::Certificate("x".into()), "authority_file"),
        (MailFault::Login("x".into()), "password_file"),
    ] {
        check(&server(Some(fault)), Standing::Problem, part);
    }
    check(&one(mail(&MailSeen::Unused)), Standing::Ok, "not set up");
    check(&one(mail(&MailSeen::Unusable("mail.yaml:1".into()))), Standing::Problem, "mail.yaml:1");
    check(&one(mail(&MailSeen::Folder { folder: "/m".into(), problem: Some("x".into()) })), Standing::Problem, "/m");
}

#[test]
fn mails_may_wait_an_hour_and_not_fail() {
    let now = at("2026-11-28T12:00:00Z");
    let of = |waiting, failed, since: &str, last_error: Option<&str>| {
        let mails = MailCounts { waiting, failed, since: Some(at(since)) };
        one(outbox(Some(&OutboxSeen { mails, last_error: last_error.map(str::to_owned) }), now))
    };
    check(&of(3, 0, "2026-11-28T11:00:01Z", None), Standing::Ok, "No mail");
    check(
        &of(3, 0, "2026-11-28T11:00:00Z", None),
        Standing::Problem,
        "3 mails have not been sent since 2026-11-28T11:00Z",
    );
    check(&of(1, 1, "2026-11-28T11:59:00Z", Some("535 no")), Standing::Problem, "535 no");
    check(&one(outbox(None, now)), Standing::NotChecked, "cannot be opened");
}

#[test]
fn a_scanner_and_a_provider_that_are_named_must_answer() {
    check(&one(clamd(&ClamdSeen::Unused)), Standing::Ok, "not scanned");
    let asked = |problem: Option<&str>| {
        one(clamd(&ClamdSeen::Asked { socket: "/run/x".into(), problem: problem.map(str::to_owned) }))
    };
    check(&asked(None), Standing::Ok, "/run/x");
    check(&asked(Some("refused")), Standing::Problem, "clamav-daemon");
    check(&one(identity_provider(None)), Standing::Ok, "not set up");
    check(&one(identity_provider(Some(&("https://i".into(), Ok(()))))), Standing::Ok, "https://i answers");
    let problem = tenken_model::finding::Bilingual { ja: "だめ".into(), en: "no".into() };
    check(&one(identity_provider(Some(&("https://i".into(), Err(problem))))), Standing::Problem, "issuer");
}

#[test]
fn silent_hosts_and_other_versions_are_told() {
    let seen = |silent: &[&str], versions: &[(&str, u64)]| FleetSeen {
        hosts: 9,
        silent: silent.iter().map(|name| (*name).to_owned()).collect(),
        versions: versions.iter().map(|(version, hosts)| ((*version).to_owned(), *hosts)).collect(),
    };
    let of = |seen: &FleetSeen| told(&fleet(Some(seen), "0.10.0"));
    let well = of(&seen(&[], &[("0.10.0", 9)]));
    check(&well[0], Standing::Ok, "None of 9");
    check(&well[1], Standing::Ok, "All are 0.10.0");
    let found = of(&seen(&["a", "b", "c", "d", "e", "f"], &[("0.9.0", 2), ("0.10.1", 1), ("1.0.0", 1), ("dev", 1)]));
    check(&found[0], Standing::Problem, "6 of 9 hosts are silent: a, b, c, d, e, …");
    check(&found[1], Standing::NotChecked, "dev");
    check(&found[2], Standing::Problem, "2 agents are newer than the dashboard (0.10.0), up to 1.0.0");
    check(&found[3], Standing::Problem, "2 agents are older than the dashboard (0.10.0), down to 0.9.0");
    check(&of(&seen(&[], &[]))[1], Standing::Ok, "No host has reported");
    assert_eq!(
        fleet(None, "0.10.0").iter().map(|answer| answer.check).collect::<Vec<_>>(),
        [Check::Hosts, Check::Versions]
    );
}

#[test]
fn a_backup_of_the_last_two_days_is_wanted_once_there_is_something_to_lose() {
    let now = at("2026-03-10T09:00:00Z");
    let told = |last: Option<&str>, since: Option<&str>| {
        one(backup(Some(BackupSeen { last: last.map(at), since: since.map(at) }), now))
    };
    check(&told(Some("2026-03-09T16:30:00Z"), Some("2026-01-01T00:00:00Z")), Standing::Ok, "2026-03-09T16:30Z");
    check(&told(Some("2026-03-08T06:59:00Z"), Some("2026-01-01T00:00:00Z")), Standing::Problem, "2026-03-08T06:59Z");
    check(&told(None, Some("2026-03-01T00:00:00Z")), Standing::Problem, "ever made");
    check(&told(None, Some("2026-03-09T00:00:00Z")), Standing::Ok, "new");
    check(&told(None, None), Standing::Ok, "new");
    check(&one(backup(None, now)), Standing::NotChecked, "cannot be opened");
}
