use super::*;

fn shell(script: &str) -> Child {
    Command::new("/bin/sh")
        .args(["-c", script])
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run_script(script: &str, within: Span, limit: usize) -> Result<CommandOutput, ReadError> {
    Running::new(shell(script), "run a script")?.finish(within, limit)
}

const SOON: Span = Span::from_secs(20);

#[test]
fn output_and_code_are_kept() {
    let output = run_script("echo out; echo err >&2; exit 3", SOON, 100).unwrap();
    assert_eq!(output, CommandOutput { code: Some(3), stdout: b"out\n".to_vec(), stderr: "err\n".to_owned() });
    assert_eq!(run_script("kill -9 $$", SOON, 100).unwrap().code, None);
}

#[test]
fn much_output_within_the_limit_is_whole() {
    let output = run_script("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2", SOON, 3_000_000).unwrap();
    assert_eq!((output.stdout.len(), output.stderr.len()), (3_000_000, STDERR));
}

#[test]
fn too_much_output_is_refused() {
    let error = run_script("cat /dev/zero", SOON, 1_000).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooLarge);
}

#[test]
fn a_command_that_does_not_end_is_ended_with_all_it_started() {
    let child = shell("sleep 600 & echo $!; wait");
    let begun = std::time::Instant::now();
    let mut running = Running::new(child, "run a script").unwrap();
    let mut first = [0_u8; 32];
    let length = running.child.stdout.as_mut().unwrap().read(&mut first).unwrap();
    let grandchild: i32 = std::str::from_utf8(&first[..length]).unwrap().trim().parse().unwrap();
    let exit = rustix::process::pidfd_open(Pid::from_raw(grandchild).unwrap(), PidfdFlags::empty()).unwrap();
    let error = running.finish(Span::from_millis(50), 100).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TimedOut);
    let timeout = Timespec { tv_sec: 10, tv_nsec: 0 };
    let ended = rustix::event::poll(&mut [PollFd::new(&exit, PollFlags::IN)], Some(&timeout)).unwrap();
    assert_eq!(ended, 1, "what it started has ended too");
    assert!(begun.elapsed().as_secs() < 60);
}

#[test]
fn a_child_that_leaves_its_output_open_is_not_waited_for() {
    let begun = std::time::Instant::now();
    let output = run_script("sleep 600 & echo done", SOON, 100).unwrap();
    assert_eq!(output.stdout, b"done\n");
    assert!(begun.elapsed().as_secs() < 10);
}

#[test]
fn the_priority_is_the_lowest() {
    let child = shell("while [ \"$(nice)\" != 19 ]; do :; done; nice");
    assert_eq!(Running::new(child, "nice").unwrap().finish(SOON, 100).unwrap().stdout, b"19\n");
}

#[test]
fn arguments_are_fixed() {
    let command = VendorCommand::ResticSnapshots { repository: "/srv/backup".into(), password_file: "/etc/r".into() };
    let plan = plan(&command, "").unwrap();
    let expected =
        ["--no-lock", "--no-cache", "--json", "--repo", "/srv/backup", "--password-file", "/etc/r", "snapshots"];
    assert_eq!(plan.arguments, expected.map(OsString::from));
    assert!(plan.environment.is_empty());
}

#[test]
fn odd_names_are_not_passed_on() {
    for command in [
        VendorCommand::ResticSnapshots { repository: "sftp:host:/x".into(), password_file: "/p".into() },
        VendorCommand::ResticSnapshots { repository: "/x".into(), password_file: "p".into() },
        VendorCommand::BorgList { repository: "--rsh=x".into(), passphrase_file: None },
        VendorCommand::BtrfsSnapshots { mount: "-o".into() },
        VendorCommand::ZfsSnapshots { dataset: "-o".into() },
        VendorCommand::ZfsSnapshots { dataset: String::new() },
        VendorCommand::ZfsSnapshots { dataset: "tank\n-x".into() },
    ] {
        assert_eq!(run(&command).unwrap_err().kind, ReadErrorKind::Failed, "{command:?}");
    }
}

#[test]
fn a_program_that_is_not_installed_or_not_roots_is_not_run() {
    let missing = Plan { programs: &["/nonexistent/restic"], ..Plan::default() };
    assert_eq!(program(&missing, "run").unwrap_err().kind, ReadErrorKind::NotThere);
    let writable = Plan { programs: &["/tmp"], ..Plan::default() };
    assert_eq!(program(&writable, "run").unwrap_err().kind, ReadErrorKind::Failed);
    let installed = Plan { programs: &["/nonexistent/sh", "/bin/sh"], ..Plan::default() };
    assert_eq!(program(&installed, "run").unwrap(), Path::new("/bin/sh"));
}

#[test]
fn the_passphrase_is_read_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    std::fs::write(&file, "long words \r\n").unwrap();
    let command = VendorCommand::BorgList { repository: "/b".into(), passphrase_file: Some(file.clone()) };
    let plan = plan(&command, "").unwrap();
    assert_eq!(plan.environment.last().unwrap(), &("BORG_PASSPHRASE", OsString::from("long words ")));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(run(&command).unwrap_err().kind, ReadErrorKind::NotThere);
}

#[test]
fn the_scratch_folder_goes_again() {
    let scratch = Scratch::new().unwrap();
    let path = scratch.0.clone();
    std::fs::write(path.join("file"), "x").unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
    drop(scratch);
    assert!(!path.exists());
}

/// Runs a program to prepare a test; false, with the reason printed, where it is not installed.
fn prepared(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let started = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("BORG_PASSPHRASE", "secret")
        .env("BORG_BASE_DIR", folder.join("borg"))
        .output();
    match started {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(error) => {
            println!("SKIPPED vendors' commands: {program}: {error}");
            false
        }
    }
}

fn with_data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/file"), "content").unwrap();
    std::fs::write(folder.path().join("password"), "secret\n").unwrap();
    folder
}

/// Every file below a folder with its content: what a command that only reads leaves as it was.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                found.push((path, content));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn restic_lists_its_snapshots_and_changes_nothing() {
    let folder = with_data();
    let options = ["--repo", "repository", "--password-file", "password", "--no-cache", "--quiet"];
    if !prepared("restic", &[&options[..], &["init"]].concat(), folder.path()) {
        return;
    }
    assert!(prepared("restic", &[&options[..], &["backup", "data"]].concat(), folder.path()));
    let repository = folder.path().join("repository");
    let before = everything(&repository);
    let mut command = VendorCommand::ResticSnapshots {
        repository: repository.clone(),
        password_file: folder.path().join("password"),
    };
    let output = run(&command).unwrap();
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let snapshots: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(snapshots.len(), 1);
    assert_eq!(everything(&repository), before);
    if let VendorCommand::ResticSnapshots { password_file, .. } = &mut command {
        std::fs::write(&*password_file, "wrong").unwrap();
    }
    let refused = run(&command).unwrap();
    assert_ne!(refused.code, Some(0));
    assert!(!refused.stderr.is_empty());
}

#[test]
fn borg_lists_its_archives() {
    let folder = with_data();
    if !prepared("borg", &["init", "--encryption", "repokey", "repository"], folder.path()) {
        return;
    }
    assert!(prepared("borg", &["create", "repository::first", "data"], folder.path()));
    let command = VendorCommand::BorgList {
        repository: folder.path().join("repository"),
        passphrase_file: Some(folder.path().join("password")),
    };
    let output = run(&command).unwrap();
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed["archives"][0]["name"], "first");
}
