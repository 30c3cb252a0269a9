//! logrotate's configuration: when logs are put aside, and how many copies stay. See logrotate(8).

use tenken_model::Span;
use thiserror::Error;

const LINES_MAX: usize = 20_000;
const PATHS_MAX: usize = 1_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogrotateError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines or paths.
    #[error("it has more than {LINES_MAX} lines or {PATHS_MAX} paths")]
    TooLong,
    /// A section or a script has no end.
    #[error("line {0}: what begins there has no end")]
    Unclosed(usize),
    /// A number is none.
    #[error("line {line}: {key} needs a number")]
    Number {
        /// The line.
        line: usize,
        /// The directive.
        key: String,
    },
}

/// What makes a log be put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each hour.
    Hour,
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
    /// Its size, whenever it reaches it.
    Size,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// What makes it be put aside.
    Every(Every),
    /// How many copies stay; less than none means all.
    Rotate(i64),
    /// Copies older than so many days go.
    MaxAge(i64),
    /// Where copies are put; nothing means beside the log.
    OldFolder(Option<String>),
    /// What stays at the end of the names of copies.
    Extension(String),
}

/// One statement of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Holds for what follows.
    Setting(Setting),
    /// A file, or every file of a folder, is read here.
    Include(String),
    /// Logs by path or pattern, and what holds for them.
    Section {
        /// The logs.
        paths: Vec<String>,
        /// What differs from the general settings.
        settings: Vec<Setting>,
    },
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Vec<Statement>, LogrotateError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LogrotateError::NotText)?;
    let mut statements = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    let mut section: Option<(usize, Vec<Setting>)> = None;
    let mut script = None;
    for (number, line) in (1..).zip(text.lines()) {
        if number > LINES_MAX || paths.len() > PATHS_MAX {
            return Err(LogrotateError::TooLong);
        }
        let line = line.trim();
        if script.is_some() {
            if line == "endscript" {
                script = None;
            }
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((_, settings)) = &mut section {
            let (inner, closed) = line.strip_suffix('}').map_or((line, false), |inner| (inner.trim(), true));
            match directive(inner, number)? {
                Directive::Script => script = Some(number),
                Directive::Setting(setting) => settings.push(setting),
                Directive::Include(_) | Directive::Other => {}
            }
            if closed && let Some((_, settings)) = section.take() {
                statements.push(Statement::Section { paths: std::mem::take(&mut paths), settings });
            }
        } else if line.starts_with(|sign: char| !sign.is_ascii_alphabetic()) || !paths.is_empty() {
            let (names, opened) = line.split_once('{').map_or((line, None), |(names, rest)| (names, Some(rest.trim())));
            paths.extend(words(names));
            let Some(rest) = opened else { continue };
            let mut settings = Vec::new();
            let (inner, closed) = rest.strip_suffix('}').map_or((rest, false), |inner| (inner.trim(), true));
            if let Directive::Setting(setting) = directive(inner, number)? {
                settings.push(setting);
            }
            if closed {
                statements.push(Statement::Section { paths: std::mem::take(&mut paths), settings });
            } else {
                section = Some((number, settings));
            }
        } else {
            match directive(line, number)? {
                Directive::Script => script = Some(number),
                Directive::Setting(setting) => statements.push(Statement::Setting(setting)),
                Directive::Include(path) => statements.push(Statement::Include(path)),
                Directive::Other => {}
            }
        }
    }
    match (section, script) {
        (Some((number, _)), _) | (None, Some(number)) => Err(LogrotateError::Unclosed(number)),
        (None, None) => Ok(statements),
    }
}

enum Directive {
    Setting(Setting),
    Include(String),
    Script,
    Other,
}

