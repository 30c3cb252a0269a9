//! Channels of Xfconf, XFCE's settings: one XML file each. See
//! `xfconfd/xfconf-backend-perchannel-xml.c` of <https://gitlab.xfce.org/xfce/xfconf> and
//! <https://docs.xfce.org/xfce/xfconf/start>.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use thiserror::Error;

/// The most properties of one channel.
const PROPERTIES_MAX: usize = 10_000;

/// How deep properties lie in one another.
const DEPTH_MAX: usize = 64;

/// Why a file is no channel.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XfconfError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is no XML.
    #[error("it is no XML: {0}")]
    Xml(String),
    /// An element has no place there, or lacks an attribute.
    #[error("<{0}> has no place there or lacks a name, type or version")]
    Element(String),
    /// A flag or number is none. Xfconf then reads no further.
    #[error("{0} is not of its type")]
    Value(String),
    /// It is of another version.
    #[error("its version is not 1")]
    Version,
    /// It ends before its channel does, or has none.
    #[error("it has no whole channel")]
    NoChannel,
    /// It is larger than what is read.
    #[error("it has more than {PROPERTIES_MAX} properties, or they lie deeper than {DEPTH_MAX}")]
    TooLarge,
}

/// For whom something is locked: names of accounts, and of groups behind `@`, between semicolons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// Locked for these.
    pub locked: Option<String>,
    /// Locked for all but these; of both this one counts.
    pub unlocked: Option<String>,
}

impl Lock {
    /// Whether it is locked for somebody; `belongs` tells whether a name is theirs, or that of a group of theirs.
    /// `*` is a name like any other, and nobody's.
    pub fn holds(&self, belongs: impl Fn(&str) -> bool) -> bool {
        let among = |list: &String| list.split(';').filter(|name| !name.is_empty()).any(&belongs);
        match (&self.unlocked, &self.locked) {
            (Some(unlocked), _) => !among(unlocked),
            (None, Some(locked)) => among(locked),
            (None, None) => false,
        }
    }

    /// Whether it says anything at all.
    pub fn is_set(&self) -> bool {
        self.locked.is_some() || self.unlocked.is_some()
    }
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its type: `bool`, `int`, `empty`.
    pub kind: String,
    /// Its value as written.
    pub value: Option<String>,
    /// For whom it is locked.
    pub lock: Lock,
}

/// A channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channel {
    /// For whom the whole channel is locked.
    pub lock: Lock,
    /// Its properties by path: `/saver/enabled`. Names in other letters are other names.
    pub properties: BTreeMap<String, Property>,
}

/// Reads a channel.
pub fn parse(bytes: &[u8]) -> Result<Channel, XfconfError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XfconfError::NotText)?;
    let mut reader = Reader::from_str(text);
    let mut parser = Parser::default();
    let mut finished = false;
    loop {
        match reader.read_event().map_err(|error| xml(&error))? {
            Event::Start(element) => parser.begin(&element)?,
            Event::Empty(element) => {
                parser.begin(&element)?;
                finished |= parser.end();
            }
            Event::End(_) => finished |= parser.end(),
            Event::Eof => break,
            // Xfconf takes no notice of any other content.
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    match parser.channel {
        Some(channel) if finished && parser.path.is_empty() => Ok(channel),
        _ => Err(XfconfError::NoChannel),
    }
}

#[derive(Default)]
struct Parser {
    channel: Option<Channel>,
    /// The names of the elements around: of the channel none, then of each property.
    path: Vec<Place>,
}

enum Place {
    Channel,
    Property(String),
    Value,
}

impl Parser {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), XfconfError> {
        let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
        let attributes = attributes(element)?;
        let of = |name: &str| attributes.get(name).filter(|value| !value.is_empty()).cloned();
        let misplaced = || XfconfError::Element(name.clone());
        if self.path.len() > DEPTH_MAX {
            return Err(XfconfError::TooLarge);
        }
        let lock = Lock { locked: of("locked"), unlocked: of("unlocked") };
        match (name.as_str(), self.path.last(), &mut self.channel) {
            ("channel", None, channel @ None) => {
                of("name").ok_or_else(misplaced)?;
                let version = of("version").ok_or_else(misplaced)?;
                if version.split('.').next() != Some("1") {
                    return Err(XfconfError::Version);
                }
                *channel = Some(Channel { lock, properties: BTreeMap::new() });
                self.path.push(Place::Channel);
            }
            ("property", Some(Place::Channel | Place::Property(_)), Some(channel)) => {
                let name = of("name").ok_or_else(misplaced)?;
                let kind = of("type").ok_or_else(misplaced)?;
                let above = self.path.iter().filter_map(|place| match place {
                    Place::Property(name) => Some(name.as_str()),
                    Place::Channel | Place::Value => None,
                });
                let path: String = above.chain([name.as_str()]).flat_map(|name| ["/", name]).collect();
                if channel.properties.len() >= PROPERTIES_MAX {
                    return Err(XfconfError::TooLarge);
                }
                let value = attributes.get("value").cloned();
                if !is_of_type(&kind, value.as_deref()) {
                    return Err(XfconfError::Value(path));
                }
                channel.properties.insert(path, Property { kind, value, lock });
                self.path.push(Place::Property(name));
            }
            ("value", Some(Place::Property(_)), Some(_)) => self.path.push(Place::Value),
            _ => return Err(misplaced()),
        }
        Ok(())
    }

    /// Ends an element; whether it was the channel.
    fn end(&mut self) -> bool {
        matches!(self.path.pop(), Some(Place::Channel))
    }
}

