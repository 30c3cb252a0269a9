use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use windows_registry::LOCAL_MACHINE;

use super::*;
use crate::host::windows::registry::tests::Scratch;
use crate::host::windows_api::RegistryPath;
use crate::host::{BusProperty, Host as _};

const SOON: Duration = Duration::from_secs(10);

/// A folder and the events of it.
struct Watching {
    // Ends first: a folder is not removed before nobody has it open.
    events: Events,
    folder: tempfile::TempDir,
}

impl Watching {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("data/Clinic")).unwrap();
        std::fs::write(folder.path().join("data/hosts"), "localhost").unwrap();
        std::fs::write(folder.path().join("data/Clinic/clinic.ini"), "x").unwrap();
        Self { events: Events::new(&LiveHost::new()), folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        format!("{}/{path}", self.folder.path().to_str().unwrap().replace('\\', "/")).into()
    }

    fn path(&self, path: &str) -> Wake {
        Wake::Path(self.at(path).into())
    }

    async fn watch<const N: usize>(&mut self, paths: [&str; N]) {
        let wakes = paths.into_iter().map(|path| self.path(path)).collect();
        assert_eq!(self.events.watch(wakes).await, []);
    }

    /// Waits until that wake has come; others may come before it.
    async fn wait_for(&mut self, expected: &Wake) {
        let waiting = async { while !self.events.next().await.contains(expected) {} };
        assert!(tokio::time::timeout(SOON, waiting).await.is_ok(), "{expected:?} did not come");
    }

    /// All that has come by the time a change of `marker`, which is watched too, was told.
    async fn before(&mut self, marker: &str) -> BTreeSet<Wake> {
        std::fs::write(self.at(marker), "marked").unwrap();
        let marker = self.path(marker);
        let mut happened = BTreeSet::new();
        let waiting = async {
            while !happened.contains(&marker) {
                happened.extend(self.events.next().await);
            }
        };
        assert!(tokio::time::timeout(SOON, waiting).await.is_ok(), "{marker:?} did not come");
        happened.remove(&marker);
        happened
    }

    /// What was told before may come a second time: a write is two changes. Waits until no more comes.
    async fn settle(&mut self) {
        while tokio::time::timeout(Duration::from_millis(400), self.events.next()).await.is_ok() {}
    }

    /// Whether that wake comes within a time.
    async fn comes_within(&mut self, expected: &Wake, within: Duration) -> bool {
        let waiting = async { while !self.events.next().await.contains(expected) {} };
        tokio::time::timeout(within, waiting).await.is_ok()
    }
}

#[tokio::test]
async fn a_file_that_is_written_replaced_or_removed_wakes() {
    let mut host = Watching::new();
    host.watch(["data/HOSTS", "data/clinic/clinic.ini"]).await;
    let hosts = host.path("data/HOSTS");
    std::fs::write(host.at("data/hosts"), "changed").unwrap();
    host.wait_for(&hosts).await;
    std::fs::write(host.at("data/hosts.new"), "new").unwrap();
    std::fs::rename(host.at("data/hosts.new"), host.at("data/hosts")).unwrap();
    host.wait_for(&hosts).await;
    host.settle().await;
    std::fs::remove_file(host.at("data/hosts")).unwrap();
    host.wait_for(&hosts).await;
    std::fs::write(host.at("data/hosts"), "back").unwrap();
    host.wait_for(&hosts).await;
}

#[tokio::test]
async fn reading_and_other_files_wake_nobody() {
    let mut host = Watching::new();
    host.watch(["data/hosts", "data/clinic/clinic.ini", "marker"]).await;
    for _ in 0..5 {
        LiveHost::new().read(&host.at("data/hosts"), tenken_model::Size::from_bytes(100)).unwrap();
        LiveHost::new().list(&host.at("data"), 10).unwrap();
    }
    std::fs::write(host.at("data/other"), "x").unwrap();
    assert_eq!(host.before("marker").await, BTreeSet::new());
}

#[tokio::test]
async fn what_is_missing_wakes_when_it_appears_however_deep() {
    let mut host = Watching::new();
    let conf = host.path("data/new/conf.d/x.ini");
    host.watch(["data/new/conf.d/x.ini"]).await;
    std::fs::create_dir(host.at("data/new")).unwrap();
    host.wait_for(&conf).await;
    host.settle().await;
    std::fs::create_dir(host.at("data/new/conf.d")).unwrap();
    host.wait_for(&conf).await;
    host.settle().await;
    std::fs::write(host.at("data/new/conf.d/x.ini"), "x").unwrap();
    host.wait_for(&conf).await;
    host.settle().await;
    std::fs::write(host.at("data/new/conf.d/x.ini"), "later").unwrap();
    host.wait_for(&conf).await;
    host.settle().await;
    std::fs::remove_file(host.at("data/new/conf.d/x.ini")).unwrap();
    host.wait_for(&conf).await;
}

