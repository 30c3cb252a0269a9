//! Hosts on which every form of file that is read holds secrets, in comments too.

mod certificates;
mod ipsec;
mod logs;
mod passwords;
mod reachable;
mod remote_access;
mod shares;
mod software;
mod wireless;
mod written_secrets;

use tenken_agent::collect::sqlite::Value;
use tenken_agent::collect::sqlite::writer as sqlite_writer;
use tenken_agent::collect::time_sync::{chrony_packet, chrony_sources};
use tenken_agent::host::{
    BusProperty, CommandOutput, Endpoint, NetlinkDump, Recording, SystemReading, VendorCommand, scrub,
};
use tenken_model::Topic;

use super::network::rules;
use super::secrets::Secrets;
use super::{assert_whole, observation, planted_disks, recorded, remove, shape, sign_in, verdicts};

const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";

/// A host that has all of it.
fn full_of(secrets: &Secrets) -> Recording {
    let host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap());
    let parts = [
        accounts,
        sign_ins,
        sessions,
        clocks,
        leases,
        antivirus,
        screens,
        backups,
        machine,
        wireless::wireless,
        written_secrets::written_secrets,
        passwords::passwords,
        planted_disks::disks,
        reachable::reachable,
        software::software,
        software::office,
        remote_access::remote_access,
        logs::logs,
        certificates::certificates,
        shares::shares,
        ipsec::ipsec,
    ];
    parts.into_iter().fold(host, |host, part| part(host, secrets))
}

/// Hosts that differ from it in what excludes each other.
fn variants(secrets: &Secrets) -> [Recording; 5] {
    let note = secrets.note();
    let Secrets { account, person, host, file, .. } = secrets;
    let timer = "/usr/lib/systemd/system/clamav-freshclam-once.timer";
    let wanted = "/etc/systemd/system/timers.target.wants/clamav-freshclam-once.timer";
    let timesync = |name: &str| BusProperty {
        service: "org.freedesktop.timesync1".into(),
        path: "/org/freedesktop/timesync1".into(),
        interface: "org.freedesktop.timesync1.Manager".into(),
        name: name.into(),
    };
    let by_dhcp = full_of(secrets)
        .file("/run/ntpsec/ntp.conf.dhcp", format!("{note}server {host}\n"))
        .running(9, "systemd-timesyncd")
        .bus(timesync("LinkNTPServers"), Ok(serde_json::json!([host, "192.168.30.7"])))
        .bus(timesync("SystemNTPServers"), Ok(serde_json::json!([host, "ntp.nict.jp"])))
        .bus(timesync("RuntimeNTPServers"), Ok(serde_json::json!([])))
        .bus(timesync("ServerName"), Ok(host.clone().into()))
        .file("/run/systemd/timesync/synchronized", "")
        .file("/etc/nsswitch.conf", format!("{note}passwd : files systemd\n"))
        .file(format!("/etc/userdb/{account}.user"), format!("{{\"realName\":\"{person}\"}}"))
        .file("/etc/kea/kea-dhcp4.conf", format!("{note}<?include \"/etc/{file}.json\"?>"))
        .file("/etc/cron.d/clamav-freshclam", &note)
        .file_with("/etc/cron.daily/freshclam", format!("{note}freshclam --quiet {person}\n"), |file| {
            file.mode = 0o755;
        });
    let by_dhcp = rules(by_dhcp, secrets, &file[..8]);
    let not_followed = full_of(secrets)
        .file("/run/ntpsec/ntp.conf.dhcp", format!("{note}server {host}\n"))
        .file("/etc/default/ntpsec", format!("{note}NTPD_OPTS={person}\nIGNORE_DHCP=\"yes\"\n"))
        .file("/etc/pam.d/passwd", format!("{note}@include /etc/{file}/gone\n"))
        .file("/etc/pam.d/login", format!("{note}auth {person}\n"))
        .file("/etc/ntpsec/ntp.conf", format!("{note}includefile \"{file}-that-is-gone\"\n"))
        .file("/etc/chrony/chrony.conf", format!("{note}include /etc/chrony/[^{file}]*.conf\n"))
        .file("/etc/ssh/sshd_config", format!("{note}Include /etc/ssh/*/[[:alpha:]]{file}\n"))
        .file("/etc/profile", format!("{note}. /etc/profile.d/[^{file}]*\n"))
        .file("/etc/nsswitch.conf", format!("{note}passwd: files [NOTFOUND=return {person}] systemd\n"))
        .file(format!("/var/lib/systemd/home/{account}.identity"), format!("{{\"realName\":\"{person}\"}}"))
        .file(
            "/etc/kea/kea-dhcp4.conf",
            format!(
                "{{ \"Dhcp4\": {{ \"lease-database\": {{ \"type\": \"mysql\", \"user\": \"{account}\" }} }} }}\n{note}"
            ),
        )
        .file("/etc/cron.d/clamav-freshclam", &note)
        .file(timer, "")
        .link(wanted, timer)
        .link("/etc/systemd/system/clamav-freshclam-once.timer", "/dev/null")
        .file("/var/lib/lastlog/lastlog2.db-wal", "x");
    let cut_off = software::of_ndb(full_of(secrets), secrets)
        .file("/etc/group", format!("{note}root:x:0:\nsudo:x:27:{account}"))
        .file("/etc/shadow", format!("root:*:20000::::::\n{account}:$y$j9T$salt$hash:20"))
        .file("/etc/chrony/chrony.conf", format!("{note}confdir /etc/{file}/*\n"))
        .file("/var/lib/wtmpdb/wtmp.db", format!("no database of {person}"))
        .file("/etc/cron.d/clamav-freshclam", &note);
    let no_text = ["/etc/login.defs", "/etc/shells", "/etc/sudoers", "/etc/profile", "/etc/chrony/chrony.conf"]
        .into_iter()
        .chain(["/etc/ntpsec/ntp.conf", "/etc/ssh/sshd_config", "/etc/nsswitch.conf", "/etc/systemd/timesyncd.conf"])
        .chain(["/etc/systemd/logind.conf", "/etc/clamav/clamd.conf", "/etc/dconf/profile/user"])
        .fold(full_of(secrets), |host, path| host.file(path, format!("\0{note}")));
    let of_dnf = software::of_dnf(full_of(secrets), secrets);
    [by_dhcp, not_followed, cut_off, no_text, of_dnf]
}

