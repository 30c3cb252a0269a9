use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::time::Instant as Monotonic;

use super::*;
use crate::host::{EntryKind, ReadErrorKind};

const LIMIT: Size = Size::from_bytes(1 << 20);
const WITHIN: Span = Span::from_secs(10);

fn kind<T: std::fmt::Debug>(result: Result<T, ReadError>) -> ReadErrorKind {
    result.unwrap_err().kind
}

fn root() -> (tempfile::TempDir, LiveHost) {
    let folder = tempfile::tempdir().unwrap();
    let host = LiveHost::with_root(folder.path().to_owned());
    (folder, host)
}

#[test]
fn this_machine_is_read() {
    let host = LiveHost::new();
    assert!(host.read(Path::new("/etc/passwd"), LIMIT).unwrap().starts_with(b"root:"));
    assert_eq!(host.read_part(Path::new("/etc/passwd"), 1, Size::from_bytes(3)).unwrap(), b"oot");
    assert_eq!(host.metadata(Path::new("/etc/passwd")).unwrap().kind, EntryKind::File);
    assert_eq!(host.metadata(Path::new("/dev/null")).unwrap().kind, EntryKind::Other);
    assert!(!host.read(Path::new("/proc/self/stat"), LIMIT).unwrap().is_empty(), "files of /proc say size 0");
    let me = host.processes().unwrap().into_iter().find(|process| process.pid == std::process::id()).unwrap();
    let program = std::env::current_exe().unwrap();
    assert_eq!(me.name, program.file_name().unwrap().to_str().unwrap(), "longer than the kernel keeps");
    let system = host.system().unwrap();
    assert!(!system.kernel.is_empty() && !system.host_name.is_empty() && system.booted_at < host.now());
}

#[test]
fn limits_and_kinds_are_kept() {
    let (folder, host) = root();
    std::fs::write(folder.path().join("five"), "12345").unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let five = Path::new("/five");
    assert_eq!(host.read(five, Size::from_bytes(5)).unwrap(), b"12345");
    assert_eq!(kind(host.read(five, Size::from_bytes(4))), ReadErrorKind::TooLarge);
    assert_eq!(host.read_part(five, 3, LIMIT).unwrap(), b"45");
    assert_eq!(host.read_part(five, 9, LIMIT).unwrap(), b"");
    assert_eq!(kind(host.read(Path::new("/folder"), LIMIT)), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.list(five, 9)), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.list(Path::new("/five/x"), 9)), ReadErrorKind::NotThere);
    assert_eq!(kind(host.read_link(five)), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.read(Path::new("/none"), LIMIT)), ReadErrorKind::NotThere);
    let names: Vec<_> = host.list(Path::new("/"), 2).unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["five", "folder"]);
    assert_eq!(kind(host.list(Path::new("/"), 1)), ReadErrorKind::TooLarge);
}

#[test]
fn access_lists_are_read_where_the_file_system_has_them() {
    use crate::collect::logs::access_list::{Named, parse, tests::list};

    let (folder, host) = root();
    let place = folder.path().join("log");
    std::fs::write(&place, "x").unwrap();
    let log = Path::new("/log");
    assert_eq!(host.access_list(log).unwrap(), None);
    assert_eq!(kind(host.access_list(Path::new("/none"))), ReadErrorKind::NotThere);
    let entries = [(1, 6, u32::MAX), (2, 4, 1000), (4, 4, u32::MAX), (0x10, 4, u32::MAX), (0x20, 0, u32::MAX)];
    let set = rustix::fs::setxattr(&place, "system.posix_acl_access", &list(&entries), rustix::fs::XattrFlags::empty());
    // A file system without such lists keeps none.
    let expected = set.ok().map(|()| vec![(Named::Account(1000), 4)]);
    assert_eq!(host.access_list(log).unwrap().map(|bytes| parse(&bytes).unwrap().named), expected);
}

