//! Facts of a host, of its recording and of its scrubbed recording.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use serde_json::Value;
use tenken_agent::collect::Needs;
use tenken_agent::gather::gather;
use tenken_agent::host::{Host, NetlinkDump, Recorder, Recording, SystemReading, scrub};
use tenken_model::register::Registers;
use tenken_model::{Facts, Topic};

fn needs(host: &dyn Host) -> Needs {
    Needs { registers: Registers::not_given("a test"), time_references: Vec::new(), now: host.now() }
}

/// What a collector finds, without how long it took.
fn observation(topic: Topic, host: &dyn Host) -> Value {
    let gathered = gather(topic, host, &needs(host));
    let mut facts = Facts::default();
    facts.insert(gathered.observation);
    let mut value = serde_json::to_value(&facts).unwrap();
    remove(&mut value, "took");
    value
}

fn remove(value: &mut Value, key: &str) {
    match value {
        Value::Object(entries) => {
            entries.remove(key);
            entries.values_mut().for_each(|value| remove(value, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| remove(value, key)),
        _ => {}
    }
}

/// The value with every text left out: numbers, truths, variants and lengths of lists stay.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => "a text".into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), shape(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn recorded(host: &dyn Host) -> (Vec<Value>, Recording) {
    let recorder = Recorder::new(host);
    let found = Topic::ALL.iter().map(|topic| observation(*topic, &recorder)).collect();
    (found, recorder.finish())
}

fn agree(host: &dyn Host) -> (Vec<Value>, Vec<Value>) {
    let (found, recording) = recorded(host);
    let read_back = Recording::from_json(recording.to_json().unwrap().as_bytes()).unwrap();
    let scrubbed = scrub(&recording);
    let mut found_scrubbed = Vec::new();
    for (topic, expected) in Topic::ALL.iter().zip(&found) {
        assert_eq!(observation(*topic, &read_back), *expected, "{}", topic.name());
        let after = observation(*topic, &scrubbed);
        assert_eq!(shape(&after), shape(expected), "{}", topic.name());
        found_scrubbed.push(after);
    }
    (found, found_scrubbed)
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_gives_the_same_facts_when_recorded() {
    agree(&tenken_agent::host::linux::LiveHost::new());
}

/// A record of utmp(5) as x86 writes it.
fn sign_in(user: &str, host: &str, seconds: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 7;
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[76..76 + host.len()].copy_from_slice(host.as_bytes());
    record[340..344].copy_from_slice(&seconds.to_le_bytes());
    record
}

#[test]
fn a_scrubbed_host_gives_facts_of_the_same_shape_and_nobodys_names() {
    let key = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";
    let host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\n\
             tanaka:x:1000:1000:Taro Tanaka:/home/tanaka:/bin/bash\n\
             hanako:x:1001:1001:鈴木 花子:/home/hanako:/bin/bash\n",
        )
        .file(
            "/etc/shadow",
            "root:*:20000::::::\ntanaka:$y$j9T$salt$hash:20100:0:90:7:::\nhanako:!$6$s$h:20100::::::\n",
        )
        .file("/etc/group", "root:x:0:\nsudo:x:27:tanaka\ntanaka:x:1000:\n")
        .file("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\nhanako ALL=(ALL) NOPASSWD: ALL\n")
        .file("/etc/shells", "/bin/sh\n/bin/bash\n")
        .file("/bin/bash", "")
        .file("/home/tanaka/.ssh/authorized_keys", format!("ssh-ed25519 {key} tanaka@pc-17\n"))
        .file(
            "/var/log/wtmp",
            [sign_in("tanaka", "192.168.30.7", 1_790_000_000), sign_in("root", "", 1_790_000_100)].concat(),
        )
        .file("/etc/chrony/chrony.conf", "server 192.168.30.7 iburst\n");
    let (found, scrubbed) = agree(&host);
    let (found, scrubbed) = (format!("{found:?}"), format!("{scrubbed:?}"));
    for (name, stand_in) in [("tanaka", "user1"), ("hanako", "user2")] {
        assert!(found.contains(name) && !scrubbed.contains(name) && scrubbed.contains(stand_in), "{name}");
    }
    assert!(!scrubbed.contains("192.168.30."));
}

/// Settings that two people and the administrator made, on every desktop that is read.
#[test]
fn screen_locks_replay_alike_and_without_what_else_people_set() {
    let local = include_bytes!("samples/screen_lock/local.gvdb");
    let own = include_bytes!("samples/screen_lock/user.gvdb");
    let channel = "<channel name=\"xfce4-screensaver\" version=\"1.0\" unlocked=\"tanaka\"><property name=\"lock\" \
        type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"true\"/></property></channel>";
    let session = |program: &str| format!("[Desktop Entry]\nExec={program}\n");
    let host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\ntanaka:x:1000:1000::/home/tanaka:/bin/bash\n\
             hanako:x:1001:1001::/srv/home/hanako:/bin/bash\nichiro:x:1002:1002::/home/ichiro:/bin/bash\n",
        )
        .file("/etc/shadow", "root:*:20000::::::\ntanaka:!:1::::::\nhanako:!:1::::::\nichiro:!:1::::::\n")
        .file("/etc/nsswitch.conf", "passwd: files sss\n")
        .file("/usr/share/xsessions/gnome.desktop", session("gnome-session"))
        .file("/usr/share/xsessions/plasma.desktop", session("startplasma-x11"))
        .file("/usr/share/xsessions/xfce.desktop", session("startxfce4"))
        .file("/usr/bin/xfce4-screensaver", "")
        .file("/usr/share/glib-2.0/schemas/gschemas.compiled", include_bytes!("samples/screen_lock/gschemas.compiled"))
        .file("/etc/dconf/profile/user", "user-db:user\nsystem-db:local\nsystem-db:broken\nfile-db:/opt/vendor/db\n")
        .file("/etc/dconf/db/local", local)
        .file("/etc/dconf/db/local.d/00", "[org/gnome/desktop/session]\nidle-delay=uint32 300\n")
        .file("/opt/vendor/db", local)
        .file("/home/tanaka/.config/dconf/user", own)
        .file("/srv/home/hanako/.config/dconf/user", local)
        .file("/home/ichiro/.profile", "export TOKEN=ghp_secret\nexport DCONF_PROFILE=ichiro\n")
        .file("/home/jiro/.config/dconf/user", own.get(..100).unwrap())
        .file("/srv/home/hanako/.config/kscreenlockerrc", "[Greeter]\nImage=/family.png\n[Daemon]\nTimeout=30\n")
        .file("/home/tanaka/.profile", "export TOKEN=ghp_secret\n")
        .file("/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml", channel);
    for host in [host.clone().file("/etc/dconf/db/broken", local.get(..200).unwrap()), host] {
        let (found, scrubbed) = agree(&host);
        let (found, scrubbed) = (format!("{found:?}"), format!("{scrubbed:?}"));
        for name in ["tanaka", "hanako", "ichiro", "jiro"] {
            assert!(found.contains(name) && !scrubbed.contains(name), "{name}");
        }
        let text = scrub(&recorded(&host).1).to_json().unwrap();
        let everything = String::from_utf8_lossy(&everything(&text)).into_owned() + &text;
        for personal in ["family.png", "ghp_secret", "backgrounds", "xkb-options", "tanaka", "ichiro"] {
            assert!(!everything.contains(personal), "{personal}");
        }
        assert!(everything.contains("/org/gnome/desktop/session/idle-delay"));
    }
}