fn accounts(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, alias, person, telephone, mail, host: name, file, password, .. } = secrets;
    host.file("/etc/login.defs", format!("{note}UID_MIN 500\nENCRYPT_METHOD {person}\n"))
        .file(
            "/etc/passwd",
            format!(
                "root:x:0:0:{person}:/root:/bin/bash\n\
                 {account}:x:501:501:{person},{telephone}:/home/{account}:/bin/sh\n"
            ),
        )
        .file(
            "/etc/shadow",
            format!("root:*:20000::::::\n{account}:$y$j9T$salt${password}:20100:0:90:7:::{mail}\n"),
        )
        .file("/etc/group", format!("{note}sudo:x:27:\n{alias}:x:900:{account}\n{account}:x:501:\n"))
        .file("/etc/gshadow", format!("{alias}:{password}:{account}:{account}\n"))
        .file("/etc/shells", format!("{note}/bin/sh\n/opt/{file}/sh\n"))
        .file("/etc/nsswitch.conf", format!("passwd: files {file} {note}hosts: {name}\n"))
        .file(
            "/etc/sudoers",
            format!(
                "{note}Defaults mailto=\"{mail}\"\nUser_Alias {alias} = {account}, %{file}\nHost_Alias H{alias} = {name}\n\
                 {alias} H{alias} = (root) NOPASSWD: /bin/sh\n{account} = \n@includedir /etc/sudoers.d\n"
            ),
        )
        .file(format!("/etc/sudoers.d/{file}"), format!("{note}{alias} ALL=(ALL) ALL\n"))
        .file("/etc/polkit-1/rules.d/50-x.rules", format!("/* {person} */ addAdminRule(\"unix-user:{account}\")"))
        .file("/etc/polkit-1/localauthority.conf.d/x.conf", format!("{note}AdminIdentities=unix-group:{alias}\n"))
        .file(format!("/home/{account}/.ssh/authorized_keys"), format!("{note}ssh-ed25519 {KEY} {mail}\n"))
        .file(format!("/etc/ssh/{file}/k-{account}"), format!("{note}ssh-ed25519 {KEY} {mail}\n"))
}

