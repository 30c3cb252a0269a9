//! logrotate's configuration: when logs are put aside, and how many copies stay. See logrotate(8).

mod scan;

use tenken_model::{Size, Span};
use thiserror::Error;

use self::scan::Scan;

const LINES_MAX: usize = 20_000;
const PATHS_MAX: usize = 1_000;
/// The size that makes a log be put aside where nothing else is said.
const SIZE_DEFAULT: u64 = 1 << 20;

/// Patterns of names that logrotate passes over in a folder, unless it is told others (`tabooext`, `taboopat`).
pub const PASSED_OVER: [&str; 20] = [
    "*,v",
    "*.bak",
    "*.cfsaved",
    "*.disabled",
    "*.dpkg-bak",
    "*.dpkg-del",
    "*.dpkg-dist",
    "*.dpkg-new",
    "*.dpkg-old",
    "*.dpkg-tmp",
    "*.rhn-cfg-tmp-*",
    "*.rpmnew",
    "*.rpmorig",
    "*.rpmsave",
    "*.swp",
    "*.ucf-dist",
    "*.ucf-new",
    "*.ucf-old",
    "*~",
    "*.cfnew",
];

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
    /// A line is refused, or what it asks for is not followed.
    #[error("line {0} is one that logrotate refuses, or that is not followed")]
    Line(usize),
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
    /// It is put aside once it has so many bytes, whatever its age.
    Size(u64),
    /// It is put aside earlier once it has so many bytes; none means that it is not.
    MaxSize(u64),
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
    /// Patterns of names that are passed over in folders.
    PassedOver {
        /// They stand beside those before, not in their place.
        adds: bool,
        /// The patterns.
        patterns: Vec<String>,
    },
    /// Logs by path or pattern, and what holds for them.
    Section {
        /// The logs.
        paths: Vec<String>,
        /// What differs from the general settings.
        settings: Vec<Setting>,
    },
    /// Logs whose section logrotate passes over.
    Refused {
        /// The logs.
        paths: Vec<String>,
        /// Why.
        why: LogrotateError,
    },
    /// What follows in the file is not read.
    Stops(LogrotateError),
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Vec<Statement>, LogrotateError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LogrotateError::NotText)?;
    Scan::new(text).statements()
}

/// What holds for one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// What makes it be put aside.
    pub every: Every,
    /// The bytes at which it is, where its size makes it.
    pub size: u64,
    /// The bytes at which it is put aside earlier; none where its size makes nothing earlier.
    pub max_size: u64,
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
        Self {
            every: Every::Size,
            size: SIZE_DEFAULT,
            max_size: 0,
            rotate: 0,
            max_age: 0,
            old_folder: None,
            extension: None,
        }
    }
}

