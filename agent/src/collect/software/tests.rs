//! Hosts with packages of Debian and of Red Hat, and with what lies outside of them.

use tenken_model::Instant;
use tenken_model::fact::software::{ProgramSource, Software};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Read, ReasonCode};

use super::collect;
use crate::collect::{Look, Needs, Wake};
use crate::host::Recording;

const SQLITE: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb_with_modules.sqlite");
/// With three other packages.
const ONLY_NAMES: &[u8] = include_bytes!("../../../tests/samples/software/rpmdb.sqlite");
const BERKELEY: &[u8] = include_bytes!("../../../tests/samples/software/Packages");
const NDB: &[u8] = include_bytes!("../../../tests/samples/software/Packages.db");
const PEOPLE: &str = "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n";

fn bare() -> Recording {
    Recording::new("2026-11-26T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", PEOPLE)
        .file("/etc/shadow", "root:*:1::::::\nhanako:!:1::::::\n")
}

fn debian() -> Recording {
    bare().file("/var/lib/dpkg/status", include_bytes!("../../../tests/samples/software/debian_12.status"))
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn fact(host: &Recording) -> Software {
    let Outcome::Known(fact) = collect(&Look::new(host), &needs()) else { panic!() };
    fact
}

fn names(host: &Recording, source: ProgramSource) -> Vec<String> {
    fact(host).programs.into_iter().filter(|program| program.source == source).map(|program| program.name).collect()
}

fn code<T>(read: &Read<T>) -> Option<ReasonCode> {
    match read {
        Read::Measured(_) => None,
        Read::NotRead(reason) => Some(reason.code),
    }
}

#[test]
fn packages_of_debian_and_which_of_them_others_need() {
    let host =
        debian().file("/var/lib/apt/extended_states", "Package: libssl3\nArchitecture: amd64\nAuto-Installed: 1\n");
    let fact = fact(&host);
    assert_eq!((&fact.packages, &fact.others), (&Read::Measured(true), &Read::Measured(true)));
    let automatic: Vec<_> = fact.programs.iter().filter(|program| program.automatic).map(|p| p.name.as_str()).collect();
    assert_eq!(automatic, ["libssl3"]);
    assert!(fact.programs.iter().any(|program| program.name == "bash" && !program.automatic));
    assert!(fact.programs.last().unwrap().automatic, "what somebody chose comes first");
}

#[test]
fn packages_of_ubuntu_without_what_was_removed() {
    let host =
        bare().file("/var/lib/dpkg/status", include_bytes!("../../../tests/samples/software/ubuntu_24_04.status"));
    assert_eq!(names(&host, ProgramSource::Dpkg), ["linux-image-6.8.0-48-generic", "openssl"]);
}

#[test]
fn packages_of_an_image_without_dpkg() {
    let host = bare()
        .file("/var/lib/dpkg/status.d/base", "Package: base-files\nStatus: install ok installed\nVersion: 12\n")
        .file("/var/lib/dpkg/status.d/base.md5sums", "Package: x\nStatus: install ok installed\n");
    assert_eq!(names(&host, ProgramSource::Dpkg), ["base-files"]);
}

#[test]
fn packages_of_red_hat() {
    let database = include_bytes!("../../../tests/samples/software/rpmdb.sqlite");
    for path in ["/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite"] {
        let host = bare().file(path, database).file(format!("{path}-wal"), "");
        assert_eq!(names(&host, ProgramSource::Rpm), ["anydesk", "bind-libs", "kernel-core"]);
        let changing = bare().file(path, database).file(format!("{path}-wal"), "x");
        assert_eq!(code(&fact(&changing).packages), Some(ReasonCode::Unsupported));
        let cut = bare().file(path, &database[..40_000]);
        assert_eq!(code(&fact(&cut).packages), Some(ReasonCode::Unparsable));
        let denied = bare().denied(path);
        assert_eq!(code(&fact(&denied).packages), Some(ReasonCode::NotPermitted));
    }
}

#[test]
fn databases_of_rpm_of_every_form() {
    let names = |host: &Recording| {
        let fact = fact(host);
        assert_eq!(code(&fact.packages), None, "{:?}", fact.packages);
        fact.programs.into_iter().map(|program| program.name).collect::<Vec<_>>()
    };
    for (path, bytes) in [
        ("/var/lib/rpm/rpmdb.sqlite", SQLITE),
        ("/usr/lib/sysimage/rpm/rpmdb.sqlite", SQLITE),
        ("/var/lib/rpm/Packages", BERKELEY),
        ("/var/lib/rpm/Packages.db", NDB),
        ("/usr/lib/sysimage/rpm/Packages.db", NDB),
    ] {
        assert_eq!(names(&bare().file(path, bytes)), ["bash", "nodejs", "openssl", "tzdata"], "{path}");
    }
    let linked =
        bare().file("/usr/lib/sysimage/rpm/Packages.db", NDB).link("/var/lib/rpm", "../../usr/lib/sysimage/rpm");
    assert_eq!(names(&linked).len(), 4, "one database with two paths");
}

#[test]
fn of_several_databases_the_one_that_rpm_uses_counts() {
    let read = |host: &Recording| {
        let fact = fact(host);
        code(&fact.packages).map_or(Ok(fact.programs.len()), Err)
    };
    let left_behind = bare().file("/var/lib/rpm/Packages", BERKELEY).file("/var/lib/rpm/rpmdb.sqlite", ONLY_NAMES);
    assert_eq!(read(&left_behind), Ok(3), "rpm looks for SQLite first");
    let told = |backend: &str| left_behind.clone().file("/usr/lib/rpm/macros", format!("%_db_backend\t\t{backend}\n"));
    assert_eq!((read(&told("bdb")), read(&told("sqlite"))), (Ok(4), Ok(3)));
    assert_eq!(read(&told("ndb")), Ok(3), "there is no such database");
    assert_eq!(read(&told("%{?x}")), Err(ReasonCode::Unsupported));
    let overridden = told("sqlite")
        .file("/etc/rpm/macros.db", "%_db_backend bdb\n")
        .file("/etc/rpm/macros.rpmnew", "%_db_backend sqlite");
    assert_eq!(read(&overridden), Ok(4));
    let twice = bare().file("/var/lib/rpm/Packages", BERKELEY).file("/usr/lib/sysimage/rpm/rpmdb.sqlite", ONLY_NAMES);
    assert_eq!(read(&twice), Err(ReasonCode::Unsupported), "nothing says where rpm looks");
    let told = |folder: &str| twice.clone().file("/usr/lib/rpm/macros", format!("%_dbpath {folder}\n"));
    assert_eq!((read(&told("%{_var}/lib/rpm")), read(&told("%{_usr}/lib/sysimage/rpm"))), (Ok(4), Ok(3)));
    assert_eq!(read(&told("/srv/rpm")), Err(ReasonCode::Unsupported));
    assert_eq!(read(&twice.denied("/usr/lib/rpm/macros")), Err(ReasonCode::NotPermitted));
    let host = left_behind.clone();
    let look = Look::new(&host);
    let _fact = collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in ["/var/lib/rpm/Packages", "/usr/lib/sysimage/rpm/Packages.db", "/etc/rpm", "/usr/lib/rpm/macros"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

#[test]
fn databases_that_are_damaged_and_none_at_all_are_not_read() {
    for path in ["/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages", "/usr/lib/sysimage/rpm/Packages.db"] {
        let fact = fact(&bare().file(path, "x"));
        assert_eq!(code(&fact.packages), Some(ReasonCode::Unparsable), "{path}");
    }
    for (path, bytes) in [("/var/lib/rpm/Packages", BERKELEY), ("/var/lib/rpm/Packages.db", NDB)] {
        let cut = bytes.get(..bytes.len() / 2).unwrap();
        assert_eq!(code(&fact(&bare().file(path, cut)).packages), Some(ReasonCode::Unparsable), "{path}");
        assert_eq!(code(&fact(&bare().denied(path)).packages), Some(ReasonCode::NotPermitted), "{path}");
    }
    let mut encrypted = BERKELEY.to_vec();
    encrypted[24] = 1;
    let encrypted = bare().file("/var/lib/rpm/Packages", encrypted);
    assert_eq!(code(&fact(&encrypted).packages), Some(ReasonCode::Unsupported));
    let none = fact(&bare());
    assert_eq!((code(&none.packages), code(&none.others)), (Some(ReasonCode::Unsupported), None));
    let empty = fact(&bare().file("/var/lib/dpkg/status", ""));
    assert_eq!(code(&empty.packages), Some(ReasonCode::Unsupported), "an empty list is no host without packages");
}

#[test]
fn what_may_not_be_read_is_told_and_the_rest_is_read() {
    let denied = fact(&debian().denied("/opt"));
    assert_eq!(code(&denied.others), Some(ReasonCode::NotPermitted));
    assert!(!denied.programs.is_empty() && code(&denied.packages).is_none());
    let denied = fact(&bare().denied("/var/lib/dpkg/status").folder("/opt/game"));
    assert_eq!(code(&denied.packages), Some(ReasonCode::NotPermitted));
    assert_eq!(denied.programs.len(), 1);
    let nobody = fact(&debian().denied("/etc/passwd"));
    assert_eq!(code(&nobody.others), Some(ReasonCode::NotPermitted));
}

#[test]
fn snaps_flatpaks_folders_and_images() {
    let host = debian()
        .file("/snap/README", "x")
        .folder("/snap/bin")
        .file("/snap/firefox/5000/x", "")
        .folder("/var/lib/flatpak/app/org.gimp.GIMP")
        .folder("/home/hanako/.local/share/flatpak/app/com.anydesk.Anydesk")
        .file("/opt/game/start", "")
        .file("/usr/local/bin/backup.sh", "")
        .file("/usr/local/bin/.hidden", "")
        .file("/home/hanako/.local/bin/Tool-1.2.AppImage", "")
        .file("/home/hanako/.local/bin/tool.sh", "");
    assert_eq!(names(&host, ProgramSource::Snap), ["firefox"]);
    assert_eq!(names(&host, ProgramSource::Flatpak), ["com.anydesk.Anydesk", "org.gimp.GIMP"]);
    assert_eq!(names(&host, ProgramSource::Folder), ["Tool-1.2.AppImage", "game", "backup.sh"]);
    let places: Vec<String> =
        fact(&host).programs.into_iter().map(|program| program.place).filter(|place| !place.is_empty()).collect();
    assert_eq!(places, ["/home/hanako/.local/bin", "/opt", "/usr/local/bin"]);
}

#[test]
fn what_is_installed_next_wakes() {
    let host = debian();
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in [
        "/var/lib/dpkg/status",
        "/var/lib/apt/extended_states",
        "/var/lib/rpm/rpmdb.sqlite",
        "/snap",
        "/var/lib/flatpak/app",
        "/home/hanako/.local/share/flatpak/app",
        "/opt",
        "/usr/local/bin",
        "/home/hanako/.local/bin",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
