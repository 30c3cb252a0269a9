//! What `pam_pwquality` and `pam_cracklib` ask of a password. See pwquality.conf(5), pam_pwquality(8), pam_cracklib(8).
//!
//! libpwquality reads the files of its folder first, then its main file, which goes before them, then the module's arguments.
//! At the first line it cannot read it stops, and nothing of what follows in any file holds.

use std::collections::BTreeMap;

use thiserror::Error;

/// The longest line that libpwquality reads, with its end.
const LINE_MAX: usize = 1_023;
/// The shortest that `minlen` may be.
const BASE_LENGTH: i64 = 6;
const CLASSES: i64 = 4;

/// Numbers it knows.
const NUMBERS: [&str; 15] = [
    "difok",
    "minlen",
    "dcredit",
    "ucredit",
    "lcredit",
    "ocredit",
    "minclass",
    "maxrepeat",
    "maxclassrepeat",
    "maxsequence",
    "gecoscheck",
    "dictcheck",
    "usercheck",
    "usersubstr",
    "enforcing",
];
/// Numbers that say nothing of a password.
const OTHER_NUMBERS: [&str; 1] = ["retry"];
const TEXTS: [&str; 2] = ["badwords", "dictpath"];
/// Words that say something by being there, whatever follows.
const FLAGS: [&str; 2] = ["enforce_for_root", "local_users_only"];

/// The values in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<&'static str, i64>,
    origins: BTreeMap<&'static str, String>,
}

/// Where libpwquality stops reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {0} cannot be read, and nothing behind it holds")]
pub struct Stops(pub usize);

impl Settings {
    /// What libpwquality asks where nothing is set, since version 1.4.
    pub fn pwquality() -> Self {
        Self::of(&[("difok", 1), ("minlen", 8), ("dictcheck", 1), ("usercheck", 1), ("enforcing", 1)])
    }

    /// What `pam_cracklib` asks where nothing is set.
    pub fn cracklib() -> Self {
        let credits = [("dcredit", 1), ("ucredit", 1), ("lcredit", 1), ("ocredit", 1)];
        let mut settings = Self::of(&[("difok", 5), ("minlen", 9), ("dictcheck", 1), ("enforcing", 1)]);
        settings.values.extend(credits);
        settings
    }

    fn of(values: &[(&'static str, i64)]) -> Self {
        Self { values: values.iter().copied().collect(), origins: BTreeMap::new() }
    }

    /// Takes the lines of a file.
    pub fn read(&mut self, file: &str, bytes: &[u8]) -> Result<(), Stops> {
        let text = String::from_utf8_lossy(bytes);
        for (index, line) in text.lines().enumerate() {
            let stops = Stops(index + 1);
            if line.len() >= LINE_MAX {
                return Err(stops);
            }
            let said = line.split('#').next().unwrap_or_default().trim();
            if said.is_empty() {
                continue;
            }
            let (name, rest) =
                said.split_at(said.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(said.len()));
            let rest = rest.trim_start();
            let value = rest.strip_prefix('=').unwrap_or(rest).trim_start();
            if !self.set(name, value, file) {
                return Err(stops);
            }
        }
        Ok(())
    }

    /// Takes an argument of `pam_pwquality`; one it does not know it passes over.
    pub fn argument(&mut self, argument: &str, file: &str) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        self.set(name, value, file);
    }

    /// Takes an argument of `pam_cracklib`.
    pub fn cracklib_argument(&mut self, argument: &str, file: &str) {
        match argument {
            "reject_username" => drop(self.values.insert("usercheck", 1)),
            "enforce_for_root" => self.argument(argument, file),
            _ => {
                let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
                if !["dictcheck", "usercheck", "enforcing"].contains(&name) {
                    self.set(name, value, file);
                }
            }
        }
    }

    fn set(&mut self, name: &str, value: &str, file: &str) -> bool {
        let is = |known: &&&str| known.eq_ignore_ascii_case(name);
        if let Some(known) = FLAGS.iter().find(is) {
            self.values.insert(known, 1);
            self.origins.insert(known, file.to_owned());
            return true;
        }
        if TEXTS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return true;
        }
        let Some(number) = number(value) else { return false };
        if let Some(known) = NUMBERS.iter().find(is) {
            let number = match *known {
                "minlen" => number.max(BASE_LENGTH),
                "minclass" => number.min(CLASSES),
                _ => number,
            };
            self.values.insert(known, number);
            self.origins.insert(known, file.to_owned());
            return true;
        }
        OTHER_NUMBERS.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> i64 {
        self.values.get(name).copied().unwrap_or(0)
    }

    /// A setting that is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.value(name) != 0
    }

