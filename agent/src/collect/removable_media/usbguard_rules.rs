//! The rules of USBGuard, as far as they let in storage that they do not name. See usbguard-rules.conf(5).
//!
//! The question is asked with a stick nobody has seen before: its only interface is mass storage (`08:06:50`), and no
//! number, serial or hash of it is in any rule. The first rule that matches decides.

use thiserror::Error;

/// The most rules that are read.
const RULES_MAX: usize = 20_000;
/// The longest rule.
const RULE_BYTES_MAX: usize = 64 << 10;
/// The interface of a stick: mass storage, SCSI, bulk only.
const STICK: [&str; 3] = ["08", "06", "50"];

/// Why rules cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RulesError {
    /// They are no text.
    #[error("they are not UTF-8 text")]
    NotText,
    /// There are too many, or one is too long.
    #[error("there are more than {RULES_MAX} rules, or one is longer than {RULE_BYTES_MAX} bytes")]
    TooLong,
    /// A line is no rule; the daemon then does not start.
    #[error("line {0} is no rule")]
    NoRule(usize),
}

/// What the rules do with a stick that they do not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They let it in.
    In,
    /// They keep it out.
    Out,
    /// None of them speaks of it: the policy for unnamed devices decides.
    Silent,
    /// Only at some time or after something else; that cannot be told.
    Unclear,
}

/// What is said of a device.
#[derive(Debug, Default)]
struct Said {
    /// It matches one device.
    one: bool,
    /// It matches some devices, among them possibly a stick.
    some: bool,
    /// It matches on a condition.
    conditional: bool,
    /// Its interfaces, if they are named, are those of a stick.
    stick: Option<bool>,
}

/// Asks the rules of one file, or of several one after another.
pub fn answer<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Answer, RulesError> {
    let mut decided = None;
    let mut unclear = false;
    let mut count = 0;
    for file in files {
        let text = std::str::from_utf8(file).map_err(|_| RulesError::NotText)?;
        for (index, line) in text.lines().enumerate() {
            count += 1;
            if count > RULES_MAX || line.len() > RULE_BYTES_MAX {
                return Err(RulesError::TooLong);
            }
            let words = words(line).ok_or(RulesError::NoRule(index + 1))?;
            let Some((target, rest)) = words.split_first() else { continue };
            let said = said(rest).ok_or(RulesError::NoRule(index + 1))?;
            let is_in = match target.as_str() {
                "allow" => true,
                "block" | "reject" => false,
                _ => return Err(RulesError::NoRule(index + 1)),
            };
            // What follows the rule that decides must still be a rule.
            if decided.is_some() || said.one || said.stick == Some(false) {
                continue;
            }
            match (is_in, said.conditional) {
                // A model of which nothing says that it is storage.
                (true, _) if said.some && said.stick.is_none() => {}
                (true, true) => unclear = true,
                (true, false) => decided = Some(Answer::In),
                (false, false) if !said.some => decided = Some(Answer::Out),
                (false, _) => {}
            }
        }
    }
    match decided {
        Some(Answer::In) => Ok(Answer::In),
        _ if unclear => Ok(Answer::Unclear),
        other => Ok(other.unwrap_or(Answer::Silent)),
    }
}

/// The words of a line: quoted texts without their quotes' meaning, braces alone. Nothing when a quote does not end.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                word.push('"');
                loop {
                    match letters.next()? {
                        '\\' => word.extend(letters.next()),
                        '"' => break,
                        other => word.push(other),
                    }
                }
            }
            '#' if word.is_empty() => break,
            '{' | '}' => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
                words.push(letter.to_string());
            }
            letter if letter.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            letter => word.push(letter),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    Some(words)
}

/// The attributes of a rule; nothing when they are none.
fn said(words: &[String]) -> Option<Said> {
    let mut said = Said::default();
    let mut rest = words;
    while let Some((name, after)) = rest.split_first() {
        let name = name.as_str();
        if name == "if" {
            // Conditions may hold rules of their own, up to the end of the line.
            said.conditional = after != ["true"];
            return (!after.is_empty()).then_some(said);
        }
        // The number of a device may stand without its name.
        if is_number(name) {
            said.some |= name != "*:*";
            rest = after;
            continue;
        }
        let (operator, values, left) = values(after)?;
        rest = left;
        match name {
            "serial" | "hash" if !negative(operator) && values.iter().all(|value| value.len() > 1) => said.one = true,
            "id" if values.iter().all(|value| value == "*:*") => {}
            "id" | "serial" | "hash" | "name" | "parent-hash" | "with-connect-type" => said.some = true,
            // A label matches nothing; a port, whatever is put into that socket.
            "via-port" | "label" => {}
            "with-interface" => {
                let fits = is_stick(operator, values);
                said.stick = Some(said.stick.unwrap_or(true) && fits);
            }
            _ => return None,
        }
    }
    Some(said)
}

fn negative(operator: &str) -> bool {
    operator == "none-of"
}

/// The operator, the values and what follows them.
fn values(words: &[String]) -> Option<(&str, &[String], &[String])> {
    const OPERATORS: [&str; 6] = ["all-of", "one-of", "none-of", "equals", "equals-ordered", "match-all"];
    let (first, after) = words.split_first()?;
    let (operator, brace) = match after.split_first() {
        Some((brace, inside)) if brace == "{" && OPERATORS.contains(&first.as_str()) => (first.as_str(), Some(inside)),
        _ if first == "{" => ("equals", Some(after)),
        _ => ("equals", None),
    };
    match brace {
        None => Some((operator, words.get(..1)?, after)),
        Some(inside) => {
            let end = inside.iter().position(|word| word == "}")?;
            Some((operator, inside.get(..end)?, inside.get(end + 1..)?))
        }
    }
}

