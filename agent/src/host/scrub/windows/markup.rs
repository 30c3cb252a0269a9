//! XML written anew: elements and attributes that collectors ask for stay, texts have stand-ins.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::Scrubber;
use super::{Stands, texts, words};

/// The deepest an element is followed.
const DEPTH_MAX: usize = 64;

/// The text with stand-ins, or nothing where it is no XML.
pub(super) fn xml(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut written = String::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = element(&String::from_utf8_lossy(start.local_name().as_ref()));
                written.push_str(&format_args!("<{name}>").to_string());
                open.push(name);
                if open.len() > DEPTH_MAX {
                    return None;
                }
            }
            Event::Empty(start) => {
                let name = element(&String::from_utf8_lossy(start.local_name().as_ref()));
                written.push_str(&format_args!("<{name}/>").to_string());
            }
            Event::End(_) => written.push_str(&format_args!("</{}>", open.pop()?).to_string()),
            Event::Text(text) => {
                let text = text.decode().ok()?;
                let stand_in = match open.last().map(String::as_str) {
                    Some("keyMaterial") => String::new(),
                    // The name of a network once more.
                    Some("hex") => {
                        let name = texts::text(scrubber, stands, &from_hexadecimal(text.trim()));
                        name.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
                    }
                    _ => texts::text(scrubber, stands, text.trim()),
                };
                written.push_str(&quick_xml::escape::escape(stand_in));
            }
            Event::Eof => break,
            Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::Comment(_) => {}
        }
    }
    open.is_empty().then_some(written)
}

fn from_hexadecimal(text: &str) -> String {
    let pairs = text.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Vec<u8> = pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn element(name: &str) -> String {
    if words::is_word(name) { name.to_owned() } else { "x".to_owned() }
}
