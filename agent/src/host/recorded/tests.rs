use super::*;

fn now() -> Instant {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn kib() -> Size {
    Size::from_bytes(1024)
}

fn kind<T: std::fmt::Debug>(result: Result<T, ReadError>) -> ReadErrorKind {
    result.unwrap_err().kind
}

fn composed() -> Recording {
    Recording::new(now())
        .file("/etc/chrony/chrony.conf", "pool ntp.nict.jp\n")
        .link("/etc/conf", "chrony")
        .link("/etc/absolute", "/etc/chrony/chrony.conf")
        .link("/etc/chrony/up", "../chrony/./chrony.conf")
        .link("/loop/a", "b")
        .link("/loop/b", "/loop/a")
        .link("/dangling", "/nowhere")
        .denied("/root")
        .file("/root/secret", "x")
        .denied("/etc/shadow")
        .socket("/run/clamd.ctl")
        .running(42, "chronyd")
}

#[test]
fn files_are_read_within_limits() {
    let recording = composed();
    let host: &dyn Host = &recording;
    let path = Path::new("/etc/chrony/chrony.conf");
    assert_eq!(host.read(path, Size::from_bytes(17)).unwrap(), b"pool ntp.nict.jp\n");
    assert_eq!(kind(host.read(path, Size::from_bytes(16))), ReadErrorKind::TooLarge);
    assert_eq!(host.read_part(path, 5, Size::from_bytes(3)).unwrap(), b"ntp");
    assert_eq!(host.read_part(path, 17, kib()).unwrap(), b"");
    let big = Recording::new(now()).file_with("/big", "", |m| m.size = Size::from_bytes(1 << 30));
    assert_eq!(kind(big.read(Path::new("/big"), kib())), ReadErrorKind::TooLarge);
}

#[test]
fn links_are_followed_at_the_end_and_in_the_middle() {
    let recording = composed();
    let host: &dyn Host = &recording;
    for path in ["/etc/conf/chrony.conf", "/etc/absolute", "/etc/conf/up", "/../etc/./conf/../chrony/chrony.conf"] {
        assert_eq!(host.read(Path::new(path), kib()).unwrap(), b"pool ntp.nict.jp\n", "{path}");
        assert_eq!(host.metadata(Path::new(path)).unwrap().size, Size::from_bytes(17), "{path}");
    }
    assert_eq!(host.read_link(Path::new("/etc/conf/up")).unwrap(), Path::new("../chrony/./chrony.conf"));
    assert_eq!(kind(host.read_link(Path::new("/etc/chrony"))), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.read(Path::new("/loop/a"), kib())), ReadErrorKind::Failed);
    assert_eq!(kind(host.read(Path::new("/dangling"), kib())), ReadErrorKind::NotThere);
    assert_eq!(host.read_link(Path::new("/dangling")).unwrap(), Path::new("/nowhere"));
    assert_eq!(host.list(Path::new("/etc/conf"), 9).unwrap().len(), 2);
}

#[test]
fn what_is_not_there_of_another_kind_or_denied_says_so() {
    let recording = composed();
    let host: &dyn Host = &recording;
    assert_eq!(kind(host.read(Path::new("/etc/passwd"), kib())), ReadErrorKind::NotThere);
    assert_eq!(kind(host.metadata(Path::new("/etc/absolute/below"))), ReadErrorKind::NotThere);
    assert_eq!(kind(host.read(Path::new("/etc"), kib())), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.read(Path::new("/run/clamd.ctl"), kib())), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.list(Path::new("/etc/chrony/chrony.conf"), 9)), ReadErrorKind::WrongKind);
    for path in ["/etc/shadow", "/root", "/root/secret"] {
        assert_eq!(kind(host.read(Path::new(path), kib())), ReadErrorKind::NotPermitted, "{path}");
        assert_eq!(kind(host.metadata(Path::new(path))), ReadErrorKind::NotPermitted, "{path}");
        assert_eq!(kind(host.list(Path::new(path), 9)), ReadErrorKind::NotPermitted, "{path}");
        assert_eq!(kind(host.read_link(Path::new(path))), ReadErrorKind::NotPermitted, "{path}");
    }
    assert_eq!(kind(host.kernel_clock()), ReadErrorKind::NotThere);
    assert_eq!(kind(host.system()), ReadErrorKind::NotThere);
    assert_eq!(kind(host.sntp("ntp.example", Span::from_secs(1))), ReadErrorKind::NoAnswer);
}

