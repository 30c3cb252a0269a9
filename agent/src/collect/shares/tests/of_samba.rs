use tenken_model::fact::shares::{ShareKind, SmbShare};

use super::*;

const DEBIAN: &str = include_str!("../../../../tests/samples/shares/debian-12.smb.conf");
const REDHAT: &str = include_str!("../../../../tests/samples/shares/redhat-8.smb.conf");

fn sharing(text: &str) -> Recording {
    bare().running(9, "smbd").file(samba::SMB_CONF, text)
}

fn share(host: &Recording, name: &str) -> SmbShare {
    let found = fact(host).smb;
    found.shares.iter().find(|share| share.name == name).unwrap_or_else(|| panic!("{found:?}")).clone()
}

fn guests(text: &str) -> Read<bool> {
    share(&sharing(text), "data").guests
}

#[test]
fn as_distributions_install_it_homes_are_for_their_owners() {
    for (text, names) in [(DEBIAN, ["homes", "printers", "print$"]), (REDHAT, ["homes", "printers", "print$"])] {
        let host = sharing(text).file("/etc/debian_version", "12\n");
        let found = fact(&host).smb;
        let mut told: Vec<_> = found.shares.iter().map(|share| share.name.as_str()).collect();
        told.sort_by_key(|name| names.iter().position(|known| known == name));
        assert_eq!((told.as_slice(), &found.complete), (names.as_slice(), &Read::Measured(true)));
        assert!(found.shares.iter().all(|share| share.guests == Read::Measured(false)));
        let homes = share(&host, "homes");
        assert_eq!((homes.kind, homes.owner_alone, homes.path), (ShareKind::Homes, true, None));
        assert_eq!(share(&host, "printers").kind, ShareKind::Printers);
    }
}

#[test]
fn guests_come_in_where_the_last_word_lets_them() {
    let yes = Read::Measured(true);
    for open in [
        "[data]\npath=/d\nguest ok=yes\n",
        "[data]\npath=/d\npublic=true\n",
        "[DATA]\npath=/d\nguest ok=no\nPublic = 1\n",
        "[global]\nguest ok=yes\n[data]\npath=/d\n",
        "guest ok=yes\n[data]\npath=/d\n",
        "[data]\npath=/d\n[global]\nworkgroup=x\n[data]\nguest ok=yes\n",
        "[a]\npath=/a\nguest ok=yes\n[data]\ncopy=a\n",
        "[data]\npath=/d\nguest ok=yes\nvalid users = @staff nobody\n",
        "[global]\nguest account = ftp\n[data]\npath=/d\nguest ok=yes\nvalid users = ftp\n",
        "[data]\npath=/d\nguest ok=yes\nvalid users = CLINIC\\Guests\n",
    ] {
        assert_eq!(guests(open), yes, "{open}");
    }
    let no = Read::Measured(false);
    for closed in [
        "[data]\npath=/d\n",
        "[data]\npath=/d\n;guest ok=yes\n",
        "[data]\npath=/d\npublic=yes\nguest ok=no\n",
        "[data]\npath=/d\n[global]\nguest ok=yes\n",
        "[global]\nguest ok=yes\n[data]\npath=/d\nguest ok=no\n",
        "[global]\nmap to guest = bad user\n[data]\npath=/d\n",
        "[a]\npath=/a\nguest ok=yes\n[data]\nguest ok=no\ncopy=a\n",
        "[data]\npath=/d\nguest ok=yes\nvalid users = hanako\n",
        "[global]\nguest account = ftp\n[data]\npath=/d\nguest ok=yes\nvalid users = hanako\n",
    ] {
        assert_eq!(guests(closed), no, "{closed}");
    }
    let group = "[data]\npath=/d\nguest ok=yes\nvalid users = @staff\n";
    assert_eq!(code(&guests(group)), ReasonCode::Inconclusive, "whether the guest is in it");
}