impl Rotation {
    /// Changes it.
    pub fn set(&mut self, setting: &Setting) {
        match setting {
            Setting::Every(every) => self.every = *every,
            Setting::Size(size) => (self.every, self.size) = (Every::Size, *size),
            Setting::MaxSize(size) => self.max_size = *size,
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

    /// The size at which a log is put aside however young it is; `None` where its age alone decides.
    pub fn by_size(&self) -> Option<Size> {
        let size = (self.every == Every::Size).then_some(self.size);
        let earlier = (self.max_size > 0).then_some(self.max_size);
        size.into_iter().chain(earlier).min().map(Size::from_bytes)
    }

    /// For how long a record is kept at least by its age; `None` where its age alone does not delete it.
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
        let text = b"# rotate 1\nrotate=7\n  weekly 1\nmaxage   0x5a\n\"/var/log/my log\" /b/*.log { daily\n rotate 9\n}\n\
            /c {missingok notifempty rotate 010\n}\n/d\n# /f\n/e\\ x\n{\n  postrotate\n    rotate 1 }\n  endscript maxsize 10k\n\
            size 10M\n  olddir /srv/old\n weekly\n} rotate 8\nnocreate\nDaily\n/g{}\n";
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
                section(&["/c"], vec![Setting::Rotate(8)]),
                section(
                    &["/d", "/e x"],
                    vec![
                        Setting::MaxSize(10 << 10),
                        Setting::Size(10 << 20),
                        Setting::OldFolder(Some("/srv/old".into())),
                        Setting::Every(Every::Week),
                    ]
                ),
                section(&["/g"], vec![]),
            ]
        );
    }

    #[test]
    fn files_that_are_read_and_passed_over() {
        let of = |adds: bool, patterns: &[&str]| Statement::PassedOver {
            adds,
            patterns: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
        };
        let text =
            b"tabooext + .x, ~y\ntabooext .z\ntaboopat 10*\ntabooext\ninclude /etc/logrotate.d\ninclude \"/a b\"\n";
        assert_eq!(
            parse(text).unwrap(),
            [
                of(true, &["*.x", "*~y"]),
                of(false, &["*.z"]),
                of(false, &["10*"]),
                Statement::Include("/etc/logrotate.d".into()),
                // No file is called so, with the quotes.
                Statement::Include("\"/a b\"".into()),
            ]
        );
    }

    #[test]
    fn what_logrotate_refuses() {
        use LogrotateError::{Line, Number, Unclosed};
        let number = |line: usize, key: &str| Number { line, key: key.to_owned() };
        let refused = |why: LogrotateError| Statement::Refused { paths: vec!["/a".into()], why };
        for (inside, why) in [
            ("rotate 4 # four", number(2, "rotate")),
            ("rotate many", number(2, "rotate")),
            ("rotate -2", number(2, "rotate")),
            ("rotate \"3\"", number(2, "rotate")),
            ("rotate 08", number(2, "rotate")),
            ("rotate 3 }", number(2, "rotate")),
            ("size 10M # x", number(2, "size")),
            ("size 10T", number(2, "size")),
            ("maxsize 1.5M", number(2, "maxsize")),
            ("maxage -5", number(2, "maxage")),
            ("\nrotate", Line(3)),
            ("olddir /x # y", Line(2)),
            ("rotate4", Line(2)),
            ("daily;", Line(2)),
            ("daily}", Line(2)),
            ("daily=3", Line(2)),
            ("/b", Line(2)),
            ("tabooext .x", Line(2)),
            ("include /b", Line(2)),
            ("\r", Line(2)),
        ] {
            let text = format!("/a {{\n{inside}\npostrotate\n}}\nendscript\n}}\n/b {{\n}}\n");
            let behind = Statement::Section { paths: vec!["/b".into()], settings: vec![] };
            assert_eq!(parse(text.as_bytes()).unwrap(), [refused(why), behind], "{inside}");
        }
        for (text, why) in [
            ("/a {\nweekly 8\n}\n", Line(2)),
            ("/a {\nweekly # x\n}\n", Line(2)),
            ("/a {\nweekly rotate 4\n}\n", Line(2)),
            ("/a {\npostrotate\n}\n", Unclosed(2)),
        ] {
            let text = format!("{text}/b {{\n}}\n");
            assert_eq!(parse(text.as_bytes()).unwrap(), [refused(why.clone()), Statement::Stops(why)], "{text}");
        }
        for (text, why) in [
            ("rotate many\n", number(1, "rotate")),
            ("weekly 9\n", Line(1)),
            ("log/a {\n}\n", Line(1)),
            ("*a\n", Line(1)),
            ("}\n", Line(1)),
            ("/a\nrotate 4\n", Unclosed(1)),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap(), [Statement::Stops(why)], "{text}");
        }
        assert_eq!(parse(b"/a {\nrotate 4\n").unwrap(), [refused(Unclosed(1))]);
        assert_eq!(parse(b"/a {\nrotate x\n").unwrap(), [refused(Unclosed(1))]);
        assert_eq!(parse(&[0xff]), Err(LogrotateError::NotText));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(LogrotateError::TooLong));
        let many = format!("{}{{\n}}\n", "/a\n".repeat(PATHS_MAX + 1));
        assert_eq!(parse(many.as_bytes()), Err(LogrotateError::TooLong));
    }

    #[test]
    fn how_long_records_stay() {
        let kept = |every, rotate, max_age| {
            let rotation = Rotation { every, rotate, max_age, ..Rotation::default() };
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

    #[test]
    fn sizes_that_put_a_log_aside() {
        let by_size = |every, size, max_size| {
            Rotation { every, size, max_size, ..Rotation::default() }.by_size().map(Size::bytes)
        };
        assert_eq!(by_size(Every::Week, 9, 0), None);
        assert_eq!(by_size(Every::Week, 9, 10), Some(10));
        assert_eq!(by_size(Every::Size, 9, 10), Some(9));
        assert_eq!(by_size(Every::Size, 9, 4), Some(4));
        assert_eq!(Rotation::default().by_size().map(Size::bytes), Some(1 << 20), "where nothing is said");
    }

    proptest! {
        #[test]
        fn never_panics(text in "([ a-z0-9/=#{}\"'\n\\\\]|rotate |daily\n|size 1M\n|tabooext +|postrotate\n|endscript\n){0,80}") {
            let _ = parse(text.as_bytes());
        }
    }
}
