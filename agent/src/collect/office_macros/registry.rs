//! Settings of LibreOffice and OpenOffice: `registrymodifications.xcu` of a person, `*.xcd` of the system. See
//! <https://wiki.openoffice.org/wiki/Documentation/DevGuide/Config/Configuration_Data_Sources> and
//! `officecfg/registry/schema/org/openoffice/Office/Common.xcs` of LibreOffice.

use std::collections::BTreeSet;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use thiserror::Error;

/// Where the settings of macros lie.
pub const SCRIPTING: &str = "/org.openoffice.Office.Common/Security/Scripting";
/// The settings.
pub const LEVEL: &str = "MacroSecurityLevel";
pub const DISABLED: &str = "DisableMacrosExecution";
pub const FOLDERS: &str = "SecureURL";
pub const AUTHORS: &str = "TrustedAuthors";
/// How deep elements may lie in one another.
const DEPTH_MAX: usize = 64;
/// The most trusted folders and signers that are counted.
const TRUSTED_MAX: usize = 1_000;

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegistryError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is no XML.
    #[error("it is no XML: {0}")]
    Xml(String),
    /// It ends before its elements do, or they lie too deep.
    #[error("its elements do not end, or lie deeper than {DEPTH_MAX}")]
    Cut,
    /// A value is none of its type.
    #[error("{0} is no value of {1}")]
    Value(String, &'static str),
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting<T> {
    /// Its value.
    pub value: T,
    /// What lies above cannot change it.
    pub finalized: bool,
}

/// What a file says of macros.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// MacroSecurityLevel.
    pub level: Option<Setting<u32>>,
    /// DisableMacrosExecution.
    pub disabled: Option<Setting<bool>>,
    /// How many folders are trusted (SecureURL).
    pub folders: u32,
    /// How many signers are trusted (TrustedAuthors).
    pub authors: u32,
}

/// Whether a file says anything of macros. Those of the system are large and most say nothing.
pub fn mentions(bytes: &[u8]) -> bool {
    // One that is no text is a matter of the parser.
    std::str::from_utf8(bytes)
        .map_or(true, |text| [LEVEL, DISABLED, FOLDERS, AUTHORS].iter().any(|name| text.contains(name)))
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Settings, RegistryError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RegistryError::NotText)?;
    let mut reader = Reader::from_str(text);
    let mut parser = Parser::default();
    loop {
        match reader.read_event().map_err(|error| RegistryError::Xml(error.to_string()))? {
            Event::Start(element) => parser.begin(&element)?,
            Event::Empty(element) => {
                parser.begin(&element)?;
                parser.end()?;
            }
            Event::End(_) => parser.end()?,
            Event::Text(text) => parser.text.push_str(&String::from_utf8_lossy(&text)),
            Event::CData(text) => parser.text.push_str(&String::from_utf8_lossy(&text)),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::GeneralRef(_) => {}
        }
    }
    if !parser.open.is_empty() {
        return Err(RegistryError::Cut);
    }
    parser.settings.authors = u32::try_from(parser.authors.len()).unwrap_or(u32::MAX);
    Ok(parser.settings)
}

/// An element that is open.
#[derive(Debug)]
struct Open {
    kind: Kind,
    /// How long the path was before it.
    path: usize,
    /// It or one around it is finalized.
    finalized: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Property,
    Value,
    Item,
    Other,
}

#[derive(Debug, Default)]
struct Parser {
    open: Vec<Open>,
    path: String,
    text: String,
    /// The value of the list has elements.
    items: u32,
    authors: BTreeSet<String>,
    settings: Settings,
}