    /// How many characters must differ from the password before.
    pub fn differs_by(&self) -> i64 {
        self.value("difok").max(0)
    }

    /// The longest run of one character; absent where there is no limit.
    pub fn max_repeat(&self) -> Option<i64> {
        Some(self.value("maxrepeat")).filter(|most| *most > 0)
    }

    /// The fewest characters that go through. A credit above zero counts characters of its class as length once more; one
    /// below zero asks for as many of them.
    pub fn shortest(&self) -> i64 {
        let credits = ["dcredit", "ucredit", "lcredit", "ocredit"].map(|name| self.value(name));
        let gained: i64 = credits.iter().filter(|credit| **credit > 0).sum();
        let asked: i64 = credits.iter().filter(|credit| **credit < 0).map(|credit| -credit).sum();
        let wanted = self.value("minlen");
        // Each character gains at most one more, and those that are asked for gain none.
        let at_most_doubled = wanted.saturating_add(asked).saturating_add(1) / 2;
        wanted.saturating_sub(gained).max(at_most_doubled).max(asked)
    }

    /// Whether no password goes through without a letter, a digit, a sign.
    pub fn asks_for(&self) -> [bool; 3] {
        let required = ["dcredit", "ucredit", "lcredit", "ocredit"].map(|name| self.value(name) < 0);
        let least = self.value("minclass");
        let [mut letters, mut digits, mut signs] = [true; 3];
        // Every mixture of classes that would go through: bit 0 digits, 1 capitals, 2 small letters, 3 signs.
        for mixture in 1_u32..16 {
            let has = |class: usize| mixture & (1 << class) != 0;
            if i64::from(mixture.count_ones()) < least
                || (0..4).any(|class| required.get(class) == Some(&true) && !has(class))
            {
                continue;
            }
            digits &= has(0);
            letters &= has(1) || has(2);
            signs &= has(3);
        }
        [letters, digits, signs]
    }

    /// Where values come from, of those that were set: `minlen=13 (/etc/security/pwquality.conf)`.
    pub fn origins(&self) -> Vec<String> {
        self.origins.iter().map(|(name, file)| format!("{name}={} ({file})", self.value(name))).collect()
    }
}