fn sign_ins(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, host: from, device, .. } = secrets;
    let texts = |texts: [&str; 3]| texts.map(|text| Value::Text(text.to_owned()));
    let [name, from_there, service] = texts([account, from, device]);
    let last = [name.clone(), Value::Integer(1_790_000_200), from_there.clone(), service.clone()];
    let lastlog2 = sqlite_writer::write("Lastlog2", &["Name", "Time", "RemoteHost", "Service"], &[last.to_vec()]);
    let begun = Value::Integer(1_780_000_000_000_000);
    let start = [Value::Integer(1), from_there.clone(), begun, Value::Null, from_there.clone(), from_there.clone()];
    let begun = Value::Integer(1_790_000_300_000_000);
    let session = [Value::Integer(3), name, begun, Value::Integer(1_790_000_400_000_000), service, from_there];
    let columns = ["Type", "User", "Login", "Logout", "TTY", "RemoteHost"];
    let wtmpdb = sqlite_writer::write("wtmp", &columns, &[start.to_vec(), session.to_vec()]);
    host.file("/var/log/wtmp", [sign_in(account, from, 1_790_000_000), sign_in("root", "", 1_790_000_100)].concat())
        .file("/var/lib/lastlog/lastlog2.db", lastlog2.unwrap())
        .file("/var/lib/wtmpdb/wtmp.db", wtmpdb.unwrap())
        .file("/run/utmp", sign_in(account, from, 1_790_000_500))
        .file(
            "/run/systemd/sessions/3",
            format!(
                "{note}USER={account}\nCLASS=user\nREMOTE=1\nREMOTE_HOST={from}\nTTY={device}\nDESKTOP={device}\n\
                 REMOTE_USER={from}\nREALTIME=1790000600000000\n"
            ),
        )
}

fn sessions(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, telephone, mail, file, .. } = secrets;
    host.file("/usr/sbin/sshd", "")
        .file(
            "/etc/ssh/sshd_config",
            format!(
                "{note}Banner {telephone}\nInclude /etc/ssh/{file}*.cf {file}?/[!x]*/*.cf gone/*\nAuthorizedKeysFile .ssh/authorized_keys \
                 /etc/ssh/{file}/k-%u\nClientAliveInterval 300\nMatch User {account}\nClientAliveInterval 60\n"
            ),
        )
        .file(format!("/etc/ssh/{file}1/{file}/{file}.cf"), format!("{note}X11Forwarding no\n"))
        .file(format!("/etc/ssh/{file}1/x/{file}.cf"), note.clone())
        .file(format!("/etc/ssh/{file}1.cf"), format!("{note}ClientAliveCountMax 2\nAllowUsers {account}\n"))
        .file("/etc/environment", format!("{note}NAME={person}\n"))
        .file("/etc/profile", format!("{note}export MAILTO={mail}\nTMOUT=600\n. /etc/profile.d/{file}*\n"))
        .file(format!("/etc/profile.d/{file}.sh"), format!("{note}readonly TMOUT=900\necho {telephone}\n"))
        .folder(format!("/etc/profile.d/{file}.d"))
        .file(format!("/home/{account}/.profile"), format!("{note}export DCONF_PROFILE={file}\n"))
        .file("/usr/lib/systemd/systemd-logind", "")
        .file("/etc/systemd/logind.conf", format!("{note}[Login]\nStopIdleSessionSec=15min\nX={person}\n"))
        .file(format!("/etc/systemd/logind.conf.d/{file}.conf"), format!("{note}[Login]\nX={person}\n"))
}