impl Parser {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), RegistryError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(RegistryError::Cut);
        }
        let (path, around) = (self.path.len(), self.open.last().is_some_and(|open| open.finalized));
        let mut names = Names::default();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| RegistryError::Xml(error.to_string()))?;
            let value = attribute
                .decoded_and_normalized_value(XmlVersion::Implicit1_0, element.decoder())
                .map_err(|error| RegistryError::Xml(error.to_string()))?;
            names.take(attribute.key.local_name().as_ref(), &value);
        }
        let local = element.local_name();
        let kind = match local.as_ref() {
            b"prop" => Kind::Property,
            b"value" => Kind::Value,
            b"it" => Kind::Item,
            _ => Kind::Other,
        };
        match local.as_ref() {
            b"item" => self.path = names.path,
            b"component-data" => self.path = format!("/{}.{}", names.package, names.name),
            b"node" | b"prop" => {
                self.path.push('/');
                self.path.push_str(&names.name);
            }
            b"value" => self.items = 0,
            b"it" => self.items += 1,
            _ => {}
        }
        self.text.clear();
        // An item says where it lies and nothing else: the program does not look for more. See `XcuParser::handleItem`.
        let finalized = names.finalized && local.as_ref() != b"item";
        self.open.push(Open { kind, path, finalized: around || finalized });
        let author = self.path.strip_prefix(SCRIPTING).and_then(|rest| rest.strip_prefix('/')?.strip_prefix(AUTHORS));
        if let Some(author) = author.and_then(|rest| rest.strip_prefix('/')?.split('/').next()) {
            if names.removed {
                self.authors.remove(author);
            } else if self.authors.len() < TRUSTED_MAX {
                self.authors.insert(author.to_owned());
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), RegistryError> {
        let Some(open) = self.open.pop() else { return Err(RegistryError::Cut) };
        let of_property = self.open.last().is_some_and(|outer| outer.kind == Kind::Property);
        if open.kind == Kind::Value && of_property {
            self.value(open.finalized)?;
        }
        if open.kind != Kind::Item {
            self.text.clear();
        }
        // An item's path is its own: behind it there is none.
        self.path.truncate(open.path.min(self.path.len()));
        Ok(())
    }

    fn value(&mut self, finalized: bool) -> Result<(), RegistryError> {
        let text = self.text.trim();
        let Some(name) = self.path.strip_prefix(SCRIPTING).and_then(|rest| rest.strip_prefix('/')) else {
            return Ok(());
        };
        let none = |of| RegistryError::Value(text.chars().take(40).collect(), of);
        match name {
            LEVEL => {
                let value = text.parse().map_err(|_| none(LEVEL))?;
                self.settings.level = Some(Setting { value, finalized });
            }
            DISABLED => {
                let value = match text {
                    "true" | "1" => true,
                    "false" | "0" => false,
                    _ => return Err(none(DISABLED)),
                };
                self.settings.disabled = Some(Setting { value, finalized });
            }
            // One text may stand without an element of its own.
            FOLDERS => self.settings.folders = self.items.max(u32::from(!text.is_empty())).min(1_000),
            _ => {}
        }
        Ok(())
    }
}

/// The attributes that matter; their prefix is any.
#[derive(Debug, Default)]
struct Names {
    name: String,
    package: String,
    path: String,
    finalized: bool,
    /// It is taken away (`oor:op`).
    removed: bool,
}

