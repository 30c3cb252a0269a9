//! Passwords in the text of a configuration: assignments to names that mean a password, and addresses with one in them.
//!
//! What stands for a password (a variable, a reference to a vault, a path, a hash, a word such as `prompt`) is none.
//! `changeme` is one.

/// The most finds of one file.
pub const FINDS_MAX: usize = 20;
/// The most bytes of a line that are looked at.
const LINE_MAX: usize = 4_096;
/// Shorter values are switches and numbers.
const LENGTH_MIN: usize = 4;

/// What names of passwords end with.
const WORDS: [&str; 8] = ["password", "passwd", "passphrase", "passwort", "pwd", "secret", "パスワード", "暗証番号"];

/// What may stand behind the word in a name of a password.
const BEHIND: [&str; 12] =
    ["test", "prod", "production", "dev", "development", "staging", "default", "admin", "root", "user", "value", "db"];

/// Values that are no password but a choice.
const CHOICES: [&str; 35] = [
    "none",
    "null",
    "nil",
    "true",
    "false",
    "ask",
    "prompt",
    "required",
    "optional",
    "sufficient",
    "requisite",
    "include",
    "files",
    "compat",
    "system",
    "default",
    "disabled",
    "enabled",
    "password",
    "passwd",
    "secret",
    "plain",
    "optional,",
    "string",
    "text",
    "hidden",
    "never",
    "always",
    "inherit",
    "user",
    "keyring",
    "agent",
    "environment",
    "undefined",
    "empty",
];

/// How the values begin that stand for something kept elsewhere, or that are hashes.
const STAND_INS: [&str; 18] = [
    "${",
    "$(",
    "%(",
    "%{",
    "{{",
    "<",
    "@",
    "enc(",
    "vault:",
    "arn:",
    "secretref:",
    "file:",
    "env:",
    "/",
    "$argon2",
    "{",
    "~/",
    "!vault",
];

/// A password in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct Find {
    /// The line, from 1.
    pub line: usize,
    /// What it is called.
    pub key: String,
    /// The password. It is compared and dropped.
    pub value: String,
}

impl std::fmt::Debug for Find {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Find").field("line", &self.line).field("key", &self.key).finish_non_exhaustive()
    }
}

/// How a file writes passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As assignments, in any of the usual forms.
    Assignments,
    /// As assignments of a program, where only a text in quotes is a value.
    Program,
    /// As words behind `password`: netrc(5).
    Netrc,
    /// As the last of five fields: PostgreSQL's `.pgpass`.
    Pgpass,
}

/// The passwords of a text, and how many more there are.
pub fn finds(text: &str, style: Style) -> (Vec<Find>, usize) {
    let mut found = Vec::new();
    let mut left_out = 0;
    let mut block = None;
    for (index, line) in text.lines().enumerate() {
        let line = shortened(line.trim());
        let in_block = within_comment(line, &mut block);
        if in_block || is_comment(line) {
            continue;
        }
        let hits: Vec<(String, String)> = match style {
            Style::Netrc => netrc(line),
            Style::Pgpass => pgpass(line).into_iter().collect(),
            Style::Assignments | Style::Program => {
                assignments(line, style).into_iter().chain(addresses(line)).collect()
            }
        };
        for (key, value) in hits {
            if found.len() < FINDS_MAX {
                found.push(Find { line: index + 1, key, value });
            } else {
                left_out += 1;
            }
        }
    }
    (found, left_out)
}

fn shortened(line: &str) -> &str {
    line.get(..line.floor_char_boundary(LINE_MAX)).unwrap_or(line)
}

/// Whether a comment that began on a line before goes on; `block` is what ends it.
fn within_comment(line: &str, block: &mut Option<&'static str>) -> bool {
    const BLOCKS: [(&str, &str); 2] = [("<!--", "-->"), ("/*", "*/")];
    if let Some(end) = *block {
        if line.contains(end) {
            *block = None;
        }
        return true;
    }
    for (begin, end) in BLOCKS {
        if line.starts_with(begin) && !line.contains(end) {
            *block = Some(end);
            return true;
        }
    }
    false
}

fn is_comment(line: &str) -> bool {
    // `//server/share` begins a line of fstab(5).
    line.is_empty()
        || ["#", ";", "// ", "/*", "*", "<!--", "--", "REM ", "rem "].iter().any(|mark| {
            // `--password=x` is an argument.
            line.starts_with(mark) && !(*mark == "--" && line.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic))
        })
}

