//! A field of a form with its label, its help, what was typed, and what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;

/// What is typed into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// One line of text, mostly one of these.
    Listed(Vec<String>),
    /// A name to sign in with.
    UserName,
    /// A password; a new one that the browser may propose, or the one in use.
    Password {
        /// It is a new one.
        fresh: bool,
    },
    /// A code that an app shows, of digits.
    OneTimeCode,
    /// An e-mail address.
    Email,
    /// Text of several lines.
    Paragraph,
    /// One of several values with their labels.
    Choice(Vec<(String, String)>),
    /// A file whose name ends in that.
    File(&'static str),
    /// Several files whose names end in that.
    Files(&'static str),
}

/// A field.
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub struct Field {
    name: &'static str,
    label: String,
    kind: FieldKind,
    help: Option<String>,
    value: String,
    error: Option<String>,
    required: bool,
    required_word: String,
}

impl HtmlSafe for Field {}

impl Field {
    /// An empty field.
    pub fn new(name: &'static str, label: String, kind: FieldKind) -> Self {
        let (help, error, required_word) = (None, None, String::new());
        Self { name, label, kind, help, value: String::new(), error, required: false, required_word }
    }

    /// With what to write in it.
    #[must_use]
    pub fn help(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }

    /// It may not be left empty. Browsers say so before the form is sent.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It may not be left empty, and the label says so with that word, among others that may.
    #[must_use]
    pub fn required_as(self, word: String) -> Self {
        Self { required: true, required_word: word, ..self }
    }

    /// With what was typed and what is wrong with it.
    #[must_use]
    pub fn holding(self, value: String, error: Option<String>) -> Self {
        Self { value, error, ..self }
    }

    fn described_by(&self) -> String {
        let help = self.help.as_ref().map(|_| format!("{}-help", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        [error, help].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
