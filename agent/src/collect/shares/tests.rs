mod formats;
mod of_nfs;
mod of_samba;

use tenken_model::fact::shares::{HomeFolder, SharedFolder, Shares};
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

const PEOPLE: &str = "root:x:0:0:root:/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n\
    taro:x:1001:1001::/home/taro:/bin/bash\n";

fn bare() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
        .file("/etc/passwd", PEOPLE)
        .file("/etc/shadow", "root:*:20000::::::\nhanako:!:20000::::::\ntaro:!:20000::::::\n")
}

fn with_home(host: Recording, name: &str, mode: u32, uid: u32) -> Recording {
    host.folder_with(format!("/home/{name}"), |folder| (folder.mode, folder.uid) = (mode, uid))
}

fn looked(host: &Recording) -> (Shares, Vec<Wake>) {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let look = Look::new(host);
    match collect(&look, &needs) {
        Outcome::Known(fact) => (fact, look.finish().1.into_iter().collect()),
        other => panic!("{other:?}"),
    }
}

fn fact(host: &Recording) -> Shares {
    looked(host).0
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(Reason { code, .. }) => *code,
        Read::Measured(value) => panic!("measured {value:?}"),
    }
}

#[test]
fn a_host_that_shares_nothing_says_so() {
    let found =
        fact(&bare().file(samba::SMB_CONF, "[all]\npath=/srv\nguest ok=yes\n").file(nfs::EXPORTS, "/srv *(rw)\n"));
    assert_eq!(found.smb, SmbShares { shares: vec![], left_out: 0, complete: Read::Measured(true) });
    assert_eq!(found.nfs, NfsExports { exports: vec![], left_out: 0, complete: Read::Measured(true) });
    assert_eq!((found.folders.folders, found.folders.complete), (vec![], Read::Measured(true)));
    assert_eq!((found.homes, found.homes_complete), (vec![], Read::Measured(true)));
}

#[test]
fn a_server_that_begins_with_the_system_shares_unless_it_is_masked_or_gone() {
    let unit = "/usr/lib/systemd/system/smb.service";
    let enabled = |host: Recording| host.link("/etc/systemd/system/multi-user.target.wants/smb.service", unit);
    let configured = || bare().file(samba::SMB_CONF, "[all]\npath=/srv\n");
    let count = |host: Recording| fact(&host).smb.shares.len();
    assert_eq!(count(configured().file(unit, "[Service]\n")), 0, "it is installed only");
    assert_eq!(count(enabled(configured())), 0, "the package was taken off");
    assert_eq!(count(enabled(configured().file(unit, "[Service]\n"))), 1);
    let masked = enabled(configured().file(unit, "[Service]\n")).link("/etc/systemd/system/smb.service", "/dev/null");
    assert_eq!(count(masked), 0);
    assert_eq!(count(configured().running(9, "smbd")), 1, "by hand");
}

#[test]
fn where_nobody_can_tell_what_runs_nothing_is_said_to_be_shared_or_not() {
    let found = fact(&bare().denied("/etc/systemd/system"));
    assert_eq!(
        (code(&found.smb.complete), code(&found.nfs.complete)),
        (ReasonCode::NotPermitted, ReasonCode::NotPermitted)
    );
    let runs = fact(&bare().denied("/etc/systemd/system").running(9, "nfsd").file(nfs::EXPORTS, "/srv 192.0.2.1\n"));
    assert_eq!(runs.nfs.exports.len(), 1, "what runs shares");
}

#[test]
fn servers_with_another_configuration_are_unknown() {
    let found = fact(&bare().running(9, "ksmbd.mountd").running(10, "ganesha.nfsd"));
    assert_eq!(
        (code(&found.smb.complete), code(&found.nfs.complete)),
        (ReasonCode::Unsupported, ReasonCode::Unsupported)
    );
}

#[test]
fn homes_are_private_up_to_0750_and_of_their_owner() {
    let host = with_home(with_home(bare(), "hanako", 0o700, 1000), "taro", 0o750, 1001);
    let found = fact(&host);
    assert!(found.homes.iter().all(|home| home.private && home.owned), "{:?}", found.homes);
    assert_eq!(found.homes_complete, Read::Measured(true));
    for (mode, private) in
        [(0o751, false), (0o770, false), (0o755, false), (0o777, false), (0o2700, true), (0o500, true)]
    {
        let found = fact(&with_home(bare(), "hanako", mode, 1000));
        let home = HomeFolder {
            account: "hanako".into(),
            path: "/home/hanako".into(),
            mode: format!("{mode:04o}"),
            owned: true,
            private,
        };
        assert_eq!(found.homes, [home]);
    }
    let found = fact(&with_home(with_home(bare(), "hanako", 0o700, 1000), "taro", 0o700, 1007));
    let told: Vec<_> = found.homes.iter().map(|home| (home.account.as_str(), home.owned)).collect();
    assert_eq!(told, [("taro", false), ("hanako", true)], "what is wrong comes first");
    assert!(fact(&with_home(bare(), "hanako", 0o700, 0)).homes[0].owned, "root's is nobody else's");
}