/// Names and numbers of people, of machines and of places that a host may hold anywhere.
struct Secrets {
    account: String,
    alias: String,
    person: String,
    telephone: String,
    mail: String,
    host: String,
    device: String,
    mac: String,
    file: String,
}

impl Secrets {
    fn all(&self) -> [&str; 9] {
        let Self { account, alias, person, telephone, mail, host, device, mac, file } = self;
        [account, alias, person, telephone, mail, host, device, mac, file].map(String::as_str)
    }
}

/// A host on which every form of file that is read holds them, in comments too.
fn full_of(secrets: &Secrets) -> Recording {
    let Secrets { account, alias, person, telephone, mail, host, device, mac, file } = secrets;
    let note = format!("# {person} {telephone} {mail} {host} {device} {mac} {account}\n");
    let key = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";
    let kea = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,hostname,state,user_context\n";
    let channel = format!(
        "<channel name=\"xfce4-screensaver\" version=\"1.0\" unlocked=\"{account};@{alias}\"><!-- {person} -->\
         <property name=\"lock\" type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"true\"/></property>\
         <property name=\"note\" type=\"string\" value=\"{telephone}\"/></channel>"
    );
    let system = SystemReading {
        os: "debian".into(),
        os_version: "13".into(),
        kernel: "6.12.0".into(),
        host_name: host.clone(),
        booted_at: "2026-11-20T00:00:00Z".parse().unwrap(),
    };
    let wtmp = [sign_in(account, host, 1_790_000_000), sign_in("root", "", 1_790_000_100)].concat();
    let log = format!("Mon Nov 23 07:00:02 2026 -> daily.cvd updated (version: 1, builder: {account})\n{note}");
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .system(system)
        .running(7, "chronyd")
        .running(8, account)
        .file("/etc/login.defs", format!("{note}UID_MIN 500\n"))
        .file(
            "/etc/passwd",
            format!("root:x:0:0:{person}:/root:/bin/bash\n{account}:x:501:501:{person},{telephone}:/home/{account}:/bin/sh\n"),
        )
        .file("/etc/shadow", format!("root:*:20000::::::\n{account}:$y$j9T$salt$hash:20100:0:90:7:::{mail}\n"))
        .file("/etc/group", format!("{note}sudo:x:27:\n{alias}:x:900:{account}\n{account}:x:501:\n"))
        .file("/etc/gshadow", format!("{alias}:!:{account}:{account}\n"))
        .file("/etc/shells", format!("{note}/bin/sh\n/opt/{file}/sh\n"))
        .file("/etc/nsswitch.conf", format!("passwd: files {file} {note}hosts: {host}\n"))
        .file(
            "/etc/sudoers",
            format!(
                "{note}Defaults mailto=\"{mail}\"\nUser_Alias {alias} = {account}, %{file}\nHost_Alias H{alias} = {host}\n\
                 {alias} H{alias} = (root) NOPASSWD: /bin/sh\n{account} = \n@includedir /etc/sudoers.d\n"
            ),
        )
        .file(format!("/etc/sudoers.d/{file}"), format!("{note}{alias} ALL=(ALL) ALL\n"))
        .file("/etc/polkit-1/rules.d/50-x.rules", format!("/* {person} */ addAdminRule(\"unix-user:{account}\")"))
        .file("/etc/polkit-1/localauthority.conf.d/x.conf", format!("{note}AdminIdentities=unix-group:{alias}\n"))
        .file(format!("/home/{account}/.ssh/authorized_keys"), format!("{note}ssh-ed25519 {key} {mail}\n"))
        .file("/usr/sbin/sshd", "")
        .file(
            "/etc/ssh/sshd_config",
            format!(
                "{note}Banner {telephone}\nInclude /etc/ssh/{file}*.cf\nAuthorizedKeysFile .ssh/authorized_keys \
                 /etc/ssh/{file}/k-%u\nClientAliveInterval 300\nMatch User {account}\nClientAliveInterval 60\n"
            ),
        )
        .file(format!("/etc/ssh/{file}1.cf"), format!("{note}ClientAliveCountMax 2\nAllowUsers {account}\n"))
        .file(format!("/etc/ssh/{file}/k-{account}"), format!("{note}ssh-ed25519 {key} {mail}\n"))
        .file("/etc/environment", format!("{note}NAME={person}\n"))
        .file("/etc/profile", format!("{note}export MAILTO={mail}\nTMOUT=600\n. /etc/profile.d/{file}.sh\n"))
        .file(format!("/etc/profile.d/{file}.sh"), format!("{note}readonly TMOUT=900\necho {telephone}\n"))
        .file(format!("/home/{account}/.profile"), format!("{note}export DCONF_PROFILE={file}\n"))
        .file("/usr/lib/systemd/systemd-logind", "")
        .file("/etc/systemd/logind.conf", format!("{note}[Login]\nStopIdleSessionSec=15min\nX={person}\n"))
        .file(
            "/etc/chrony/chrony.conf",
            format!("{note}server {host} iburst\nserver ntp.nict.jp\ninclude /etc/chrony/{file}/*.conf\nmailonchange {mail} 1\n"),
        )
        .file(format!("/etc/chrony/{file}/{file}.conf"), format!("{note}pool {host}\npool 2.debian.pool.ntp.org\n"))
        .file("/run/chrony/chronyd.pid", "7\n")
        .file("/etc/ntp.conf", format!("{note}server {host} # {person}\n"))
        .file("/etc/ntpd-rs/ntp.toml", format!("{note}address = \"{host}\"\n"))
        .file("/usr/lib/systemd/systemd-timesyncd", "")
        .file("/etc/systemd/timesyncd.conf", format!("{note}[Time]\nNTP={host} ntp.nict.jp\n"))
        .file("/var/lib/misc/dnsmasq.leases", format!("1900000000 {mac} 192.168.30.7 {device} 01:{mac}\n"))
        .file(
            "/var/lib/dhcp/dhcpd.leases",
            format!("{note}lease 192.168.30.8 {{ ends never; hardware ethernet {mac}; uid \"{mac}\"; client-hostname \"{device}\"; }}\n"),
        )
        .file(
            "/var/lib/kea/kea-leases4.csv",
            format!("{kea}192.168.30.9,{mac},01:{mac},3600,1900000000,1,{device},0,{person}\n"),
        )
        .file("/usr/sbin/clamd", "")
        .file("/etc/clamav/clamd.conf", format!("{note}VirusEvent mail {mail}\nDatabaseDirectory /srv/{file}\n"))
        .file("/etc/clamav/freshclam.conf", format!("{note}HTTPProxyUsername {account}\nUpdateLogFile /srv/{file}.log\n"))
        .file(format!("/srv/{file}.log"), log)
        .file(format!("/srv/{file}/daily.cvd"), format!("{:512}", format!("ClamAV-VDB:01 Oct 2026 08-15 +0000:9:1:1:x:y:{account}:1790000000")))
        .file("/var/log/wtmp", wtmp)
        .file("/usr/share/xsessions/xfce.desktop", format!("{note}[Desktop Entry]\nExec=startxfce4\nComment={person}\n"))
        .file("/usr/share/xsessions/plasma.desktop", "[Desktop Entry]\nExec=startplasma-x11\n")
        .file("/usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\n")
        .file("/usr/bin/xfce4-screensaver", "")
        .file("/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml", channel)
        .file(format!("/home/{account}/.config/kscreenlockerrc"), format!("{note}[Daemon]\n{note}Timeout=30\nX={person}\n"))
        .file("/etc/dconf/profile/user", format!("{note}user-db:user\nsystem-db:{file}\n"))
        .file(format!("/etc/dconf/db/{file}"), include_bytes!("samples/screen_lock/local.gvdb"))
        .file(format!("/etc/dconf/db/{file}.d/00"), format!("{note}[org/gnome/desktop/session]\nidle-delay=uint32 300\n[x]\ny='{mail}'\n"))
        .file(format!("/etc/dconf/db/{file}.d/locks/x"), format!("{note}/org/gnome/desktop/session/idle-delay\n"))
        .netlink(NetlinkDump::Links, vec![link(&file[..8])])
        .netlink(NetlinkDump::Neighbours, vec![vec![]])
        .netlink(NetlinkDump::Routes, vec![vec![]])
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

/// The verdict of every rule.
fn verdicts(host: &dyn Host) -> Vec<String> {
    let mut facts = Facts::default();
    for topic in Topic::ALL {
        facts.insert(gather(*topic, host, &needs(host)).observation);
    }
    let catalog = tenken_engine::Catalog::embedded().unwrap();
    let findings = tenken_engine::judge_all(
        &catalog,
        &tenken_engine::Inputs {
            facts: &facts,
            registers: &Registers::not_given("a test"),
            parameters: &tenken_engine::ParameterSet::default(),
            system: tenken_model::fact::system::SystemFamily::Linux,
            now: host.now(),
        },
    );
    let word = |verdict: &dyn std::fmt::Debug| format!("{verdict:?}").split([' ', '(', '{']).next().map(str::to_owned);
    let mut verdicts: Vec<String> =
        findings.into_values().map(|finding| format!("{}: {:?}", finding.key.rule, word(&finding.verdict))).collect();
    verdicts.sort();
    verdicts
}

/// No secret is in what was written, as it is or in base64, whatever the case of its letters.
fn assert_clean(host: &Recording, secrets: &Secrets) {
    let recording = recorded(host).1;
    let (before, text) = (recording.to_json().unwrap(), scrub(&recording).to_json().unwrap());
    let hidden = |text: &str| {
        let hidden = String::from_utf8_lossy(&everything(text)).to_ascii_lowercase();
        hidden + &text.to_ascii_lowercase()
    };
    let (before, after) = (hidden(&before), hidden(&text));
    for secret in secrets.all().map(str::to_ascii_lowercase) {
        assert!(before.contains(&secret), "{secret} is read");
        let at = after.find(&secret);
        let around = at.and_then(|at| after.get(at.saturating_sub(40)..(at + 40).min(after.len())));
        assert!(at.is_none(), "{secret} is left: {around:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 6, failure_persistence: None, ..Default::default() })]

    #[test]
    fn planted_secrets_are_nowhere_and_verdicts_stay(seed in "[g-z]{6}", number in "[1-9]{4}", low in "[1-9][a-f][1-9]") {
        let secrets = Secrets {
            account: format!("ac{seed}"),
            alias: format!("AL{}", seed.to_ascii_uppercase()),
            person: format!("Pe{seed}"),
            telephone: format!("090-1111-{number}"),
            mail: format!("ma{seed}@clinic.example"),
            host: format!("ho{seed}.clinic.example"),
            device: format!("iPhone-of-De{seed}"),
            mac: format!("00:22:58:{}:{}:7{}", &low[..2], &low[1..], &low[..1]),
            file: format!("file{seed}"),
        };
        let host = full_of(&secrets);
        assert_clean(&host, &secrets);
        let (found, recording) = recorded(&host);
        let scrubbed = scrub(&recording);
        for (topic, mut expected) in Topic::ALL.iter().zip(found) {
            let mut after = observation(*topic, &scrubbed);
            // A pattern that names something is replaced by its files, whose folder is then not listed.
            remove(&mut after, "sources");
            remove(&mut expected, "sources");
            proptest::prop_assert_eq!(shape(&after), shape(&expected), "{}", topic.name());
        }
        proptest::prop_assert_eq!(verdicts(&scrub(&recording)), verdicts(&recording));
    }
}

/// What the contents of a recording hold, those in base64 decoded.
fn everything(recording: &str) -> Vec<u8> {
    use base64::Engine;
    let words = recording.split('"').filter_map(|word| base64::engine::general_purpose::STANDARD.decode(word).ok());
    words.flatten().collect()
}