/// One directive. Its value stands behind blanks or an equals sign.
fn directive(line: &str, number: usize) -> Result<Directive, LogrotateError> {
    let (key, rest) = line.split_at(line.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(line.len()));
    let value = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '=');
    let value = value.split(" #").next().unwrap_or_default().trim();
    let count = || value.parse::<i64>().map_err(|_| LogrotateError::Number { line: number, key: key.to_owned() });
    let setting = match key {
        "hourly" => Setting::Every(Every::Hour),
        "daily" => Setting::Every(Every::Day),
        "weekly" => Setting::Every(Every::Week),
        "monthly" => Setting::Every(Every::Month),
        "yearly" => Setting::Every(Every::Year),
        "size" => Setting::Every(Every::Size),
        "rotate" => Setting::Rotate(count()?),
        "maxage" => Setting::MaxAge(count()?),
        "olddir" => Setting::OldFolder(words(value).into_iter().next()),
        "extension" => match words(value).into_iter().next() {
            Some(extension) => Setting::Extension(extension),
            None => return Ok(Directive::Other),
        },
        "noolddir" => Setting::OldFolder(None),
        "include" => return Ok(words(value).into_iter().next().map_or(Directive::Other, Directive::Include)),
        "postrotate" | "prerotate" | "firstaction" | "lastaction" | "preremove" => return Ok(Directive::Script),
        _ => return Ok(Directive::Other),
    };
    Ok(Directive::Setting(setting))
}

/// Words that blanks part, in quotes or not.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = if first == '"' || first == '\'' {
            let inner = rest.get(1..).unwrap_or_default();
            inner.split_once(first).unwrap_or((inner, ""))
        } else {
            rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()))
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// What holds for one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// What makes it be put aside.
    pub every: Every,
    /// How many copies stay; less than none means all.
    pub rotate: i64,
    /// Copies older than so many days go; 0 means none does for its age.
    pub max_age: i64,
    /// Where copies are put, if not beside the log.
    pub old_folder: Option<String>,
    /// What stays at the end of their names, as in `auth-20261124.log`.
    pub extension: Option<String>,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { every: Every::Size, rotate: 0, max_age: 0, old_folder: None, extension: None }
    }
}

impl Rotation {
    /// Changes it.
    pub fn set(&mut self, setting: &Setting) {
        match setting {
            Setting::Every(every) => self.every = *every,
            Setting::Rotate(rotate) => self.rotate = *rotate,
            Setting::MaxAge(days) => self.max_age = *days,
            Setting::OldFolder(folder) => self.old_folder.clone_from(folder),
            Setting::Extension(extension) => self.extension = Some(extension.clone()),
        }
    }

    /// For how long one file is written, at the most.
    pub fn period(&self) -> Span {
        match self.every {
            Every::Hour | Every::Day => Span::from_days(1),
            Every::Week => Span::from_days(7),
            Every::Month | Every::Size => Span::from_days(31),
            Every::Year => Span::from_days(366),
        }
    }

    /// For how long a record is kept at least; `None` where its age alone does not delete it.
    pub fn kept_for(&self) -> Option<Span> {
        let by_count = match (self.rotate, self.every) {
            (0, _) => Some(0),
            (..0, _) | (_, Every::Size) => None,
            (count, Every::Hour) => Some(count / 24),
            (count, Every::Day) => Some(count),
            (count, Every::Week) => Some(count.saturating_mul(7)),
            (count, Every::Month) => Some(days_of_months(count)),
            (count, Every::Year) => Some(count.saturating_mul(365)),
        };
        let by_age = (self.max_age > 0).then_some(self.max_age);
        let days = by_count.into_iter().chain(by_age).min()?;
        Some(Span::from_millis(days.saturating_mul(86_400_000)))
    }
}