#[test]
fn folders_list_what_is_below_them_sorted() {
    let recording = composed();
    let host: &dyn Host = &recording;
    let names: Vec<_> =
        host.list(Path::new("/etc"), 9).unwrap().into_iter().map(|entry| (entry.name, entry.kind)).collect();
    let expected = [
        ("absolute", EntryKind::Link),
        ("chrony", EntryKind::Folder),
        ("conf", EntryKind::Link),
        ("shadow", EntryKind::File),
    ];
    assert_eq!(names, expected.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(kind(host.list(Path::new("/etc"), 3)), ReadErrorKind::TooLarge);
    assert!(host.list(Path::new("/"), 99).unwrap().contains(&Entry { name: "root".into(), kind: EntryKind::Folder }));
    let empty = Recording::new(now());
    assert_eq!(empty.list(Path::new("/"), 0).unwrap(), []);
    assert_eq!(empty.processes().unwrap(), []);
}

#[test]
fn services_answer_only_what_was_composed() {
    let socket = Endpoint::UnixStream("/run/clamd.ctl".into());
    let other = Endpoint::UnixDatagram("/run/other".into());
    let port = Endpoint::LoopbackUdp(323);
    let recording = composed()
        .exchange(socket.clone(), *b"zPING\0", Ok(b"PONG\0".to_vec()))
        .exchange(port.clone(), *b"?", Ok(b"12345".to_vec()))
        .exchange(other.clone(), *b"?", Err(ReadError::new(ReadErrorKind::TimedOut, "ask", "no answer in 1s")));
    let host: &dyn Host = &recording;
    let within = Span::from_secs(1);
    assert_eq!(host.exchange(&socket, b"zPING\0", kib(), within).unwrap(), b"PONG\0");
    assert_eq!(host.exchange(&socket, b"zPING\0", Size::from_bytes(2), within).unwrap(), b"PO");
    assert_eq!(kind(host.exchange(&socket, b"zVERSION\0", kib(), within)), ReadErrorKind::NoAnswer);
    assert_eq!(kind(host.exchange(&port, b"?", Size::from_bytes(2), within)), ReadErrorKind::TooLarge);
    assert_eq!(kind(host.exchange(&other, b"?", kib(), within)), ReadErrorKind::TimedOut);
    assert_eq!(host.metadata(Path::new("/run/other")).unwrap().kind, EntryKind::Other);
    let missing = Endpoint::UnixStream("/run/missing".into());
    assert_eq!(kind(host.exchange(&missing, b"", kib(), within)), ReadErrorKind::NotThere);
    assert_eq!(kind(host.exchange(&Endpoint::LoopbackTcp(1), b"", kib(), within)), ReadErrorKind::NoAnswer);
}

fn full() -> Recording {
    let property = BusProperty {
        service: "org.freedesktop.timesync1".into(),
        path: "/org/freedesktop/timesync1".into(),
        interface: "org.freedesktop.timesync1.Manager".into(),
        name: "ServerName".into(),
    };
    let output = CommandOutput { code: Some(0), stdout: b"[]".to_vec(), stderr: String::new() };
    composed()
        .netlink(NetlinkDump::Links, vec![vec![1, 2], vec![]])
        .exchange(Endpoint::LoopbackTcp(9), *b"a", Ok(b"b".to_vec()))
        .bus(property, Ok(serde_json::json!("ntp.nict.jp")))
        .command(VendorCommand::ZfsSnapshots { dataset: "tank".into() }, Ok(output))
        .kernel_clock(Err(ReadError::new(ReadErrorKind::Unsupported, "adjtimex", "not here")))
}

#[test]
fn json_gives_the_same_host() {
    let host = full();
    let text = host.to_json().unwrap();
    assert_eq!(Recording::from_json(text.as_bytes()).unwrap(), host);
    assert!(text.ends_with("}\n"));
}

#[test]
fn json_is_strict() {
    let text = full().to_json().unwrap();
    let newer = text.replacen("\"version\": 1", "\"version\": 2", 1);
    assert!(matches!(Recording::from_json(newer.as_bytes()), Err(RecordingError::Version { found: Some(2) })));
    assert!(matches!(Recording::from_json(b"{}"), Err(RecordingError::Version { found: None })));
    assert!(Recording::from_json(b"").is_err());
    assert!(Recording::from_json(text.get(..text.len() / 2).unwrap().as_bytes()).is_err());
    for (from, to) in [
        ("\"elsewhere\"", "\"extra\": 1, \"elsewhere\""),
        ("\"pid\"", "\"extra\": 1, \"pid\""),
        ("\"uid\"", "\"extra\": 1, \"uid\""),
        ("\"content\"", "\"contents\""),
    ] {
        assert!(Recording::from_json(text.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
    }
}

#[test]
fn a_captured_host_says_what_nobody_asked() {
    let mut host = Recording::unasked(now(), Elsewhere::NotRecorded);
    let path = PathBuf::from("/etc/localtime");
    let node = Node {
        link: Some(Answer::Given("/usr/share/zoneinfo/Asia/Tokyo".into())),
        content: Some(Answer::Given(Content::whole(*b"TZif"))),
        ..Node::default()
    };
    host.paths.insert(path.clone(), Answer::Given(node));
    let host: &dyn Host = &host;
    assert_eq!(host.read(&path, kib()).unwrap(), b"TZif", "answered for the path that was asked");
    assert_eq!(host.read_link(&path).unwrap(), Path::new("/usr/share/zoneinfo/Asia/Tokyo"));
    for error in [
        host.metadata(&path).unwrap_err(),
        host.list(Path::new("/etc"), 9).unwrap_err(),
        host.processes().unwrap_err(),
        host.sntp("x", Span::from_secs(1)).unwrap_err(),
        host.exchange(&Endpoint::LoopbackTcp(1), b"", kib(), Span::from_secs(1)).unwrap_err(),
    ] {
        assert_eq!((error.kind, error.why.as_str()), (ReadErrorKind::Failed, "not recorded"));
    }
}
