//! Files of Windows that hold passwords in forms of their own: answers for an installation without anybody, preferences of group
//! policies, saved connections of Remote Desktop, scheduled tasks.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::secret_lines::{FINDS_MAX, Find, Style, finds};
use super::{command_line, japanese_text};
use crate::collect::xml_reference;

/// The most elements within each other.
const DEPTH_MAX: usize = 64;
/// What Windows Setup writes in the place of a password that it has used.
const DELETED: &str = "*SENSITIVE*DATA*DELETED*";

/// What a file is looked through as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// Answers for an installation.
    Answers,
    /// Preferences of a group policy.
    Preferences,
    /// A scheduled task.
    Task,
    /// A saved connection of Remote Desktop.
    Connection,
    /// Settings.
    Assignments,
    /// A script or a page that is a program.
    Program,
    /// What was typed at PowerShell.
    Typed,
    /// Accounts of servers: netrc(5).
    Netrc,
    /// Accounts of PostgreSQL: `pgpass.conf`.
    Pgpass,
}

impl Document {
    /// The passwords in it.
    pub fn finds(self, text: &str) -> Vec<Find> {
        match self {
            Self::Answers => unattended(text),
            Self::Preferences => preferences(text),
            Self::Task => task(text),
            Self::Connection => connection(text),
            Self::Assignments => finds(text, Style::Assignments).0,
            Self::Program => finds(text, Style::Program).0,
            Self::Typed => typed(text),
            Self::Netrc => finds(text, Style::Netrc).0,
            Self::Pgpass => finds(text, Style::Pgpass).0,
        }
    }
}

/// A text from what a file holds: UTF-16 behind its mark, as Windows itself writes, UTF-8, or the code page 932 of Japanese
/// Windows; what is none of these is UTF-8 with signs in place of what it is not. Nothing where it is no text.
pub fn text(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(String::from_utf8_lossy(rest).into_owned()),
        bytes if bytes.contains(&0) => None,
        bytes => Some(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => japanese_text::decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()),
        }),
    }
}

/// Passwords in a file of answers (`unattend.xml`): of the administrator, of local accounts, of the sign-in by itself, of joining
/// a domain. Base64 hides none of them.
pub fn unattended(text: &str) -> Vec<Find> {
    elements(text, |path, _, value| {
        let [.., above, last] = path else { return None };
        let above = above.to_ascii_lowercase();
        let is_value = last.eq_ignore_ascii_case("Value") && above.ends_with("password");
        let is_plain = last.eq_ignore_ascii_case("Password") && above == "credentials";
        ((is_value || is_plain) && !value.is_empty() && value != DELETED).then(|| {
            (
                if is_value { path.get(path.len() - 2).cloned().unwrap_or_default() } else { last.clone() },
                value.to_owned(),
            )
        })
    })
}

/// Passwords in preferences of group policies (`cpassword`), whose key Microsoft has published ([MS-GPPREF] 2.2.1.1.4).
pub fn preferences(text: &str) -> Vec<Find> {
    elements(text, |_, start, _| {
        let attribute = start?.attributes().flatten().find(|attribute| attribute.key.as_ref() == b"cpassword")?;
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        (!value.is_empty()).then(|| ("cpassword".to_owned(), value))
    })
}

/// Passwords in the command and the arguments of a scheduled task.
pub fn task(text: &str) -> Vec<Find> {
    let mut found = Vec::new();
    let arguments = elements(text, |path, _, value| {
        (path.last().is_some_and(|last| matches!(last.as_str(), "Arguments" | "Command")) && !value.is_empty())
            .then(|| (String::new(), value.to_owned()))
    });
    for argument in arguments {
        let own = command_line::finds(&argument.value);
        found.extend(own.into_iter().map(|find| Find { line: argument.line, ..find }));
    }
    found
}

/// The password of a saved connection (`password 51:b:…`), encrypted to the person who saved it.
pub fn connection(text: &str) -> Vec<Find> {
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(index, line)| {
        let (name, value) = line.trim().split_once(':')?;
        let value = value.split_once(':')?.1;
        (name.eq_ignore_ascii_case("password 51") && !value.is_empty()).then(|| Find {
            line: index + 1,
            key: "password 51".to_owned(),
            value: value.to_owned(),
        })
    });
    found.collect()
}

/// Passwords in the lines of a history of commands.
pub fn typed(text: &str) -> Vec<Find> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let own = command_line::typed(line);
        found.extend(own.into_iter().map(|find| Find { line: index + 1, ..find }));
        if found.len() >= FINDS_MAX {
            break;
        }
    }
    found
}