#[test]
fn a_pipe_a_device_and_a_huge_file_are_refused_at_once() {
    let (folder, host) = root();
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    std::fs::File::create(folder.path().join("huge")).unwrap().set_len(1 << 30).unwrap();
    let begun = Monotonic::now();
    assert_eq!(kind(host.read(Path::new("/fifo"), LIMIT)), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.read_part(Path::new("/fifo"), 0, LIMIT)), ReadErrorKind::WrongKind);
    assert_eq!(kind(LiveHost::new().read(Path::new("/dev/zero"), LIMIT)), ReadErrorKind::WrongKind);
    assert_eq!(kind(host.read(Path::new("/huge"), LIMIT)), ReadErrorKind::TooLarge);
    assert!(begun.elapsed().as_millis() < 50);
    assert_eq!(host.read_part(Path::new("/huge"), (1 << 30) - 2, LIMIT).unwrap(), [0, 0]);
}

#[test]
fn the_beginning_of_a_device_is_read_and_of_nothing_else() {
    let host = LiveHost::new();
    let head = Size::from_bytes(4_096);
    for other in ["/etc/passwd", "/dev/null", "/dev"] {
        assert_eq!(kind(host.read_device(Path::new(other), 0, head)), ReadErrorKind::WrongKind, "{other}");
    }
    assert_eq!(kind(host.read_device(Path::new("/dev/no-such"), 0, head)), ReadErrorKind::NotThere);
    let is_device = |path: &PathBuf| {
        std::fs::metadata(path).is_ok_and(|found| std::os::unix::fs::FileTypeExt::is_block_device(&found.file_type()))
    };
    let names = std::fs::read_dir("/dev").unwrap().map(|entry| entry.unwrap().path());
    let Some(device) = names.filter(is_device).max() else { return };
    match host.read_device(&device, 0, head) {
        // A loop without a file is empty, and a drive without a disc is an error.
        Ok(bytes) => assert!([0, 4_096].contains(&bytes.len()), "{}: {} bytes", device.display(), bytes.len()),
        Err(error) => assert_ne!(error.kind, ReadErrorKind::WrongKind, "{error}"),
    }
}

#[test]
fn nothing_leaves_the_root() {
    let (folder, host) = root();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "outside").unwrap();
    let below = folder.path();
    std::fs::create_dir_all(below.join("etc/deep")).unwrap();
    std::fs::create_dir(below.join("proc")).unwrap();
    std::fs::write(below.join("etc/passwd"), "inside").unwrap();
    symlink("/etc/passwd", below.join("absolute")).unwrap();
    symlink("../../../../../../etc/passwd", below.join("etc/deep/up")).unwrap();
    symlink("/etc", below.join("folder")).unwrap();
    symlink(outside.path().join("secret"), below.join("escape")).unwrap();
    symlink("loop", below.join("loop")).unwrap();
    symlink("/proc/self/root", below.join("magic")).unwrap();
    for path in
        ["/etc/passwd", "/absolute", "/etc/deep/up", "/folder/passwd", "/../../etc/passwd", "/proc/../etc/passwd"]
    {
        assert_eq!(host.read(Path::new(path), LIMIT).unwrap(), b"inside", "{path}");
    }
    assert_eq!(host.list(Path::new("/folder"), 9).unwrap().len(), 2);
    assert_eq!(host.read_link(Path::new("/absolute")).unwrap(), Path::new("/etc/passwd"));
    assert_eq!(kind(host.read(Path::new("/escape"), LIMIT)), ReadErrorKind::NotThere);
    assert_eq!(kind(host.metadata(Path::new("/magic/etc/passwd"))), ReadErrorKind::NotThere);
    assert_eq!(kind(host.read(Path::new("/loop"), LIMIT)), ReadErrorKind::Failed);
    assert!(host.read(Path::new("/proc/self/root/etc/passwd"), LIMIT).is_err(), "no magic link of /proc is followed");
    assert!(!host.read(Path::new("/proc/self/mounts"), LIMIT).unwrap().is_empty(), "/proc stays the machine's");
}

