//! The configuration file.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tenken_tests::program::own;
use tenken_tests::{postgres, skip};

use crate::installed::{Installed, stderr, stdout};

#[test]
fn every_command_goes_by_the_file_and_a_flag_beats_it() {
    let installed = Installed::new("names: [tenken.example.jp]\nagency: 点検市\ngrace: 0s\n");
    let (_running, listening) = installed.start();
    let people = listening["people"].as_str().unwrap();
    let port = people.rsplit(':').next().unwrap();
    let link = installed.command(&["first-link"]);
    assert!(stdout(&link).starts_with(&format!("https://tenken.example.jp:{port}/")), "{link:?}");
    assert!(!stdout(&installed.command(&["token"])).trim().is_empty());
    assert!(installed.command(&["status"]).status.success());
    assert!(stdout(&installed.command(&["audit", "verify"])).contains(':'));
    let other = installed.folder.path().join("other");
    let other = installed.command(&["status", "--quiet", "--data", other.to_str().unwrap()]);
    assert_eq!(other.status.code(), Some(1), "another data folder knows no host: {other:?}");
    assert!(installed.folder.path().join("other/tenken.db").exists(), "the flag was used");
}

#[test]
fn a_fault_in_the_file_is_told_with_its_place() {
    let installed = Installed::new("peopel: 127.0.0.1:0\n");
    // systemd does not start `serve` again after its code: the file would be no other.
    for (command, code) in [("serve", 78), ("token", 1), ("status", 1)] {
        let refused = installed.command(&[command]);
        assert_eq!(refused.status.code(), Some(code), "{command}");
        let told = stderr(&refused);
        assert!(told.contains("dashboard.yaml:5:1: unknown field `peopel`"), "{command}: {told}");
    }
    assert!(!installed.data().exists(), "nothing was begun");
}

#[test]
fn mail_that_stands_in_the_file_is_sent_by_its_command() {
    let installed = Installed::new("");
    let outbox = installed.folder.path().join("mails");
    let text = std::fs::read_to_string(&installed.configuration).unwrap();
    let mail = format!(
        "mail:\n  from: tenken@example.jp\n  to: [officer@example.jp]\n  dashboard: https://tenken.example.jp\n  \
         transport: {{kind: folder, folder: {}}}\n",
        outbox.display()
    );
    std::fs::write(&installed.configuration, format!("{text}{mail}")).unwrap();
    let sent = installed.command(&["test-mail"]);
    assert!(sent.status.success(), "{}", stderr(&sent));
    assert!(outbox.join("tenken.test.eml").is_file());
}

#[test]
fn a_password_of_the_database_comes_as_a_credential() {
    if let Some(why) = postgres::missing() {
        skip("a_password_of_the_database_comes_as_a_credential", why);
        return;
    }
    let server = postgres::Server::start().unwrap();
    let database = server.database("configured").unwrap();
    let installed = Installed::new(&format!("database: {database}\ndatabase_password_file: credential:database\n"));
    let without = installed.command(&["status"]);
    assert!(stderr(&without).contains("LoadCredential="), "{}", stderr(&without));
    let credentials = installed.folder.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    let secret = credentials.join("database");
    std::fs::write(&secret, "no word is asked for here\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o400)).unwrap();
    let with = Command::new(own("tenken-dashboard").unwrap())
        .args(["status", "--config"])
        .arg(&installed.configuration)
        .env("CREDENTIALS_DIRECTORY", &credentials)
        .output()
        .unwrap();
    assert!(with.status.success(), "{}", stderr(&with));
}
