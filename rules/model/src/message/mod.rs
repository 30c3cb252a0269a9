//! The one catalogue of texts that people see, in Japanese and English.
//!
//! A text is declared once with both languages, so that one cannot be missing; its placeholders are
//! checked when Tenken is compiled. What rules say of themselves is written in the rule files.

mod account;
mod alert;
mod approval;
mod assessment;
mod audit;
mod backup;
mod calendar;
mod check;
mod configuration;
mod correlate;
mod course;
mod declaration;
mod demo;
mod doctor;
mod doctor_dashboard;
mod doctor_host;
mod doctor_network;
mod enrol;
mod host;
mod identity;
mod inventory;
mod item;
mod judge;
mod list;
mod log_review;
mod mail;
mod own_rules;
mod owner;
mod page;
mod page_frame;
mod people;
mod readme;
mod register;
mod routing;
mod search;
mod service;
mod settings;
mod sign_in;
mod status;
mod task;
mod trend;
mod verdict;
mod waiver;

/// The language a text is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Japanese, shown unless a person asks for another.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// The tag of the language in HTML and HTTP.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// The language of that tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "ja" => Some(Self::Japanese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language of a terminal, from the variables POSIX names, strongest first.
    pub fn of_terminal(variable: impl Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let tag = names.iter().find_map(|name| variable(name).filter(|text| !text.is_empty()));
        if tag.is_some_and(|tag| tag.starts_with("ja")) { Self::Japanese } else { Self::English }
    }

    /// This language's part of a bilingual text.
    pub fn of(self, text: &crate::finding::Bilingual) -> &str {
        match self {
            Self::Japanese => &text.ja,
            Self::English => &text.en,
        }
    }
}

/// Declares texts as methods of [`Language`]: `name(argument: type) { ja: "…", en: "…" }`.
macro_rules! texts {
    ($( $(#[doc = $doc:literal])* $name:ident ( $($arg:ident : $ty:ty),* ) { ja: $ja:literal, en: $en:literal } )*) => {
        impl $crate::message::Language {
            $(
                $(#[doc = $doc])*
                #[doc = concat!("\n\n```text\n", $ja, "\n", $en, "\n```")]
                pub fn $name(self $(, $arg: $ty)*) -> String {
                    match self {
                        Self::Japanese => format!($ja),
                        Self::English => format!($en),
                    }
                }
            )*
        }
    };
}
pub(crate) use texts;

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_terminals_language_is_the_strongest_variable() {
        let japanese = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LANG" => Some("ja_JP.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(Language::of_terminal(japanese), Language::Japanese);
        assert_eq!(Language::of_terminal(|_| None), Language::English);
    }
}
