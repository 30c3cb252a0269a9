//! One entry of the log, and how it is written for the journal
//! (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>).

use std::fmt::{self, Write as _};

use tracing::Level;
use tracing::field::{Field, Visit};

/// The most bytes of a message, of another value, and the most fields beside the message. A whole entry is thereby smaller than
/// what a datagram holds.
const MESSAGE_BYTES: usize = 16 << 10;
const VALUE_BYTES: usize = 2 << 10;
const FIELDS: usize = 32;
/// The journal takes no longer names.
const NAME_BYTES: usize = 64;
/// What Tenken's fields begin with, so that they are no one else's.
const OWN: &str = "TENKEN_";

/// What an event or a span says: its message, and names and values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Said {
    fn take(&mut self, name: &'static str, value: String) {
        if name == "message" {
            self.message = value;
            return;
        }
        match self.fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.fields.push((name, value)),
        }
    }

    /// What is said around it, by an enclosing span; what is said here itself counts more.
    pub fn within(&mut self, around: &Self) {
        for (name, value) in &around.fields {
            if !self.fields.iter().any(|(known, _)| known == name) {
                self.fields.push((name, value.clone()));
            }
        }
    }

    /// The message with the fields behind it, as people read it.
    pub fn line(&self) -> String {
        let mut line = self.message.clone();
        for (name, value) in &self.fields {
            let gap = if line.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(line, "{gap}{name}={value}");
        }
        line
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), format!("{value:?}"));
    }
}

/// The priority of syslog(3).
pub fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

/// An entry as the journal takes it: the message, its priority, the program, where in the code it is, and Tenken's fields.
pub fn native(program: &str, metadata: &tracing::Metadata<'_>, said: &Said) -> Vec<u8> {
    let mut entry = Vec::with_capacity(512);
    put(&mut entry, "MESSAGE", &said.line(), MESSAGE_BYTES);
    put(&mut entry, "PRIORITY", &priority(*metadata.level()).to_string(), VALUE_BYTES);
    put(&mut entry, "SYSLOG_IDENTIFIER", program, VALUE_BYTES);
    put(&mut entry, "TENKEN_MODULE", metadata.target(), VALUE_BYTES);
    let left_out = said.fields.len().saturating_sub(FIELDS);
    for (name, value) in said.fields.iter().take(FIELDS) {
        put(&mut entry, &field_name(name), value, VALUE_BYTES);
    }
    if left_out > 0 {
        put(&mut entry, "TENKEN_FIELDS_LEFT_OUT", &left_out.to_string(), VALUE_BYTES);
    }
    entry
}

/// A line for standard error that a manager reads the priority of (sd-daemon(3)).
pub fn prefixed(level: Level, said: &Said) -> String {
    let line: String = said.line().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("<{}>{line}\n", priority(level))
}

/// A name as the journal takes it: capitals, digits and underscores.
fn field_name(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    OWN.chars().chain(plain).take(NAME_BYTES).collect()
}

fn put(entry: &mut Vec<u8>, name: &str, value: &str, most: usize) {
    let end = value.floor_char_boundary(most);
    let cut = value.len() - end;
    let kept = value.get(..end).unwrap_or_default();
    let told = if cut > 0 { format!("{kept} (+{cut} bytes)") } else { kept.to_owned() };
    entry.extend_from_slice(name.as_bytes());
    if told.contains('\n') {
        entry.push(b'\n');
        entry.extend_from_slice(&u64::try_from(told.len()).unwrap_or(u64::MAX).to_le_bytes());
    } else {
        entry.push(b'=');
    }
    entry.extend_from_slice(told.as_bytes());
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str, fields: &[(&'static str, &str)]) -> Said {
        let mut said = Said::default();
        said.take("message", message.to_owned());
        for (name, value) in fields {
            said.take(name, (*value).to_owned());
        }
        said
    }

    fn put_alone(value: &str, most: usize) -> Vec<u8> {
        let mut entry = Vec::new();
        put(&mut entry, "X", value, most);
        entry
    }

    #[test]
    fn a_value_of_many_lines_is_no_second_field() {
        assert_eq!(put_alone("a=b", 9), b"X=a=b\n");
        assert_eq!(put_alone("", 9), b"X=\n");
        assert_eq!(put_alone("a\nPRIORITY=0", 99), b"X\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters_and_said() {
        assert_eq!(put_alone("点検点検", 7), "X=点検 (+6 bytes)\n".as_bytes());
        let long = "\n".repeat(MESSAGE_BYTES + 5);
        assert!(put_alone(&long, MESSAGE_BYTES).len() < MESSAGE_BYTES + 64);
    }

    #[test]
    fn names_are_the_journals() {
        assert_eq!(field_name("topic"), "TENKEN_TOPIC");
        assert_eq!(field_name("http.status-code"), "TENKEN_HTTP_STATUS_CODE");
        assert_eq!(field_name(&"x".repeat(200)).len(), NAME_BYTES);
    }

    #[test]
    fn a_line_holds_the_fields_and_no_second_line() {
        let mut inner = said("a call failed", &[("why", "a\nb"), ("why", "c\r\nd")]);
        inner.within(&said("", &[("host", "h-1"), ("why", "around")]));
        assert_eq!(inner.line(), "a call failed why=c\r\nd host=h-1");
        assert_eq!(prefixed(Level::WARN, &inner), "<4>a call failed why=c  d host=h-1\n");
        assert_eq!(said("", &[("a", "1")]).line(), "a=1");
    }
}
