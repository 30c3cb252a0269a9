//! Rules of the kernel's audit, as augenrules joins them and auditctl gives them to the kernel. See augenrules(8), auditctl(8).

use super::auditd::{AuditdError, LINES_MAX};

/// The most watches of one host.
pub const WATCHED_MAX: usize = 500;
/// The most rules that are kept in mind.
const RULES_MAX: usize = 5_000;
/// Options of auditctl with a value, and without one.
const WITH_VALUE: &str = "CefrbaAdSFmRwWkpq";
const ALONE: &str = "hicslDvt";
const LONG_WITH_VALUE: [&str; 2] = ["backlog_wait_time", "signal"];
const LONG_ALONE: [&str; 3] = ["loginuid-immutable", "reset-lost", "reset_backlog_wait_time_actual"];
const LISTS: [&str; 6] = ["task", "exit", "user", "exclude", "filesystem", "io_uring"];

/// How the awk of a host reads `\s` in a pattern, by which augenrules knows lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blanks {
    /// As a blank, as gawk and busybox do.
    Matched,
    /// As the letter s, as mawk does, which Debian has unless another one is installed.
    AsLetter,
}

/// Joins files as augenrules does: without comments and empty lines; `-D` first, then `-b` and `-f`, and `-e` last, of each the
/// last one. A file that ends within a line goes on in the next.
pub fn merged(files: &[Vec<u8>], blanks: Blanks) -> Result<Vec<String>, AuditdError> {
    let bytes = files.concat();
    let text = std::str::from_utf8(&bytes).map_err(|_| AuditdError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(AuditdError::TooLong);
    }
    let is_blank = |letter: char| match blanks {
        Blanks::Matched => letter.is_ascii_whitespace() || letter == '\u{b}',
        Blanks::AsLetter => letter == 's',
    };
    let (mut first, mut backlog, mut failure, mut last) = ("", "", "", "");
    let mut rest = Vec::new();
    for line in text.split_terminator('\n').filter(|line| !line.is_empty()) {
        let begun = line.trim_start_matches(is_blank);
        let place = match begun.get(..2) {
            _ if begun.starts_with('#') => continue,
            Some("-e") => &mut last,
            Some("-D") if begun.chars().skip(2).all(is_blank) => &mut first,
            Some("-f") => &mut failure,
            Some("-b") => &mut backlog,
            _ => {
                rest.push(line);
                continue;
            }
        };
        *place = line;
    }
    let all = [first, backlog, failure].into_iter().chain(rest).chain([last]);
    Ok(all.map(str::to_owned).collect())
}

/// What rules come to once auditctl has read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whether they lock themselves (`-e 2`), if they say.
    pub enabled: Option<u8>,
    /// What is watched for writing or changed attributes.
    pub watched: Vec<String>,
}

impl Rules {
    /// Reads lines in their order, as `auditctl -R` does: a line that is wrong ends the reading, unless `-i` or `-c` stands
    /// before, and none counts behind the lock. Of a line whose calls or fields this kernel does not know nothing is known.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut loaded = Loaded::default();
        for line in lines {
            let line = line.replace("\\ ", &BLANK.to_string());
            let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
            if words.first().is_none_or(|word| word.starts_with('#')) {
                continue;
            }
            if loaded.take(&words).is_none() && !loaded.goes_on {
                break;
            }
            if loaded.enabled == Some(2) {
                break;
            }
        }
        Self { enabled: loaded.enabled, watched: loaded.watched() }
    }
}

/// One rule of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    list: String,
    records: bool,
    fields: Vec<String>,
    calls: Vec<String>,
    key: Option<String>,
}

#[derive(Debug, Default)]
struct Loaded {
    enabled: Option<u8>,
    /// Wrong lines are passed over.
    goes_on: bool,
    rules: Vec<Rule>,
}

impl Loaded {
    /// Takes a line up; nothing where auditctl refuses it.
    fn take(&mut self, words: &[&str]) -> Option<()> {
        let options = options(words)?;
        let value =
            |wanted: char| options.iter().find(|(option, _)| *option == wanted).map(|(_, value)| value.as_str());
        self.goes_on |= value('i').is_some() || value('c').is_some();
        if let Some(enabled) = value('e') {
            self.enabled = Some(enabled.parse().ok().filter(|number| *number <= 2)?);
        }
        if value('D').is_some() {
            let key = value('k');
            self.rules.retain(|rule| key.is_some() && rule.key.as_deref() != key);
            return Some(());
        }
        let (rule, at) = rule(&options)?;
        let Some(rule) = rule else { return Some(()) };
        match at {
            Place::Gone => {
                let at = self.rules.iter().position(|other| *other == rule)?;
                self.rules.remove(at);
            }
            Place::First if self.rules.len() < RULES_MAX => self.rules.insert(0, rule),
            Place::Last if self.rules.len() < RULES_MAX && !self.rules.contains(&rule) => self.rules.push(rule),
            // The kernel refuses a rule that it has.
            Place::Last if self.rules.len() < RULES_MAX => return None,
            Place::First | Place::Last => {}
        }
        Some(())
    }

