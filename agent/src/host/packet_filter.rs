//! The kernel's packet filter as one process of the agent tells it to another.
//!
//! The agent lacks the right to ask the kernel (CAP_NET_ADMIN), because it is the right to change the rules as well. Where its
//! package is installed, a process that lives for one question has it, asks, and writes one document with what the kernel
//! answered to each dump, byte by byte. A document that does not end is none.

use serde::{Deserialize, Serialize};
use tenken_model::Size;

use super::recorded::{Answer, Bytes};
use super::{NetfilterDump, ReadError, ReadErrorKind};

/// The form of the document; grows when an older agent could misread it.
const VERSION: u32 = 1;
/// What the kernel answered, altogether: some ten thousand rules.
const DATAGRAMS_MAX: Size = Size::from_bytes(16 << 20);
/// The longest document: the same in base64, with what is around it.
pub const DOCUMENT_MAX: Size = Size::from_bytes(24 << 20);

/// What the kernel answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    version: u32,
    dumps: Vec<Dumped>,
}

/// What it answered to one dump, or why it did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dumped {
    dump: NetfilterDump,
    answer: Answer<Vec<Bytes>>,
}

impl Default for Told {
    fn default() -> Self {
        Self { version: VERSION, dumps: Vec::new() }
    }
}

impl Told {
    /// Adds what the kernel answered. What is too much altogether is refused, and told so.
    pub fn add(&mut self, dump: NetfilterDump, answer: &Result<Vec<Vec<u8>>, ReadError>) {
        let length = |datagrams: &[Vec<u8>]| datagrams.iter().map(Vec::len).sum::<usize>();
        let before: usize = self.dumps.iter().map(Dumped::length).sum();
        let room = usize::try_from(DATAGRAMS_MAX.bytes()).unwrap_or(usize::MAX).saturating_sub(before);
        let answer = match answer {
            Ok(datagrams) if length(datagrams) > room => {
                let why = format!("all that is told would be more than {DATAGRAMS_MAX}");
                Err(ReadError::new(ReadErrorKind::TooLarge, format!("dump {dump}"), why))
            }
            Ok(datagrams) => Ok(datagrams.iter().cloned().map(Bytes).collect::<Vec<_>>()),
            Err(error) => Err(error.clone()),
        };
        self.dumps.push(Dumped { dump, answer: answer.into() });
    }

    /// The document.
    pub fn document(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads a document; `tried` is where it is from.
    pub fn parse(document: &[u8], tried: &str) -> Result<Self, ReadError> {
        if document.is_empty() {
            let why = "it ended without an answer; why is in the log of tenken-agent-packet-filter@";
            return Err(ReadError::new(ReadErrorKind::NoAnswer, tried, why));
        }
        let is_none = |why: String| ReadError::new(ReadErrorKind::WrongKind, tried, why);
        let told: Self = serde_json::from_slice(document).map_err(|error| {
            is_none(if error.is_eof() {
                "its answer is cut off".to_owned()
            } else {
                format!("it answered what is none: {error}")
            })
        })?;
        if told.version == VERSION {
            return Ok(told);
        }
        Err(is_none(format!("its answer is of version {}, and {VERSION} is known", told.version)))
    }

    /// Gives what the kernel answered to a dump. Elements of sets stay, because several ask for them.
    pub fn give(&mut self, dump: &NetfilterDump, tried: &str) -> Result<Vec<Vec<u8>>, ReadError> {
        let Some(at) = self.dumps.iter().position(|dumped| dumped.dump == *dump) else {
            return Err(ReadError::new(ReadErrorKind::WrongKind, tried, format!("it told nothing of {dump}")));
        };
        let stays = matches!(dump, NetfilterDump::Elements { .. });
        let found = if stays { self.dumps.get(at).cloned() } else { Some(self.dumps.swap_remove(at)) };
        match found.map(|dumped| dumped.answer) {
            Some(Answer::Given(datagrams)) => Ok(datagrams.into_iter().map(|Bytes(datagram)| datagram).collect()),
            Some(Answer::Refused(error)) => Err(error),
            None => Ok(Vec::new()),
        }
    }
}

impl Dumped {
    fn length(&self) -> usize {
        match &self.answer {
            Answer::Given(datagrams) => datagrams.iter().map(|Bytes(datagram)| datagram.len()).sum(),
            Answer::Refused(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(name: &str) -> NetfilterDump {
        NetfilterDump::Elements { family: 1, table: "filter".to_owned(), set: name.to_owned() }
    }

    fn told() -> Told {
        let mut told = Told::default();
        told.add(NetfilterDump::Tables, &Ok(vec![vec![0, 255], vec![7]]));
        let denied = ReadError::new(ReadErrorKind::NotPermitted, "dump set a", "denied");
        told.add(set("a"), &Err(denied));
        told.add(set("b"), &Ok(Vec::new()));
        told
    }

    #[test]
    fn a_document_says_what_the_kernel_said() {
        let mut read = Told::parse(&told().document().unwrap(), "ask").unwrap();
        assert_eq!(read, told());
        assert_eq!(read.give(&NetfilterDump::Tables, "ask").unwrap(), [vec![0, 255], vec![7]]);
        for _ in 0..2 {
            assert_eq!(read.give(&set("a"), "ask").unwrap_err().kind, ReadErrorKind::NotPermitted);
            assert!(read.give(&set("b"), "ask").unwrap().is_empty());
        }
        for dump in [NetfilterDump::Tables, NetfilterDump::Rules, set("c")] {
            assert_eq!(read.give(&dump, "ask").unwrap_err().kind, ReadErrorKind::WrongKind, "{dump}");
        }
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_no_document() {
        let whole = told().document().unwrap();
        for end in 1..whole.len() {
            let error = Told::parse(whole.get(..end).unwrap(), "ask /run/x").unwrap_err();
            assert!(error.kind == ReadErrorKind::WrongKind && error.why.contains("cut off"), "{end}: {error}");
        }
        assert_eq!(Told::parse(b"", "ask").unwrap_err().kind, ReadErrorKind::NoAnswer);
        let other = String::from_utf8(whole.clone()).unwrap().replace("\"version\":1", "\"version\":2");
        let twice = [whole.clone(), whole].concat();
        for (document, word) in [
            (b"HTTP/1.1 200 OK\r\n".as_slice(), "what is none"),
            (&[0xff; 64], "what is none"),
            (&twice, "what is none"),
            (b"{}", "what is none"),
            (b"{\"version\":1,\"dumps\":[],\"more\":1}", "what is none"),
            (other.as_bytes(), "version 2"),
        ] {
            let error = Told::parse(document, "ask").unwrap_err();
            assert!(error.kind == ReadErrorKind::WrongKind && error.why.contains(word), "{error}");
        }
    }

    #[test]
    fn what_is_too_much_is_said_and_leaves_room_for_what_is_not() {
        let mut told = Told::default();
        told.add(set("large"), &Ok(vec![vec![0; 9 << 20]]));
        told.add(set("another"), &Ok(vec![vec![0; 9 << 20]]));
        told.add(set("small"), &Ok(vec![vec![0; 6 << 20]]));
        let document = told.document().unwrap();
        assert!(document.len() < usize::try_from(DOCUMENT_MAX.bytes()).unwrap(), "{}", document.len());
        assert!(told.give(&set("large"), "ask").is_ok() && told.give(&set("small"), "ask").is_ok());
        assert_eq!(told.give(&set("another"), "ask").unwrap_err().kind, ReadErrorKind::TooLarge);
    }

    proptest! {
        #[test]
        fn never_panics(document in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Told::parse(&document, "ask");
        }
    }
}