/// Whether a value is of its type, as far as flags and whole numbers go.
fn is_of_type(kind: &str, value: Option<&str>) -> bool {
    match kind {
        "bool" => matches!(value, Some("true" | "false")),
        "int" | "int64" => value.is_some_and(|value| value.parse::<i64>().is_ok()),
        "uint" | "uint64" => value.is_some_and(|value| value.parse::<u64>().is_ok()),
        _ => true,
    }
}

fn attributes(element: &BytesStart<'_>) -> Result<BTreeMap<String, String>, XfconfError> {
    let mut found = BTreeMap::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| xml(&error))?;
        let value = attribute
            .decoded_and_normalized_value(XmlVersion::Implicit1_0, element.decoder())
            .map_err(|error| xml(&error))?;
        found.insert(String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value.into_owned());
    }
    Ok(found)
}

fn xml(error: &impl std::fmt::Display) -> XfconfError {
    XfconfError::Xml(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As `xfconfd` writes it.
    const WRITTEN: &str = r#"<?xml version="1.1" encoding="UTF-8"?>

<channel name="xfce4-screensaver" version="1.0">
  <property name="saver" type="empty">
    <property name="enabled" type="bool" value="true"/>
    <property name="mode" type="int" value="0"/>
    <property name="idle-activation" type="empty">
      <property name="delay" type="int" value="10"/>
    </property>
    <property name="themes" type="empty">
      <property name="list" type="array">
        <value type="string" value="screensavers-a &amp; b"/>
      </property>
    </property>
  </property>
  <property name="lock" type="empty">
    <property name="enabled" type="bool" value="false"/>
  </property>
</channel>
"#;

    fn channel(inner: &str) -> Result<Channel, XfconfError> {
        parse(format!("<channel name=\"c\" version=\"1.0\">{inner}</channel>").as_bytes())
    }

    #[test]
    fn properties_by_path() {
        let channel = parse(WRITTEN.as_bytes()).unwrap();
        let value = |path: &str| channel.properties.get(path).and_then(|property| property.value.clone());
        assert_eq!(value("/saver/enabled").as_deref(), Some("true"));
        assert_eq!(value("/saver/idle-activation/delay").as_deref(), Some("10"));
        assert_eq!(value("/lock/enabled").as_deref(), Some("false"));
        assert_eq!(value("/saver"), None);
        assert_eq!(channel.properties.len(), 9);
        assert!(!channel.lock.is_set());
    }

    #[test]
    fn names_in_other_letters_are_others() {
        let found = channel(
            "<property name=\"Lock\" type=\"empty\"><property name=\"ENABLED\" type=\"bool\" value=\"true\"/></property>",
        );
        assert!(found.unwrap().properties.contains_key("/Lock/ENABLED"));
    }

    #[test]
    fn locks_are_for_somebody() {
        let lock = |locked: Option<&str>, unlocked: Option<&str>| {
            let lock = Lock { locked: locked.map(str::to_owned), unlocked: unlocked.map(str::to_owned) };
            lock.holds(|name| name == "hanako" || name == "@staff")
        };
        assert!(!lock(None, None));
        assert!(lock(Some("taro;hanako"), None));
        assert!(lock(Some("@staff;"), None));
        assert!(!lock(Some("taro;staff"), None));
        assert!(!lock(Some("*"), None), "no name stands for everybody");
        assert!(lock(None, Some("root")));
        assert!(!lock(None, Some("root;@staff")));
        assert!(lock(Some("taro"), Some("root")), "of both the exception counts");
    }

    #[test]
    fn locks_of_the_channel_and_of_a_property() {
        let text = "<channel name=\"c\" version=\"1.0\" unlocked=\"root\"><property name=\"a\" type=\"int\" value=\"1\" locked=\"x\"/></channel>";
        let found = parse(text.as_bytes()).unwrap();
        assert_eq!(found.lock.unlocked.as_deref(), Some("root"));
        assert_eq!(found.properties["/a"].lock.locked.as_deref(), Some("x"));
        assert!(
            !channel("<property name=\"a\" type=\"int\" value=\"1\" locked=\"\"/>").unwrap().properties["/a"]
                .lock
                .is_set()
        );
    }

    #[test]
    fn what_is_no_channel() {
        for (text, error) in [
            ("", XfconfError::NoChannel),
            ("<channel name=\"c\" version=\"1.0\">", XfconfError::NoChannel),
            ("<channel name=\"c\" version=\"2.0\"/>", XfconfError::Version),
            ("<channel name=\"c\" version=\"10\"/>", XfconfError::Version),
            ("<channel version=\"1.0\"/>", XfconfError::Element("channel".to_owned())),
            ("<property name=\"a\" type=\"empty\"/>", XfconfError::Element("property".to_owned())),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text}");
        }
        assert_eq!(parse(b"\xff"), Err(XfconfError::NotText));
        assert!(matches!(parse(b"<channel name=\"c\" version=\"1.0\"></property>"), Err(XfconfError::Xml(_))));
        assert!(matches!(parse(b"<channel name=\"&x;\" version=\"1.0\"/>"), Err(XfconfError::Xml(_))));
        assert!(matches!(channel("<property type=\"int\"/>"), Err(XfconfError::Element(_))));
        assert!(matches!(channel("<channel name=\"c\" version=\"1.0\"/>"), Err(XfconfError::Element(_))));
        assert!(matches!(channel("<value/>"), Err(XfconfError::Element(_))));
        for end in 1..WRITTEN.trim_end().len() {
            assert!(parse(&WRITTEN.as_bytes()[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn values_that_are_not_of_their_type() {
        for (kind, value) in
            [("bool", "TRUE"), ("bool", "1"), ("bool", ""), ("int", "five"), ("int", "1.5"), ("uint", "-1")]
        {
            let text = format!("<property name=\"a\" type=\"{kind}\" value=\"{value}\"/>");
            assert_eq!(channel(&text), Err(XfconfError::Value("/a".to_owned())), "{text}");
        }
        assert!(channel("<property name=\"a\" type=\"bool\"/>").is_err());
        assert!(channel("<property name=\"a\" type=\"int\" value=\"-1\"/>").is_ok());
        assert!(channel("<property name=\"a\" type=\"double\" value=\"x\"/>").is_ok(), "of no interest");
    }

    #[test]
    fn what_is_too_large() {
        let deep = "<property name=\"a\" type=\"empty\">".repeat(DEPTH_MAX + 1);
        assert_eq!(channel(&deep), Err(XfconfError::TooLarge));
        let one = |number| format!("<property name=\"p{number}\" type=\"empty\"/>");
        let many = (0..=PROPERTIES_MAX).map(one).collect::<Vec<_>>().concat();
        assert_eq!(channel(&many), Err(XfconfError::TooLarge));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn never_panics_on_text(text in "(<channel name=\"c\" version=\"1.0\">|<property name=\"a\" type=\"int\"|/>|>|</property>|</channel>|&|<!--|é){0,20}") {
            let _ = parse(text.as_bytes());
        }
    }
}