#[test]
fn shares_that_are_not_offered_are_none() {
    let host = sharing(
        "[a]\npath=/a\navailable=no\n[b]\nguest ok=yes\n[c]\npath=/c\n[d]\npath=/d\nmsdfs proxy = \\\\sv2\\d\n",
    );
    let names: Vec<_> = fact(&host).smb.shares.into_iter().map(|share| share.name).collect();
    assert_eq!(names, ["c"], "one without a folder is not offered");
}

#[test]
fn who_is_named_is_told_without_signs() {
    let of = |names: &str| share(&sharing(&format!("[data]\npath=/d\nvalid users = {names}\n")), "data");
    assert_eq!(of("@staff, +\"CLINIC\\Domain Users\" hanako").allowed, ["staff", "CLINIC\\Domain Users", "hanako"]);
    for owner in ["%S", "%D%w%S", "CLINIC\\%S, %S"] {
        assert!(of(owner).owner_alone, "{owner}");
    }
    for other in ["", "@%S", "%S hanako", "%U"] {
        assert!(!of(other).owner_alone, "{other}");
    }
    assert_eq!(of("%U").allowed_complete, Read::Measured(true));
    assert_eq!(code(&of("@%G").allowed_complete), ReasonCode::Unsupported);
    let many = (0..40).map(|number| format!("a{number} ")).collect::<Vec<_>>().concat();
    let many = of(&many);
    assert_eq!(
        (many.allowed.len(), many.allowed_left_out, code(&many.allowed_complete)),
        (30, 10, ReasonCode::TooLarge)
    );
}

#[test]
fn a_folder_limits_where_its_permissions_do() {
    let with = |mode: u32, more: &str| {
        let host = sharing(&format!("[data]\npath=/srv/data\n{more}"));
        share(&host.folder_with("/srv/data", |folder| folder.mode = mode), "data").folder_closed
    };
    assert_eq!(with(0o2770, ""), Read::Measured(true));
    assert_eq!(with(0o775, ""), Read::Measured(false));
    assert_eq!(with(0o770, "force user = www-data\n"), Read::Measured(false), "all are the same person");
    assert_eq!(with(0o770, "force group = staff\n"), Read::Measured(false));
    let above = sharing("[data]\npath=/srv/data\n")
        .folder_with("/srv", |folder| folder.mode = 0o750)
        .folder_with("/srv/data", |folder| folder.mode = 0o777);
    assert_eq!(share(&above, "data").folder_closed, Read::Measured(true), "nobody else gets there");
    assert!(!fact(&above).folders.folders[0].open);
    assert_eq!(
        share(&sharing("[data]\npath=/srv/data\n"), "data").folder_closed,
        Read::Measured(false),
        "not there yet"
    );
    let denied = sharing("[data]\npath=/srv/data\n").denied("/srv/data");
    assert_eq!(code(&share(&denied, "data").folder_closed), ReasonCode::NotPermitted);
    assert_eq!(code(&fact(&denied).folders.complete), ReasonCode::NotPermitted);
    let depends = share(&sharing("[data]\npath=/srv/%U\n"), "data");
    assert_eq!(code(&depends.folder_closed), ReasonCode::Unsupported);
}

const GROUPS: &str = "root:x:0:\nusers:x:100:\nhanako:x:1000:\nstaff:x:1010:taro\n";

/// A share of `/srv/data` with that mode and group.
fn of_group(mode: u32, group: u32, lines: &str) -> Recording {
    sharing(&format!("[data]\npath=/srv/data\n{lines}"))
        .file("/etc/group", GROUPS)
        .folder_with("/srv/data", |folder| (folder.mode, folder.gid) = (mode, group))
}

fn opened_to(host: &Recording, name: &str) -> Vec<String> {
    let share = share(host, name);
    assert_eq!(share.folder_closed, Read::Measured(true));
    share.folder_opened_to.measured().unwrap_or_else(|| panic!("{share:?}")).clone()
}