    /// Nothing where audit is off or records no calls at all; what stands behind a rule that records nothing is never reached.
    fn watched(&self) -> Vec<String> {
        let stops = |rule: &&Rule, list: &str| {
            rule.list == list && !rule.records && rule.fields.is_empty() && rule.calls.is_empty()
        };
        if self.enabled == Some(0)
            || self.rules.iter().find(|rule| rule.list == "task").is_some_and(|rule| stops(&rule, "task"))
        {
            return Vec::new();
        }
        let mut watched: Vec<String> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.list == "exit").take_while(|rule| !stops(rule, "exit")) {
            let field = |name: &str| rule.fields.iter().find_map(|field| field.strip_prefix(name));
            let path = field("path=").or_else(|| field("dir="));
            let writes = field("perm=").is_none_or(|permissions| permissions.contains(['w', 'a']));
            if let Some(path) = path.filter(|path| rule.records && writes && !watched.iter().any(|known| known == path))
                && watched.len() < WATCHED_MAX
            {
                watched.push(path.to_owned());
            }
        }
        watched
    }
}

/// What becomes of a rule.
enum Place {
    First,
    Last,
    Gone,
}

/// The rule that a line adds or deletes, if it does.
fn rule(options: &[(char, String)]) -> Option<(Option<Rule>, Place)> {
    let mut place = Place::Last;
    let mut found: Option<Rule> = None;
    let mut is_watch = false;
    let mut permissions = None;
    for (option, value) in options {
        match option {
            'w' | 'W' => {
                if found.is_some() || !value.starts_with('/') {
                    return None;
                }
                is_watch = true;
                let path = if value.len() > 1 { value.trim_end_matches('/') } else { value };
                found = Some(of_list("exit", true, vec![format!("path={path}")]));
                place = if *option == 'W' { Place::Gone } else { Place::Last };
            }
            'a' | 'A' | 'd' => {
                if found.is_some() {
                    return None;
                }
                let (list, records) = list(value)?;
                found = Some(of_list(list, records, Vec::new()));
                place = match option {
                    'a' => Place::Last,
                    'A' => Place::First,
                    _ => Place::Gone,
                };
            }
            'p' => {
                found.as_ref()?;
                permissions = Some(sorted(value)?);
            }
            'S' if value.is_empty() => return None,
            'S' => match &mut found {
                Some(rule) => rule.calls.push(value.clone()),
                None => return None,
            },
            'F' => {
                let rule = found.as_mut()?;
                match (value.strip_prefix("key="), value.strip_prefix("perm=")) {
                    (Some(key), _) => rule.key = Some(key.to_owned()),
                    (None, Some(value)) => rule.fields.push(format!("perm={}", sorted(value)?)),
                    (None, None) => rule.fields.push(value.clone()),
                }
            }
            'C' => found.as_mut()?.fields.push(value.clone()),
            'k' => found.as_mut()?.key = Some(value.clone()),
            _ => {}
        }
    }
    if let Some(rule) = &mut found {
        match permissions {
            Some(permissions) => rule.fields.push(format!("perm={permissions}")),
            None if is_watch => rule.fields.push("perm=arwx".to_owned()),
            None => {}
        }
    }
    Some((found, place))
}

fn of_list(list: &str, records: bool, fields: Vec<String>) -> Rule {
    Rule { list: list.to_owned(), records, fields, calls: Vec::new(), key: None }
}

/// `always,exit` in either order.
fn list(value: &str) -> Option<(&str, bool)> {
    let (one, other) = value.split_once(',')?;
    let (list, action) = if LISTS.contains(&one) { (one, other) } else { (other, one) };
    match (LISTS.contains(&list), action) {
        (true, "always") => Some((list, true)),
        (true, "never") => Some((list, false)),
        _ => None,
    }
}

/// Letters of permissions in one order, because they mean the same in any.
fn sorted(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let is_known = !lower.is_empty() && lower.len() <= 4 && lower.chars().all(|letter| "rwxa".contains(letter));
    is_known.then(|| "arwx".chars().filter(|letter| lower.contains(*letter)).collect())
}

/// The options of a line, as getopt_long takes it apart; nothing where a word is none.
fn options(words: &[&str]) -> Option<Vec<(char, String)>> {
    let mut found = Vec::new();
    let mut left = words.iter();
    while let Some(word) = left.next() {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            if LONG_WITH_VALUE.contains(&name) {
                _ = value.or_else(|| left.next().copied())?;
            } else if !LONG_ALONE.contains(&name) {
                return None;
            }
            continue;
        }
        let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
        for (at, letter) in letters.char_indices() {
            if ALONE.contains(letter) {
                found.push((letter, String::new()));
            } else if WITH_VALUE.contains(letter) {
                let rest = letters.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
                found.push((letter, unescaped(rest.or_else(|| left.next().copied())?)));
                break;
            } else {
                return None;
            }
        }
    }
    Some(found)
}