fn clocks(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { person, mail, host: server, file, password, .. } = secrets;
    chrony_with_server(host, server)
        .running(7, "chronyd")
        .file(
            "/etc/chrony/chrony.conf",
            format!(
                "{note}server {server} iburst\nserver ntp.nict.jp\ninclude /etc/chrony/{file}/*.conf\ninclude /etc/chrony/?*/.{file}*\n\
                 mailonchange {mail} 1\nsourcedir /run/{file}\n"
            ),
        )
        .file(format!("/etc/chrony/{file}/{file}.conf"), format!("{note}pool {server}\npool 2.debian.pool.ntp.org\n"))
        .file(format!("/etc/chrony/{file}/.{file}"), format!("{note}pool {server}\n"))
        .file(format!("/run/{file}/{file}.sources"), format!("{note}server {server}\n"))
        .file("/run/chrony/chronyd.pid", "7\n")
        .file(
            "/etc/ntpsec/ntp.conf",
            format!(
                "{note}server {server} # {person}\nserver time.google.com\ncrypto pw {password}\n\
                 includefile \"{file}.conf\"\nincludefile /etc/{file}\n"
            ),
        )
        .file(format!("/etc/ntpsec/{file}.conf"), format!("{note}pool {server}\n"))
        .file(format!("/etc/{file}/{file}.conf"), format!("{note}peer {server}\n"))
        .file(format!("/etc/ntpsec/ntp.d/{file}.conf"), format!("{note}server {server}\n"))
        .file("/etc/openntpd/ntpd.conf", format!("{note}servers {server}\n"))
        .file("/etc/ntpd-rs/ntp.toml", format!("{note}address = \"{server}\"\n"))
        .file("/usr/lib/systemd/systemd-timesyncd", "")
        .file("/etc/systemd/timesyncd.conf", format!("{note}[Time]\nNTP={server} ntp.nict.jp\n"))
        .file(format!("/etc/systemd/timesyncd.conf.d/{file}.conf"), format!("{note}[Time]\nFallbackNTP={server}\n"))
}

/// chronyd's answers on its socket where it has one server.
fn chrony_with_server(host: Recording, server: &str) -> Recording {
    const SEQUENCE: u32 = 0x7465_6e6b;
    let address = [&[192, 168, 30, 9][..], &[0; 12], &[0, 1, 0, 0]].concat();
    let tracking = [&[192, 168, 30, 9][..], &address, &[0, 2, 0, 0, 0, 0, 0, 0, 0x6a, 0, 0, 0], &[0; 40]].concat();
    let source = [&address[..], &[0, 6, 0, 2, 0, 2, 0, 0], &[0; 20]].concat();
    let mut name = server.as_bytes().to_vec();
    name.resize(256, 0);
    let about = |question: &[u8], kind: u8, data: &[u8]| {
        let head = [&[6, 2, 0, 0, question[4], question[5], 0, kind][..], &[0; 8], &question[8..12], &[0; 8]].concat();
        (question.to_vec(), [&head, data].concat())
    };
    let told = about(&chrony_sources::source_request(0, SEQUENCE), 3, &source);
    let known = chrony_sources::source(&told.1, SEQUENCE).unwrap().unwrap();
    [
        about(&chrony_packet::tracking_request(SEQUENCE), 5, &tracking),
        about(&chrony_sources::count_request(SEQUENCE), 2, &[0, 0, 0, 1]),
        told,
        about(&chrony_sources::name_request(&known, SEQUENCE), 19, &name),
    ]
    .into_iter()
    .fold(host, |host, (question, answer)| {
        host.exchange(Endpoint::UnixDatagram("/run/chrony/chronyd.sock".into()), question, Ok(answer))
    })
}