#[test]
fn a_closed_folder_is_told_with_the_groups_it_is_open_to() {
    assert_eq!(opened_to(&of_group(0o2770, 100, ""), "data"), ["users"]);
    assert_eq!(opened_to(&of_group(0o770, 1010, ""), "data"), ["staff"]);
    assert!(opened_to(&of_group(0o700, 100, ""), "data").is_empty(), "its group has no right to it");
    let above = of_group(0o777, 100, "").folder_with("/srv", |folder| (folder.mode, folder.gid) = (0o750, 1010));
    assert_eq!(opened_to(&above, "data"), ["staff"]);
    let list = |host: Recording| {
        let entries =
            [(1, 7, u32::MAX), (4, 7, u32::MAX), (8, 5, 100), (2, 7, 1000), (16, 7, u32::MAX), (32, 0, u32::MAX)];
        host.access_list("/srv/data", crate::collect::logs::access_list::tests::list(&entries))
    };
    assert_eq!(opened_to(&list(of_group(0o770, 1010, "")), "data"), ["staff", "users"]);
    assert!(opened_to(&list(of_group(0o700, 1010, "")), "data").is_empty(), "its mask takes all");
    let broken = of_group(0o770, 1010, "").access_list("/srv/data", "no list");
    assert_eq!(code(&share(&broken, "data").folder_closed), ReasonCode::Unparsable);
    let of_directory = share(&of_group(0o770, 10_513, ""), "data");
    assert_eq!(code(&of_directory.folder_opened_to), ReasonCode::Inconclusive, "it may be that of all");
    assert_eq!(
        code(&share(&of_group(0o770, 1010, "").denied("/etc/group"), "data").folder_opened_to),
        ReasonCode::NotPermitted
    );
}

#[test]
fn whoever_is_root_to_a_share_is_kept_out_by_no_folder() {
    assert_eq!(
        opened_to(&of_group(0o770, 1010, "admin users = @users hanako\n"), "data"),
        ["staff", "users", "hanako"]
    );
    let depends = share(&of_group(0o770, 1010, "admin users = @%G\n"), "data");
    assert_eq!(code(&depends.folder_opened_to), ReasonCode::Unsupported);
    let homes = with_home(sharing("[homes]\nadmin users = @users\n"), "hanako", 0o700, 1000);
    assert_eq!(opened_to(&homes, "homes"), ["users"]);
}

#[test]
fn homes_without_names_are_open_to_the_groups_they_are_open_to() {
    let home = |gid: u32, more: &str| {
        sharing(&format!("[homes]\n{more}"))
            .file("/etc/group", GROUPS)
            .folder_with("/home/hanako", |folder| (folder.mode, folder.uid, folder.gid) = (0o750, 1000, gid))
    };
    assert!(opened_to(&home(1000, ""), "homes").is_empty(), "a group of its own");
    assert_eq!(opened_to(&home(100, ""), "homes"), ["users"]);
    assert_eq!(code(&share(&home(77, ""), "homes").folder_opened_to), ReasonCode::Inconclusive);
    let forced = share(&home(1000, "force user = samba\n"), "homes");
    assert_eq!(forced.folder_closed, Read::Measured(false), "all are the same person");
}

#[test]
fn homes_without_names_are_as_closed_as_homes_are() {
    let sharing = || sharing("[homes]\nbrowseable = no\n");
    let closed = |host: Recording| share(&host, "homes").folder_closed;
    assert_eq!(closed(with_home(sharing(), "hanako", 0o700, 1000)), Read::Measured(true));
    assert_eq!(closed(with_home(sharing(), "hanako", 0o755, 1000)), Read::Measured(false));
    assert_eq!(code(&closed(sharing().denied("/home/hanako"))), ReasonCode::NotPermitted);
}

#[test]
fn rights_of_windows_may_limit_and_are_not_followed() {
    let listed = |text: &str| share(&sharing(text), "data").listed;
    assert_eq!(listed("[data]\npath=/d\nvfs objects = recycle\n"), Read::Measured(false));
    assert_eq!(code(&listed("[data]\npath=/d\nvfs objects = recycle acl_xattr\n")), ReasonCode::Unsupported);
    let controller = "[global]\nserver role = Active Directory Domain Controller\n[data]\npath=/d\n";
    assert_eq!(code(&listed(controller)), ReasonCode::Unsupported);
    let info = sharing("[data]\npath=/d\n[other]\npath=/o\n").file(rights::SHARE_INFO, "TDB\0SECDESC/data\0x");
    assert_eq!(code(&share(&info, "data").listed), ReasonCode::Unsupported);
    assert_eq!(share(&info, "other").listed, Read::Measured(false));
    let denied = sharing("[data]\npath=/d\n").denied(rights::SHARE_INFO);
    assert_eq!(code(&share(&denied, "data").listed), ReasonCode::NotPermitted);
}

