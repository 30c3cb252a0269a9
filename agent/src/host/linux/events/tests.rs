use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::*;
use crate::host::{BusProperty, Host};

const SOON: Duration = Duration::from_secs(10);

fn path(path: &str) -> Wake {
    Wake::Path(path.into())
}

fn wakes<const N: usize>(paths: [&str; N]) -> BTreeSet<Wake> {
    paths.into_iter().map(path).collect()
}

/// A folder with some of a host in it, and the events of it.
struct Watching {
    folder: tempfile::TempDir,
    events: Events,
}

impl Watching {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("etc/chrony")).unwrap();
        std::fs::write(folder.path().join("etc/passwd"), "root").unwrap();
        std::fs::write(folder.path().join("etc/chrony/chrony.conf"), "pool").unwrap();
        let events = Events::new(&LiveHost::with_root(folder.path().to_owned()));
        Self { folder, events }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    async fn watch<const N: usize>(&mut self, paths: [&str; N]) {
        assert_eq!(self.events.watch(wakes(paths)).await, []);
    }

    /// Waits until that wake has come; others may come before it.
    async fn wait_for(&mut self, expected: &Wake) {
        let waiting = async { while !self.events.next().await.contains(expected) {} };
        assert!(tokio::time::timeout(SOON, waiting).await.is_ok(), "{expected:?} did not come");
    }

    /// All that has come by the time a change of `marker`, which is watched too, was told.
    async fn before(&mut self, marker: &str) -> BTreeSet<Wake> {
        std::fs::write(self.at(marker), "marked").unwrap();
        let mut happened = BTreeSet::new();
        let waiting = async {
            while !happened.contains(&path(marker)) {
                happened.extend(self.events.next().await);
            }
        };
        assert!(tokio::time::timeout(SOON, waiting).await.is_ok(), "{marker} did not come");
        happened.remove(&path(marker));
        happened
    }
}

#[tokio::test]
async fn a_file_that_is_written_replaced_or_removed_wakes() {
    let mut host = Watching::new();
    host.watch(["/etc/passwd", "/etc/chrony/chrony.conf"]).await;
    let passwd = path("/etc/passwd");
    std::fs::write(host.at("/etc/passwd"), "changed").unwrap();
    host.wait_for(&passwd).await;
    std::fs::write(host.at("/etc/passwd.new"), "new").unwrap();
    std::fs::rename(host.at("/etc/passwd.new"), host.at("/etc/passwd")).unwrap();
    host.wait_for(&passwd).await;
    std::fs::write(host.at("/etc/passwd"), "written after it was replaced").unwrap();
    host.wait_for(&passwd).await;
    std::fs::remove_file(host.at("/etc/passwd")).unwrap();
    host.wait_for(&passwd).await;
    std::fs::write(host.at("/etc/passwd"), "back").unwrap();
    host.wait_for(&passwd).await;
}

#[tokio::test]
async fn reading_and_other_files_wake_nobody() {
    let mut host = Watching::new();
    host.watch(["/etc/passwd", "/etc/chrony/chrony.conf", "/marker"]).await;
    let live = LiveHost::with_root(host.folder.path().to_owned());
    for _ in 0..5 {
        live.read(Path::new("/etc/passwd"), tenken_model::Size::from_bytes(100)).unwrap();
        live.list(Path::new("/etc"), 10).unwrap();
    }
    std::fs::write(host.at("/etc/other"), "x").unwrap();
    assert_eq!(host.before("/marker").await, BTreeSet::new());
}

#[tokio::test]
async fn what_is_written_to_devices_wakes_nobody_and_a_new_device_does() {
    let mut host = Watching::new();
    std::fs::create_dir(host.at("/dev")).unwrap();
    std::fs::write(host.at("/dev/null"), "").unwrap();
    host.watch(["/dev/null", "/dev/new"]).await;
    for _ in 0..5 {
        std::fs::write(host.at("/dev/null"), "thrown away").unwrap();
    }
    assert_eq!(host.before("/dev/new").await, BTreeSet::new());
    std::fs::remove_file(host.at("/dev/null")).unwrap();
    host.wait_for(&path("/dev/null")).await;
}