/// A word without the signs that stand for a blank before lines are parted.
fn unescaped(word: &str) -> String {
    word.replace(BLANK, " ")
}

/// What stands for `\ ` while a line is parted.
const BLANK: char = '\u{7}';

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> (Option<u8>, Vec<String>) {
        let lines = merged(&[text.as_bytes().to_vec()], Blanks::Matched).unwrap();
        let rules = Rules::of(lines.iter().map(String::as_str));
        (rules.enabled, rules.watched)
    }

    fn watched(text: &str) -> Vec<String> {
        of(text).1
    }

    #[test]
    fn the_file_of_debian_12() {
        assert_eq!(of(include_str!("../../../tests/samples/logs/audit.debian_12.rules")), (None, Vec::new()));
    }

    #[test]
    fn directives_are_moved_and_the_last_of_each_stays() {
        let files = [
            b"-e 1\n-w /a\n\n# c\n-f 1\n-b 1\n-D\n-w /b".to_vec(),
            b" -p r\n  -e 2\n-D -k x\n-f 2\n -D \n\t# c\n".to_vec(),
        ];
        let gawk = merged(&files, Blanks::Matched).unwrap();
        assert_eq!(gawk, [" -D ", "-b 1", "-f 2", "-w /a", "-w /b -p r", "-D -k x", "  -e 2"]);
        let mawk = merged(&files, Blanks::AsLetter).unwrap();
        assert_eq!(mawk, ["-D", "-b 1", "-f 2", "-w /a", "-w /b -p r", "  -e 2", "-D -k x", " -D ", "\t# c", "-e 1"]);
        assert_eq!(merged(&[], Blanks::Matched).unwrap(), [""; 4]);
        assert_eq!(merged(&[vec![0xff]], Blanks::Matched), Err(AuditdError::NotText));
        assert_eq!(merged(&[b"\n".repeat(LINES_MAX + 1)], Blanks::Matched), Err(AuditdError::TooLong));
    }

    #[test]
    fn watches_in_every_form() {
        let text = "-w /etc/passwd -p wa -k identity\n-w /etc/hosts -p r\n#-w /etc/group -p wa\n-w /etc/shadow\n-w/etc/gshadow -pwa\n\
            -a always,exit -F arch=b64 -F path=/etc/sudoers -F perm=wa -k x\n-a exit,always -F dir=/etc/pam.d/ -F perm=xa\n\
            -a never,exit -F path=/etc/never -F perm=wa\n-a always,exit -S unlink -k deleted\n-w /etc/a\\ b -p w\n-e 2\n";
        let expected = ["/etc/passwd", "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/pam.d/", "/etc/a b"]
            .map(str::to_owned);
        assert_eq!(of(text), (Some(2), expected.to_vec()));
    }

    #[test]
    fn what_is_never_recorded() {
        for text in [
            "-a never,task\n-w /a\n",
            "-w /a\n-a task,never\n",
            "-a never,exit\n-w /a\n",
            "-w /a\n-A never,exit\n",
            "-w /a\n-e 0\n",
            "-w /a\n-W /a\n",
            "-w /a -k x\n-D -k x\n",
            "-a always,exit -F path=/a -F perm=wa\n-d always,exit -F path=/a -F perm=aw\n",
            "-w /a -p rx\n",
            "-w a\n-w /a\n",
            "-w /a -p y\n",
            "-a always -F path=/a\n",
            "-F path=/a -a always,exit\n",
            "nonsense\n-w /a\n",
            "-w /a /b\n",
            "-w\t/a\n",
            "-x\n-w /a\n",
        ] {
            assert_eq!(watched(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn wrong_lines_and_the_lock() {
        assert_eq!(watched("-w /a\nnonsense\n-w /b\n"), ["/a"]);
        assert_eq!(watched("-i\n-w /a\nnonsense\n-w /b\n"), ["/a", "/b"]);
        assert_eq!(watched("-c\n-w /a\n-w /a\n-w /b\n"), ["/a", "/b"]);
        assert_eq!(watched("-w /a\n-w /a\n-w /b\n"), ["/a"], "the kernel has it already");
        assert_eq!(of("-w /a\n-e 2\n-e 1\n"), (Some(1), vec!["/a".to_owned()]), "the last one counts");
        let in_place = merged(&[b"-w /a\n -e 2\n-w /b\n".to_vec()], Blanks::AsLetter).unwrap();
        let rules = Rules::of(in_place.iter().map(String::as_str));
        assert_eq!((rules.enabled, rules.watched), (Some(2), vec!["/a".to_owned()]), "nothing follows the lock");
        assert_eq!(watched("--backlog_wait_time 60000\n--loginuid-immutable\n-b 8192\n-f 1\n-r 0\n-w /a\n"), ["/a"]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "([-=a-zDFSAW,e /\n#]|-w |path=|always,exit){0,80}") {
            let _ = of(&text);
        }
    }
}
