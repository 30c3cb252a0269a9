//! The kernel's packet filter by way of the helper: real rules, the real program on both sides, and no right on the agent's.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

use std::fs::Permissions;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_tenken-agent");
const SOCKET: &str = "run/tenken-agent-packet-filter.socket";
/// Who asks: a user without any right.
const NOBODY: [&str; 4] = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"];
/// Names the folder in place of the machine, in the process that has a network of its own.
const INSIDE: &str = "TENKEN_TEST_PACKET_FILTER";

/// A folder in place of the machine, into which anybody may look.
fn stage() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    std::fs::create_dir(folder.path().join("run")).unwrap();
    folder
}

/// As systemd does it for a socket that accepts: one process for each connection, which is its standard output.
fn listen(root: &Path) {
    let path = root.join(SOCKET);
    let listener = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(0o666)).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = OwnedFd::from(stream.unwrap());
            let mut helper =
                Command::new(AGENT).arg("packet-filter").stdin(Stdio::null()).stdout(connection).spawn().unwrap();
            assert!(helper.wait().unwrap().success());
        }
    });
}

/// The fact of a topic, as an agent reads it that may not ask the kernel.
fn fact(root: &Path, topic: &str) -> Value {
    // Nobody may look into the folder that the program was built in.
    let agent = root.join("agent");
    if !agent.exists() {
        std::fs::copy(AGENT, &agent).unwrap();
    }
    let ended = Command::new("setpriv").args(NOBODY).arg(agent).args(["facts", "--root"]).arg(root).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let facts: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let found = facts.get(topic).unwrap_or_else(|| panic!("{facts:#}"));
    found.clone()
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/firewall/rules")
}

/// Starts this test again in a network of its own with those rules; says so where it cannot.
fn again_with(rules: &str, root: &Path) -> bool {
    let script = "nft -f \"$1\" || { echo commands failed >&2; exit 3; }; exec \"$2\" --exact \"$3\" --nocapture";
    let again = Command::new("unshare")
        .args(["--net", "--", "sh", "-c", script, "sh"])
        .arg(samples().join(rules))
        .arg(std::env::current_exe().unwrap())
        .arg("an_agent_without_the_right_is_told_the_rules")
        .env(INSIDE, root)
        .output();
    let Ok(output) = again else { return false };
    let (said, printed) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    if said.contains("unshare failed") || said.contains("unshare: ") || said.contains("commands failed") {
        return false;
    }
    assert!(output.status.success() && printed.contains("1 passed"), "{rules}: {said}{printed}");
    true
}

#[test]
fn an_agent_without_the_right_is_told_the_rules() {
    if let Some(root) = std::env::var_os(INSIDE).map(PathBuf::from) {
        let before = fact(&root, "firewall");
        assert_eq!(before.pointer("/outcome/known/evidence"), Some(&Value::from("configured")), "{before:#}");
        listen(&root);
        let after = fact(&root, "firewall");
        assert_eq!(after.pointer("/outcome/known/evidence"), Some(&Value::from("kernel")), "{after:#}");
        let refuses = Value::from(root.join("refuses").exists());
        for family in ["ipv4", "ipv6"] {
            let found = after.pointer(&format!("/outcome/known/{family}/refuses/measured"));
            assert_eq!(found, Some(&refuses), "{after:#}");
        }
        return;
    }
    for (rules, refuses) in [("firewalld_public.nft", true), ("debian_default.nft", false)] {
        let stage = stage();
        if refuses {
            std::fs::write(stage.path().join("refuses"), "").unwrap();
        }
        if !again_with(rules, stage.path()) {
            println!(
                "SKIPPED an_agent_without_the_right_is_told_the_rules: only root with nft makes a network with rules"
            );
            return;
        }
    }
}

#[test]
fn a_kernel_that_does_not_tell_the_helper_is_told() {
    let ended = Command::new("setpriv").args(["--bounding-set=-net_admin", AGENT, "packet-filter"]).output();
    let Some(ended) = ended.ok().filter(|ended| !ended.stdout.is_empty()) else {
        println!("SKIPPED a_kernel_that_does_not_tell_the_helper_is_told: only root can lay down a right");
        return;
    };
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success() && said.contains("\"not_permitted\""), "{said}");
}