#[tokio::test]
async fn each_wake_comes_once_however_often_it_happened() {
    let mut host = Watching::new();
    host.watch(["/etc/passwd", "/marker"]).await;
    for round in 0..100 {
        std::fs::write(host.at("/etc/passwd"), round.to_string()).unwrap();
    }
    assert_eq!(host.before("/marker").await, wakes(["/etc/passwd"]));
    assert_eq!(host.before("/marker").await, BTreeSet::new(), "what was taken does not come again");
}

#[tokio::test]
async fn what_is_missing_wakes_when_it_appears_however_deep() {
    let mut host = Watching::new();
    let conf = path("/etc/clamav/conf.d/clamd.conf");
    host.watch(["/etc/clamav/conf.d/clamd.conf"]).await;
    std::fs::create_dir(host.at("/etc/clamav")).unwrap();
    host.wait_for(&conf).await;
    std::fs::create_dir(host.at("/etc/clamav/conf.d")).unwrap();
    host.wait_for(&conf).await;
    std::fs::write(host.at("/etc/clamav/conf.d/clamd.conf"), "x").unwrap();
    host.wait_for(&conf).await;
    std::fs::remove_dir_all(host.at("/etc/clamav")).unwrap();
    host.wait_for(&conf).await;
    std::fs::create_dir_all(host.at("/etc/clamav/conf.d")).unwrap();
    std::fs::write(host.at("/etc/clamav/conf.d/clamd.conf"), "x").unwrap();
    host.wait_for(&conf).await;
    std::fs::write(host.at("/etc/clamav/conf.d/clamd.conf"), "later").unwrap();
    host.wait_for(&conf).await;
}

#[tokio::test]
async fn a_folder_wakes_for_what_is_in_it_and_when_it_is_replaced() {
    let mut host = Watching::new();
    let chrony = path("/etc/chrony");
    host.watch(["/etc/chrony"]).await;
    std::fs::write(host.at("/etc/chrony/new.conf"), "x").unwrap();
    host.wait_for(&chrony).await;
    std::fs::rename(host.at("/etc/chrony"), host.at("/etc/old")).unwrap();
    std::fs::create_dir(host.at("/etc/chrony")).unwrap();
    host.wait_for(&chrony).await;
    std::fs::write(host.at("/etc/chrony/again.conf"), "x").unwrap();
    host.wait_for(&chrony).await;
}

#[tokio::test]
async fn a_link_wakes_for_itself_and_for_what_it_leads_to() {
    let mut host = Watching::new();
    let link = path("/etc/link");
    symlink("/etc/chrony/chrony.conf", host.at("/etc/link")).unwrap();
    host.watch(["/etc/link"]).await;
    std::fs::write(host.at("/etc/chrony/chrony.conf"), "changed").unwrap();
    host.wait_for(&link).await;
    symlink("passwd", host.at("/etc/link.new")).unwrap();
    std::fs::rename(host.at("/etc/link.new"), host.at("/etc/link")).unwrap();
    host.wait_for(&link).await;
    std::fs::write(host.at("/etc/passwd"), "now led to").unwrap();
    host.wait_for(&link).await;
}

#[tokio::test]
async fn the_set_is_replaced() {
    let mut host = Watching::new();
    host.watch(["/etc/passwd", "/marker"]).await;
    std::fs::write(host.at("/etc/passwd"), "before").unwrap();
    host.watch(["/etc/chrony/chrony.conf", "/marker"]).await;
    std::fs::write(host.at("/etc/passwd"), "after").unwrap();
    std::fs::write(host.at("/etc/chrony/chrony.conf"), "after").unwrap();
    assert_eq!(host.before("/marker").await, wakes(["/etc/chrony/chrony.conf"]));
    host.watch([]).await;
}

