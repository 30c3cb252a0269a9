//! Real programs: a dashboard that is lost and restored from its backup, and both commands killed in the middle.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use tempfile::TempDir;
    use tenken_model::finding::state_digest;
    use tenken_model::report::ReportAnswer;
    use tenken_tests::dashboard::Dashboard;
    use tenken_tests::enrolled::{self, Enrolled, report, transition};
    use tenken_tests::poll;
    use tenken_tests::program::{Running, own};

    /// How often each command is killed.
    const DEATHS: u64 = 16;

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    /// Bytes of all files below a folder; what goes away meanwhile counts nothing.
    fn written(folder: &Path) -> u64 {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let of = |path: PathBuf| match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => written(&path),
            found => found.map_or(0, |metadata| metadata.len()),
        };
        entries.map(|entry| of(entry.path())).sum()
    }

    /// Runs a command of the program on a data folder and kills it once so much more is written below a folder, if it does not end
    /// before.
    fn killed(words: &[&str], data: &Path, below: &Path, more: u64) {
        let mut command = Command::new(own("tenken-dashboard").unwrap());
        command.args(words).arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::null());
        let before = written(below);
        let mut running = Running::start(&mut command).unwrap();
        while running.alive() && written(below) < before + more {
            std::thread::yield_now();
        }
        let _may_have_ended = running.kill();
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    #[test]
    fn agents_go_on_with_a_dashboard_that_was_lost_and_restored() {
        if !enrolled::available() {
            tenken_tests::skip("agents_go_on_with_a_dashboard_that_was_lost_and_restored", "openssl is not installed");
            return;
        }
        let folder = TempDir::new().unwrap();
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let running = dashboard.start().unwrap();
        let token = dashboard.command(&["token", "--hosts", "2", "--valid", "1h"]).unwrap();
        let host = Enrolled::new(folder.path(), &dashboard.addresses().people, &token).unwrap();
        let client = host.client().unwrap();
        let send = |dashboard: &Dashboard, number: u64| -> Result<ReportAnswer, reqwest::Error> {
            let (transition, state) = transition(number).unwrap();
            let url = format!("{}/v1/report", dashboard.addresses().agents);
            client.post(url).json(&report(&[transition], number, state)).send()?.json()
        };
        assert_eq!(send(&dashboard, 1).unwrap().acknowledged, 1);
        let backup = folder.path().join("a.backup");
        let told = dashboard.command(&["backup", text(&backup), "--language", "en"]).unwrap();
        assert!(told.contains("a.backup") && told.contains("SHA-256"), "{told}");
        let refused = dashboard.command(&["restore", text(&backup), "--replace"]).unwrap_err().to_string();
        assert!(refused.contains("is in use"), "{refused}");

        // The disk is lost.
        drop(running);
        std::fs::remove_dir_all(dashboard.data()).unwrap();
        let told = dashboard.command(&["restore", text(&backup), "--language", "en"]).unwrap();
        assert!(told.contains("is restored"), "{told}");
        let _running = dashboard.start().unwrap();
        let answer = send(&dashboard, 2).unwrap();
        assert_eq!((answer.acknowledged, answer.resync), (2, false), "its certificate and its place are known");
        let refused = Enrolled::new(folder.path(), &dashboard.addresses().people, &token).unwrap_err();
        assert!(!refused.to_string().is_empty(), "the rest of the token may have been used since");
        dashboard.command(&["audit", "verify"]).unwrap();
        assert_ne!(state_digest([]), transition(1).unwrap().1);
    }

    #[test]
    fn a_backup_that_is_killed_leaves_nothing_half() {
        let folder = TempDir::new().unwrap();
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let _running = dashboard.start().unwrap();
        let out = folder.path().join("backups");
        std::fs::create_dir(&out).unwrap();
        let whole = folder.path().join("whole.backup");
        dashboard.command(&["backup", text(&whole)]).unwrap();
        let size = whole.metadata().unwrap().len();
        for death in 0..=DEATHS {
            killed(&["backup", "--keep", "3", text(&out)], dashboard.data(), &out, size * death / DEATHS);
            for file in files(&out) {
                let is_draft = file.extension().is_some_and(|ending| ending == "part");
                if !is_draft {
                    dashboard.command(&["restore", "--verify", text(&file)]).unwrap();
                }
            }
        }
        // One that was made before it was killed has the name of its second, which no other takes.
        let made = || Ok(dashboard.command(&["backup", "--keep", "3", text(&out)]).ok());
        poll::until("the next second's backup is made", Duration::from_secs(20), made).unwrap();
        let left = files(&out);
        assert!(left.iter().all(|file| file.extension().is_some_and(|ending| ending == "backup")), "{left:?}");
        assert!((1..=3).contains(&left.len()), "{left:?}");
    }

    #[test]
    fn a_restore_that_is_killed_is_run_again() {
        let folder = TempDir::new().unwrap();
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let running = dashboard.start().unwrap();
        let backup = folder.path().join("a.backup");
        dashboard.command(&["backup", text(&backup)]).unwrap();
        drop(running);
        let words = ["restore", "--replace", text(&backup)];
        let before = written(dashboard.data());
        dashboard.command(&words).unwrap();
        let more = written(dashboard.data()) - before;
        for death in 0..=DEATHS {
            killed(&words, dashboard.data(), dashboard.data(), more * death / DEATHS);
            // Either it is one whole dashboard, or it says that the restore is to be run again.
            if let Err(refused) = dashboard.command(&["audit", "verify"]) {
                assert!(refused.to_string().contains("was cut off; run the same"), "{refused}");
            }
            dashboard.command(&words).unwrap();
            dashboard.command(&["audit", "verify"]).unwrap();
            assert!(!dashboard.data().join("restore-draft").exists());
        }
        let _running = dashboard.start().unwrap();
    }

    #[test]
    fn a_full_disk_leaves_nothing_half() {
        let name = "a_full_disk_leaves_nothing_half";
        let folder = TempDir::new().unwrap();
        let mut dashboard = Dashboard::new(folder.path(), &[]);
        let _running = dashboard.start().unwrap();
        let small = folder.path().join("small");
        std::fs::create_dir(&small).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16k", "none"]).arg(&small).output();
        if !mounted.is_ok_and(|mounted| mounted.status.success()) {
            tenken_tests::skip(name, "a small disk cannot be mounted here");
            return;
        }
        std::fs::write(small.join("filler"), [0; 12 << 10]).unwrap();
        let refused = dashboard.command(&["backup", text(&small.join("a.backup"))]).unwrap_err().to_string();
        let left = files(&small);
        let unmounted = Command::new("umount").arg(&small).status().unwrap();
        assert!(unmounted.success());
        assert!(refused.contains("No space left") && refused.contains("make room there"), "{refused}");
        assert_eq!(left, [small.join("filler")]);
    }
}