#[tokio::test]
async fn a_folder_wakes_for_what_is_in_it_and_when_it_is_replaced() {
    let mut host = Watching::new();
    let clinic = host.path("data/Clinic");
    host.watch(["data/Clinic"]).await;
    std::fs::write(host.at("data/Clinic/new.ini"), "x").unwrap();
    host.wait_for(&clinic).await;
    host.settle().await;
    if let Err(error) = std::fs::rename(host.at("data/Clinic"), host.at("data/old")) {
        println!("SKIPPED that a watched folder is renamed: this system refuses it: {error}");
        return;
    }
    std::fs::create_dir(host.at("data/Clinic")).unwrap();
    host.wait_for(&clinic).await;
    host.settle().await;
    std::fs::write(host.at("data/Clinic/again.ini"), "x").unwrap();
    host.wait_for(&clinic).await;
}

#[tokio::test]
async fn what_is_no_longer_wanted_wakes_no_more() {
    let mut host = Watching::new();
    host.watch(["data/hosts", "marker"]).await;
    host.watch(["marker"]).await;
    std::fs::write(host.at("data/hosts"), "changed").unwrap();
    assert_eq!(host.before("marker").await, BTreeSet::new());
    assert_eq!(host.events.watch(BTreeSet::new()).await, []);
    assert!(host.events.paths.is_none() && host.events.listening.is_empty());
}

#[tokio::test]
async fn what_cannot_be_watched_is_said() {
    let mut host = Watching::new();
    let property = BusProperty { service: "x".into(), path: "/x".into(), interface: "x".into(), name: "x".into() };
    let wakes = [
        Wake::Path("//server/share/x".into()),
        Wake::Path("/etc/passwd".into()),
        Wake::BusProperty(Box::new(property)),
        Wake::ProcessExit(0x7fff_fff0),
    ];
    for _ in 0..2 {
        let unwatched = host.events.watch(wakes.iter().cloned().collect()).await;
        assert_eq!(unwatched.len(), wakes.len(), "{unwatched:?}");
        assert!(unwatched.iter().all(|unwatched| unwatched.why.contains(": ")), "{unwatched:?}");
    }
}

#[tokio::test]
async fn a_registry_value_wakes_at_once() {
    let Some(scratch) = Scratch::make("a_registry_value_wakes_at_once") else { return };
    let below = scratch.key.create(r"a\b").unwrap();
    let mut host = Watching::new();
    let wake = Wake::Registry(scratch.path.clone());
    assert_eq!(host.events.watch(BTreeSet::from([wake.clone()])).await, []);
    let mut took = Vec::new();
    for round in 0..20 {
        let begun = Instant::now();
        if round % 2 == 0 { &scratch.key } else { &below }.set_u32("Value", round).unwrap();
        host.wait_for(&wake).await;
        took.push(begun.elapsed());
    }
    // Most of them: one may have to wait for a machine that has much else to do.
    took.sort();
    assert!(took[10] < Duration::from_secs(1), "{took:?}");
    scratch.key.remove_value("Value").unwrap();
    host.wait_for(&wake).await;
    scratch.key.create("c").unwrap();
    host.wait_for(&wake).await;
    scratch.key.remove_tree("c").unwrap();
    host.wait_for(&wake).await;
    host.settle().await;
    crate::host::windows::registry::key(&scratch.path).unwrap();
    assert!(!host.comes_within(&wake, Duration::from_millis(300)).await, "reading changes nothing");
}

#[tokio::test]
async fn the_values_of_a_key_wake_and_what_is_below_it_does_not() {
    let Some(scratch) = Scratch::make("the_values_of_a_key_wake") else { return };
    let below = scratch.key.create(r"a\b").unwrap();
    let mut host = Watching::new();
    let wake = Wake::RegistryValues(scratch.path.clone());
    assert_eq!(host.events.watch(BTreeSet::from([wake.clone()])).await, []);
    below.set_u32("Value", 1).unwrap();
    below.create("c").unwrap();
    assert!(!host.comes_within(&wake, Duration::from_millis(300)).await, "what is below it does not concern it");
    scratch.key.set_u32("Value", 1).unwrap();
    host.wait_for(&wake).await;
    scratch.key.create("d").unwrap();
    host.wait_for(&wake).await;
}

