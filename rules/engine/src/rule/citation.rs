//! Where a requirement or a number comes from, as a rule names it.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use tenken_model::finding::Bilingual;

/// Names and numbers of standards are the same in every language; what is said beside them is not.
#[derive(Debug)]
pub(super) enum Citation {
    /// Written once: a standard and its number.
    InBoth(String),
    /// Written in each language.
    InEach(Bilingual),
}

impl Citation {
    /// It in both languages.
    pub(super) fn into_words(self) -> Bilingual {
        match self {
            Self::InBoth(text) => Bilingual { ja: text.clone(), en: text },
            Self::InEach(both) => both,
        }
    }
}

impl<'de> Deserialize<'de> for Citation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Citation;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, or `ja` and `en`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Citation, E> {
        Ok(Citation::InBoth(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Citation, A::Error> {
        Bilingual::deserialize(MapAccessDeserializer::new(map)).map(Citation::InEach)
    }
}