fn leases(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { person, host: name, device, mac, file, password, .. } = secrets;
    let columns = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,hostname,state,user_context\n";
    let kea = |last: u8| {
        let line = format!("192.168.30.{last},{mac},01:{mac},3600,1900000000,1,{device},0,{person}");
        format!("{columns}{line}\n")
    };
    let dnsmasq = |last: u8| format!("1900000000 {mac} 192.168.30.{last} {device} 01:{mac}\n");
    host.running(20, "dnsmasq")
        .file("/etc/dnsmasq.conf", format!("{note}dhcp-host={mac},{device}\nconf-dir=/etc/{file}.d/,*.conf\n"))
        .file("/etc/dnsmasq.d/README", &note)
        .file(format!("/etc/dnsmasq.d/#{file}#"), &note)
        .file(format!("/etc/dnsmasq.d/{file}.dpkg-old"), &note)
        .file(
            format!("/etc/dnsmasq.d/{file}"),
            format!("{note}address=/{name}/192.168.30.7\nconf-file=/etc/{file}.conf\n"),
        )
        .file(format!("/etc/{file}.conf"), format!("{note}dhcp-range=192.168.30.2,192.168.30.9,12h\n"))
        .file(format!("/etc/{file}.d/{file}.conf"), format!("{note}dhcp-leasefile=/srv/{file}/leases # {person}\n"))
        .file(format!("/srv/{file}/leases"), dnsmasq(7))
        .file(format!("/var/lib/libvirt/dnsmasq/{file}.leases"), dnsmasq(17))
        .file(format!("/var/lib/NetworkManager/dnsmasq-{file}.leases"), dnsmasq(18))
        .file(format!("/var/lib/NetworkManager/internal-{file}.lease"), &note)
        .running(21, "dhcpd")
        .file("/etc/dhcp/dhcpd.conf", format!("{note}omapi-key {password};\ninclude \"/etc/dhcp/{file}.conf\";\n"))
        .file(
            format!("/etc/dhcp/{file}.conf"),
            format!("{note}lease-file-name \"/srv/{file}/dhcpd\";\nhost {device} {{ hardware ethernet {mac}; }}\n"),
        )
        .file(
            format!("/srv/{file}/dhcpd"),
            format!(
                "{note}lease 192.168.30.8 {{ ends never; hardware ethernet {mac}; uid \"{mac}\"; \
                 client-hostname \"{device}\"; }}\n"
            ),
        )
        .running(22, "kea-dhcp4")
        .file(
            "/etc/kea/kea-dhcp4.conf",
            format!(
                "{{ \"Dhcp4\": {{ {note} \"lease-database\": {{ \"name\": \"{file}-20261120.csv\", \
                 \"password\": \"{password}\" }}, \"reservations\": [{{ \"hw-address\": \"{mac}\" }}] }} }}"
            ),
        )
        .file(format!("/var/lib/kea/{file}-20261120.csv"), kea(9))
        .file(format!("/var/lib/kea/{file}-20261120.csv.2"), kea(10))
        .file(format!("/var/lib/kea/{file}-20261120.csv.completed"), kea(11))
}

fn antivirus(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, mail, file, password, .. } = secrets;
    let log = format!("Mon Nov 23 07:00:02 2026 -> daily.cvd updated (version: 1, builder: {account})\n{note}");
    let header = format!("ClamAV-VDB:01 Oct 2026 08-15 +0000:9:1:1:x:y:{account}:1790000000");
    let proxy = format!("HTTPProxyUsername {account}\nHTTPProxyPassword {password}\n");
    host.file("/usr/sbin/clamd", "")
        .file("/etc/clamav/clamd.conf", format!("{note}VirusEvent mail {mail}\nDatabaseDirectory /srv/{file}\n"))
        .file("/etc/clamav/freshclam.conf", format!("{note}{proxy}UpdateLogFile /srv/{file}.log\n"))
        .file(format!("/srv/{file}.log"), log)
        .file(format!("/srv/{file}/daily.cvd"), format!("{header:512}"))
        .file("/etc/cron.d/clamav-freshclam", format!("{note}MAILTO={mail}\n0 * * * * {account} freshclam\n"))
}