#[tokio::test]
async fn a_registry_key_that_is_not_there_yet_wakes_when_it_comes_and_goes() {
    let Some(scratch) = Scratch::make("a_registry_key_that_is_not_there_yet") else { return };
    let mut host = Watching::new();
    let path = scratch.path.join("Policies").join("Deep");
    let wake = Wake::Registry(path.clone());
    assert_eq!(host.events.watch(BTreeSet::from([wake.clone()])).await, []);
    scratch.key.create("Other").unwrap();
    scratch.key.set_u32("Value", 1).unwrap();
    assert!(!host.comes_within(&wake, Duration::from_millis(300)).await, "what else is there does not concern it");
    scratch.key.create("Policies").unwrap();
    host.wait_for(&wake).await;
    let key = scratch.key.create(r"Policies\Deep").unwrap();
    host.wait_for(&wake).await;
    key.set_u32("Value", 1).unwrap();
    host.wait_for(&wake).await;
    drop(key);
    host.settle().await;
    scratch.key.remove_tree("Policies").unwrap();
    if !host.comes_within(&wake, Duration::from_secs(3)).await {
        println!("SKIPPED that a key wakes when it goes: this system does not tell it of the key itself");
        return;
    }
    host.settle().await;
    let key = scratch.key.create(r"Policies\Deep").unwrap();
    host.wait_for(&wake).await;
    host.settle().await;
    key.set_u32("Value", 2).unwrap();
    host.wait_for(&wake).await;
}

#[tokio::test]
async fn many_keys_are_watched_and_leave_nothing_behind() {
    let Some(scratch) = Scratch::make("many_keys_are_watched") else { return };
    let mut host = Watching::new();
    let paths: Vec<RegistryPath> = (0..200).map(|number| scratch.path.join(&format!("k{number}"))).collect();
    for path in &paths {
        LOCAL_MACHINE.create(path.key()).unwrap();
    }
    let wakes: BTreeSet<Wake> = paths.iter().cloned().map(Wake::Registry).collect();
    assert_eq!(host.events.watch(wakes).await, []);
    for number in [0, 63, 64, 150, 199] {
        LOCAL_MACHINE.create(paths[number].key()).unwrap().set_u32("Value", 1).unwrap();
        host.wait_for(&Wake::Registry(paths[number].clone())).await;
    }
    assert_eq!(host.events.watch(BTreeSet::new()).await, []);
    assert_eq!(Arc::strong_count(&host.events.fired), 1, "nobody is left who could fire");
}

#[tokio::test]
async fn the_end_of_a_process_wakes() {
    let mut host = Watching::new();
    let shell = Command::new("cmd").args(["/c", "set /p x="]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    let mut child = match shell {
        Ok(child) => child,
        Err(error) => {
            println!("SKIPPED the_end_of_a_process_wakes: cmd: {error}");
            return;
        }
    };
    let wake = Wake::ProcessExit(child.id());
    assert_eq!(host.events.watch(BTreeSet::from([wake.clone()])).await, []);
    assert!(!host.comes_within(&wake, Duration::from_millis(200)).await);
    drop(child.stdin.take());
    host.wait_for(&wake).await;
    child.wait().unwrap();
    assert!(!host.comes_within(&wake, Duration::from_millis(200)).await, "once");
}

#[tokio::test]
async fn a_step_of_the_clock_that_somebody_tells_wakes() {
    let mut host = Watching::new();
    assert_eq!(host.events.watch(BTreeSet::from([Wake::ClockStep])).await, []);
    tokio::task::yield_now().await;
    let begun = Instant::now();
    while !host.comes_within(&Wake::ClockStep, Duration::from_millis(50)).await {
        clock_was_set();
        assert!(begun.elapsed() < SOON);
    }
}

#[tokio::test]
async fn channels_and_addresses_are_watched_where_the_system_can() {
    let mut host = Watching::new();
    let missing = Wake::EventChannel("Tenken-None/Operational".to_owned());
    let wakes = BTreeSet::from([Wake::EventChannel("System".to_owned()), missing.clone(), Wake::NeighbourEvents]);
    let unwatched = host.events.watch(wakes).await;
    assert!(unwatched.iter().any(|unwatched| unwatched.wake == missing), "{unwatched:?}");
    for unwatched in unwatched.iter().filter(|unwatched| unwatched.wake != missing) {
        println!("SKIPPED that {:?} wakes: {}", unwatched.wake, unwatched.why);
    }
    drop(host);
}

/// Of the one service manager of this process, so that another test's source may take it first: it is told until it is heard.
#[tokio::test]
async fn what_the_service_manager_tells_wakes_too() {
    use crate::host::signals::Signal;

    let mut events = Events::new(&LiveHost::new());
    let people = Wake::Registry(RegistryPath::users(""));
    events.watch(BTreeSet::from([people.clone()])).await;
    let until = Instant::now() + SOON;
    loop {
        SIGNALS.raise(Signal::PersonCameOrWent);
        match tokio::time::timeout(Duration::from_millis(50), events.next()).await {
            Ok(woken) => {
                assert_eq!(woken, [people]);
                return;
            }
            Err(_) => assert!(Instant::now() < until, "nothing was told"),
        }
    }
}
