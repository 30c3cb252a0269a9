//! The sample of the configuration file, made of the keys that are read.

use std::fmt::Write as _;

use tenken_model::Language;
use unicode_normalization::UnicodeNormalization as _;

use super::{Options, USUAL_FILE};

/// The width of a line of explanation, in columns of a terminal.
const WIDTH: usize = 100;

/// A configuration file that changes nothing: every key with its meaning, its default and examples, commented out. Without `# ` or `#`
/// at the beginning of its lines it is read as the defaults.
pub fn sample(language: Language) -> String {
    // Writing to a string does not fail.
    let mut text = String::new();
    for paragraph in language.configuration_head(USUAL_FILE).split('\n') {
        explain(&mut text, paragraph);
    }
    for key in Options::KEYS {
        text.push('\n');
        explain(&mut text, &(key.meaning)(language));
        for example in key.examples {
            let _written = writeln!(text, "# {}", language.configuration_example());
            for line in example.lines() {
                let _written = writeln!(text, "#   {line}");
            }
        }
        let _written = writeln!(text, "#{}: {}", key.name, key.default);
    }
    text
}

/// Writes a paragraph as comments of no more than the width.
fn explain(text: &mut String, paragraph: &str) {
    let mut line = String::new();
    let mut columns = 0;
    for word in words(paragraph) {
        let wide = word.chars().map(width).sum::<usize>();
        if columns > 0 && columns + wide > WIDTH {
            push(text, &line);
            line.clear();
            columns = 0;
        }
        line.push_str(word);
        columns += wide;
    }
    push(text, &line);
}

fn push(text: &mut String, line: &str) {
    let line = line.trim_end();
    text.push_str(if line.is_empty() { "#" } else { "# " });
    text.push_str(line);
    text.push('\n');
}

/// Where a line may end: after a space, and in Japanese after each sentence and comma.
fn words(paragraph: &str) -> Vec<&str> {
    paragraph.split_inclusive([' ', '。', '、']).collect()
}

/// What a character takes on a terminal: Japanese ones two columns, also in their half-width form here.
fn width(character: char) -> usize {
    if character.is_ascii() { 1 } else { character.nfkc().count().max(1) * 2 }
}
