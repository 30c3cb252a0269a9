//! A charon that takes whatever `swanctl` tells it, and remembers that.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

/// What is said of one level: `key=value`, `list=[a|b]`, `name{` and `}`, one a line.
pub(super) type Told = Vec<String>;

/// Answers one `swanctl` until it hangs up, and gives the messages of its `load-conn`.
pub(super) fn taken(listener: &UnixListener) -> Vec<Told> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut found = Vec::new();
    while let Some(packet) = packet(&mut stream) {
        let (head, rest) = packet.split_at(2);
        assert_eq!(head[0], 0, "only commands are asked");
        let (name, message) = rest.split_at(usize::from(head[1]));
        if name == b"load-conn" {
            found.push(told(message));
        }
        let answer = [&[1_u8, 3, 7][..], b"success", &[0, 3], b"yes"].concat();
        stream.write_all(&u32::try_from(answer.len()).unwrap().to_be_bytes()).unwrap();
        stream.write_all(&answer).unwrap();
    }
    found
}

pub(super) fn listener(path: &Path) -> UnixListener {
    UnixListener::bind(path).unwrap()
}

fn packet(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut packet = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
    stream.read_exact(&mut packet).unwrap();
    Some(packet)
}

fn told(mut rest: &[u8]) -> Told {
    fn cut<'m>(rest: &mut &'m [u8], wide: bool) -> String {
        let width = if wide { 2 } else { 1 };
        let length = rest[..width].iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        let (text, tail): (&'m [u8], _) = rest[width..].split_at(length);
        *rest = tail;
        String::from_utf8_lossy(text).into_owned()
    }
    let mut found = Told::new();
    while let Some((kind, tail)) = rest.split_first() {
        rest = tail;
        match kind {
            1 => found.push(format!("{}{{", cut(&mut rest, false))),
            2 => found.push("}".to_owned()),
            3 => {
                let name = cut(&mut rest, false);
                found.push(format!("{name}={}", cut(&mut rest, true)));
            }
            4 => found.push(format!("{}=[", cut(&mut rest, false))),
            5 => {
                let item = cut(&mut rest, true);
                let list = found.last_mut().unwrap();
                list.push_str(&item);
                list.push('|');
            }
            6 => found.last_mut().unwrap().push(']'),
            other => panic!("a part of kind {other}"),
        }
    }
    found
}