/// Every assignment of a line to a name of a password.
fn assignments(line: &str, style: Style) -> Vec<(String, String)> {
    let lower = line.to_lowercase();
    // Letters whose other case has another length would move places; such lines are looked at as they are.
    let searched = if lower.len() == line.len() { lower.as_str() } else { line };
    let mut hits: Vec<(String, String)> = Vec::new();
    let mut from = 0;
    while let Some((at, word)) = next_word(searched, from) {
        let begin = line[..at]
            .rfind(|letter| !is_of_name(letter))
            .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
        let end = line[at + word.len()..]
            .find(|letter| !is_of_name(letter))
            .map_or(line.len(), |behind| at + word.len() + behind);
        from = end;
        let key = line[begin..end].trim_matches(['-', '.', '_']);
        if !means_a_password(&searched[at + word.len()..end]) || key.is_empty() {
            continue;
        }
        let is_element = line[..begin].ends_with('<');
        if let Some(value) = value(&line[end..], style, is_element, line)
            && is_password(&value)
        {
            hits.push((key.to_owned(), value));
        }
    }
    hits
}

fn next_word(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(from..)?;
    WORDS.iter().filter_map(|word| Some((from + rest.find(word)?, *word))).min()
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// Whether what stands behind the word leaves it the name of a password.
fn means_a_password(behind: &str) -> bool {
    let behind = behind.trim_start_matches(['_', '-', '.']);
    behind.is_empty() || behind.bytes().all(|byte| byte.is_ascii_digit()) || BEHIND.contains(&behind)
}

/// The value that is assigned, if one is.
fn value(rest: &str, style: Style, is_element: bool, line: &str) -> Option<String> {
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix(']').unwrap_or(rest).trim_start();
    let given = if let Some(given) = rest.strip_prefix("=>") {
        given
    } else if let Some(given) = rest.strip_prefix('=') {
        if given.starts_with(['=', '~']) {
            return None;
        }
        given
    } else if let Some(given) = rest.strip_prefix(':') {
        if given.starts_with([':', '/']) {
            return None;
        }
        given.strip_prefix('=').unwrap_or(given)
    } else if let Some(given) = rest.strip_prefix('>').filter(|_| is_element) {
        return Some(given.split('<').next().unwrap_or_default().trim().to_owned());
    } else {
        rest.strip_prefix(',').filter(|_| line.contains("define("))?
    };
    let given = given.trim_start();
    let quote = given.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    if let Some(quote) = quote {
        let inner = given.strip_prefix(quote)?;
        return Some(inner.split(quote).next().unwrap_or_default().to_owned());
    }
    if style == Style::Program {
        return None;
    }
    let word = given.split(|letter: char| letter.is_whitespace() || matches!(letter, ';' | '<' | '"' | '\'')).next()?;
    let word = word.trim_end_matches([',', ')', '}', ']']);
    // In a list of options another one follows.
    let word = word.split_once(',').filter(|(_, next)| next.contains('=')).map_or(word, |(word, _)| word);
    // What is computed or looked up is no password itself.
    (!word.contains(['(', '['])).then(|| word.to_owned())
}

/// Whether a value can be a password, and does not stand for one.
fn is_password(value: &str) -> bool {
    let lower = value.to_lowercase();
    let dollar = value.strip_prefix('$').and_then(|rest| rest.chars().next());
    value.chars().count() >= LENGTH_MIN
        && !CHOICES.contains(&lower.as_str())
        && !STAND_INS.iter().any(|begin| lower.starts_with(begin))
        // A variable, or a hash of crypt(5).
        && !dollar.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !value.chars().all(|letter| matches!(letter, '*' | 'x' | 'X' | '.' | '-' | '_' | '?'))
}

/// Addresses with a password in them: `mysql://app:secret@db`.
fn addresses(line: &str) -> Vec<(String, String)> {
    let mut hits = Vec::new();
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once("://") {
        let end =
            behind.find(|letter: char| letter.is_whitespace() || "/\"'<>,;".contains(letter)).unwrap_or(behind.len());
        let (authority, next) = behind.split_at(end);
        if let Some((person, _)) = authority.rsplit_once('@')
            && let Some((_, password)) = person.split_once(':')
            && is_password(password)
        {
            hits.push(("url".to_owned(), password.to_owned()));
        }
        rest = next;
    }
    hits
}

fn netrc(line: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0] == "password");
    pairs.map(|pair| ("password".to_owned(), pair[1].to_owned())).collect()
}

