//! What systemd hands over and is told; a test takes its place.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use tenken_tests::program::{Running, system};
use tenken_tests::{poll, postgres, skip};

use crate::installed::Installed;

/// Opens sockets as systemd does, and becomes the program: `NAMES:… PROGRAM ARGUMENT…`.
const ACTIVATE: &str = "\
import os, socket, sys
names = sys.argv[1]
sockets = [socket.create_server(('127.0.0.1', 0)) for _ in names.split(':')]
print(' '.join(str(s.getsockname()[1]) for s in sockets), flush=True)
kept = [os.dup(s.fileno()) for s in sockets]
high = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate(kept)]
for i, fd in enumerate(high): os.dup2(fd, 3 + i, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=names)
os.execv(sys.argv[2], sys.argv[2:])
";

fn activated(installed: &Installed, names: &str) -> Result<(Running, Vec<u16>)> {
    let serve = installed.serve();
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-c", ACTIVATE, names]).arg(serve.get_program()).args(serve.get_args());
    command.stderr(std::fs::File::create(installed.log())?);
    let (running, ports) = Running::start_and_hear(&mut command)?;
    let ports = ports.split(' ').map(str::parse).collect::<Result<Vec<u16>, _>>()?;
    Ok((running, ports))
}

#[test]
fn sockets_that_are_handed_over_are_served_and_no_others_are_opened() {
    if system("python3").is_none() {
        skip("sockets_that_are_handed_over_are_served_and_no_others_are_opened", "there is no python3");
        return;
    }
    let installed = Installed::new("");
    let (running, ports) = activated(&installed, "people:agents:people").unwrap();
    let (_running, listening) = installed.started(running);
    assert_eq!(listening["people"], format!("127.0.0.1:{}", ports[0]));
    assert_eq!(listening["agents"], format!("127.0.0.1:{}", ports[1]));
    for port in [ports[0], ports[2]] {
        let page = tenken_tests::http::client().tls_danger_accept_invalid_certs(true).build().unwrap();
        let answer = page.get(format!("https://127.0.0.1:{port}/v1/authority")).send().unwrap();
        assert!(answer.status().is_success(), "{port}");
    }
    assert!(TcpStream::connect(("127.0.0.1", ports[1])).is_ok());
}

#[test]
fn a_socket_of_another_name_is_refused() {
    if system("python3").is_none() {
        skip("a_socket_of_another_name_is_refused", "there is no python3");
        return;
    }
    let installed = Installed::new("");
    let (mut running, _) = activated(&installed, "agents:tenken-dashboard.socket").unwrap();
    poll::until("it ends", Duration::from_mins(1), || Ok((!running.alive()).then_some(()))).unwrap();
    let told = std::fs::read_to_string(installed.log()).unwrap();
    assert!(told.contains("`tenken-dashboard.socket`") && told.contains("FileDescriptorName=agents"), "{told}");
}

/// The manager's end of the conversation.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
    /// The last word it heard.
    last: String,
}

impl Manager {
    /// Waits until it hears a word.
    fn hears(&mut self, word: &str) {
        let found = poll::until(word, Duration::from_mins(1), || {
            let mut bytes = [0; 4_096];
            while let Ok(length) = self.socket.recv(&mut bytes) {
                let text = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned();
                self.heard.extend(text.lines().map(str::to_owned));
            }
            Ok(self.heard.iter().any(|heard| heard.starts_with(word)).then_some(()))
        });
        assert!(found.is_ok(), "{word} was not heard among {:?}", self.heard);
        self.last = self.heard.pop().unwrap_or_default();
        self.heard.clear();
    }
}

#[test]
fn the_manager_hears_of_the_beginning_of_life_and_of_the_end() {
    let installed = Installed::new("");
    let path = installed.folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut manager = Manager { socket, heard: Vec::new(), last: String::new() };
    let mut command = installed.serve();
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "400000");
    let running = Running::start(&mut command).unwrap();
    let (running, _) = {
        manager.hears("READY=1");
        installed.started(running)
    };
    manager.hears("WATCHDOG=1");
    manager.hears("WATCHDOG=1");
    let ended = std::thread::spawn(move || running.end());
    manager.hears("STOPPING=1");
    assert!(ended.join().unwrap().unwrap().success());
}

/// A way to a server that can fall silent without being closed, as a network does.
fn way(to: u16, silent: &Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = Arc::clone(silent);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { return };
            for (mut from, mut to) in [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server.try_clone().unwrap(), client.try_clone().unwrap()),
            ] {
                let silent = Arc::clone(&silent);
                std::thread::spawn(move || {
                    let mut bytes = [0; 4_096];
                    while let Ok(length @ 1..) = from.read(&mut bytes) {
                        while silent.load(Ordering::Relaxed) {
                            std::thread::park_timeout(Duration::from_millis(10));
                        }
                        if to.write_all(&bytes[..length]).is_err() {
                            return;
                        }
                    }
                });
            }
        }
    });
    port
}

#[test]
fn a_database_that_falls_silent_is_no_sign_of_life() {
    if let Some(why) = postgres::missing() {
        skip("a_database_that_falls_silent_is_no_sign_of_life", why);
        return;
    }
    let server = postgres::Server::start().unwrap();
    let database = server.database("silent").unwrap();
    let port: u16 = database.split(['/', ':', '?']).find_map(|part| part.parse().ok()).unwrap();
    let silent = Arc::new(AtomicBool::new(false));
    let through = way(port, &silent);
    let installed =
        Installed::new(&format!("database: {}\n", database.replace(&port.to_string(), &through.to_string())));
    let path = installed.folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut manager = Manager { socket, heard: Vec::new(), last: String::new() };
    let mut command = installed.serve();
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "4000000");
    let _running = Running::start(&mut command).unwrap();
    manager.hears("WATCHDOG=1");
    silent.store(true, Ordering::Relaxed);
    manager.hears("STATUS=The database does not answer");
    assert!(!manager.last.starts_with("WATCHDOG"), "it was silent and no sign of life was shown");
    silent.store(false, Ordering::Relaxed);
    manager.hears("WATCHDOG=1");
}
