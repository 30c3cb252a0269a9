//! The XML form (`PropertyList-1.0.dtd`).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Budget, PropertyListError, VALUES_MAX, Value};
use crate::collect::xml_reference;

/// What is open: a list, or a table with the name that was read last.
enum Open {
    List(Vec<Value>),
    Table(BTreeMap<String, Value>, Option<String>),
}

/// Reads a property list of this form.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, PropertyListError> {
    let broken = |error: &dyn std::fmt::Display| PropertyListError::Xml(error.to_string());
    let text = std::str::from_utf8(bytes).map_err(|_| PropertyListError::NoPropertyList)?;
    let mut reader = Reader::from_str(text);
    let (mut open, mut content, mut result) = (Vec::new(), String::new(), None);
    let mut budget = Budget(VALUES_MAX);
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Start(start) => {
                content.clear();
                match start.local_name().as_ref() {
                    b"array" => open.push(Open::List(Vec::new())),
                    b"dict" => open.push(Open::Table(BTreeMap::new(), None)),
                    _ => {}
                }
                budget.take(open.len())?;
            }
            Event::Empty(start) => {
                budget.take(open.len())?;
                let name = start.local_name();
                if let Some(value) = empty(name.as_ref()) {
                    put(&mut open, &mut result, value);
                }
            }
            Event::Text(part) => content.push_str(&part.decode().map_err(|error| broken(&error))?),
            Event::CData(part) => content.push_str(&part.decode().map_err(|error| broken(&error))?),
            Event::GeneralRef(reference) => {
                content.push(xml_reference::character(&reference).map_err(PropertyListError::Xml)?);
            }
            Event::End(end) => {
                let name = end.local_name();
                match name.as_ref() {
                    b"array" | b"dict" => match open.pop() {
                        Some(Open::List(values)) => put(&mut open, &mut result, Value::List(values)),
                        Some(Open::Table(table, _)) => put(&mut open, &mut result, Value::Table(table)),
                        None => return Err(PropertyListError::NoPropertyList),
                    },
                    b"key" => {
                        if let Some(Open::Table(_, key)) = open.last_mut() {
                            *key = Some(std::mem::take(&mut content));
                        }
                    }
                    name => {
                        if let Some(value) = simple(name, &content) {
                            put(&mut open, &mut result, value);
                        }
                    }
                }
                content.clear();
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    if open.is_empty() { result.ok_or(PropertyListError::NoPropertyList) } else { Err(PropertyListError::CutOff) }
}

fn put(open: &mut [Open], result: &mut Option<Value>, value: Value) {
    match open.last_mut() {
        Some(Open::List(values)) => values.push(value),
        Some(Open::Table(table, key)) => {
            if let Some(key) = key.take() {
                table.entry(key).or_insert(value);
            }
        }
        None => {
            result.get_or_insert(value);
        }
    }
}

fn empty(name: &[u8]) -> Option<Value> {
    match name {
        b"true" => Some(Value::Truth(true)),
        b"false" => Some(Value::Truth(false)),
        b"array" => Some(Value::List(Vec::new())),
        b"dict" => Some(Value::Table(BTreeMap::new())),
        _ => simple(name, ""),
    }
}

fn simple(name: &[u8], text: &str) -> Option<Value> {
    Some(match name {
        b"true" => Value::Truth(true),
        b"false" => Value::Truth(false),
        b"string" => Value::Text(text.to_owned()),
        b"integer" => text.trim().parse().map_or(Value::Other, Value::Number),
        b"real" => text.trim().parse().map_or(Value::Other, Value::Real),
        b"date" => text.trim().parse().map_or(Value::Other, Value::Time),
        b"data" => {
            let digits: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
            STANDARD.decode(digits).map_or(Value::Other, Value::Data)
        }
        _ => return None,
    })
}
