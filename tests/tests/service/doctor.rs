//! `doctor` against real peers.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use tenken_tests::{postgres, skip, smtp};

use crate::installed::{Installed, stderr, stdout};

/// What it says, and its exit code.
fn examine(installed: &Installed) -> (i32, Value) {
    let output = installed.command(&["doctor", "--format", "json"]);
    let said = serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (output.status.code().unwrap(), said)
}

/// The standing of a check and all it says in English.
fn of(said: &Value, check: &str) -> (String, String) {
    let checks = said["checks"].as_array().unwrap();
    let found: Vec<&Value> = checks.iter().filter(|answer| answer["check"] == check).collect();
    let worst = |standing: &str| found.iter().any(|answer| answer["standing"] == standing);
    let standing = ["problem", "not_checked", "ok"].into_iter().find(|standing| worst(standing)).unwrap_or("none");
    let texts: Vec<String> =
        found.iter().map(|answer| format!("{} {}", answer["says"]["en"], answer["act"]["en"])).collect();
    (standing.to_owned(), texts.concat())
}

#[track_caller]
fn is(said: &Value, check: &str, standing: &str, part: &str) {
    let found = of(said, check);
    assert!(found.0 == standing && found.1.contains(part), "{check}: {found:?}, not {standing} with `{part}`");
}

#[test]
fn a_running_dashboard_is_well_and_its_faults_are_found() {
    let installed = Installed::new("names: [localhost]\ntime_references: ['127.0.0.1:9']\n");
    let (_, before) = examine(&installed);
    is(&before, "data_folder", "problem", "is not there");
    is(&before, "database", "not_checked", "no database yet");
    is(&before, "service", "problem", "systemctl start");
    is(&before, "certificates", "not_checked", "cannot be read");

    let (running, listening) = installed.start();
    let (code, well) = examine(&installed);
    for check in [
        "configuration",
        "database",
        "service",
        "ports",
        "names",
        "certificates",
        "mail",
        "outbox",
        "backup",
        "hosts",
        "versions",
    ] {
        is(&well, check, "ok", "");
    }
    is(&well, "clock", "not_checked", "127.0.0.1:9");
    assert_eq!(code, 2, "the clock was not looked at: {well}");
    let health = installed.command(&["health", "--language", "en"]);
    assert!(health.status.success() && stdout(&health).contains("127.0.0.1"), "{}", stdout(&health));
    let text = installed.command(&["doctor", "--language", "ja"]);
    assert!(stdout(&text).contains("[正常] データベース: SQLite "), "{}", stdout(&text));

    let data = installed.data();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let people = listening["people"].as_str().unwrap().to_owned();
    drop(running);
    let taker = TcpListener::bind(&people).unwrap();
    let (code, faulty) = examine(&installed);
    assert_eq!(code, 1);
    is(&faulty, "data_folder", "problem", "chmod 700");
    is(&faulty, "service", "problem", "no answer in time");
    is(&faulty, "ports", "problem", "is used by");
    assert_eq!(installed.command(&["health"]).status.code(), Some(1), "somebody else is there");
    drop(taker);
}

#[test]
fn a_configuration_that_cannot_be_read_stops_the_examination_there() {
    let installed = Installed::new("peopel: 1\n");
    let (code, said) = examine(&installed);
    assert_eq!((code, said["checks"].as_array().unwrap().len()), (1, 1));
    is(&said, "configuration", "problem", "dashboard.yaml:5:1");
    let secret = Installed::new("database: postgres://tenken:secret@127.0.0.1:9/tenken\n");
    std::fs::set_permissions(&secret.configuration, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (_, said) = examine(&secret);
    is(&said, "configuration", "problem", "chmod 640");
    is(&said, "database", "problem", "whether the server runs");
    is(&said, "outbox", "not_checked", "database");
    assert!(!said.to_string().contains("secret@"), "{said}");
}

fn mail(folder: &Path, port: u16, security: &str, password: &str, authority: &Path) -> String {
    let file = folder.join("mail.password");
    std::fs::write(&file, password).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    format!(
        "mail:\n  from: tenken@example.jp\n  to: [officer@example.jp]\n  dashboard: https://tenken.example.jp\n  transport:\n    \
         kind: smtp\n    host: localhost\n    port: {port}\n    security: {security}\n    user: {}\n    password_file: {}\n    \
         authority_file: {}\n",
        smtp::USER,
        file.display(),
        authority.display()
    )
}

#[test]
fn each_fault_of_the_mail_server_is_told_apart() {
    if !smtp::Server::available() {
        skip("each_fault_of_the_mail_server_is_told_apart", "python3-aiosmtpd or openssl is not installed");
        return;
    }
    let installed = Installed::new("");
    let folder = installed.folder.path();
    let text = std::fs::read_to_string(&installed.configuration).unwrap();
    let server = smtp::Server::start(&folder.join("smtp")).unwrap();
    let strangers = folder.join("strangers");
    std::fs::create_dir(&strangers).unwrap();
    let stranger = tenken_tests::certificates::make(&strangers, std::net::Ipv4Addr::LOCALHOST).unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (settings, standing, part) in [
        (mail(folder, server.port, "starttls", smtp::PASSWORD, &server.authority), "ok", "none was sent"),
        (mail(folder, server.port, "starttls", "wrong", &server.authority), "problem", "refuses the login"),
        (mail(folder, server.port, "starttls", smtp::PASSWORD, &stranger), "problem", "is not trusted"),
        (mail(folder, server.port, "tls", smtp::PASSWORD, &server.authority), "problem", "cannot be protected"),
        (mail(folder, closed, "starttls", smtp::PASSWORD, &server.authority), "problem", "cannot be reached"),
        (
            mail(folder, server.port, "starttls", smtp::PASSWORD, &server.authority)
                .replace("host: localhost", "host: mail.invalid"),
            "problem",
            "does not resolve",
        ),
    ] {
        // The password stands in one file, as the settings before have left it.
        let password = if part == "refuses the login" { "wrong" } else { smtp::PASSWORD };
        std::fs::write(folder.join("mail.password"), password).unwrap();
        std::fs::write(&installed.configuration, format!("{text}{settings}")).unwrap();
        let (_, said) = examine(&installed);
        is(&said, "mail", standing, part);
    }
    assert_eq!(server.messages().unwrap(), Vec::<String>::new(), "nothing was sent");
}

#[test]
fn postgresql_is_examined_as_it_is() {
    if let Some(why) = postgres::missing() {
        skip("postgresql_is_examined_as_it_is", why);
        return;
    }
    let server = postgres::Server::start().unwrap();
    let database = server.database("examined").unwrap();
    let installed = Installed::new(&format!("database: {database}\n"));
    let (_, empty) = examine(&installed);
    is(&empty, "database", "problem", "older schema 0");
    assert!(installed.command(&["status"]).status.success());
    let (_, said) = examine(&installed);
    is(&said, "database", "ok", "PostgreSQL ");
    is(&said, "hosts", "ok", "");
    drop(server);
    let (code, gone) = examine(&installed);
    assert_eq!(code, 1);
    is(&gone, "database", "problem", "whether the server runs");
    is(&gone, "hosts", "not_checked", "");
}
