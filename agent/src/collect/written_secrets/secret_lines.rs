//! Passwords in the text of a configuration: assignments to names that mean a password, and addresses with one in them.
//!
//! What stands for a password (a variable, a reference to a vault, a path, a hash, a word such as `prompt`) is none.
//! `changeme` is one.

use super::tables;
use super::values::is_password;

/// The most finds of one file.
pub const FINDS_MAX: usize = 20;
/// The most bytes of a line that are looked at.
const LINE_MAX: usize = 4_096;
/// The most words of one line that may name a password; each costs a search of the rest.
const LINE_WORDS_MAX: usize = 128;
/// What names of passwords end with.
const WORDS: [&str; 16] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pwd",
    "secret",
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "暗証番号",
    "apiキー",
    "アクセスキー",
    "暗号キー",
    "暗号化キー",
    "秘密キー",
    "共有キー",
    PASS,
];

/// A name of a password where it is a part by itself (`smtp_pass`) or stands behind what is signed in to (`dbpass`): other
/// words hold it too.
const PASS: &str = "pass";
/// What [`PASS`] may stand behind in one part of a name.
const BEFORE_PASS: [&str; 9] = ["", "db", "my", "sql", "mysql", "smtp", "ftp", "ldap", "user"];

/// What may stand behind the word in a name of a password.
const BEHIND: [&str; 12] =
    ["test", "prod", "production", "dev", "development", "staging", "default", "admin", "root", "user", "value", "db"];

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
    /// Behind a host, as `account:password`: Postfix's `sasl_passwd`.
    SaslPasswords,
    /// As the third word: pppd's `chap-secrets` and `pap-secrets`.
    PppSecrets,
    /// In quotes, behind a colon and what it is: strongSwan's `ipsec.secrets`.
    IpsecSecrets,
    /// As the last of three fields: Exim's `passwd.client`.
    EximClient,
}

impl Style {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Assignments,
        Self::Program,
        Self::Netrc,
        Self::Pgpass,
        Self::SaslPasswords,
        Self::PppSecrets,
        Self::IpsecSecrets,
        Self::EximClient,
    ];
}

