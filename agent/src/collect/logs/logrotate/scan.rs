//! The text of one file of logrotate, as logrotate 3.21 reads it: word by word, not line by line.
//!
//! Source: readConfigFile of logrotate's config.c. The value of a directive is all that stands behind it on its line, also what
//! looks like a comment; for `rotate 4 # four` logrotate passes over the whole section.

use super::{Every, LINES_MAX, LogrotateError, PATHS_MAX, Setting, Statement};

/// Directives whose value is the rest of their line, and that say nothing of how long logs stay.
const OF_A_LINE: [&str; 12] = [
    "su",
    "mail",
    "start",
    "minsize",
    "minage",
    "compresscmd",
    "uncompresscmd",
    "compressext",
    "compressoptions",
    "dateformat",
    "addextension",
    "shredcycles",
];
/// Directives without a value, which others may follow on their line.
const PLAIN: [&str; 36] = [
    "compress",
    "nocompress",
    "delaycompress",
    "nodelaycompress",
    "shred",
    "noshred",
    "sharedscripts",
    "nosharedscripts",
    "copytruncate",
    "nocopytruncate",
    "renamecopy",
    "norenamecopy",
    "copy",
    "nocopy",
    "ifempty",
    "notifempty",
    "dateext",
    "nodateext",
    "dateyesterday",
    "datehourago",
    "noolddir",
    "nocreateolddir",
    "mailfirst",
    "maillast",
    "nomail",
    "missingok",
    "nomissingok",
    "allowhardlink",
    "noallowhardlink",
    "ignoreduplicates",
    "nocreate",
    "hourly",
    "daily",
    "monthly",
    "yearly",
    "errors",
];
const SCRIPTS: [&str; 5] = ["prerotate", "postrotate", "preremove", "firstaction", "lastaction"];
const KIB: u64 = 1 << 10;

/// Why logrotate passes over what it reads.
enum Refusal {
    /// The section, or all that is left of the file where it is in none.
    Section(LogrotateError),
    /// All that is left of the file.
    File(LogrotateError),
}

/// A section that is read.
struct Open {
    line: usize,
    paths: Vec<String>,
    settings: Vec<Setting>,
}

/// A text, and how far it is read.
pub(super) struct Scan<'t> {
    rest: &'t str,
    line: usize,
    open: Option<Open>,
    found: Vec<Statement>,
}