fn pgpass(line: &str) -> Option<(String, String)> {
    // A colon within a field is written `\:`.
    let plain = line.replace("\\\\", "\0").replace("\\:", "\u{1}");
    let fields: Vec<&str> = plain.splitn(5, ':').collect();
    let password = fields.get(4).filter(|password| !password.is_empty() && **password != "*")?;
    Some(("password".to_owned(), password.replace('\u{1}', ":").replace('\0', "\\")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(line: &str) -> Vec<(String, String)> {
        finds(line, Style::Assignments).0.into_iter().map(|find| (find.key, find.value)).collect()
    }

    #[test]
    fn passwords_of_every_usual_form() {
        for (line, key, value) in [
            ("password = hunter2hunter2", "password", "hunter2hunter2"),
            ("DB_PASSWORD=changeme", "DB_PASSWORD", "changeme"),
            ("  passwd: 'p w d#1'  # note", "passwd", "p w d#1"),
            ("\"password\": \"geheim99\",", "password", "geheim99"),
            ("spring.datasource.password=abcd1234", "spring.datasource.password", "abcd1234"),
            ("<property name=\"x\"/><password>abcd1234</password>", "password", "abcd1234"),
            ("<user name=\"a\" password=\"abcd1234\"/>", "password", "abcd1234"),
            ("define('DB_PASSWORD', 'abcd1234');", "DB_PASSWORD", "abcd1234"),
            ("'password' => 'abcd1234',", "password", "abcd1234"),
            ("$config['db_password'] = 'abcd1234';", "db_password", "abcd1234"),
            ("Environment=\"APP_SECRET=abcd1234\"", "APP_SECRET", "abcd1234"),
            ("ExecStart=/opt/x --db-password=abcd1234 --v", "db-password", "abcd1234"),
            ("//srv/share /mnt cifs username=a,password=abcd1234,uid=0", "password", "abcd1234"),
            ("パスワード:kenshin2026", "パスワード", "kenshin2026"),
            ("db_pwd2 := abcd1234", "db_pwd2", "abcd1234"),
            ("url = mysql://app:abcd1234@db.local/x", "url", "abcd1234"),
        ] {
            assert_eq!(of(line), [(key.to_owned(), value.to_owned())], "{line}");
        }
    }

    #[test]
    fn what_is_no_password() {
        for line in [
            "# password = hunter2hunter2",
            ";password=hunter2",
            "// password = \"hunter2\"",
            "password =",
            "password = \"\"",
            "password = ********",
            "password = xxxxxx",
            "password = ${DB_PASSWORD}",
            "password = $DB_PASSWORD",
            "password = %(password)s",
            "password = {{ vault_password }}",
            "password = /run/secrets/db",
            "password: !vault |",
            "password = $6$salt$hash",
            "password = {SSHA}abcdef",
            "password: null",
            "password = prompt",
            "password [success=1 default=ignore] pam_unix.so obscure",
            "passwd: files systemd",
            "password_file = abcd1234",
            "PasswordAuthentication = yes-please",
            "password_min_length = 1000",
            "password == other_password",
            "if (password != \"abcd1234\")",
            "secretName: db-credentials",
            "password = os.environ.get(\"DB\")",
            "url = https://example.jp:8443/a@b",
            "url = mysql://app@db.local/x",
            "url = mysql://app:${PW}@db.local/x",
            "http://user:pass",
            "pwd: 60",
            "PWD",
        ] {
            assert_eq!(of(line), [], "{line}");
        }
    }

    #[test]
    fn programs_assign_texts_in_quotes_alone() {
        let of = |line| finds(line, Style::Program).0.len();
        assert_eq!(of("$password = $row_password2;"), 0);
        assert_eq!(of("password = user_input"), 0);
        assert_eq!(of("$password = \"abcd1234\";"), 1);
    }

    #[test]
    fn files_of_passwords() {
        let netrc = "machine a login b password abcd1234\nmachine c\n password x\n# password y\n";
        let found = finds(netrc, Style::Netrc).0;
        assert_eq!(
            found.iter().map(|find| (find.line, find.value.as_str())).collect::<Vec<_>>(),
            [(1, "abcd1234"), (3, "x")]
        );
        let pgpass = "# c\ndb:5432:*:app:a\\:b:c\ndb:5432:x\ndb:5432:*:app:*\n";
        let found = finds(pgpass, Style::Pgpass).0;
        assert_eq!(found.iter().map(|find| (find.line, find.value.as_str())).collect::<Vec<_>>(), [(2, "a:b:c")]);
    }

    #[test]
    fn finds_are_bounded_and_say_no_password() {
        let (found, left_out) = finds(&"password=abcd1234\n".repeat(FINDS_MAX + 5), Style::Assignments);
        assert_eq!((found.len(), left_out), (FINDS_MAX, 5));
        assert!(!format!("{found:?}").contains("abcd1234"));
        let blocks =
            "<!-- example\n <password>abcd1234</password>\n-->\n/*\npassword=abcd1234\n */ x\npassword=abcd1234\n";
        assert_eq!(finds(blocks, Style::Assignments).0.len(), 1, "comments over several lines");
        let long = format!("{}password=abcd1234", " x".repeat(LINE_MAX));
        assert_eq!(finds(&long, Style::Assignments).0, []);
    }

    proptest! {
        #[test]
        fn never_panics(text in "([=:\"'<>,;@/$ \n#(]|://|password|PASSWORD|pwd|İ|パスワード|define|secret|_|x){0,40}") {
            for style in [Style::Assignments, Style::Program, Style::Netrc, Style::Pgpass] {
                let _ = finds(&text, style);
            }
        }
    }
}