#[tokio::test]
async fn what_cannot_be_watched_is_said() {
    let mut events = Events::new(&LiveHost::new());
    let unwatched = events.watch(wakes(["/proc/sys/kernel/hostname", "/sys/class/net"])).await;
    let mut said: Vec<_> = unwatched.iter().map(|unwatched| unwatched.wake.clone()).collect();
    said.dedup();
    assert_eq!(said, [path("/proc/sys/kernel/hostname"), path("/sys/class/net")]);
    assert!(unwatched[0].why.contains("does not tell its changes"), "{unwatched:?}");
    let mut host = Watching::new();
    let property = Wake::BusProperty(Box::new(property()));
    let unwatched = host.events.watch(BTreeSet::from([property.clone()])).await;
    assert_eq!(unwatched.len(), 1);
    assert_eq!(unwatched[0].wake, property);
}

#[tokio::test]
async fn the_end_of_a_process_wakes() {
    let mut host = Watching::new();
    let mut child = Command::new("/bin/cat").stdin(Stdio::piped()).spawn().unwrap();
    let exit = Wake::ProcessExit(child.id());
    assert_eq!(host.events.watch(BTreeSet::from([exit.clone(), path("/marker")])).await, []);
    assert_eq!(host.before("/marker").await, BTreeSet::new());
    drop(child.stdin.take());
    host.wait_for(&exit).await;
    child.wait().unwrap();
    host.events.watch(BTreeSet::new()).await;
    assert_eq!(host.events.watch(BTreeSet::from([exit.clone()])).await, []);
    host.wait_for(&exit).await;
    let odd = BTreeSet::from([Wake::ProcessExit(0), Wake::ProcessExit(u32::MAX)]);
    assert_eq!(host.events.watch(odd).await.len(), 2);
}

#[tokio::test]
async fn the_clock_and_the_neighbours_can_be_watched() {
    let mut host = Watching::new();
    let set = BTreeSet::from([Wake::ClockStep, Wake::NeighbourEvents]);
    assert_eq!(host.events.watch(set.clone()).await, []);
    assert_eq!(host.events.watch(set).await, []);
}

const INSIDE: &str = "TENKEN_TEST_INSIDE_A_NETWORK_OF_ITS_OWN";

/// Runs itself again in a network namespace, where a dummy interface disturbs nobody.
#[tokio::test]
async fn a_new_neighbour_wakes() {
    if std::env::var_os(INSIDE).is_none() {
        let name = "host::linux::events::tests::a_new_neighbour_wakes";
        let again = Command::new("unshare")
            .arg("--net")
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(INSIDE, "yes")
            .output();
        match again {
            Ok(output) if String::from_utf8_lossy(&output.stderr).contains("unshare failed") => {
                println!("skipped: no right to make a network namespace");
            }
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => println!("skipped: unshare: {error}"),
        }
        return;
    }
    let ip =
        |arguments: &str| Command::new("ip").args(arguments.split(' ')).status().is_ok_and(|status| status.success());
    if !ip("link add tenken0 type dummy") {
        println!("skipped: ip cannot add an interface");
        return;
    }
    assert!(ip("link set tenken0 up"));
    let mut host = Watching::new();
    assert_eq!(host.events.watch(BTreeSet::from([Wake::NeighbourEvents])).await, []);
    // What happened before it was listened.
    host.wait_for(&Wake::NeighbourEvents).await;
    assert!(ip("neigh add 192.0.2.7 lladdr 00:22:58:00:00:07 nud stale dev tenken0"));
    host.wait_for(&Wake::NeighbourEvents).await;
    assert!(ip("neigh del 192.0.2.7 dev tenken0"));
    host.wait_for(&Wake::NeighbourEvents).await;
}

fn property() -> BusProperty {
    BusProperty {
        service: "org.example.Clock".into(),
        path: "/org/example/Clock".into(),
        interface: "org.example.Clock".into(),
        name: "Server".into(),
    }
}

/// How a bus of its own listens in the folder's place of the system bus.
fn bus_config(folder: &Path) -> PathBuf {
    let socket = folder.join(bus::SYSTEM_BUS.trim_start_matches('/'));
    std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
    let config = folder.join("bus.conf");
    let text = format!(
        "<busconfig><type>system</type><listen>unix:path={}</listen><auth>EXTERNAL</auth><policy context=\"default\">\
         <allow send_destination=\"*\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/><allow user=\"*\"/></policy>\
         </busconfig>",
        socket.display()
    );
    std::fs::write(&config, text).unwrap();
    config
}