impl<'t> Scan<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { rest: text, line: 1, open: None, found: Vec::new() }
    }

    /// What the text says; what logrotate would not read on is said at its end.
    pub(super) fn statements(mut self) -> Result<Vec<Statement>, LogrotateError> {
        while !self.rest.is_empty() {
            if self.line > LINES_MAX {
                return Err(LogrotateError::TooLong);
            }
            match self.step() {
                Ok(()) => {}
                Err(Refusal::Section(why)) if self.open.is_some() => self.pass_over(why),
                Err(Refusal::Section(LogrotateError::TooLong) | Refusal::File(LogrotateError::TooLong)) => {
                    return Err(LogrotateError::TooLong);
                }
                Err(Refusal::Section(why) | Refusal::File(why)) => {
                    self.refuse(why.clone());
                    self.found.push(Statement::Stops(why));
                    return Ok(self.found);
                }
            }
        }
        // Whether a section without an end counts depends on the version.
        if let Some(line) = self.open.as_ref().map(|open| open.line) {
            self.refuse(LogrotateError::Unclosed(line));
        }
        Ok(self.found)
    }

    /// The logs of the section that is open are not put aside by it.
    fn refuse(&mut self, why: LogrotateError) {
        if let Some(open) = self.open.take() {
            self.found.push(Statement::Refused { paths: open.paths, why });
        }
    }

    /// To the end of the section that is open: a line that begins with `}`, outside of scripts.
    fn pass_over(&mut self, why: LogrotateError) {
        let mut script = false;
        while !self.rest.is_empty() {
            let line = self.end_of_line();
            let word: &str =
                line.trim_start().split(|sign: char| !sign.is_ascii_alphabetic()).next().unwrap_or_default();
            match word {
                "endscript" => script = false,
                word if SCRIPTS.contains(&word) => script = true,
                _ if !script && line.starts_with('}') => {
                    self.refuse(why);
                    return;
                }
                _ => {}
            }
        }
    }

    /// One word, one section's head or end, or what is between.
    fn step(&mut self) -> Result<(), Refusal> {
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        match first {
            ' ' | '\t' => self.skip(1),
            '\n' => {
                self.skip(1);
                self.line += 1;
            }
            '#' => {
                self.end_of_line();
            }
            first if first.is_ascii_alphabetic() => return self.directive(),
            '/' | '"' | '\'' | '~' => return self.head(),
            '}' => {
                self.skip(1);
                let Some(open) = self.open.take() else { return Err(Refusal::File(LogrotateError::Line(self.line))) };
                self.found.push(Statement::Section { paths: open.paths, settings: open.settings });
                // What follows on the line is passed over.
                self.end_of_line();
            }
            _ => return Err(self.refused_here()),
        }
        Ok(())
    }

    /// The line is refused, and what is left of it passed over.
    fn refused_here(&mut self) -> Refusal {
        let line = self.line;
        self.end_of_line();
        Refusal::Section(LogrotateError::Line(line))
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// What is left of the line, which is read then.
    fn end_of_line(&mut self) -> &'t str {
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += 1;
        line
    }

    /// The paths in front of a `{`.
    fn head(&mut self) -> Result<(), Refusal> {
        let line = self.line;
        if self.open.is_some() {
            return Err(self.refused_here());
        }
        let Some((head, rest)) = self.rest.split_once('{') else {
            return Err(Refusal::File(LogrotateError::Unclosed(line)));
        };
        self.rest = rest;
        self.line += head.matches('\n').count();
        let lines = head.lines().filter(|line| !line.trim_start().starts_with('#'));
        let paths = words(&lines.collect::<Vec<_>>().join("\n"));
        if paths.len() > PATHS_MAX {
            return Err(Refusal::File(LogrotateError::TooLong));
        }
        self.open = Some(Open { line, paths, settings: Vec::new() });
        Ok(())
    }

    fn directive(&mut self) -> Result<(), Refusal> {
        let end = self.rest.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (key, rest) = self.rest.split_at(end);
        self.rest = rest;
        // Nothing else may stand behind a word.
        if rest.starts_with(|sign: char| !sign.is_ascii_whitespace() && sign != '=') {
            return Err(self.refused_here());
        }
        let setting = match key {
            "hourly" => Setting::Every(Every::Hour),
            "daily" => Setting::Every(Every::Day),
            "monthly" => Setting::Every(Every::Month),
            "yearly" => Setting::Every(Every::Year),
            "noolddir" => Setting::OldFolder(None),
            "weekly" => {
                let line = self.line;
                let day = self.end_of_line().trim();
                if !matches!(day.as_bytes(), [] | [b'0'..=b'7']) {
                    return Err(Refusal::File(LogrotateError::Line(line)));
                }
                Setting::Every(Every::Week)
            }
            script if SCRIPTS.contains(&script) => return self.script(),
            plain if PLAIN.contains(&plain) => return Ok(()),
            key if OF_A_LINE.contains(&key) => return self.value(key).map(|_| ()),
            "size" | "maxsize" | "rotate" | "maxage" | "olddir" | "extension" | "include" | "tabooext" | "taboopat" => {
                return self.valued(key);
            }
            // `create` may stand alone; of an option that this version does not know the line is passed over, too.
            _ => {
                self.end_of_line();
                return Ok(());
            }
        };
        self.set(setting);
        Ok(())
    }

    fn set(&mut self, setting: Setting) {
        match &mut self.open {
            Some(open) => open.settings.push(setting),
            None => self.found.push(Statement::Setting(setting)),
        }
    }

    /// All that is left of the line, behind blanks and an equals sign.
    fn value(&mut self, key: &str) -> Result<&'t str, Refusal> {
        let line = self.line;
        let value = self.end_of_line().trim_start_matches([' ', '\t']);
        let value = value.strip_prefix('=').unwrap_or(value).trim_start_matches([' ', '\t']).trim_end();
        if value.is_empty() {
            // Without its value these two are passed over, anything else is refused.
            if ["tabooext", "taboopat"].contains(&key) {
                return Ok(value);
            }
            return Err(Refusal::Section(LogrotateError::Line(line)));
        }
        Ok(value)
    }

    fn valued(&mut self, key: &str) -> Result<(), Refusal> {
        let line = self.line;
        let value = self.value(key)?;
        let refused = || Refusal::Section(LogrotateError::Number { line, key: key.to_owned() });
        let setting = match key {
            "size" => Setting::Size(size(value).ok_or_else(refused)?),
            "maxsize" => Setting::MaxSize(size(value).ok_or_else(refused)?),
            "rotate" => Setting::Rotate(number(value).filter(|count| *count >= -1).ok_or_else(refused)?),
            "maxage" => Setting::MaxAge(number(value).filter(|days| *days >= 0).ok_or_else(refused)?),
            "olddir" if value.contains(|sign: char| sign.is_whitespace() || sign.is_control()) => {
                return Err(Refusal::Section(LogrotateError::Line(line)));
            }
            "olddir" => Setting::OldFolder(Some(value.to_owned())),
            "extension" => Setting::Extension(value.to_owned()),
            // What a section includes would be read with the section's settings.
            _ if self.open.is_some() => return Err(Refusal::Section(LogrotateError::Line(line))),
            "include" => {
                self.found.push(Statement::Include(value.to_owned()));
                return Ok(());
            }
            _ if value.is_empty() => return Ok(()),
            _ => {
                let (adds, list) = value.strip_prefix('+').map_or((false, value), |list| (true, list));
                let names = list.split([' ', '\t', ',']).filter(|name| !name.is_empty());
                let of = |name: &str| if key == "tabooext" { format!("*{name}") } else { name.to_owned() };
                self.found.push(Statement::PassedOver { adds, patterns: names.map(of).collect() });
                return Ok(());
            }
        };
        self.set(setting);
        Ok(())
    }

    /// Lines up to one whose first word is `endscript`.
    fn script(&mut self) -> Result<(), Refusal> {
        let begun = self.line;
        while !self.rest.is_empty() {
            let trimmed = self.rest.trim_start_matches([' ', '\t']);
            let (word, behind) =
                trimmed.split_at(trimmed.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(trimmed.len()));
            if word == "endscript" {
                self.rest = behind;
                return Ok(());
            }
            self.end_of_line();
        }
        Err(Refusal::File(LogrotateError::Unclosed(begun)))
    }
}