/// A number as strtol(3) reads it, which must fit an `int`.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    (number > i64::from(i32::MIN) && number < i64::from(i32::MAX)).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Settings {
        let mut settings = Settings::pwquality();
        let _ = settings.read("f", text.as_bytes());
        settings
    }

    #[test]
    fn files_that_distributions_install_set_nothing() {
        for file in [
            include_bytes!("../../../tests/samples/password_policy/debian_12/pwquality.conf").as_slice(),
            include_bytes!("../../../tests/samples/password_policy/upstream/pwquality.conf"),
        ] {
            let mut settings = Settings::pwquality();
            assert_eq!(settings.read("f", file), Ok(()));
            assert_eq!(settings, Settings::pwquality());
            assert_eq!((settings.shortest(), settings.asks_for()), (8, [false; 3]));
        }
    }

    /// As libpwquality 1.4.5 itself read these files.
    #[test]
    fn lines_as_libpwquality_reads_them() {
        for (text, length, class) in [
            ("minlen = 14\nminclass = 4\n", 14, 4),
            ("minlen=14\nminclass=4\n", 14, 4),
            ("minlen 14\nMINCLASS 4 # x\n", 14, 4),
            ("minlen = 14 # c\n  minclass = 4\t\n", 14, 4),
            ("minlen = +14\nminclass =  9\n", 14, 4),
            ("minlen = 2\n", 6, 0),
            ("minlen = 14\nminlen = x\nminclass = 4\n", 14, 0),
            ("minlen = 14\nfoo = x\nminclass = 4\n", 14, 0),
            ("minlen = 14 15\nminclass = 4\n", 8, 0),
            ("minlen =\nminclass = 4\n", 8, 0),
            ("# minlen = 14\n", 8, 0),
            ("minlen = 20\nminlen = 10\n", 10, 0),
            ("minlen = 99999999999\n", 8, 0),
        ] {
            let settings = of(text);
            assert_eq!((settings.value("minlen"), settings.value("minclass")), (length, class), "{text}");
        }
        let long = format!("minlen = 14\n#{}\nminclass = 4\n", "x".repeat(2_000));
        assert_eq!(Settings::pwquality().read("f", long.as_bytes()), Err(Stops(2)));
        assert!(of("enforce_for_root = 0\n").is_on("enforce_for_root"), "to be there is enough");
        assert!(!of("enforcing = 0\ndictcheck=0").is_on("enforcing"));
    }

    #[test]
    fn credits_shorten_what_is_asked_for() {
        for (text, shortest) in [
            ("minlen = 13", 13),
            ("minlen = 13\ndcredit = 1", 12),
            ("minlen = 13\ndcredit = 1\nucredit = 1\nlcredit = 1\nocredit = 1", 9),
            ("minlen = 14\nlcredit = 20", 7),
            ("minlen = 13\ndcredit = -1\nocredit = -1", 13),
            ("minlen = 13\ndcredit = 5\nocredit = -3", 8),
            ("minlen = 6\ndcredit = -9", 9),
        ] {
            assert_eq!(of(text).shortest(), shortest, "{text}");
        }
        let mut old = Settings::cracklib();
        assert_eq!((old.shortest(), old.differs_by()), (5, 5));
        old.cracklib_argument("minlen=17", "f");
        assert_eq!(old.shortest(), 13);
    }

    #[test]
    fn classes_that_no_password_can_do_without() {
        for (text, asked) in [
            ("minclass = 4", [true, true, true]),
            ("minclass = 3", [true, false, false]),
            ("minclass = 2", [false, false, false]),
            ("dcredit = -1\nocredit = -1\nlcredit = -1", [true, true, true]),
            ("dcredit = -1\nocredit = -1", [false, true, true]),
            ("dcredit = -1\nocredit = -1\nminclass = 3", [true, true, true]),
            ("ocredit = -1\nminclass = 3", [true, false, true]),
            ("ucredit = -1\nlcredit = -1\ndcredit = -1", [true, true, false]),
            ("dcredit = 1\nucredit = 1", [false, false, false]),
        ] {
            assert_eq!(of(text).asks_for(), asked, "{text}");
        }
    }

    #[test]
    fn arguments_go_before_files_and_unknown_ones_are_passed_over() {
        let mut settings = of("minlen = 8\n");
        for argument in ["retry=3", "authtok_type=", "local_users_only", "minlen=13", "nonsense=1", "difok=x"] {
            settings.argument(argument, "p");
        }
        assert_eq!(settings.origins(), ["local_users_only=1 (p)", "minlen=13 (p)"]);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), a in any::<i32>(), b in any::<i32>(), c in any::<i32>()) {
            let mut settings = Settings::pwquality();
            let _ = settings.read("f", &bytes);
            let settings = of(&format!("minlen={a}\ndcredit={b}\nocredit={c}\nminclass={b}"));
            prop_assert!(settings.shortest() >= 0);
            let _ = (settings.asks_for(), settings.origins());
        }
    }
}
