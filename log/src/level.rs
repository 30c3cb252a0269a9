//! How much is logged.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// The variable of the environment that names a level, where no option does.
pub const VARIABLE: &str = "TENKEN_LOG";
/// Crates of Tenken begin so.
const OWN: &str = "tenken";

/// From what on something is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Only what went wrong and is not mended without a person.
    Error,
    /// And what may mend itself.
    Warn,
    /// And what a program does.
    #[default]
    Info,
    /// And why it does so.
    Debug,
    /// And each step.
    Trace,
}

/// A word that names no level.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no level of logging; it is error, warn, info, debug or trace")]
pub struct NoLevel(String);

const LEVELS: [Level; 5] = [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace];

impl Level {
    /// The word that names it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    const fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(word: &str) -> Result<Self, NoLevel> {
        let named = LEVELS.into_iter().find(|level| level.word().eq_ignore_ascii_case(word.trim()));
        named.ok_or_else(|| NoLevel(word.chars().take(40).filter(|c| !c.is_control()).collect()))
    }
}

/// The level that an option names, else that of the variable (see [`VARIABLE`]), else the usual one.
pub fn level(option: Option<Level>, variable: Option<&str>) -> Result<Level, NoLevel> {
    match (option, variable.filter(|word| !word.trim().is_empty())) {
        (Some(level), _) => Ok(level),
        (None, Some(word)) => word.parse(),
        (None, None) => Ok(Level::default()),
    }
}

/// Lets through what is to be logged. Other people's crates say nothing beyond [`Level::Info`], at whatever level: what they say
/// of their steps may hold what belongs in no log.
pub fn filter(level: Level) -> Targets {
    Targets::new().with_default(level.min(Level::Info).filter()).with_target(OWN, level.filter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_beats_the_variable_and_that_the_usual_level() {
        assert_eq!(level(None, None), Ok(Level::Info));
        assert_eq!(level(None, Some(" ")), Ok(Level::Info));
        assert_eq!(level(None, Some("Debug")), Ok(Level::Debug));
        assert_eq!(level(Some(Level::Warn), Some("debug")), Ok(Level::Warn));
        let error = level(None, Some("loud\n")).unwrap_err().to_string();
        assert!(error.contains("`loud`") && error.contains("error, warn, info, debug or trace"), "{error}");
        for level in LEVELS {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
    }

    #[test]
    fn foreign_crates_say_no_more_than_info() {
        let lets = |level, target: &str, of: tracing::Level| filter(level).would_enable(target, &of);
        assert!(lets(Level::Trace, "tenken_agent::run", tracing::Level::TRACE));
        assert!(!lets(Level::Trace, "rustls::client", tracing::Level::DEBUG));
        assert!(lets(Level::Trace, "rustls::client", tracing::Level::INFO));
        assert!(!lets(Level::Error, "rustls::client", tracing::Level::WARN));
        assert!(!lets(Level::Info, "tenken_agent::run", tracing::Level::DEBUG));
    }
}
