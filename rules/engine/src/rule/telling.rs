//! What the dashboard says of a rule that it judges itself.

use std::collections::BTreeMap;

use tenken_model::Language;
use tenken_model::finding::Bilingual;
use tenken_model::schema::Value;

use super::sentence::{self, Sentence};
use crate::expression::evaluate::{Environment, Evaluator};

/// The sentences of a rule that the dashboard judges, each with words and parameters that are filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// The words that the dashboard fills in.
    pub words: Vec<String>,
    /// The sentences by name; one is `pass`.
    pub sentences: BTreeMap<String, Sentence>,
}

impl Telling {
    /// The sentence of that name with its words. `None` if there is none, or if a word of it was not given: it would claim
    /// what nobody found.
    pub fn say(
        &self,
        name: &str,
        words: &BTreeMap<&str, String>,
        parameters: &BTreeMap<String, Value>,
    ) -> Option<Bilingual> {
        let sentence = self.sentences.get(name)?;
        let values = words.iter().map(|(word, text)| (*word, Value::Text(text.clone()))).collect();
        let registers = BTreeMap::new();
        let evaluator = Evaluator::new(Environment { values: &values, parameters, registers: &registers });
        Some(Bilingual {
            ja: sentence::say(&sentence.ja, Language::Japanese, &evaluator, None)?,
            en: sentence::say(&sentence.en, Language::English, &evaluator, None)?,
        })
    }
}
