//! The words of a file of nft.

use std::collections::BTreeMap;

use super::{Included, NftError};

/// The most words of a file, with what its variables stand for.
const WORDS_MAX: usize = 200_000;

/// Files that include one another are followed so far (MAX_INCLUDE_DEPTH).
const DEPTH_MAX: usize = 16;

/// Words, with variables replaced by what they stand for, and files by their words; signs that part are words of their own, and
/// so is the end of a line as `;`.
pub(super) fn words(text: &str, included: &Included<'_>) -> Result<Vec<String>, NftError> {
    let mut words = Vec::new();
    spliced(text, included, 0, &mut words)?;
    replaced(words)
}

/// nft reads what it includes as if it stood in that place, within a block too.
fn spliced(text: &str, included: &Included<'_>, depth: usize, words: &mut Vec<String>) -> Result<(), NftError> {
    if depth > DEPTH_MAX {
        return Err(NftError::Includes(format!("files include one another more than {DEPTH_MAX} deep")));
    }
    let mut found = split(text)?.into_iter();
    while let Some(word) = found.next() {
        if word == "include" && words.last().is_none_or(|before| matches!(before.as_str(), ";" | "{" | "}")) {
            let path = found.next().unwrap_or_default();
            for file in included(&path).map_err(NftError::Includes)? {
                words.push(";".to_owned());
                spliced(std::str::from_utf8(&file).map_err(|_| NftError::NotText)?, included, depth + 1, words)?;
                words.push(";".to_owned());
            }
        } else {
            words.push(word);
        }
        if words.len() > WORDS_MAX {
            return Err(NftError::TooLong);
        }
    }
    Ok(())
}

fn split(text: &str) -> Result<Vec<String>, NftError> {
    let mut words = Vec::new();
    let mut letters = text.chars().peekable();
    let mut word = String::new();
    while let Some(letter) = letters.next() {
        if !(letter.is_whitespace() || "{};#\"\\,<>=!".contains(letter)) {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match letter {
            '#' => while letters.next_if(|letter| *letter != '\n').is_some() {},
            '"' => {
                let mut quoted = String::new();
                while let Some(letter) = letters.next_if(|letter| *letter != '"') {
                    quoted.push(letter);
                }
                letters.next();
                // In quotes no sign parts or ends anything.
                let is_sign = ["{", "}", ";", ","].contains(&quoted.as_str());
                words.push(if is_sign { format!(" {quoted}") } else { quoted });
            }
            '\\' => {
                letters.next_if_eq(&'\n');
            }
            '\n' | ';' => words.push(";".to_owned()),
            '{' | '}' | ',' => words.push(letter.to_string()),
            '<' | '>' | '=' | '!' => {
                let mut sign = letter.to_string();
                sign.extend(letters.next_if_eq(&'='));
                words.push(sign);
            }
            _ => {}
        }
        if words.len() > WORDS_MAX {
            return Err(NftError::TooLong);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    Ok(words)
}

/// `define ports = { 22, 443 }` and `$ports`.
fn replaced(words: Vec<String>) -> Result<Vec<String>, NftError> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut written: Vec<String> = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "define" | "redefine")
            && written.last().is_none_or(|before| matches!(before.as_str(), ";" | "{"))
        {
            let name = words.next().unwrap_or_default();
            if words.next().as_deref() != Some("=") {
                return Err(NftError::Command("define".to_owned()));
            }
            let mut value = Vec::new();
            let mut depth = 0_usize;
            while let Some(word) = words.next_if(|word| depth > 0 || word != ";") {
                match word.as_str() {
                    "{" => depth += 1,
                    "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if word != ";" {
                    push(&mut value, word, &known)?;
                }
            }
            known.insert(name, value);
            continue;
        }
        push(&mut written, word, &known)?;
    }
    Ok(written)
}

fn push(written: &mut Vec<String>, word: String, known: &BTreeMap<String, Vec<String>>) -> Result<(), NftError> {
    match word.strip_prefix('$').and_then(|name| known.get(name)) {
        Some(value) => written.extend(value.iter().cloned()),
        // Of another file, or given to nft when it is run.
        None => written.push(word),
    }
    if written.len() > WORDS_MAX { Err(NftError::TooLong) } else { Ok(()) }
}

/// The place of the brace that closes.
pub(super) fn closing(words: &[String], open: usize) -> Result<usize, NftError> {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    Err(NftError::Braces)
}

/// Statements, each up to its `;`; what is in braces is part of one, and ends it where a block follows no list.
pub(super) fn statements(body: &[String]) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut depth = 0_usize;
    for word in body {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => {
                found.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(word.clone());
        }
    }
    found.retain(|statement| !statement.is_empty());
    found
}