impl Names {
    fn take(&mut self, name: &[u8], value: &str) {
        match name {
            b"name" => value.clone_into(&mut self.name),
            b"package" => value.clone_into(&mut self.package),
            b"path" => value.clone_into(&mut self.path),
            b"finalized" => self.finalized = value == "true",
            b"op" => self.removed = value == "remove",
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OF_7: &[u8] = include_bytes!("../../../tests/samples/office_macros/libreoffice_7.xcu");
    const OF_24: &[u8] = include_bytes!("../../../tests/samples/office_macros/libreoffice_24.xcu");
    const OF_THE_SYSTEM: &[u8] = include_bytes!("../../../tests/samples/office_macros/policy.xcd");
    const VENDOR: &[u8] = include_bytes!("../../../tests/samples/office_macros/debian_12_pdfimport.xcd");

    fn level(value: u32, finalized: bool) -> Setting<u32> {
        Setting { value, finalized }
    }

    #[test]
    fn settings_of_a_person() {
        assert_eq!(parse(OF_7), Ok(Settings { level: Some(level(0, false)), folders: 2, ..Settings::default() }));
        let disabled = Some(Setting { value: true, finalized: false });
        assert_eq!(parse(OF_24), Ok(Settings { level: Some(level(3, false)), disabled, folders: 0, authors: 1 }));
    }

    #[test]
    fn settings_of_the_system() {
        assert_eq!(parse(OF_THE_SYSTEM), Ok(Settings { level: Some(level(3, true)), ..Settings::default() }));
        assert!(mentions(OF_THE_SYSTEM) && !mentions(VENDOR));
        assert_eq!(parse(VENDOR), Ok(Settings::default()));
    }

    fn item(inner: &str) -> String {
        format!("<oor:items><item oor:path=\"{SCRIPTING}\">{inner}</item></oor:items>")
    }

    #[test]
    fn the_last_of_several_counts_and_other_paths_do_not() {
        let value = |value: &str| format!("<prop oor:name=\"{LEVEL}\"><value>{value}</value></prop>");
        let twice = format!("{}{}", value("0"), value(" 2 "));
        assert_eq!(parse(item(&twice).as_bytes()).unwrap().level, Some(level(2, false)));
        let commented = format!("<!-- {} -->", value("0"));
        assert_eq!(parse(item(&commented).as_bytes()).unwrap(), Settings::default());
        let elsewhere = item(&value("0")).replace("Common", "Writer");
        assert_eq!(parse(elsewhere.as_bytes()).unwrap(), Settings::default());
        let below = item(&format!("<node oor:name=\"x\">{}</node>", value("0")));
        assert_eq!(parse(below.as_bytes()).unwrap(), Settings::default());
        let other_case = item(&value("0")).replace(LEVEL, "macrosecuritylevel");
        assert_eq!(parse(other_case.as_bytes()).unwrap(), Settings::default());
        let of_item = item(&value("1")).replace("<item ", "<item oor:finalized=\"true\" ");
        assert_eq!(parse(of_item.as_bytes()).unwrap().level, Some(level(1, false)), "the program does not look there");
        let around = format!(
            "<oor:component-data oor:package=\"org.openoffice.Office\" oor:name=\"Common\"><node oor:name=\"Security\" \
             oor:finalized=\"true\"><node oor:name=\"Scripting\">{}</node></node></oor:component-data>",
            value("1")
        );
        assert_eq!(parse(around.as_bytes()).unwrap().level, Some(level(1, true)));
    }

    #[test]
    fn signers_that_are_taken_away_are_not_trusted() {
        let author = |name: &str, op: &str| format!("<node oor:name=\"{name}\" oor:op=\"{op}\"></node>");
        let of = |inner: String| {
            let text = item("").replace("></item>", &format!("><node oor:name=\"{AUTHORS}\">{inner}</node></item>"));
            parse(text.as_bytes()).unwrap().authors
        };
        assert_eq!(of(author("a", "replace") + &author("b", "remove")), 1);
        assert_eq!(of(author("a", "replace") + &author("a", "remove")), 0);
        assert_eq!(of(author("a", "remove") + &author("a", "fuse")), 1);
    }

    #[test]
    fn what_is_no_registry() {
        for text in [item("<prop oor:name=\"MacroSecurityLevel\"><value>high</value></prop>"), "<a><b></a>".into()] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(parse(b"<oor:items><item>"), Err(RegistryError::Cut));
        assert_eq!(parse("<a>".repeat(100).as_bytes()), Err(RegistryError::Cut));
        assert_eq!(parse(b"\xff"), Err(RegistryError::NotText));
        assert_eq!(parse(b""), Ok(Settings::default()));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[<>/= \"a-cMp:]{0,80}") {
            let _ = parse(text.as_bytes());
        }
    }
}