#[test]
fn a_stream_service_answers_below_the_root() {
    let (folder, host) = root();
    std::fs::create_dir(folder.path().join("run")).unwrap();
    let listener = UnixListener::bind(folder.path().join("run/clamd.ctl")).unwrap();
    let service = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut client, _) = listener.accept().unwrap();
            let mut request = [0_u8; 6];
            client.read_exact(&mut request).unwrap();
            client.write_all(b"PONG\0").unwrap();
        }
        listener
    });
    let socket = Endpoint::UnixStream("/run/clamd.ctl".into());
    assert_eq!(host.exchange(&socket, b"zPING\0", LIMIT, WITHIN).unwrap(), b"PONG\0");
    assert_eq!(host.exchange(&socket, b"zPING\0", Size::from_bytes(2), WITHIN).unwrap(), b"PO");
    let silent = service.join().unwrap();
    let answer = host.exchange(&socket, b"zPING\0", LIMIT, Span::from_millis(100));
    assert_eq!(kind(answer), ReadErrorKind::TimedOut, "accepted by nobody");
    drop(silent);
    assert_eq!(kind(host.exchange(&socket, b"x", LIMIT, WITHIN)), ReadErrorKind::NoAnswer);
    let missing = Endpoint::UnixStream("/run/missing".into());
    assert_eq!(kind(host.exchange(&missing, b"x", LIMIT, WITHIN)), ReadErrorKind::NotThere);
}

#[test]
fn a_datagram_service_can_answer_and_nothing_stays() {
    let (folder, host) = root();
    let service = UnixDatagram::bind(folder.path().join("chronyd.sock")).unwrap();
    let answering = std::thread::spawn(move || {
        for _ in 0..2 {
            let mut request = [0_u8; 16];
            let (length, client) = service.recv_from(&mut request).unwrap();
            let path = client.as_pathname().unwrap();
            service.send_to(&request[..length], path).unwrap();
        }
        service
    });
    let socket = Endpoint::UnixDatagram("/chronyd.sock".into());
    assert_eq!(host.exchange(&socket, b"tracking", LIMIT, WITHIN).unwrap(), b"tracking");
    assert_eq!(kind(host.exchange(&socket, b"tracking", Size::from_bytes(7), WITHIN)), ReadErrorKind::TooLarge);
    let silent = answering.join().unwrap();
    assert_eq!(kind(host.exchange(&socket, b"x", LIMIT, Span::from_millis(50))), ReadErrorKind::TimedOut);
    drop(silent);
    assert_eq!(kind(host.exchange(&socket, b"x", LIMIT, WITHIN)), ReadErrorKind::NoAnswer);
    let names: Vec<_> = host.list(Path::new("/"), 9).unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["chronyd.sock"], "the socket for the answer is gone");
}

#[test]
fn loopback_services_answer() {
    let host = LiveHost::new();
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let udp_port = udp.local_addr().unwrap().port();
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tcp_port = tcp.local_addr().unwrap().port();
    let service = std::thread::spawn(move || {
        let mut buffer = [0_u8; 16];
        let (length, client) = udp.recv_from(&mut buffer).unwrap();
        udp.send_to(&buffer[..length], client).unwrap();
        let (mut client, _) = tcp.accept().unwrap();
        let length = client.read(&mut buffer).unwrap();
        client.write_all(&buffer[..length]).unwrap();
    });
    assert_eq!(host.exchange(&Endpoint::LoopbackUdp(udp_port), b"one", LIMIT, WITHIN).unwrap(), b"one");
    assert_eq!(host.exchange(&Endpoint::LoopbackTcp(tcp_port), b"two", LIMIT, WITHIN).unwrap(), b"two");
    service.join().unwrap();
    assert_eq!(kind(host.exchange(&Endpoint::LoopbackUdp(udp_port), b"x", LIMIT, WITHIN)), ReadErrorKind::NoAnswer);
    assert_eq!(kind(host.exchange(&Endpoint::LoopbackTcp(tcp_port), b"x", LIMIT, WITHIN)), ReadErrorKind::NoAnswer);
}