fn screens(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, alias, person, telephone, mail, file, .. } = secrets;
    let channel = format!(
        "<channel name=\"xfce4-screensaver\" version=\"1.0\" unlocked=\"{account};@{alias}\"><!-- {person} -->\
         <property name=\"lock\" type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"true\"/></property>\
         <property name=\"note\" type=\"string\" value=\"{telephone}\"/></channel>"
    );
    let settings = "[org/gnome/desktop/session]\nidle-delay=uint32 300\n";
    let session = format!("{note}[Desktop Entry]\nExec=startxfce4\nComment={person}\n");
    host.file("/usr/share/xsessions/xfce.desktop", session)
        .file("/usr/share/xsessions/plasma.desktop", "[Desktop Entry]\nExec=startplasma-x11\n")
        .file("/usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\n")
        .file("/usr/bin/xfce4-screensaver", "")
        .file("/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml", channel)
        .file(
            format!("/home/{account}/.config/kscreenlockerrc"),
            format!("{note}[Daemon]\n{note}Timeout=30\nX={person}\n"),
        )
        .file("/etc/dconf/profile/user", format!("{note}user-db:user\nsystem-db:{file}\n"))
        .file(format!("/etc/dconf/db/{file}"), include_bytes!("../samples/screen_lock/local.gvdb"))
        .file(format!("/etc/dconf/db/{file}.d/00"), format!("{note}{settings}[x]\ny='{mail}'\n"))
        .file(format!("/etc/dconf/db/{file}.d/locks/x"), format!("{note}/org/gnome/desktop/session/idle-delay\n"))
}