/// What is chosen of the elements of a document: each is shown when it begins, with its attributes, and when it ends, with its
/// text. A document that is broken is looked through up to there.
fn elements(
    text: &str,
    chosen: impl Fn(&[String], Option<&BytesStart<'_>>, &str) -> Option<(String, String)>,
) -> Vec<Find> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut own, mut found): (Vec<String>, String, Vec<Find>) = (Vec::new(), String::new(), Vec::new());
    let (mut line, mut counted) = (1, 0);
    let mut keep = |hit: Option<(String, String)>, at: u64| {
        let Some((key, value)) = hit else { return };
        // Lines are counted on from the last find: a document may have very many elements.
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        let between = text.as_bytes().get(counted..at).unwrap_or_default();
        line += between.split(|byte| *byte == b'\n').count().saturating_sub(1);
        counted = at;
        found.push(Find { line, key, value });
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                path.push(String::from_utf8_lossy(start.local_name().as_ref()).into_owned());
                own.clear();
                keep(chosen(&path, Some(&start), ""), reader.buffer_position());
            }
            Ok(Event::Empty(start)) => {
                path.push(String::from_utf8_lossy(start.local_name().as_ref()).into_owned());
                keep(chosen(&path, Some(&start), ""), reader.buffer_position());
                path.pop();
            }
            Ok(Event::Text(part)) => own.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(reference)) => own.extend(xml_reference::character(&reference)),
            Ok(Event::End(_)) => {
                keep(chosen(&path, None, own.trim()), reader.buffer_position());
                own.clear();
                path.pop();
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if path.len() > DEPTH_MAX {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(found: &[Find]) -> Vec<(usize, &str, &str)> {
        found.iter().map(|find| (find.line, find.key.as_str(), find.value.as_str())).collect()
    }

    #[test]
    fn answers_of_an_installation() {
        let answers = "<?xml version=\"1.0\"?>\n<unattend xmlns=\"urn:schemas-microsoft-com:unattend\">\n<settings><component>\n\
            <UserAccounts><AdministratorPassword>\n<Value>UABhAHMAcwB3ADAAcgBkAA==</Value><PlainText>false</PlainText>\n\
            </AdministratorPassword></UserAccounts>\n<AutoLogon><Password><Value>*SENSITIVE*DATA*DELETED*</Value></Password></AutoLogon>\n\
            <Identification><Credentials><Domain>x</Domain><Password>Joiner1!</Password></Credentials></Identification>\n\
            <ProductKey><Value>x</Value></ProductKey></component></settings></unattend>";
        let found = unattended(answers);
        assert_eq!(
            shown(&found),
            [(5, "AdministratorPassword", "UABhAHMAcwB3ADAAcgBkAA=="), (8, "Password", "Joiner1!")]
        );
        assert!(unattended("<a><Password><Value></Value></Password>").is_empty());
        assert!(unattended("no xml").is_empty());
    }

    #[test]
    fn preferences_of_group_policies() {
        let groups = "<Groups>\n<User name=\"admin\"><Properties action=\"U\" cpassword=\"j1Uyj3Vx8TY9LtLZil2uAuZkFQA/4latT76ZwgdHdhw\"/></User>\n\
            <User><Properties cpassword=\"\"/></User></Groups>";
        assert_eq!(shown(&preferences(groups)), [(2, "cpassword", "j1Uyj3Vx8TY9LtLZil2uAuZkFQA/4latT76ZwgdHdhw")]);
    }

    #[test]
    fn very_many_finds_are_each_on_their_line() {
        let many = "<a cpassword=\"x\"/>\n".repeat(60_000);
        let found = preferences(&many);
        assert_eq!((found.len(), found[0].line, found[59_999].line), (60_000, 1, 60_000));
    }

    #[test]
    fn connections_and_tasks() {
        let rdp = "full address:s:sv-app1\nusername:s:admin\npassword 51:b:01000000D08C9DDF\n";
        assert_eq!(shown(&connection(rdp)), [(3, "password 51", "01000000D08C9DDF")]);
        assert!(connection("prompt for credentials:i:1\npassword 51:b:\n").is_empty());
        let task_xml = "<Task>\n<Actions><Exec><Command>C:\\x.exe</Command>\n<Arguments>--user admin --password=Kenshin2026!</Arguments></Exec></Actions></Task>";
        let found = task(task_xml);
        assert_eq!((found.len(), found[0].line), (1, 3), "{found:?}");
        assert!(task("<Task><Description>password=x1y2z3</Description></Task>").is_empty());
    }

    #[test]
    fn texts_as_windows_writes_them() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("パス".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(text(&wide).as_deref(), Some("パス"));
        assert_eq!(text(b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(text(b"a\0b"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[<>/a-zA-Z=\" \n:&;]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (unattended(&text), preferences(&text), task(&text), connection(&text), super::text(&bytes));
        }
    }
}
