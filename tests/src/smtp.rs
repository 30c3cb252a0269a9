//! A real SMTP server that demands STARTTLS and a password and keeps what it receives.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::certificates;
use crate::program::Running;

/// A running server.
#[derive(Debug)]
pub struct Server {
    _running: Running,
    /// Its port.
    pub port: u16,
    /// The certificate authority a client must trust, in PEM.
    pub authority: PathBuf,
    inbox: PathBuf,
}

/// The name a client must give.
pub const USER: &str = "tenken";
/// The password a client must give.
pub const PASSWORD: &str = "a password for tests only";

impl Server {
    /// Whether the server's program can be had here.
    pub fn available() -> bool {
        Path::new("/usr/lib/python3/dist-packages/aiosmtpd").exists() && Path::new("/usr/bin/openssl").exists()
    }

    /// Starts it on loopback, in a folder of its own.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_at(folder, Ipv4Addr::LOCALHOST)
    }

    /// Starts it at an address of this machine.
    pub fn start_at(folder: &Path, address: Ipv4Addr) -> Result<Self> {
        let inbox = folder.join("inbox");
        std::fs::create_dir_all(&inbox)?;
        let authority = certificates::make(folder, address)?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/smtp.py");
        let (running, port) = Running::start_and_hear(
            Command::new("/usr/bin/python3")
                .args(["-W", "ignore"])
                .arg(script)
                .arg(&inbox)
                .args([folder.join("server.pem"), folder.join("server.key")])
                .args([USER, PASSWORD, &address.to_string()])
                .stdin(Stdio::piped())
                // aiosmtpd warns there of what its next version drops.
                .stderr(Stdio::null()),
        )?;
        let port = port.parse().with_context(|| format!("the SMTP server printed `{port}` in place of its port"))?;
        Ok(Self { _running: running, port, authority, inbox })
    }

    /// Every message received, oldest first, as it came.
    pub fn messages(&self) -> Result<Vec<String>> {
        let mut names: Vec<PathBuf> = std::fs::read_dir(&self.inbox)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        names.sort();
        names.iter().map(|name| Ok(String::from_utf8_lossy(&std::fs::read(name)?).into_owned())).collect()
    }
}

/// The decoded subject line of a message.
pub fn subject(message: &str) -> Result<String> {
    python(message, "print(email.message_from_string(text, policy=email.policy.default)['subject'])")
}

/// The name of a message, without angle brackets.
pub fn message_id(message: &str) -> Result<String> {
    let line = message.lines().take_while(|line| !line.trim().is_empty()).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim().trim_matches(['<', '>']).to_owned())
    });
    line.context("the message has no Message-ID")
}

/// The decoded plain text of a message.
pub fn text(message: &str) -> Result<String> {
    python(
        message,
        "print(email.message_from_string(text, policy=email.policy.default).get_body(('plain',)).get_content())",
    )
}

/// Decoding is left to another implementation than the one that encoded.
fn python(message: &str, act: &str) -> Result<String> {
    use std::io::Write as _;
    let script = format!("import email, email.policy, sys\ntext = sys.stdin.read()\n{act}\n");
    let mut child = Command::new("/usr/bin/python3")
        .args(["-c", &script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("standard input was piped")?.write_all(message.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the message could not be decoded:\n{message}");
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