#[test]
fn included_files_are_in_their_place() {
    let host =
        sharing("[global]\ninclude = /etc/samba/a.conf\n[data]\ninclude = /etc/samba/gone.conf\nguest ok = no\n")
            .file("/etc/samba/a.conf", "guest ok = yes\n[data]\npath = /d\n[global]\n");
    let found = share(&host, "data");
    assert_eq!((found.guests, found.origin.as_str()), (Read::Measured(false), "/etc/samba/a.conf"));
    for (text, expected) in [
        ("include = registry\n", ReasonCode::Unsupported),
        ("include = /etc/samba/%m.conf\n", ReasonCode::Unsupported),
        ("include = more.conf\n", ReasonCode::Unsupported),
        ("include = /etc/samba/smb.conf\n", ReasonCode::TooLarge),
        ("config backend = Registry\n", ReasonCode::Unsupported),
        ("config file = /etc/samba/%L.conf\n", ReasonCode::Unsupported),
        ("[a]\ncopy = later\n[later]\npath=/l\n", ReasonCode::Unparsable),
        ("[a]\nguest ok = perhaps\n", ReasonCode::Unparsable),
    ] {
        let found = fact(&sharing(text)).smb;
        assert_eq!((code(&found.complete), found.shares.len()), (expected, 0), "{text}");
    }
    let found = fact(&sharing("registry shares = yes\n[a]\npath=/a\n")).smb;
    assert_eq!((code(&found.complete), found.shares.len()), (ReasonCode::Unsupported, 1));
}

#[test]
fn another_file_takes_the_place_of_the_configuration() {
    let host = sharing("config file = /etc/samba/own.conf\n[a]\npath=/a\n");
    assert_eq!(fact(&host).smb.shares[0].name, "a", "it is not there");
    let host = host.file("/etc/samba/own.conf", "[b]\npath=/b\n");
    let names: Vec<_> = fact(&host).smb.shares.into_iter().map(|share| share.name).collect();
    assert_eq!(names, ["b"]);
}

#[test]
fn without_its_configuration_what_a_server_shares_is_unknown() {
    for host in [bare().running(9, "smbd"), bare().running(9, "smbd").denied(samba::SMB_CONF)] {
        assert!(matches!(fact(&host).smb.complete, Read::NotRead(_)));
    }
    let binary = fact(&sharing("[a]\npath=/a\n\0")).smb;
    assert!(matches!(binary.complete, Read::NotRead(_)));
}

const OWN: &str = "#VERSION 2\npath=/home/hanako/out\ncomment=\nusershare_acl=S-1-1-0:F\nguest_ok=y\nsharename=out\n";

fn own_share(global: &str, text: &str, mode: u32, owner: u32) -> Recording {
    sharing(&format!("[global]\n{global}"))
        .file("/etc/debian_version", "12\n")
        .folder_with(usershares::USERSHARES, |folder| (folder.mode, folder.gid) = (mode, 110))
        .file_with(format!("{}/out", usershares::USERSHARES), text, |file| file.uid = 1000)
        .folder_with("/home/hanako/out", |folder| folder.uid = owner)
}

