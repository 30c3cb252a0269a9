#[cfg(target_os = "linux")]
use serde_json::Value;

use super::*;
use crate::host::tls::{AfterRequest, TlsReading, TlsSession};
use crate::host::{BusProperty, Host, NetlinkDump, SntpReading, SystemReading};
use tenken_model::fact::certificates::KeyAlgorithm;
use tenken_model::fact::exchange_endpoints::EndpointCertificate;
use tenken_model::{Read, ReasonCode, Size};

const LIMIT: Size = Size::from_bytes(1 << 20);

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
                      chrony:x:107:113:Chrony daemon,,,:/var/lib/chrony:/usr/sbin/nologin\n\
                      tanaka:x:1000:1000:Taro Tanaka,Room 3,052-123-4567:/home/tanaka:/bin/bash\n\
                      sh:$6$saltsalt$0123456789abcdef:1001:1001:鈴木 花子:/home/sh:/bin/bash\n\
                      nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const SHADOW: &str = "root:*:20000:0:99999:7:::\n\
                      tanaka:$y$j9T$abcdefgh$hashhashhash:20100:0:90:7:::\n\
                      sh:!$6$salt$anotherhash:20100:0:99999:7::20500:\n\
                      empty::20100:0:99999:7:::\n";
const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";

/// What must not be found in any form, in lower case.
const PERSONAL: [&str; 16] = [
    "tanaka",
    "taro",
    "room 3",
    "052-123",
    "鈴木",
    "花子",
    "suzuki",
    "pc-17",
    "kenshin",
    "hashhash",
    "anotherhash",
    "pzjsebesyzy",
    "192.168.30.",
    "3c:aa:bb",
    "geheim",
    "4c4c4544",
];

