//! Asking clamd whether a file is clean, by its own protocol over a socket.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tenken_model::choice;
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::plain::one_line;

/// Where Debian's clamd listens.
const USUAL_SOCKET: &str = "/run/clamav/clamd.ctl";
/// How long a scan may take.
const WITHIN: Duration = Duration::from_secs(30);
/// How much is sent at once; clamd's own limit is far higher.
const CHUNK_BYTES: usize = 64 << 10;
/// The longest answer.
const ANSWER_BYTES_MAX: u64 = 4 << 10;

choice! {
    /// What a scanner said of a file.
    pub enum Scan {
        /// It found nothing.
        Clean = "clean",
        /// There was no scanner to ask.
        NotAsked = "not_asked",
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScanError {
    /// The scanner found something, which it calls so.
    #[error("the file holds {0}")]
    Found(String),
    /// The scanner is there but did not say.
    #[error("clamd at {socket}: {problem}; the file was not taken")]
    Failed {
        /// Where it was asked.
        socket: String,
        /// What went wrong.
        problem: String,
    },
}

/// A clamd that may be there.
#[derive(Debug, Clone)]
pub struct Scanner {
    socket: PathBuf,
    wanted: bool,
}

impl Scanner {
    /// The clamd at a socket that was named: without it nothing is taken.
    pub fn at(socket: PathBuf) -> Self {
        Self { socket, wanted: true }
    }

    /// The clamd where it usually is, asked if it is there.
    pub fn usual() -> Self {
        Self { socket: PathBuf::from(USUAL_SOCKET), wanted: false }
    }

    /// None that could be asked.
    #[cfg(test)]
    pub(crate) fn absent() -> Self {
        Self { socket: PathBuf::from("/nowhere/clamd.ctl"), wanted: false }
    }

    /// Where it is asked.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Whether it answers at all; absent where there is none and none was named.
    pub async fn answers(&self) -> Option<Result<(), String>> {
        match tokio::time::timeout(WITHIN, ping(&self.socket)).await {
            Err(_) => Some(Err(format!("no answer within {} s", WITHIN.as_secs()))),
            Ok(Err(error)) if !self.wanted && is_absent(&error) => None,
            Ok(Err(error)) => Some(Err(error.to_string())),
            Ok(Ok(answer)) if answer == "PONG" => Some(Ok(())),
            Ok(Ok(answer)) => Some(Err(one_line(&answer, 200))),
        }
    }

    /// Asks whether a file is clean.
    pub async fn scan(&self, content: &[u8]) -> Result<Scan, ScanError> {
        let failed = |problem: String| ScanError::Failed { socket: self.socket.display().to_string(), problem };
        let asked = tokio::time::timeout(WITHIN, ask(&self.socket, content)).await;
        match asked {
            Err(_) => Err(failed(format!("no answer within {} s", WITHIN.as_secs()))),
            Ok(Err(error)) if !self.wanted && is_absent(&error) => Ok(Scan::NotAsked),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Ok(Ok(answer)) => read(&answer).map_err(|why| match why {
                Answer::Found(name) => ScanError::Found(name),
                Answer::Odd(text) => failed(text),
            }),
        }
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused)
}

/// Sends a file by INSTREAM: chunks with their length before them, ended by an empty one (clamd(8)).
async fn ask(socket: &Path, content: &[u8]) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket).await?;
    let sent = send(&mut stream, content).await;
    let mut answer = Vec::new();
    (&mut stream).take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    // A clamd that has had enough answers and closes; its answer says more than the broken pipe.
    if answer.is_empty() {
        sent?;
    }
    Ok(String::from_utf8_lossy(&answer).trim_end_matches('\0').trim().to_owned())
}

/// Asks clamd for nothing but an answer.
async fn ping(socket: &Path) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(b"zPING\0").await?;
    let mut answer = Vec::new();
    (&mut stream).take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_end_matches('\0').trim().to_owned())
}

async fn send(stream: &mut UnixStream, content: &[u8]) -> std::io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in content.chunks(CHUNK_BYTES) {
        let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(chunk).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await?;
    stream.flush().await
}

/// An answer that does not say the file is clean.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Found(String),
    Odd(String),
}

/// What clamd answers: `stream: OK`, `stream: Eicar-Signature FOUND`, or an error.
fn read(answer: &str) -> Result<Scan, Answer> {
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    match said.strip_suffix(" FOUND") {
        Some(name) => Err(Answer::Found(one_line(name, 100))),
        None if said == "OK" => Ok(Scan::Clean),
        None => Err(Answer::Odd(one_line(said, 200))),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tokio::net::UnixListener;

    use super::*;

    #[test]
    fn only_a_clear_answer_is_clean() {
        assert_eq!(read("stream: OK"), Ok(Scan::Clean));
        assert_eq!(read("stream: Win.Test.EICAR_HDB-1 FOUND"), Err(Answer::Found("Win.Test.EICAR_HDB-1".into())));
        for odd in ["", "INSTREAM size limit exceeded. ERROR", "stream: OK maybe", "OK stream:"] {
            assert!(matches!(read(odd), Err(Answer::Odd(_))), "{odd}");
        }
    }

    #[tokio::test]
    async fn without_a_scanner_nothing_is_called_clean() {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("clamd.ctl");
        let absent = Scanner { socket: socket.clone(), wanted: false };
        assert_eq!(absent.scan(b"x").await, Ok(Scan::NotAsked));
        assert!(matches!(Scanner::at(socket).scan(b"x").await, Err(ScanError::Failed { .. })));
    }

    #[tokio::test]
    async fn a_scanner_that_ends_without_an_answer_failed() {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("clamd.ctl");
        let listener = UnixListener::bind(&socket).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream);
            }
        });
        let scanner = Scanner { socket, wanted: false };
        assert!(matches!(scanner.scan(&vec![0; 1 << 20]).await, Err(ScanError::Failed { .. })));
    }
}