fn backups(host: Recording, secrets: &Secrets) -> Recording {
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    let said = |stdout: String| Ok(CommandOutput { code: Some(0), stdout: stdout.into(), stderr: person.clone() });
    let restic = VendorCommand::ResticSnapshots {
        repository: "/srv/data/repo".into(),
        password_file: "/etc/tenken/backup-keys/data".into(),
    };
    let borg = VendorCommand::BorgList { repository: "/srv/data/repository".into(), passphrase_file: None };
    let zfs = VendorCommand::ZfsSnapshots { dataset: format!("tank/{file}") };
    let encryption = VendorCommand::ZfsEncryption { dataset: format!("tank/{file}") };
    let btrfs = VendorCommand::BtrfsSnapshots { mount: "/srv/backups".into() };
    let mut host = host
        .file("/etc/tenken/backup-keys/data", password)
        .file("/srv/data/repo/config", password)
        .folder("/srv/data/repo/snapshots")
        .command(
            restic,
            said(format!(
                r#"[{{"time":"2026-11-23T00:00:00Z","hostname":"{name}","username":"{account}","paths":["/home/{account}"]}}]"#
            )),
        )
        .file("/srv/data/repository/config", format!("[repository]\nid = {password}\nname = {person}\n"))
        .command(
            borg,
            said(format!(r#"{{"archives":[{{"name":"{file}","start":"2026-11-23T02:00:00"}}],"comment":"{person}"}}"#)),
        )
        .folder("/srv/pool")
        .folder("/srv/backups")
        .file(
            "/proc/self/mountinfo",
            format!(
                "28 1 253:0 / / rw - ext4 /dev/mapper/{file} rw\n50 28 0:50 / /srv/pool rw - zfs tank/{file} rw\n\
                 51 28 0:51 / /mnt/{file} rw - cifs //{name}/{account} rw\n"
            ),
        )
        .command(encryption, said("aes-256-gcm\n".to_owned()))
        .command(zfs, said(format!("tank/{file}@{person}\t1790000000\n")))
        .command(btrfs, said(format!("ID 257 gen 1 top level 5 otime 2026-11-23 03:00:00 path {person}\n")));
    for day in 20..=23 {
        let (made, sum) = (format!("{file}-202611{day}.sql.gz"), format!("{file}-202611{day}.sql.gz.sha256"));
        host = host
            .file(format!("/srv/backup/{made}"), "x".repeat(100 * day))
            .file(format!("/srv/backup/{sum}"), person)
            .file(format!("/srv/snapshots/daily.{}/{file}/{person}.jpg", day - 20), "x".repeat(50 * day))
            .file(format!("/srv/snapshots/daily.{}/{file}/{person}.png", day - 20), "x".repeat(day));
    }
    host
}

fn machine(host: Recording, secrets: &Secrets) -> Recording {
    let Secrets { account, host: name, file, .. } = secrets;
    let system = SystemReading {
        os: "debian".into(),
        os_version: "13".into(),
        kernel: "6.12.0".into(),
        host_name: name.clone(),
        booted_at: "2026-11-20T00:00:00Z".parse().unwrap(),
    };
    host.system(system)
        .running(8, account)
        .netlink(NetlinkDump::Links, vec![[link(&file[..8]), done()].concat()])
        .netlink(NetlinkDump::Neighbours, vec![done()])
        .netlink(NetlinkDump::Routes, vec![done()])
}

/// The message that ends a dump.
fn done() -> Vec<u8> {
    [20_u32.to_ne_bytes(), 3_u32.to_ne_bytes(), [0; 4], [0; 4], [0; 4]].concat()
}

/// A message of the kernel about an interface of that name.
fn link(name: &str) -> Vec<u8> {
    let mut attribute = [u16::try_from(name.len() + 5).unwrap().to_ne_bytes(), 3_u16.to_ne_bytes()].concat();
    attribute.extend(name.as_bytes());
    attribute.resize((attribute.len() + 1).next_multiple_of(4), 0);
    let mut message = u32::try_from(32 + attribute.len()).unwrap().to_ne_bytes().to_vec();
    message.extend([16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    message.extend([0, 0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(attribute);
    message
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 4, failure_persistence: None, ..Default::default() })]

    #[test]
    fn planted_secrets_are_nowhere_and_verdicts_stay(seed in "[g-z]{6}", number in "[1-9]{4}", low in "[1-9][a-f][1-9]") {
        let secrets = Secrets::new(&seed, &number, &low);
        let full = full_of(&secrets);
        let clocks = observation(Topic::TimeSync, &full);
        proptest::prop_assert!(clocks.to_string().contains("\"configured\":{\"measured\""), "{}", clocks);
        let shares = observation(Topic::Shares, &full)["shares"]["outcome"]["known"].clone();
        let count = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len);
        proptest::prop_assert!(count(&shares["smb"]["shares"]) > 5 && count(&shares["nfs"]["exports"]) > 5, "{}", shares);
        // A host is recorded with the rules as they come, which name no folder of files for others, and asks no endpoints. The
        // protocols, and what keeps programs from starting, are those of Windows.
        let named_elsewhere =
            [Topic::Outbox, Topic::ExchangeEndpoints, Topic::NetworkProtocols, Topic::ExecutionControl];
        let recorded_topics =
            Topic::ALL.iter().zip(recorded(&full).0).filter(|(topic, _)| !named_elsewhere.contains(topic));
        for (topic, found) in recorded_topics {
            proptest::prop_assert!(found[topic.name()]["outcome"]["known"].is_object(), "{}", found);
        }
        let managers = remote_access::of_managers(&full, &secrets);
        for host in variants(&secrets).into_iter().chain(managers).chain([full]) {
            let (found, recording) = recorded(&host);
            secrets.assert_gone(&recording);
            let scrubbed = scrub(&recording);
            assert_whole(&scrubbed);
            for (topic, mut expected) in Topic::ALL.iter().zip(found) {
                let mut after = observation(*topic, &scrubbed);
                // A pattern that names something is replaced by its files, whose folder is then not listed.
                remove(&mut after, "sources");
                remove(&mut expected, "sources");
                proptest::prop_assert_eq!(shape(&after), shape(&expected), "{}", topic.name());
            }
            proptest::prop_assert_eq!(verdicts(&scrubbed), verdicts(&recording));
        }
    }
}