#[test]
fn shares_of_people_count_where_samba_takes_them() {
    let allowing = "usershare allow guests = yes\n";
    let found = share(&own_share(allowing, OWN, 0o1770, 1000), "out");
    assert_eq!((found.kind, found.guests, found.writable), (ShareKind::OfPerson, Read::Measured(true), true));
    assert_eq!(
        (found.allowed.as_slice(), found.origin.as_str()),
        (["S-1-1-0".to_owned()].as_slice(), "/var/lib/samba/usershares/out")
    );
    assert_eq!(share(&own_share("", OWN, 0o1770, 1000), "out").guests, Read::Measured(false), "no guests for people");
    let named = OWN.replace("S-1-1-0", "S-1-5-21-1-2-3-1001");
    assert_eq!(share(&own_share(allowing, &named, 0o1770, 1000), "out").guests, Read::Measured(false));
    let count = |host: Recording| fact(&host).smb.shares.len();
    assert_eq!(count(own_share(allowing, OWN, 0o770, 1000)), 0, "the folder is not sticky");
    assert_eq!(count(own_share(allowing, OWN, 0o1777, 1000)), 0, "everybody may write the folder");
    assert_eq!(count(own_share(allowing, OWN, 0o1770, 0)), 0, "it is not the person's own folder");
    assert_eq!(count(own_share("usershare owner only = no\n", OWN, 0o1770, 0)), 1);
    assert_eq!(count(own_share("usershare max shares = 0\n", OWN, 0o1770, 1000)), 0);
    assert_eq!(count(own_share("usershare template share = gone\n", OWN, 0o1770, 1000)), 0);
    assert_eq!(count(own_share(allowing, "no share", 0o1770, 1000)), 0);
    assert_eq!(count(own_share("[out]\npath=/o\n", OWN, 0o1770, 1000)), 1, "the administrator's counts");
}

#[test]
fn guests_come_into_shares_of_people_by_any_group_they_are_in() {
    let guests = |who: &str| {
        let text = OWN.replace("S-1-1-0", who);
        share(&own_share("usershare allow guests = yes\n", &text, 0o1770, 1000), "out").guests
    };
    for who in ["S-1-5-2", "S-1-5-7", "S-1-5-32-546", "s-1-5-21-1-2-3-501", "S-1-5-21-1-2-3-514"] {
        assert_eq!(guests(who), Read::Measured(true), "{who}");
    }
    for who in ["S-1-5-11", "S-1-5-32-545", "S-1-5-21-1-2-3-1501", "S-1-5-20-501"] {
        assert_eq!(guests(who), Read::Measured(false), "{who}");
    }
    for who in ["S-1-22-1-65534", "S-1-22-2-65534"] {
        assert_eq!(code(&guests(who)), ReasonCode::Inconclusive, "{who}");
    }
    assert_eq!(guests("S-1-22-2-100:F,S-1-1-0"), Read::Measured(true));
    let closed = own_share("", &OWN.replace("S-1-1-0", "S-1-22-2-65534"), 0o1770, 1000);
    assert_eq!(share(&closed, "out").guests, Read::Measured(false), "no guests for people");
}

#[test]
fn shares_of_people_that_cannot_be_followed_are_told() {
    let complete = |host: Recording| code(&fact(&host).smb.complete);
    assert_eq!(
        complete(own_share("usershare prefix allow list = /home\n", OWN, 0o1770, 1000)),
        ReasonCode::Unsupported
    );
    assert_eq!(complete(own_share("usershare path = /srv/%m\n", OWN, 0o1770, 1000)), ReasonCode::Unsupported);
    let denied = own_share("", OWN, 0o1770, 1000).denied(usershares::USERSHARES);
    assert_eq!(complete(denied), ReasonCode::NotPermitted);
}

#[test]
fn many_shares_are_cut_and_counted() {
    let section = |number: usize| format!("[s{number}]\npath=/s\nvalid users = @a\n");
    let mut text = (0..250).map(section).collect::<Vec<_>>().concat();
    text.push_str("[open]\npath=/o\nguest ok=yes\n");
    let found = fact(&sharing(&text)).smb;
    assert_eq!((found.shares.len(), found.left_out, code(&found.complete)), (200, 51, ReasonCode::TooLarge));
    assert_eq!(found.shares[0].name, "open", "what matters most is told");
    let folders = fact(
        &sharing("[a]\npath=/srv/a/\n[b]\npath=/srv/a\n[p]\nprintable=yes\npath=/p\n").folder("/srv/a").folder("/p"),
    );
    assert_eq!(folders.folders.folders.len(), 1);
}
