//! Which conditions of a start-up script hold in every interactive login shell, or only ask for files.

use super::shell_words::Word;

const COMPARISONS: &[&str] = &["=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"];

/// A test that in an interactive bash only asks for a file, or for what such a shell always has.
pub(super) fn asks_harmlessly(words: &[Word]) -> bool {
    let Some((command, arguments)) = words.split_first() else { return false };
    match command.text.as_str() {
        "[" | "test" | "[[" => {
            let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(&word.text.as_str()));
            let files = has(&["-d", "-e", "-f", "-r", "-s", "-x"]) && !has(COMPARISONS);
            files || arguments.iter().any(|word| !word.exact) && arguments.iter().all(|w| w.exact || of_the_shell(w))
        }
        "shopt" => arguments.iter().any(|word| word.text == "login_shell"),
        _ => false,
    }
}

/// `$PS1`, `${BASH-}`, `${-#*i}` and the like: known in an interactive bash.
fn of_the_shell(word: &Word) -> bool {
    let name = word.text.trim_start_matches(['$', '{', 'x']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len()).max(1);
    word.text.matches('$').count() == 1 && matches!(name.get(..end), Some("PS1" | "BASH" | "BASH_VERSION" | "-"))
}

/// `[ -z "$PS1" ] &&` and `[ -n "$PS1" ] ||`: what follows is done only in shells that nobody sits at.
pub(super) fn asks_interactive(words: &[Word], on_success: bool) -> bool {
    let [command, flag, variable, ..] = words else { return false };
    matches!(command.text.as_str(), "[" | "test" | "[[")
        && flag.text == (if on_success { "-z" } else { "-n" })
        && matches!(variable.text.as_str(), "$PS1" | "${PS1}" | "${PS1-}" | "${PS1:-}")
        && words.iter().skip(3).all(|word| matches!(word.text.as_str(), "]" | "]]"))
}
