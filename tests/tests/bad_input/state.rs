//! Configuration and state files that are broken: the program says which, and goes on where it can.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tenken_dashboard::store::{Host, Store};
use tenken_tests::agent::Agent;
use tenken_tests::dashboard::Dashboard;
use tenken_tests::poll;
use tenken_tests::program::{Running, own, root, system};
use tenken_tests::scratch::Scratch;

const WITHIN: Duration = Duration::from_secs(30);

fn run(program: &str, words: &[&str]) -> Output {
    Command::new(own(program).unwrap()).args(words).stdin(Stdio::null()).output().unwrap()
}

/// It ended with that code and one line that holds each of these words.
#[track_caller]
fn refuses(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn broken_registers_are_refused_by_name_and_place() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("registers.yaml");
    for (content, words) in [
        (&b"accounts: [\n"[..], &["line"][..]),
        (b"acounts: []\n", &["unknown field `acounts`"]),
        (b"accounts:\n  - {host: '*', account: a, kind: wizard}\n", &["wizard"]),
        (b"devices:\n  - {mac: '00', name: n, status: in_use, patient_data: false, place: '', note: '', surprise: 1}\n", &["surprise", "devices[0]"]),
        (b"\xff\xfe\x00", &["UTF-8"]),
    ] {
        fs::write(&file, content).unwrap();
        for command in ["check", "facts"] {
            let output = run("tenken-agent", &[command, "--root", text(folder.path()), "--registers", text(&file)]);
            refuses(&output, 3, words);
            refuses(&output, 3, &[text(&file)]);
        }
    }
    fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(1 << 30).unwrap();
    refuses(&run("tenken-agent", &["check", "--registers", text(&file)]), 3, &[text(&file), "more than"]);
    refuses(&run("tenken-agent", &["check", "--registers", "/nowhere.yaml"]), 3, &["/nowhere.yaml"]);
}

#[test]
fn broken_mail_settings_are_refused_by_name_and_place() {
    let folder = TempDir::new().unwrap();
    let (file, data) = (folder.path().join("mail.yaml"), folder.path().join("data"));
    let good = "from: a@example.jp\nto: [b@example.jp]\ndashboard: https://localhost\ntransport: {kind: none}\n";
    for (content, words) in [
        (format!("{good}surprise: 1\n"), &["surprise", "mail.yaml:"][..]),
        (good.replace("none", "pigeon"), &["pigeon", "mail.yaml:"]),
        (good.replace("[b@", "[b"), &["mail.yaml"]),
        (good.replace("from", "form"), &["form", "mail.yaml:"]),
        ("from: [".to_owned(), &["mail.yaml:"]),
        ("x".repeat(1 << 20), &["mail.yaml", "larger"]),
    ] {
        fs::write(&file, content).unwrap();
        let listen = ["--agents", "127.0.0.1:0", "--people", "127.0.0.1:0", "--local", "127.0.0.1:0"];
        let serve = [&["serve", "--data", text(&data), "--mail", text(&file)][..], &listen].concat();
        for (words_of_command, code) in [(&serve[..], 78), (&["test-mail", text(&file)][..], 1)] {
            refuses(&run("tenken-dashboard", words_of_command), code, words);
        }
    }
}

#[test]
fn a_faulty_register_file_is_refused_with_line_and_column_in_both_languages() {
    let folder = TempDir::new().unwrap();
    let (file, data) = (folder.path().join("accounts.csv"), folder.path().join("data"));
    fs::write(&file, "account,kind,owner\nito,person,伊藤\nsato,persn,佐藤\n").unwrap();
    let import = |register, language| {
        run("tenken-dashboard", &["import", register, text(&file), "--data", text(&data), "--language", language])
    };
    for (language, fault, unknown) in [
        ("ja", &["何も取り込みませんでした", "accounts.csv:3: 種別:"][..], "台帳「account」はありません"),
        ("en", &["Nothing was taken in", "accounts.csv:3: Kind:"], "There is no register `account`"),
    ] {
        refuses(&import("accounts", language), 1, fault);
        refuses(&import("account", language), 1, &[unknown]);
    }
    fs::write(&file, "account,kind,owner\nito,person,伊藤\n").unwrap();
    for (language, told) in [("ja", "追加1件"), ("en", "1 unchanged")] {
        let output = import("accounts", language);
        assert!(String::from_utf8_lossy(&output.stdout).contains(told), "{output:?}");
    }
}