/// The fewest days that so many months in a row have.
fn days_of_months(count: i64) -> i64 {
    /// February comes first.
    const FEWEST: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
    let rest = usize::try_from(count % 12).ok().and_then(|rest| FEWEST.get(rest)).copied().unwrap_or(0);
    (count / 12).saturating_mul(365).saturating_add(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_files_of_debian_12() {
        let main = parse(include_bytes!("../../../tests/samples/logs/logrotate.debian_12.conf")).unwrap();
        assert_eq!(
            main,
            [
                Statement::Setting(Setting::Every(Every::Week)),
                Statement::Setting(Setting::Rotate(4)),
                Statement::Include("/etc/logrotate.d".into())
            ]
        );
        let rsyslog = parse(include_bytes!("../../../tests/samples/logs/logrotate.rsyslog.debian_12")).unwrap();
        let [Statement::Section { paths, settings }] = rsyslog.as_slice() else { panic!("{rsyslog:?}") };
        assert!(paths.len() == 6 && paths.contains(&"/var/log/auth.log".to_owned()));
        assert_eq!(*settings, [Setting::Rotate(4), Setting::Every(Every::Week)]);
        let wtmp = parse(include_bytes!("../../../tests/samples/logs/logrotate.wtmp.debian_12")).unwrap();
        let [Statement::Section { settings, .. }] = wtmp.as_slice() else { panic!("{wtmp:?}") };
        assert_eq!(*settings, [Setting::Every(Every::Month), Setting::Rotate(1)], "minsize is no other criterion");
    }

    #[test]
    fn ways_to_write_it() {
        let text = b"# rotate 1\nrotate=7\n  weekly 1\nmaxage   90\n\"/var/log/my log\" /b/*.log { daily\n rotate 9\n}\n/c {missingok}\n\
            /d\n/e\n{\n  postrotate\n    rotate 1 }\n  endscript\n  size 10M\n  olddir /srv/old # x\n}\nnocreate\n";
        let section = |paths: &[&str], settings: Vec<Setting>| Statement::Section {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            settings,
        };
        assert_eq!(
            parse(text).unwrap(),
            [
                Statement::Setting(Setting::Rotate(7)),
                Statement::Setting(Setting::Every(Every::Week)),
                Statement::Setting(Setting::MaxAge(90)),
                section(&["/var/log/my log", "/b/*.log"], vec![Setting::Every(Every::Day), Setting::Rotate(9)]),
                section(&["/c"], vec![]),
                section(&["/d", "/e"], vec![Setting::Every(Every::Size), Setting::OldFolder(Some("/srv/old".into()))]),
            ]
        );
    }

    #[test]
    fn what_logrotate_would_refuse() {
        assert_eq!(parse(b"/a {\nrotate 4\n"), Err(LogrotateError::Unclosed(1)));
        assert_eq!(parse(b"/a {\npostrotate\n}\n"), Err(LogrotateError::Unclosed(1)));
        assert!(matches!(parse(b"rotate many\n"), Err(LogrotateError::Number { line: 1, .. })));
        assert_eq!(parse(&[0xff]), Err(LogrotateError::NotText));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(LogrotateError::TooLong));
    }

    #[test]
    fn how_long_records_stay() {
        let kept = |every, rotate, max_age| {
            let rotation = Rotation { every, rotate, max_age, old_folder: None, extension: None };
            rotation.kept_for().map(|span| span.millis() / 86_400_000)
        };
        assert_eq!(kept(Every::Week, 4, 0), Some(28));
        assert_eq!(kept(Every::Month, 3, 0), Some(89), "February to April");
        assert_eq!(kept(Every::Month, 13, 0), Some(393));
        assert_eq!(kept(Every::Year, 1, 0), Some(365));
        assert_eq!(kept(Every::Day, 400, 90), Some(90));
        assert_eq!(kept(Every::Hour, 100, 0), Some(4));
        assert_eq!(kept(Every::Size, 10, 0), None);
        assert_eq!(kept(Every::Size, 10, 30), Some(30));
        assert_eq!(kept(Every::Week, -1, 0), None);
        assert_eq!(kept(Every::Week, 0, 0), Some(0));
        assert!(kept(Every::Year, i64::MAX, 0).is_some());
    }

    proptest! {
        #[test]
        fn never_panics(text in "([ a-z0-9/=#{}\"'\n]|rotate |daily\n|postrotate\n|endscript\n){0,80}") {
            let _ = parse(text.as_bytes());
        }
    }
}
