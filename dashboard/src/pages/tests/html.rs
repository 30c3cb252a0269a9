//! Just enough of HTML to check the pages, which are written by our own templates.

/// An opening tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

enum Piece<'a> {
    Open(Tag, bool),
    Close(&'a str),
    Text(&'a str),
}

fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('<') {
        pieces.push(Piece::Text(before));
        let (inside, after) = from.split_once('>').expect("a tag that ends");
        match inside.strip_prefix('/') {
            Some(name) => pieces.push(Piece::Close(name)),
            None => pieces.push(Piece::Open(tag(inside), inside.ends_with('/'))),
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].trim_end_matches('/');
        if key.is_empty() {
            break;
        }
        rest = &rest[end..];
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (value, after) = quoted.split_once('"').expect("a value that ends");
            attributes.push((key.to_owned(), value.to_owned()));
            rest = after;
        } else {
            assert!(!rest.starts_with('='), "a value without quotes: {inside}");
            attributes.push((key.to_owned(), String::new()));
        }
    }
    Tag { name: name.to_owned(), attributes }
}

/// Every opening tag in order.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    pieces(html)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Open(tag, _) => Some(tag),
            Piece::Close(_) | Piece::Text(_) => None,
        })
        .collect()
}

/// What is between the tags, without that inside of some elements.
pub(super) fn text_outside(html: &str, skipped: impl Fn(&Tag) -> bool) -> String {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "!DOCTYPE"];
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut text = String::new();
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag, closed) => {
                if !closed && !VOID.contains(&tag.name.as_str()) {
                    open.push((tag.name.clone(), skipped(&tag)));
                }
            }
            Piece::Close(name) => {
                let (opened, _) = open.pop().expect("an element that was opened");
                assert_eq!(opened, name, "elements are closed in order");
            }
            Piece::Text(part) => {
                if !open.iter().any(|(_, skipped)| *skipped) {
                    text.push_str(part);
                }
            }
        }
    }
    assert!(open.is_empty(), "elements left open: {open:?}");
    text
}