#[test]
fn a_database_that_is_none_or_of_a_newer_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let file = data.join("tenken.db");
    fs::create_dir_all(&data).unwrap();
    let garbage = "this is no database\n".repeat(1_000);
    fs::write(&file, &garbage).unwrap();
    let serve = ["serve", "--data", text(&data), "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0"];
    let output = run("tenken-dashboard", &serve);
    refuses(&output, output.status.code().unwrap(), &["database"]);
    assert!(!output.status.success());
    assert_eq!(fs::read_to_string(&file).unwrap(), garbage, "nothing was written over it");

    fs::remove_file(&file).unwrap();
    assert!(run("tenken-dashboard", &["token", "--data", text(&data)]).status.success());
    let Some(python) = system("python3") else {
        tenken_tests::skip("a_database_that_is_none_or_of_a_newer_program_is_left_alone", "python3 is not installed");
        return;
    };
    let script = "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1])\nd.execute('UPDATE schema_version SET version = 9999')\nd.commit()\n";
    assert!(Command::new(python).args(["-c", script]).arg(&file).status().unwrap().success());
    let output = run("tenken-dashboard", &serve);
    refuses(&output, 78, &["9999", "Nothing was changed"]);
}

/// An agent on a host of a test's own, with a dashboard.
struct Stage {
    scratch: Scratch,
    dashboard: Dashboard,
    _running: Running,
    agent: Agent,
    folder: TempDir,
}

impl Stage {
    /// An agent that keeps its state below `state`, or in the stage's folder.
    fn set(state: Option<&Path>) -> Result<Self> {
        let folder = TempDir::new()?;
        let scratch = Scratch::make(&folder.path().join("root"))?;
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let running = dashboard.start()?;
        let past = (chrono::Utc::now() - chrono::TimeDelta::days(3)).format("%Y-%m-%d");
        dashboard.register(
            "accounts",
            &format!("host,account,kind,owner,administrator,ends\n*,mainte,maintenance,保守会社,false,{past}\n"),
        )?;
        let agent = Agent::enrol(state.unwrap_or(folder.path()), scratch.root(), &dashboard)?;
        Ok(Self { scratch, dashboard, _running: running, agent, folder })
    }

    fn host(&self) -> Result<Option<Host>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = Store::open_folder(self.dashboard.data()).await?;
            Ok(store.read().await?.hosts().await?.into_iter().next())
        })
    }

    fn settle(&self) -> Result<()> {
        let settled = || Ok(self.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()));
        poll::until("the dashboard knows the host", WITHIN, settled).map(drop).with_context(|| self.agent.said())
    }

    /// How many findings of the maintenance account the dashboard's history tells, and whether the last one fails.
    fn told(&self) -> Result<(usize, bool)> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = Store::open_folder(self.dashboard.data()).await?;
            let mut transaction = store.read().await?;
            let host = transaction.hosts().await?.into_iter().next().context("a host is enrolled")?;
            let history = transaction.history_of_host(&host.id, 100_000).await?;
            let mut told = history.iter().filter(|entry| {
                entry.change.key.rule.as_str() == "maintenance_accounts_end_on_time"
                    && entry.change.finding.as_ref().is_some_and(|finding| finding.key.subject.is_some())
            });
            let last = told.next();
            let fails = last
                .and_then(|entry| entry.change.finding.as_ref())
                .is_some_and(|finding| finding.verdict == tenken_model::Verdict::Fail);
            Ok((usize::from(last.is_some()) + told.count(), fails))
        })
    }
}

