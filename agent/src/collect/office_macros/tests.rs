//! Hosts with LibreOffice, and what people set there.

use tenken_model::fact::office_macros::MacroUser;
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::collect;
use super::registry::SCRIPTING;
use crate::collect::{Look, Needs, Wake};
use crate::host::Recording;

const HANAKO: &str = "/home/hanako/.config/libreoffice/4/user/registrymodifications.xcu";
const SYSTEM: &str = "/usr/lib/libreoffice/share/registry";

fn debian() -> Recording {
    Recording::new("2026-11-26T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n")
        .file("/etc/shadow", "root:*:1::::::\nhanako:!:1::::::\n")
        .file("/usr/lib/libreoffice/program/soffice.bin", "")
        .file(
            format!("{SYSTEM}/pdfimport.xcd"),
            include_bytes!("../../../tests/samples/office_macros/debian_12_pdfimport.xcd"),
        )
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn users(host: &Recording) -> Vec<MacroUser> {
    let Outcome::Known(fact) = collect(&Look::new(host), &needs()) else { panic!() };
    fact.users.measured().unwrap().clone()
}

/// Each person with the level; -1 where it was not read.
fn levels(host: &Recording) -> Vec<(String, i64)> {
    let level = |user: MacroUser| (user.user, user.level.measured().map_or(-1, |level| i64::from(*level)));
    users(host).into_iter().map(level).collect()
}

fn item(inner: &str) -> String {
    format!("<oor:items><item oor:path=\"{SCRIPTING}\">{inner}</item></oor:items>")
}

fn set(level: u32, finalized: bool) -> String {
    item(&format!("<prop oor:name=\"MacroSecurityLevel\" oor:finalized=\"{finalized}\"><value>{level}</value></prop>"))
}

#[test]
fn nothing_set_is_the_programs_default() {
    assert_eq!(levels(&debian()), [("*".to_owned(), 2)]);
    assert_eq!(users(&debian())[0].origin, "the program's default");
    let other = "<oor:items><item oor:path=\"/org.openoffice.Office.Common/Misc\"></item></oor:items>";
    assert_eq!(levels(&debian().file(HANAKO, other)), [("*".to_owned(), 2), ("hanako".to_owned(), 2)]);
}

#[test]
fn a_person_lowers_it() {
    let host = debian().file(HANAKO, include_bytes!("../../../tests/samples/office_macros/libreoffice_7.xcu"));
    let users = users(&host);
    assert_eq!(users[1].level, Read::Measured(0));
    assert_eq!((users[1].trusted_folders, users[1].enforced, users[1].origin.as_str()), (2, false, HANAKO));
    let never = debian().file(HANAKO, include_bytes!("../../../tests/samples/office_macros/libreoffice_24.xcu"));
    assert!(self::users(&never)[1].disabled);
}

#[test]
fn the_system_sets_it_and_a_person_changes_it_unless_it_is_finalized() {
    let loose = debian().file(format!("{SYSTEM}/x.xcd"), set(1, false));
    assert_eq!(levels(&loose), [("*".to_owned(), 1)]);
    let raised = loose.file(HANAKO, set(3, false));
    assert_eq!(levels(&raised), [("*".to_owned(), 1), ("hanako".to_owned(), 3)]);
    let policy = include_bytes!("../../../tests/samples/office_macros/policy.xcd");
    let fixed = debian().file(format!("{SYSTEM}/policy.xcd"), policy).file(HANAKO, set(0, false));
    assert_eq!(levels(&fixed), [("*".to_owned(), 3), ("hanako".to_owned(), 3)]);
    assert!(users(&fixed).iter().all(|user| user.enforced));
}

#[test]
fn settings_of_other_programs_and_places_count() {
    for home in [
        ".openoffice/4",
        ".var/app/org.libreoffice.LibreOffice/config/libreoffice/4",
        "snap/libreoffice/current/.config/libreoffice/4",
    ] {
        let host = debian().file(format!("/home/hanako/{home}/user/registrymodifications.xcu"), set(0, false));
        assert_eq!(levels(&host)[1], ("hanako".to_owned(), 0), "{home}");
    }
    let opt = debian().file("/opt/libreoffice24.8/share/registry/x.xcd", set(1, false));
    assert_eq!(levels(&opt), [("*".to_owned(), 1)]);
}

#[test]
fn files_of_a_registry_count_by_their_layer() {
    let file = |host: Recording, name: &str, text: String| host.file(format!("{SYSTEM}/{name}"), text);
    let all = |host: &Recording| levels(host)[0].1;
    let loose = file(debian(), "site.xcd", set(3, false));
    let data = file(loose, "data/org/openoffice/Office/Common.xcu", set(0, false));
    assert_eq!(all(&data), 0, "what is below data/ counts, and more");
    assert_eq!(all(&file(data, "modules/site.xcu", set(1, false))), 1);
    assert_eq!(all(&file(debian(), "res/site.xcu", set(1, true))), 1);
    let fixed = file(debian(), "site.xcd", set(3, true));
    assert_eq!(all(&file(fixed, "data/site.xcu", set(0, true))), 3, "unless it is finalized");
    assert_eq!(all(&file(debian(), "site.xcu", set(0, false))), 2, "beside the others it is not read");
    let two = file(file(debian(), "data/a.xcu", set(0, false)), "data/b.xcu", set(3, false));
    assert_eq!(all(&two), -1);
    let origin = users(&file(file(debian(), "a.xcd", set(1, false)), "data/b.xcu", set(3, false)))[0].origin.clone();
    assert_eq!(origin, format!("{SYSTEM}/data/b.xcu"));
}

#[test]
fn a_program_that_one_person_installed_is_there() {
    let home = "/home/hanako/.var/app/org.libreoffice.LibreOffice/config/libreoffice/4/user/registrymodifications.xcu";
    let host = Recording::new("2026-11-26T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n")
        .file("/etc/shadow", "root:*:1::::::\nhanako:!:1::::::\n")
        .folder("/home/hanako/.local/share/flatpak/app/org.libreoffice.LibreOffice/current")
        .file(home, set(0, false));
    assert_eq!(levels(&host)[1], ("hanako".to_owned(), 0));
}

#[test]
fn what_is_damaged_or_not_permitted_or_says_two_things_is_not_judged() {
    assert_eq!(levels(&debian().file(HANAKO, "<a><b></a>"))[1], ("hanako".to_owned(), -1));
    assert_eq!(levels(&debian().denied(HANAKO).folder("/home/hanako/.config/libreoffice/4"))[1].1, -1);
    let two = debian().file(format!("{SYSTEM}/a.xcd"), set(3, true)).file(format!("{SYSTEM}/b.xcd"), set(0, false));
    assert_eq!(levels(&two), [("*".to_owned(), -1)]);
    let Outcome::Known(fact) = collect(&Look::new(&debian().denied("/etc/passwd")), &needs()) else { panic!() };
    assert!(matches!(fact.users, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    assert!(matches!(collect(&Look::new(&debian().denied("/opt")), &needs()), Outcome::Failed(_)));
}

#[test]
fn without_an_office_program_there_is_nothing_to_judge() {
    let host = Recording::new("2026-11-26T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n")
        .file("/etc/shadow", "root:*:1::::::\nhanako:!:1::::::\n")
        .file(HANAKO, set(0, false));
    assert!(matches!(collect(&Look::new(&host), &needs()), Outcome::Absent(_)));
    // Nobody knows whose home to look into.
    assert!(matches!(collect(&Look::new(&host.denied("/etc/passwd")), &needs()), Outcome::Failed(_)));
}

#[test]
fn what_people_and_the_system_set_next_wakes() {
    let host = debian().folder("/home/hanako/.config/libreoffice/4");
    let look = Look::new(&host);
    let _ = collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in [
        HANAKO,
        SYSTEM,
        "/usr/lib/libreoffice/share/registry/data",
        "/home/hanako/.config/libreoffice",
        "/usr/lib64/libreoffice/program",
        "/opt",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
