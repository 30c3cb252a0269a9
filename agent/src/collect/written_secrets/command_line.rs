//! Passwords in command lines: of services, and of scheduled tasks.

use super::secret_lines::{Find, Style, finds as assigned, names_a_password};
use super::values::is_password;

/// The most words of a command line that are looked at (a command line of Windows is at most 32,767 characters long).
const WORDS_MAX: usize = 2_000;

/// What makes a secret of a text.
const SECURE: &str = "ConvertTo-SecureString";

/// The passwords of a command line: assigned to a name (`--password=x`, `/pwd:x`), or in the word behind it (`-Password x`).
pub fn finds(line: &str) -> Vec<Find> {
    let mut found = assigned(line, Style::Assignments).0;
    let words = words(line);
    for (option, value) in words.iter().zip(words.iter().skip(1)) {
        let Some(name) = option.strip_prefix("--").or_else(|| option.strip_prefix(['-', '/'])) else { continue };
        let is_value = !value.starts_with(['-', '/']) && !has_drive(value);
        if is_value && names_a_password(name) && is_password(value, name, Style::Assignments) {
            found.push(Find { line: 1, key: name.to_owned(), value: value.clone() });
        }
    }
    found
}

/// The passwords of a line that was typed at PowerShell, where a value without quotes may be a program: behind the name of an
/// option, assigned in quotes, or handed to what makes a secret of a text.
pub fn typed(line: &str) -> Vec<Find> {
    let mut found = assigned(line, Style::Program).0;
    let words = words(line);
    let mut keep = |key: &str, value: &str| {
        let value = value.trim_matches(['\'', '"', '(', ')']);
        let is_made = value.starts_with(['$', '@', '%', '-', '/', '*']) || has_drive(value) || value.is_empty();
        if !is_made && !found.iter().any(|find| find.value == value) {
            found.push(Find { line: 1, key: key.to_owned(), value: value.to_owned() });
        }
    };
    for (at, word) in words.iter().enumerate() {
        let behind = |count: usize| words.get(at + count).map(String::as_str).unwrap_or_default();
        if word.trim_start_matches(['(', '=']).eq_ignore_ascii_case(SECURE) {
            let named = behind(1).eq_ignore_ascii_case("-String");
            keep(SECURE, behind(if named { 2 } else { 1 }));
        }
        let Some(option) = word.strip_prefix("--").or_else(|| word.strip_prefix(['-', '/'])) else { continue };
        let (name, value) = match option.split_once(['=', ':']) {
            Some((name, value)) => (name, value),
            None => (option, behind(1)),
        };
        // In brackets it is what a command gives.
        if !value.starts_with('(') && names_a_password(name) && is_password(value, name, Style::Assignments) {
            keep(name, value);
        }
    }
    if let [program, of, _account, password, ..] = words.as_slice()
        && ["net", "net.exe"].iter().any(|net| program.eq_ignore_ascii_case(net))
        && of.eq_ignore_ascii_case("user")
    {
        keep("net user", password);
    }
    found
}

/// A path from a drive, which names where the password is.
fn has_drive(value: &str) -> bool {
    let mut letters = value.chars();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), Some('\\' | '/'))
}

/// Words, of which double quotes hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut in_quotes) = (String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => in_quotes = !in_quotes,
            letter if letter.is_whitespace() && !in_quotes => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
        if words.len() >= WORDS_MAX {
            break;
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(line: &str) -> Vec<(String, String)> {
        finds(line).into_iter().map(|find| (find.key, find.value)).collect()
    }

    #[test]
    fn passwords_that_were_typed() {
        let of = |line: &str| typed(line).into_iter().map(|find| (find.key, find.value)).collect::<Vec<_>>();
        for (line, key, value) in [
            ("net user hosyu Kenshin-2026 /add", "net user", "Kenshin-2026"),
            (
                "$p = ConvertTo-SecureString 'Kenshin-2026' -AsPlainText -Force",
                "ConvertTo-SecureString",
                "Kenshin-2026",
            ),
            (
                "x -P (ConvertTo-SecureString -String \"Kenshin-2026\" -AsPlainText)",
                "ConvertTo-SecureString",
                "Kenshin-2026",
            ),
            ("Connect-Db -User a -Password Kenshin-2026", "Password", "Kenshin-2026"),
            ("x.exe --password=Kenshin-2026", "password", "Kenshin-2026"),
            ("$password = \"Kenshin-2026\"", "password", "Kenshin-2026"),
        ] {
            assert_eq!(of(line), [(key.to_owned(), value.to_owned())], "{line}");
        }
        for line in [
            "$password = Read-Host -AsSecureString",
            "Connect-Db -Password $password",
            "Connect-Db -Password (Get-Credential).Password",
            "net user hosyu * /add",
            "net user hosyu /active:no",
            "net user",
            "$p = ConvertTo-SecureString $text -AsPlainText -Force",
            "ConvertTo-SecureString",
            "Set-LocalUser -Name a -PasswordNeverExpires $true",
            "cd C:\\Users",
            "",
        ] {
            assert!(of(line).is_empty(), "{line}: {:?}", of(line));
        }
    }

    #[test]
    fn passwords_behind_their_names_and_beside_them() {
        for (line, key, value) in [
            (r#""C:\Program Files\x\x.exe" --service --db-password=Kenshin-2026"#, "db-password", "Kenshin-2026"),
            (r"C:\x\x.exe /password:Kenshin-2026 /q", "password", "Kenshin-2026"),
            (r"C:\x\x.exe -Password Kenshin-2026", "Password", "Kenshin-2026"),
            (r#"x.exe --db-password "Kenshin 2026" --q"#, "db-password", "Kenshin 2026"),
            (r"x.exe /PASS Kenshin-2026", "PASS", "Kenshin-2026"),
            (r"x.exe -url=jdbc:postgresql://app:Kenshin-2026@db/x", "url", "Kenshin-2026"),
        ] {
            assert_eq!(of(line), [(key.to_owned(), value.to_owned())], "{line}");
        }
    }

    #[test]
    fn what_is_no_password() {
        for line in [
            "",
            r"%SystemRoot%\system32\svchost.exe -k netsvcs -p",
            r"C:\x.exe --password-file C:\secret.txt",
            r"C:\x.exe --password C:\secret.txt",
            r"C:\x.exe --password %DB_PASSWORD%",
            r"C:\x.exe --password=%DB_PASSWORD%",
            r"C:\x.exe --password --verbose",
            r"C:\x.exe --password",
            r"C:\x.exe password Kenshin",
            r"C:\x.exe -bypass Kenshin-2026",
            r"C:\x.exe --password prompt",
        ] {
            assert_eq!(of(line), [], "{line}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(line in "(--password|/pwd|-|:|=|\"| |パスワード|x1y2){0,30}") {
            let _ = finds(&line);
        }
    }
}