fn original() -> Recording {
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let system = SystemReading {
        os: "debian".into(),
        os_version: "13".into(),
        kernel: "6.12.0".into(),
        host_name: "pc-17.kenshin.example.jp".into(),
        booted_at: now,
    };
    let property = BusProperty {
        service: "org.freedesktop.timesync1".into(),
        path: "/org/freedesktop/timesync1".into(),
        interface: "org.freedesktop.timesync1.Manager".into(),
        name: "ServerAddress".into(),
    };
    let restic = VendorCommand::ResticSnapshots {
        repository: "/home/tanaka/backup".into(),
        password_file: "/etc/restic".into(),
    };
    let snapshots =
        r#"[{"time":"2026-11-23T00:00:00Z","hostname":"PC-17","username":"suzuki","paths":["/home/tanaka"]}]"#;
    let reading =
        SntpReading { offset_micros: 1, delay_micros: 2, root_distance_micros: 3, stratum: 2, synchronised: true };
    let neighbour = [
        &[44_u8, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &[2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 1],
        &[8, 0, 1, 0, 192, 168, 30, 7],
        &[8, 0, 99, 0, 0xc0, 0xa8, 30, 9],
    ]
    .concat();
    Recording::new(now)
        .file("/etc/passwd", PASSWD)
        .file("/etc/shadow", SHADOW)
        .file("/etc/group", "sudo:x:27:tanaka,sh\ntanaka:x:1000:\n")
        .file("/etc/hosts", "127.0.1.1 pc-17.kenshin.example.jp pc-17\n192.168.30.7 nas\n")
        .file("/etc/machine-id", "4c4c4544004d4810804bb7c04f4e3532\n")
        .file("/etc/chrony/chrony.conf", "server 192.168.30.7 iburst\n# Taro Tanaka\n")
        .file("/etc/wpa.conf", "psk=\"geheim\"\n")
        .file("/etc/odd.db", b"SQLite\0tanaka".as_slice())
        .link("/etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo")
        .file("/home/tanaka/.ssh/authorized_keys", format!("ssh-ed25519 {KEY} tanaka@pc-17\n"))
        .folder("/home/suzuki")
        .denied("/home/suzuki/.ssh")
        .system(system)
        .running(7, "tanaka-tool")
        .exchange(Endpoint::UnixStream("/run/clamd.ctl".into()), *b"z", Ok(b"/home/tanaka/x: OK\0".to_vec()))
        .netlink(NetlinkDump::Neighbours, vec![neighbour])
        .sntp("192.168.30.7", Ok(reading))
        .tls("192.168.30.7:8443", Ok(endpoint()))
        .bus(property, Ok(serde_json::json!([2, [192, 168, 30, 7]])))
        .command(restic, Ok(CommandOutput { code: Some(0), stdout: snapshots.into(), stderr: "tanaka".into() }))
}

/// A server whose authority has the name of a person.
fn endpoint() -> TlsReading {
    let certificate = EndpointCertificate {
        issuer: "Tanaka CA".into(),
        not_before: Instant::UNIX_EPOCH,
        not_after: Instant::UNIX_EPOCH,
        algorithm: KeyAlgorithm::Rsa,
        bits: Some(2_048),
        name_matches: true,
        inspected: false,
        trust: Read::not_read(ReasonCode::Missing, "read /home/tanaka/ca.pem"),
    };
    let request = Some(AfterRequest::OtherAlert("tanaka".into()));
    let session = TlsSession { certificate: Answer::Given(certificate), asked: true, request };
    let other_suites = Answer::Given(vec!["TLS_AES_128_CCM_8_SHA256".into(), "tanaka".into()]);
    TlsReading {
        older_version: Answer::Given(Some("tanaka".into())),
        session: Answer::Given(Some(session)),
        other_suites,
    }
}

/// Every byte of a recording, with what JSON hides in base64.
fn all_of(recording: &Recording) -> Vec<u8> {
    let mut all = recording.to_json().unwrap().into_bytes();
    for node in recording.paths.values().filter_map(|node| node.get().ok()) {
        if let Some(Answer::Given(content)) = &node.content {
            all.extend(content.parts.values().flat_map(|bytes| bytes.0.clone()));
        }
    }
    all.extend(
        recording.netlink.values().filter_map(|answer| answer.get().ok()).flatten().flat_map(|bytes| bytes.0.clone()),
    );
    all.extend(recording.exchanges.values().filter_map(|answer| answer.get().ok()).flat_map(|bytes| bytes.0.clone()));
    for output in recording.commands.values().filter_map(|answer| answer.get().ok()) {
        all.extend(&output.stdout);
    }
    all.make_ascii_lowercase();
    all
}

fn has(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

fn read(recording: &Recording, path: &str) -> String {
    let host: &dyn Host = recording;
    String::from_utf8(host.read(Path::new(path), LIMIT).unwrap()).unwrap()
}

#[test]
fn nothing_personal_is_left() {
    let original = original();
    let before = all_of(&original);
    let after = all_of(&scrub(&original));
    for personal in PERSONAL.iter().filter(|personal| !["3c:aa:bb", "pzjsebesyzy"].contains(personal)) {
        assert!(has(&before, personal.as_bytes()), "{personal} is in the original");
    }
    for personal in PERSONAL {
        assert!(!has(&after, personal.as_bytes()), "{personal} is left");
    }
    for address in [[192, 168, 30, 7], [192, 168, 30, 9]] {
        assert!(has(&before, &address) && !has(&after, &address), "{address:?} is left");
    }
    assert!(!has(&after, KEY.get(32..).unwrap().to_ascii_lowercase().as_bytes()));
}

#[test]
fn formats_stay() {
    let scrubbed = scrub(&original());
    assert_eq!(
        read(&scrubbed, "/etc/passwd"),
        "root:x:0:0::/root:/bin/bash\n\
         chrony:x:107:113::/var/lib/chrony:/usr/sbin/nologin\n\
         user1:x:1000:1000::/home/user1:/bin/bash\n\
         user2:$6$scrubbed$scrubbed:1001:1001::/home/user2:/bin/bash\n\
         nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
    );
    assert_eq!(
        read(&scrubbed, "/etc/shadow"),
        "root:*:20000:0:99999:7:::\n\
         user1:$y$scrubbed$scrubbed:20100:0:90:7:::\n\
         user2:!$6$scrubbed$scrubbed:20100:0:99999:7::20500:\n\
         user4::20100:0:99999:7:::\n"
    );
    assert_eq!(read(&scrubbed, "/etc/group"), "sudo:x:27:user1,user2\nuser1:x:1000:\n");
    assert_eq!(read(&scrubbed, "/etc/chrony/chrony.conf"), "server 192.168.0.1\n");
    assert!(read(&scrubbed, "/home/user1/.ssh/authorized_keys").starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"));
}

/// Names of a Linux host are made anew as that names them.
#[cfg(target_os = "linux")]
#[test]
fn the_same_questions_are_answered() {
    let original = original();
    let scrubbed = scrub(&original);
    let (before, after): (&dyn Host, &dyn Host) = (&original, &scrubbed);
    assert_eq!(scrubbed.paths.len(), original.paths.len());
    let size = |host: &dyn Host, path: &str| host.metadata(Path::new(path)).unwrap().size.bytes();
    for path in ["/etc/passwd", "/etc/shadow", "/etc/chrony/chrony.conf"] {
        assert_eq!(size(after, path), u64::try_from(read(&scrubbed, path).len()).unwrap(), "{path}");
    }
    let zone = Path::new("/etc/localtime");
    assert_eq!(after.read_link(zone).unwrap(), before.read_link(zone).unwrap());
    for path in ["/etc/hosts", "/etc/name0001.db"] {
        let odd = after.read(Path::new(path), LIMIT).unwrap_err();
        assert!(odd.kind == ReadErrorKind::Failed && odd.why.starts_with("not captured"), "{odd}");
    }
    let denied = after.read(Path::new("/home/user3/.ssh"), LIMIT).unwrap_err();
    assert_eq!(denied.kind, ReadErrorKind::NotPermitted);
    let within = tenken_model::Span::from_secs(1);
    assert_eq!(after.sntp("192.168.0.1", within).unwrap().stratum, 2);
    let asked = after.tls_probe(&["192.168.0.1:8443".to_owned()], within).pop().unwrap().unwrap();
    let session = asked.session.get().unwrap().clone().unwrap();
    assert!(asked.older_version.get().unwrap().is_some() && session.asked);
    assert_eq!(asked.other_suites.get().unwrap().as_slice(), ["TLS_AES_128_CCM_8_SHA256", "x"]);
    assert_eq!(session.certificate.get().unwrap().bits, Some(2_048));
    let clamd = Endpoint::UnixStream("/run/clamd.ctl".into());
    assert_eq!(after.exchange(&clamd, b"z", LIMIT, within).unwrap(), b"scrubbed\0");
    assert_eq!(after.system().unwrap().host_name, "host1.example.invalid");
    let restic =
        VendorCommand::ResticSnapshots { repository: "/home/user1/backup".into(), password_file: "/etc/restic".into() };
    let output: Value = serde_json::from_slice(&after.run(&restic).unwrap().stdout).unwrap();
    let expected = serde_json::json!([{
        "time": "2026-11-23T00:00:00Z", "hostname": "host1", "username": "user3", "paths": ["/home/user1"],
    }]);
    assert_eq!(output, expected);
}

#[test]
fn scrubbing_is_the_same_each_time() {
    let original = original();
    let scrubbed = scrub(&original);
    assert_eq!(scrub(&original), scrubbed);
    assert_eq!(Recording::from_json(scrubbed.to_json().unwrap().as_bytes()).unwrap(), scrubbed);
}

/// Names of a Linux host are made anew as that names them.
#[cfg(target_os = "linux")]
#[test]
fn a_part_of_a_log_keeps_its_place() {
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let conf = "UpdateLogFile /var/log/clinic/fresh.log\n";
    let mut original = Recording::new(now).file("/etc/clamav/freshclam.conf", conf);
    let path = PathBuf::from("/var/log/clinic/fresh.log");
    let text = b"ka signed in\nTue Nov 24 07:00:02 2026 -> daily.cvd updated (version: 1, builder: tanaka)\nX tanaka\n";
    let mut content = Content::default();
    content.add(1_000, Size::from_bytes(4_096), text);
    original
        .paths
        .insert(path.clone(), Answer::Given(Node { content: Some(Answer::Given(content)), ..Node::default() }));
    let scrubbed = scrub(&original);
    let host: &dyn Host = &scrubbed;
    let path = scrubbed.paths.keys().find(|path| path.ends_with("name0002.log")).unwrap();
    let part = host.read_part(path, 1_000, Size::from_bytes(4_096)).unwrap();
    assert_eq!(part.len(), text.len());
    assert!(part.ends_with(b"\nTue Nov 24 07:00:02 2026 -> daily. updated (version\n"), "{part:?}");
    assert_eq!(contents::of_length(b"longer".to_vec(), 5, 3), b"ger");
    assert_eq!(contents::of_length(b"longer".to_vec(), 0, 3), b"lon");
    assert_eq!(contents::of_length(b"x".to_vec(), 0, 3), b"x\n\n");
}

/// The absolute paths that collectors name, without those of their tests.
fn named_by_collectors(folder: &Path, found: &mut Vec<String>) {
    const ROOTS: [&str; 10] = ["/etc", "/run", "/var", "/usr", "/opt", "/proc", "/lib", "/bin", "/home", "/."];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap_or_default();
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            named_by_collectors(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let texts = line.split('"').skip(1).step_by(2).filter(|text| !text.contains([' ', '{', '<']));
            let paths = texts.filter(|text| ROOTS.iter().any(|root| text.starts_with(root)) && text.len() > 5);
            found.extend(paths.map(str::to_owned));
        }
    }
}

#[test]
fn paths_that_collectors_name_stay() {
    let mut found = Vec::new();
    named_by_collectors(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/collect"), &mut found);
    assert!(found.len() > 100, "{found:?}");
    for path in found {
        assert_eq!(Names::default().path(&path), path);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_is_scrubbed() {
    let live = crate::host::linux::LiveHost::new();
    let recorder = crate::host::Recorder::new(&live);
    for path in ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/hosts", "/proc/mounts"] {
        // What this machine lacks or refuses is recorded as that.
        let _ = recorder.read(Path::new(path), LIMIT);
    }
    let _ = recorder.netlink_dump(NetlinkDump::Links);
    let _ = recorder.system();
    let original = recorder.finish();
    let scrubbed = scrub(&original);
    let fields = |recording: &Recording| {
        let text = read(recording, "/etc/passwd");
        text.lines().map(|line| line.split(':').count()).collect::<Vec<_>>()
    };
    assert_eq!(fields(&scrubbed), fields(&original));
    let reader: &dyn Host = &scrubbed;
    assert!(!reader.netlink_dump(NetlinkDump::Links).unwrap().is_empty());
}