#[test]
fn homes_that_cannot_be_looked_at_are_told() {
    assert_eq!(code(&fact(&bare().denied("/home/hanako")).homes_complete), ReasonCode::NotPermitted);
    assert_eq!(code(&fact(&bare().denied("/home")).homes_complete), ReasonCode::NotPermitted);
    let found = fact(&Recording::new(Instant::UNIX_EPOCH).denied("/etc/passwd"));
    assert_eq!((code(&found.homes_complete), found.homes), (ReasonCode::NotPermitted, vec![]));
    let found = fact(&bare().file("/home/hanako", "no folder"));
    assert_eq!((found.homes, found.homes_complete), (vec![], Read::Measured(true)));
}

#[test]
fn many_homes_are_cut_and_counted() {
    let mut passwd = String::from("root:x:0:0:root:/root:/bin/bash\n");
    let mut host = bare();
    for number in 1_000..1_305_u32 {
        passwd = format!("{passwd}p{number}:x:{number}:{number}::/home/p{number}:/bin/bash\n");
        host = with_home(host, &format!("p{number}"), if number == 1_304 { 0o755 } else { 0o700 }, number);
    }
    let found = fact(&host.file("/etc/passwd", passwd));
    assert_eq!((found.homes.len(), found.homes_left_out), (300, 5));
    assert_eq!(found.homes[0].account, "p1304", "what is wrong is never cut off first");
    assert_eq!(code(&found.homes_complete), ReasonCode::TooLarge);
}

#[test]
fn changes_of_whatever_decides_wake() {
    let host = with_home(bare(), "hanako", 0o700, 1000)
        .running(9, "smbd")
        .running(10, "nfsd")
        .file("/etc/debian_version", "12\n")
        .file(samba::SMB_CONF, "include = /etc/samba/more.conf\n[all]\npath=/srv/all\n[data]\npath=/data\n")
        .folder("/srv/all");
    let (found, wakes) = looked(&host);
    let folder = SharedFolder { path: "/srv/all".into(), mode: "0755".into(), open: false };
    assert_eq!(found.folders.folders, [folder]);
    for path in [
        "/etc/systemd/system",
        samba::SMB_CONF,
        "/etc/samba/more.conf",
        usershares::USERSHARES,
        rights::SHARE_INFO,
        nfs::EXPORTS,
        nfs::EXPORTS_FOLDER,
        "/etc/passwd",
        "/home",
        "/srv",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}: {wakes:?}");
    }
    for path in ["/srv/all", "/home/hanako", "/"] {
        assert!(!wakes.contains(&Wake::Path(path.into())), "something changes in {path} all the time");
    }
}

#[test]
fn where_people_work_nothing_is_watched() {
    let text = "[data]\npath=/srv/data\n[hr]\npath=/srv/data/hr\n[deep]\npath=/srv/data/x/deep\n[own]\npath=/home/hanako/own\n";
    let host = bare()
        .running(9, "smbd")
        .file("/etc/debian_version", "12\n")
        .file(samba::SMB_CONF, text)
        .folder("/srv/data/hr")
        .folder("/srv/data/x/deep")
        .folder("/home/hanako/own")
        .folder_with(usershares::USERSHARES, |folder| folder.mode = 0o1770)
        .file(format!("{}/out", usershares::USERSHARES), "#VERSION 1\npath=/opt/chosen/out\ncomment=\nusershare_acl=\n")
        .folder("/opt/chosen/out");
    let (found, wakes) = looked(&host);
    let paths: Vec<_> = found.folders.folders.iter().map(|folder| folder.path.as_str()).collect();
    assert_eq!(paths, ["/home/hanako/own", "/opt/chosen/out", "/srv/data", "/srv/data/hr", "/srv/data/x/deep"]);
    assert!(wakes.contains(&Wake::Path("/srv".into())), "{wakes:?}");
    for path in ["/srv/data", "/srv/data/x", "/home/hanako", "/opt/chosen", "/opt/chosen/out"] {
        assert!(!wakes.contains(&Wake::Path(path.into())), "{path}: {wakes:?}");
    }
}