/// Starts that bus; nothing where there is no daemon.
fn bus_daemon(folder: &Path) -> Option<std::process::Child> {
    let config = bus_config(folder);
    let started =
        Command::new("dbus-daemon").arg(format!("--config-file={}", config.display())).arg("--nofork").spawn();
    match started {
        Ok(daemon) => Some(daemon),
        Err(error) => {
            println!("skipped: dbus-daemon: {error}");
            None
        }
    }
}

/// Offers the property and answers those who read it.
async fn offer(folder: &Path) -> Connection {
    let root = LiveHost::with_root(folder.to_owned()).root;
    let connecting = async {
        loop {
            if let Ok(connection) = bus::connect(&root, "connect").await {
                return connection;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let connection = tokio::time::timeout(SOON, connecting).await.expect("the bus does not start");
    connection.request_name("org.example.Clock").await.unwrap();
    let mut calls = zbus::MessageStream::from(&connection);
    let answering = connection.clone();
    tokio::spawn(async move {
        while let Some(Ok(call)) = futures_util::StreamExt::next(&mut calls).await {
            if call.header().member().is_some_and(|member| member.as_str() == "Get") {
                let value = zbus::Variant::from("ntp.nict.jp");
                answering.reply(&call.header(), &value).await.unwrap();
            }
        }
    });
    connection
}

#[tokio::test]
async fn a_property_is_read_and_its_changes_wake() {
    let mut host = Watching::new();
    let Some(mut daemon) = bus_daemon(host.folder.path()) else { return };
    let service = offer(host.folder.path()).await;
    let live = LiveHost::with_root(host.folder.path().to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let missing = BusProperty { service: "org.example.Missing".into(), ..property() };
        (live.bus_property(&property()), live.bus_property(&missing))
    });
    let (value, missing) = read.await.unwrap();
    assert_eq!(value.unwrap(), serde_json::json!("ntp.nict.jp"));
    assert!(missing.unwrap_err().is_not_there());

    let wake = Wake::BusProperty(Box::new(property()));
    assert_eq!(host.events.watch(BTreeSet::from([wake.clone(), path("/marker")])).await, []);
    let none: Vec<&str> = Vec::new();
    for interface in ["org.example.Other", "org.example.Clock"] {
        let changed = BTreeMap::from([("Server", zbus::Variant::from("other"))]);
        let body = (interface, changed, none.clone());
        let properties = "org.freedesktop.DBus.Properties";
        let signal = service.emit_signal(None::<&str>, "/org/example/Clock", properties, "PropertiesChanged", &body);
        signal.await.unwrap();
    }
    host.wait_for(&wake).await;
    service.release_name("org.example.Clock").await.unwrap();
    host.wait_for(&wake).await;
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    host.wait_for(&wake).await;
    assert_eq!(host.events.watch(BTreeSet::from([wake])).await.len(), 1, "the bus is gone");
}

#[tokio::test]
async fn a_bus_that_hangs_is_waited_for_once() {
    let mut host = Watching::new();
    let socket = host.at(bus::SYSTEM_BUS);
    std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
    // Whoever connects is kept waiting.
    let _hung = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let named = |name: &str| Wake::BusProperty(Box::new(BusProperty { name: name.to_owned(), ..property() }));
    let wakes: BTreeSet<Wake> = ["A", "B", "C"].map(named).into_iter().chain([Wake::ClockStep]).collect();
    let begin = std::time::Instant::now();
    let unwatched = host.events.watch(wakes).await;
    assert!(begin.elapsed() < 2 * BUS_PATIENCE, "{:?}", begin.elapsed());
    let whys: BTreeSet<&str> = unwatched.iter().map(|unwatched| unwatched.why.as_str()).collect();
    assert_eq!((unwatched.len(), whys), (3, BTreeSet::from(["listen to the system bus: no answer"])));
}