/// The passwords of a text, and how many more there are.
pub fn finds(text: &str, style: Style) -> (Vec<Find>, usize) {
    let mut found = Vec::new();
    let mut left_out = 0;
    let mut block = None;
    for (index, line) in text.lines().enumerate() {
        let line = shortened(line.trim());
        let in_block = within_comment(line, style, &mut block);
        if in_block || is_comment(line, style) {
            continue;
        }
        let hits: Vec<(String, String)> = match style {
            Style::Netrc => tables::netrc(line),
            Style::Pgpass => tables::pgpass(line).into_iter().collect(),
            Style::SaslPasswords => tables::sasl_passwords(line).into_iter().collect(),
            Style::PppSecrets => tables::ppp_secrets(line).into_iter().collect(),
            Style::IpsecSecrets => tables::ipsec_secrets(line).into_iter().collect(),
            Style::EximClient => tables::exim_client(line).into_iter().collect(),
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
fn within_comment(line: &str, style: Style, block: &mut Option<&'static str>) -> bool {
    if let Some(end) = *block {
        if line.contains(end) {
            *block = None;
        }
        return true;
    }
    let blocks: &[(&str, &str)] = match style {
        Style::Program => &[("<!--", "-->"), ("/*", "*/")],
        Style::Assignments => &[("<!--", "-->")],
        _ => &[],
    };
    for (begin, end) in blocks {
        if line.starts_with(begin) && !line.contains(end) {
            *block = Some(end);
            return true;
        }
    }
    false
}

fn is_comment(line: &str, style: Style) -> bool {
    // Programs alone: `*/10` begins a line of crontab(5), `//server/share` one of fstab(5).
    const OF_PROGRAMS: [&str; 2] = ["/*", "*"];
    const OF_TEXT: [&str; 6] = [";", "// ", "<!--", "--", "REM ", "rem "];
    let begins = |marks: &[&str]| {
        marks.iter().any(|mark| {
            // `--password=x` is an argument.
            line.starts_with(mark) && !(*mark == "--" && line.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic))
        })
    };
    let marked = match style {
        Style::Program => begins(&OF_TEXT) || begins(&OF_PROGRAMS),
        Style::Assignments => begins(&OF_TEXT),
        _ => false,
    };
    line.is_empty() || line.starts_with('#') || marked
}

/// Every assignment of a line to a name of a password.
fn assignments(line: &str, style: Style) -> Vec<(String, String)> {
    let lower = line.to_lowercase();
    // Letters whose other case has another length would move places; such lines are looked at as they are.
    let searched = if lower.len() == line.len() { lower.as_str() } else { line };
    let mut hits: Vec<(String, String)> = Vec::new();
    let mut from = 0;
    for _ in 0..LINE_WORDS_MAX {
        let Some((at, word)) = next_word(searched, from) else { break };
        let begin = line[..at]
            .rfind(|letter| !is_of_name(letter))
            .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
        let end = line[at + word.len()..]
            .find(|letter| !is_of_name(letter))
            .map_or(line.len(), |behind| at + word.len() + behind);
        // Another word may follow in the same name: `compass.password`.
        from = at + word.len();
        let key = line[begin..end].trim_matches(['-', '.', '_']);
        if !means_a_password(&searched[at + word.len()..end]) || key.is_empty() {
            continue;
        }
        if word == PASS && !is_whole_part(&searched[begin..at]) {
            continue;
        }
        from = end;
        let is_element = line[..begin].ends_with('<');
        if let Some(value) = value(&line[end..], style, is_element, line)
            && is_password(&value, key, style)
        {
            hits.push((key.to_owned(), value));
        }
    }
    hits
}

/// Whether a name by itself is that of a password.
pub(super) fn names_a_password(name: &str) -> bool {
    name.chars().all(is_of_name) && !assignments(&format!("{name}=\"stand-in\""), Style::Assignments).is_empty()
}

fn next_word(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(from..)?;
    let found = WORDS.iter().filter_map(|word| Some((from + rest.find(word)?, *word)));
    // Of two that begin at one place the longer is meant.
    found.min_by_key(|(at, word)| (*at, usize::MAX - word.len()))
}

/// Whether what stands before [`PASS`] leaves it a name of its own.
fn is_whole_part(before: &str) -> bool {
    let part = before.rsplit(['_', '-', '.']).next().unwrap_or_default();
    BEFORE_PASS.contains(&part)
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
    let given = if let Some(given) = rest.strip_prefix(['：', '＝']) {
        // As Japanese is typed.
        given
    } else if let Some(given) = rest.strip_prefix("=>") {
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
            && is_password(password, "", Style::Assignments)
        {
            hits.push(("url".to_owned(), password.to_owned()));
        }
        rest = next;
    }
    hits
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
            ("受付PCのパスワード：kenshin2026", "受付PCのパスワード", "kenshin2026"),
            ("ﾊﾟｽﾜｰﾄﾞ=kenshin2026", "ﾊﾟｽﾜｰﾄﾞ", "kenshin2026"),
            ("APIキー＝\"kenshin2026\"", "APIキー", "kenshin2026"),
            ("db_pwd2 := abcd1234", "db_pwd2", "abcd1234"),
            ("url = mysql://app:abcd1234@db.local/x", "url", "abcd1234"),
            ("DB_PASS=abcd1234", "DB_PASS", "abcd1234"),
            ("smtp.pass: abcd1234", "smtp.pass", "abcd1234"),
            ("dbc_dbpass='abcd1234'", "dbc_dbpass", "abcd1234"),
            ("pass2 = abcd1234", "pass2", "abcd1234"),
            ("compass.password = abcd1234", "compass.password", "abcd1234"),
            ("pass_store_pwd = abcd1234", "pass_store_pwd", "abcd1234"),
            ("*/10 * * * * root mysqldump --password=abcd1234 x", "password", "abcd1234"),
            ("* * * * * root mysqldump --password=abcd1234 x", "password", "abcd1234"),
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
            "set PASSWORD=%DB_PASSWORD%",
            "プロダクトキー: ABCDE-12345",
            "パスワード：英数字8文字以上",
            "パスワード：担当者別紙",
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
            "compass = abcd1234",
            "bypass: abcd1234",
            "proxy_pass = ",
            "proxy_pass http://backend;",
            "pass_through = abcd1234",
            "passport = abcd1234",
            "\"password\": \"パスワードを入力\"",
            "\"confirm_password\": \"Confirm password\"",
            "password: \"Password:\"",
            "password = password_here",
            "DB_PASSWORD=your_password",
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
        assert_eq!(of("'password' => 'The name is wrong',"), 0, "a text of the screen");
        assert_eq!(of("/* $password = \"abcd1234\"; */"), 0);
        assert_eq!(of(" * password = \"abcd1234\""), 0);
    }

    #[test]
    fn finds_are_bounded_and_say_no_password() {
        let (found, left_out) = finds(&"password=abcd1234\n".repeat(FINDS_MAX + 5), Style::Assignments);
        assert_eq!((found.len(), left_out), (FINDS_MAX, 5));
        assert!(!format!("{found:?}").contains("abcd1234"));
        let blocks = "<!-- a\n password='abcd1234'\n-->\n/*\npassword='abcd1234'\n */ x\npassword='abcd1234'\n";
        assert_eq!(finds(blocks, Style::Program).0.len(), 1, "comments over several lines");
        assert_eq!(finds(blocks, Style::Assignments).0.len(), 2, "only programs have the second kind");
        let long = format!("{}password=abcd1234", " x".repeat(LINE_MAX));
        assert_eq!(finds(&long, Style::Assignments).0, []);
        let words = |count: usize| finds(&format!("{}pwd=abcd1234", "pass ".repeat(count)), Style::Assignments).0.len();
        assert_eq!((words(LINE_WORDS_MAX - 1), words(LINE_WORDS_MAX)), (1, 0));
    }

    proptest! {
        #[test]
        fn never_panics(text in "([=:\"'<>,;@/$ \n#(]|://|password|PASSWORD|pwd|İ|パスワード|define|secret|_|x){0,40}") {
            for style in Style::ALL {
                let _ = finds(&text, style);
            }
        }
    }
}
