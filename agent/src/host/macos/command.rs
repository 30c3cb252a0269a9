//! The commands of Apple that alone can tell something.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use tenken_model::Span;
use tenken_model::fact::system::SystemFamily;

use crate::host::network::Deadline;
use crate::host::{CommandOutput, ReadError, ReadErrorKind, VendorCommand, no_such_thing};

const WITHIN: Span = Span::from_secs(30);
const OUTPUT_MAX: u64 = 4 << 20;

/// See [`crate::host::Host::run`]. Programs and arguments are fixed; the system's own volume cannot be written to.
pub(super) fn run(command: &VendorCommand) -> Result<CommandOutput, ReadError> {
    let tried = format!("run {command}");
    let (program, arguments): (&str, &[&str]) = match command {
        VendorCommand::ApfsVolumes => ("/usr/sbin/diskutil", &["apfs", "list", "-plist"]),
        VendorCommand::ApplicationFirewall => {
            ("/usr/libexec/ApplicationFirewall/socketfilterfw", &["--getglobalstate"])
        }
        VendorCommand::ResticSnapshots { .. }
        | VendorCommand::BorgList { .. }
        | VendorCommand::BtrfsSnapshots { .. }
        | VendorCommand::ZfsSnapshots { .. }
        | VendorCommand::ZfsEncryption { .. } => return Err(no_such_thing(SystemFamily::Macos, tried)),
    };
    let failed = |error: &std::io::Error| ReadError::from_io(&tried, error);
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("LC_ALL", "C")
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error))?;
    let deadline = Deadline::within(WITHIN);
    let output = output(&mut child, deadline);
    // Ended or not, nothing of it is left running.
    let _killed = if output.is_some() { Ok(()) } else { child.kill() };
    let status = child.wait().map_err(|error| failed(&error))?;
    match output {
        None => Err(ReadError::new(ReadErrorKind::TimedOut, tried, format!("not done within {WITHIN}"))),
        Some(bytes) if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > OUTPUT_MAX => {
            Err(ReadError::new(ReadErrorKind::TooLarge, tried, "it says more than 4 MiB"))
        }
        Some(stdout) => Ok(CommandOutput { code: status.code(), stdout, stderr: String::new() }),
    }
}

/// All it says until it closes its output; nothing if it does not do so in time.
fn output(child: &mut Child, deadline: Deadline) -> Option<Vec<u8>> {
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(OUTPUT_MAX + 1).read_to_end(&mut bytes);
        // Nobody listens any more when the deadline has passed.
        let _heard = sender.send(read.map(|_| bytes));
    });
    receiver.recv_timeout(deadline.left().unwrap_or_default()).ok()?.ok()
}
