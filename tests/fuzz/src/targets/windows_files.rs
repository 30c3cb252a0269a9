//! What file systems of Windows answer: links, lists and changes. People make the first themselves, as odd as they like.

use std::path::Path;

use tenken_agent::host::windows_files::{Link, Place, Root, changes, entries, link};

/// A link leads below a local drive or nowhere, wherever it lies.
pub(super) fn answers(data: &[u8]) {
    for entry in entries(data).unwrap_or_default() {
        assert!(entry.name != "." && entry.name != ".." && entry.name.len() <= data.len() * 2);
    }
    for change in changes(data).unwrap_or_default() {
        assert!(change.name.len() <= data.len() * 2);
    }
    let text = String::from_utf8_lossy(data).into_owned();
    if let Ok(place) = Place::of(Path::new(&text)) {
        local(&place);
    }
    let links = [link(data).ok(), Some(Link::Absolute(text.clone())), Some(Link::Relative(text))];
    let Ok(way) = Place::of(Path::new("C:/Users/hanako/Desktop/x.rdp")) else { return };
    for link in links.iter().flatten() {
        for length in 1..=way.length() {
            if let Ok(place) = way.through(length, link) {
                local(&place);
            }
        }
    }
}

fn local(place: &Place) {
    match place.root() {
        Root::Drive(letter) => assert!(letter.is_ascii_uppercase()),
        Root::Volume(guid) => assert!(guid.len() == 36 && !guid.contains(['\\', '/', '.'])),
    }
    for name in place.below().split('\\').filter(|_| place.length() > 0) {
        assert!(
            !name.is_empty() && name != "." && name != ".." && !name.contains(['/', ':', '?', '*', '\0']),
            "{name}"
        );
    }
}
