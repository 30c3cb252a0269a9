//! What unattended-upgrades may install: `Allowed-Origins` and `Origins-Pattern`, as its program reads them.

use thiserror::Error;

use super::super::os_release::OsRelease;
use crate::collect::glob::wildcard;
use crate::collect::packages::release_file::Release;

/// The part of a suite that holds the system itself, of which updates are the first to be missed.
const COMPONENT: &str = "main";

/// Why it ends at a pattern, or why the pattern is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OriginError {
    /// It is none.
    #[error("\"{0}\" is no origin")]
    NotAny(String),
    /// It asks for what lists do not tell here.
    #[error("\"{0}\" asks for what is not read")]
    NotRead(String),
}

/// What a system is called where a pattern leaves that open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// `${distro_id}`, such as `Ubuntu`.
    pub id: String,
    /// `${distro_codename}`, such as `noble`.
    pub codename: String,
}

impl Distribution {
    /// As `lsb_release` says it.
    pub fn of(system: &OsRelease) -> Self {
        let mut letters = system.id.chars();
        let id = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Self { id, codename: system.codename.clone() }
    }
}

/// What a pattern compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Origin,
    Label,
    Suite,
    Codename,
    Component,
    Site,
}

/// A pattern, of which all parts have to fit. One without any fits nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<(Field, String)>);

impl Pattern {
    /// Whether updates of a suite may be installed by it.
    pub fn fits(&self, release: &Release) -> bool {
        let fits = |(field, pattern): &(Field, String)| {
            let text = match field {
                Field::Origin => &release.origin,
                Field::Label => &release.label,
                Field::Suite => &release.suite,
                Field::Codename => &release.codename,
                Field::Component => COMPONENT,
                Field::Site => &release.site,
            };
            wildcard::fits(pattern.as_bytes(), text.as_bytes())
        };
        !self.0.is_empty() && self.0.iter().all(fits)
    }
}

/// Of the older form: a publisher and a suite, between them a colon or a blank.
pub fn allowed(text: &str, distribution: &Distribution) -> Result<Pattern, OriginError> {
    let none = || OriginError::NotAny(text.to_owned());
    let parts: Vec<&str> = match text.split(':').collect::<Vec<_>>().as_slice() {
        [_] => text.split_whitespace().collect(),
        parts => parts.to_vec(),
    };
    let [publisher, suite] = parts.as_slice() else { return Err(none()) };
    let of = |part: &str| value(part.trim(), distribution, text);
    Ok(Pattern(vec![(Field::Origin, of(publisher)?), (Field::Suite, of(suite)?)]))
}

/// Of the newer form: `origin=Debian,codename=${distro_codename}-security`.
pub fn pattern(text: &str, distribution: &Distribution) -> Result<Pattern, OriginError> {
    let none = || OriginError::NotAny(text.to_owned());
    if text.trim().is_empty() {
        return Ok(Pattern(Vec::new()));
    }
    let mut parts = Vec::new();
    for part in text.replace("\\,", "%2C").split(',') {
        let (name, wanted) = part.split_once('=').filter(|(_, wanted)| !wanted.contains('=')).ok_or_else(none)?;
        let field = match name.trim() {
            "o" | "origin" => Field::Origin,
            "l" | "label" => Field::Label,
            "a" | "suite" | "archive" => Field::Suite,
            "n" | "codename" => Field::Codename,
            "c" | "component" => Field::Component,
            "site" => Field::Site,
            _ => return Err(none()),
        };
        parts.push((field, value(&wanted.trim().replace("%2C", ","), distribution, text)?));
    }
    Ok(Pattern(parts))
}

/// A value with its variables filled in.
fn value(text: &str, distribution: &Distribution, whole: &str) -> Result<String, OriginError> {
    let filled = text.replace("${distro_id}", &distribution.id).replace("${distro_codename}", &distribution.codename);
    // Other variables end the program, and sets of letters are too rare to be followed.
    if filled.contains(['$', '[']) { Err(OriginError::NotRead(whole.to_owned())) } else { Ok(filled) }
}
