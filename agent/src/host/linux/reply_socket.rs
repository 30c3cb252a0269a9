//! The socket a datagram service answers to.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Names left by a process of the same number that was killed are passed over.
const NAMES: usize = 16;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A datagram socket with a path of its own, which goes with it.
#[derive(Debug)]
pub(super) struct ReplySocket {
    socket: UnixDatagram,
    path: PathBuf,
}

impl ReplySocket {
    /// Beside the service's socket, where the service surely may write; or else in the agent's runtime folder.
    /// The error names the places tried.
    pub(super) fn beside(service: &Path) -> Result<Self, String> {
        let runtime = std::env::var_os("RUNTIME_DIRECTORY").map(PathBuf::from);
        let mut refused = Vec::new();
        for folder in service.parent().map(Path::to_path_buf).into_iter().chain(runtime) {
            match Self::within(&folder) {
                Ok(socket) => return Ok(socket),
                Err(error) => refused.push(format!("{}: {error}", folder.display())),
            }
        }
        Err(refused.join("; "))
    }

    /// The socket.
    pub(super) fn socket(&self) -> &UnixDatagram {
        &self.socket
    }

    fn within(folder: &Path) -> std::io::Result<Self> {
        let mut answer = Err(std::io::Error::from(std::io::ErrorKind::AddrInUse));
        for _ in 0..NAMES {
            let path = folder.join(name(NEXT.fetch_add(1, Ordering::Relaxed)));
            answer = UnixDatagram::bind(&path).map(|socket| Self { socket, path });
            match &answer {
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
                _ => break,
            }
        }
        let bound = answer?;
        // The service runs as another user and must be able to write to it.
        std::fs::set_permissions(&bound.path, Permissions::from_mode(0o666))?;
        Ok(bound)
    }
}

/// The name chronyc takes, which access rules for chronyd expect.
pub(super) fn name(number: u32) -> String {
    format!("{}{number}.sock", own_prefix())
}

/// Whether a path is one of our own, whose coming and going is no news.
pub(super) fn is_own(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&own_prefix()))
}

fn own_prefix() -> String {
    format!("chronyc.{}-", std::process::id())
}

impl Drop for ReplySocket {
    fn drop(&mut self) {
        // Nothing more can be done about a file that does not go; the next socket takes another name.
        let _ = std::fs::remove_file(&self.path);
    }
}