/// Whether a device whose only interface is that of a stick has such interfaces.
fn is_stick(operator: &str, values: &[String]) -> bool {
    let covers = |value: &String| {
        let parts: Vec<&str> = value.split(':').collect();
        parts.len() == STICK.len()
            && parts.iter().zip(STICK).all(|(part, own)| *part == "*" || part.eq_ignore_ascii_case(own))
    };
    match operator {
        "none-of" => !values.iter().any(covers),
        "one-of" | "match-all" => values.iter().any(covers),
        _ => !values.is_empty() && values.iter().all(covers),
    }
}

/// `1d6b:0002`, `1d6b:*`, `*:*`.
fn is_number(word: &str) -> bool {
    word.split_once(':').is_some_and(|(vendor, product)| {
        let is_part = |part: &str| part == "*" || part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_part(vendor) && is_part(product)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As `usbguard generate-policy` writes them.
    const GENERATED: &str = "allow id 1d6b:0002 serial \"0000:00:14.0\" name \"xHCI Host Controller\" hash \
        \"jEP/6WzviqdJ5VSeTUY8PatCNBKeaREvo2OqdplND/o=\" parent-hash \"rV9bfLq7c2eA4tYjVjwO4bxhm+y6GgZpl9J60L0fBkY=\" \
        with-interface 09:00:00 with-connect-type \"\"\n\
        allow id 0951:1666 serial \"60A44C413FAE\" name \"DataTraveler 3.0\" hash \"x1=\" parent-hash \"y1=\" via-port \"1-2\" \
        with-interface 08:06:50 with-connect-type \"hotplug\"\n";

    fn of(text: &str) -> Result<Answer, RulesError> {
        answer([text.as_bytes()])
    }

    #[test]
    fn what_rules_do_with_an_unknown_stick() {
        for (text, expected) in [
            ("", Answer::Silent),
            (GENERATED, Answer::Silent),
            ("# allow\n", Answer::Silent),
            ("allow\n", Answer::In),
            ("allow *:*", Answer::In),
            ("allow id *:* label \"all\"", Answer::In),
            ("allow with-interface equals { 08:*:* }", Answer::In),
            ("allow with-interface one-of { 03:*:* 08:06:50 } # sticks", Answer::In),
            ("allow with-interface { 08:06:50 }", Answer::In),
            ("allow with-interface 08:*:*", Answer::In),
            ("allow with-interface none-of { 03:*:* }", Answer::In),
            ("allow via-port \"1-2\"", Answer::In),
            ("allow id 0951:* with-interface 08:06:50", Answer::In),
            ("allow 0951:1666 with-interface 08:06:50", Answer::In),
            ("allow serial none-of { \"x\" } with-interface 08:06:50", Answer::In),
            ("allow serial \"\" with-interface 08:06:50", Answer::In),
            ("allow name \"USB DISK\" with-interface one-of { 08:*:* }", Answer::In),
            ("allow id 046d:c31c", Answer::Silent),
            ("allow with-interface one-of { 03:*:* }", Answer::Silent),
            ("allow with-interface all-of { 08:*:* 03:*:* }", Answer::Silent),
            ("allow with-interface match-all { 03:*:* 08:*:* }", Answer::In),
            ("allow with-interface 08:04:50", Answer::Silent),
            ("reject with-interface one-of { 08:*:* }\nallow", Answer::Out),
            ("block\nallow", Answer::Out),
            ("block id 0951:1666\nallow", Answer::In),
            ("reject with-interface all-of { 08:*:* 03:00:* }\nallow with-interface equals { 08:*:* }", Answer::In),
            ("block if !localtime(09:00-18:00)\nallow", Answer::In),
            ("allow with-interface 08:*:* if localtime(09:00-18:00)", Answer::Unclear),
            ("allow if random(0.1666)\nreject", Answer::Unclear),
            ("allow if true", Answer::In),
            (
                "allow with-interface one-of { 03:00:01 03:01:01 } if !allowed-matches(with-interface one-of { 03:00:01 })",
                Answer::Silent,
            ),
        ] {
            assert_eq!(of(text), Ok(expected), "{text}");
        }
        assert_eq!(answer([GENERATED.as_bytes(), b"allow"]), Ok(Answer::In), "files follow each other");
    }

    #[test]
    fn what_is_no_rule() {
        for text in [
            "permit",
            "ALLOW",
            "allow id",
            "allow name \"x",
            "allow with-interface { 08:*:*",
            "allow colour red",
            "allow if",
        ] {
            assert_eq!(of(text), Err(RulesError::NoRule(1)), "{text}");
        }
        assert_eq!(of("block\nnonsense"), Err(RulesError::NoRule(2)), "the daemon does not start with it");
        assert_eq!(answer([b"\xff".as_slice()]), Err(RulesError::NotText));
        assert_eq!(of(&"\n".repeat(20_001)), Err(RulesError::TooLong));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(allow |block |with-interface |one-of |08:\\*:\\* |[{}\"#\\\\ \n]|é|id |if |serial ){0,40}") {
            let _ = of(&text);
        }
    }
}