/// A number as strtol reads it: `0x10` and `010` are sixteen and eight.
fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => (16, digits),
        None if digits.len() > 1 && digits.starts_with('0') => (8, digits),
        None => (10, digits),
    };
    let number = i64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with(['+', '-']))?;
    Some(if negative { -number } else { number })
}

/// A size: a number, and `k`, `K`, `M` or `G`.
fn size(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'k' | b'K' => (text.get(..text.len() - 1)?, KIB),
        b'M' => (text.get(..text.len() - 1)?, KIB.pow(2)),
        b'G' => (text.get(..text.len() - 1)?, KIB.pow(3)),
        _ => (text, 1),
    };
    u64::try_from(number(digits)?).ok()?.checked_mul(unit)
}

/// Words as popt parts them: by blanks, with quotes and backslashes as a shell has them.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut begun, mut quote) = (String::new(), false, None);
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, quote) {
            (sign, Some(end)) if sign == end => quote = None,
            ('\\', Some(end)) => match signs.next() {
                Some(next) if next == end => word.push(next),
                next => {
                    word.push('\\');
                    word.extend(next);
                }
            },
            (sign, None) if sign.is_ascii_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
                continue;
            }
            ('"' | '\'', None) => quote = Some(sign),
            ('\\', None) => word.extend(signs.next()),
            (sign, _) => word.push(sign),
        }
        begun = true;
    }
    words.extend(begun.then_some(word));
    words
}