#[test]
fn an_agent_with_damaged_state_says_so_and_loses_nothing() {
    let bench = Stage::set(None).unwrap();
    let mut running = bench.agent.start().unwrap();
    bench.settle().unwrap();
    running.kill().unwrap();
    let before = bench.host().unwrap().unwrap();
    let state = bench.agent.state();

    // Files of the spool, each replaced by disorder; meanwhile the host changes.
    for entry in fs::read_dir(state.join("spool")).unwrap().flatten() {
        if entry.metadata().unwrap().len() > 0 {
            fs::write(entry.path(), [0xa5; 900]).unwrap();
        }
    }
    fs::write(state.join("policy.json"), "{\"version\": ").unwrap();
    bench.scratch.maintenance_account(true).unwrap();
    let mut running = bench.agent.start().unwrap();
    let (after, _) = poll::until("a new epoch reaches the dashboard", WITHIN, || {
        Ok(bench.host()?.filter(|host| host.epoch > before.epoch && bench.told().is_ok_and(|(_, fails)| fails)))
    })
    .with_context(|| bench.agent.said())
    .unwrap();
    assert!(after.acknowledged > 0, "a snapshot was taken: {after:?}");
    assert_eq!(bench.told().unwrap().0, 1, "the change is told once");
    bench.settle().unwrap();
    let said = bench.agent.said();
    assert!(said.contains("the spool was damaged") && said.contains("the kept policy is not in force"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    running.kill().unwrap();

    // Without an identity there is nobody to speak for.
    let identity = state.join("identity.json");
    for damaged in [&b"{\"host\": "[..], b"", b"\x7fELF\x00", b"[]"] {
        fs::write(&identity, damaged).unwrap();
        let output = run("tenken-agent", &["run", "--state-dir", text(state), "--root", text(bench.folder.path())]);
        refuses(&output, 3, &["identity.json", "enrol this host again"]);
    }
}

/// A file system of a megabyte; unmounted when dropped.
struct Small<'a>(&'a Path);

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

fn full_disk() -> Result<()> {
    let disk = TempDir::new()?;
    // Its log lies beside its state, off the small disk.
    let state = disk.path().join("agent");
    fs::create_dir(&state)?;
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&state).output()?;
    if !mounted.status.success() {
        tenken_tests::skip("a_full_disk_delays_a_change", &String::from_utf8_lossy(&mounted.stderr));
        return Ok(());
    }
    let _unmounted = Small(&state);
    let bench = Stage::set(Some(disk.path()))?;
    let mut running = bench.agent.start()?;
    bench.settle()?;
    let before = bench.told()?.0;
    let filler = state.join("filler");
    let mut file = fs::File::create(&filler)?;
    while std::io::Write::write_all(&mut file, &[0xa5; 512]).is_ok() {}
    bench.scratch.maintenance_account(true)?;
    poll::until("the agent says that the disk is full", WITHIN, || {
        Ok(bench.agent.said().contains("disk is full").then_some(()))
    })
    .with_context(|| bench.agent.said())?;
    ensure!(bench.told()?.0 == before, "what could not be kept was not sent");
    ensure!(running.alive(), "the agent ended on a full disk: {}", bench.agent.said());
    drop(file);
    fs::remove_file(&filler)?;
    // The next reading of the file finds the difference again; without this it is the next timer that reads it.
    bench.scratch.maintenance_account(true)?;
    poll::until("the change arrives once space is there", WITHIN.saturating_mul(2), || {
        Ok(bench.told()?.1.then_some(()))
    })
    .with_context(|| bench.agent.said())?;
    ensure!(bench.told()?.0 == before + 1, "the change arrived more than once: {:?}", bench.told()?);
    ensure!(running.alive(), "the agent ended: {}", bench.agent.said());
    Ok(())
}

#[test]
fn a_full_disk_delays_a_change() {
    if root() {
        full_disk().unwrap();
    } else {
        tenken_tests::skip("a_full_disk_delays_a_change", "mounting needs root");
    }
}
