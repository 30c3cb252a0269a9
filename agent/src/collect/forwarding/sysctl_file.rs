//! Files of `sysctl.d`.
//!
//! Source: sysctl.d(5) and systemd's src/sysctl/sysctl.c: the first sign that parts a name decides whether dots or slashes do;
//! patterns set what no line names; the last line counts.

use thiserror::Error;

use crate::collect::glob::Pattern;

/// The most lines of a file.
const LINES_MAX: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SysctlError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// A line that sets something, or keeps patterns from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The path below `/proc/sys`, perhaps with patterns.
    pub path: String,
    /// The value; absent where patterns shall not set it.
    pub value: Option<String>,
}

/// The lines of a file that set something.
pub fn parse(bytes: &[u8]) -> Result<Vec<Assignment>, SysctlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SysctlError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(SysctlError::TooLong);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    Ok(lines.filter_map(assignment).collect())
}

fn assignment(line: &str) -> Option<Assignment> {
    let (name, value) = match line.split_once('=') {
        // A failure to set it is passed over; it is set all the same.
        Some((name, value)) => (name.trim().trim_start_matches('-'), Some(value.trim().to_owned())),
        None => (line.strip_prefix('-')?, None),
    };
    Some(Assignment { path: path(name.trim()), value })
}

/// The path of a name: `net.ipv4.ip_forward` and `net/ipv4/ip_forward` are the same.
pub fn path(name: &str) -> String {
    if name.find(['.', '/']).and_then(|at| name.get(at..at + 1)) != Some(".") {
        return name.to_owned();
    }
    let turned = |letter| match letter {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    name.chars().map(turned).collect()
}

/// The value that a path gets of lines in their order; absent when none sets it.
pub fn value<'a>(assignments: &'a [Assignment], path: &str) -> Option<&'a str> {
    place(assignments, path).map(|(_, value)| value)
}

/// The place of the line that counts for a path, and the value it gets of it.
pub fn place<'a>(assignments: &'a [Assignment], path: &str) -> Option<(usize, &'a str)> {
    let numbered = || assignments.iter().enumerate().rev();
    if let Some((at, named)) = numbered().find(|(_, assignment)| assignment.path == path) {
        return Some((at, named.value.as_deref()?));
    }
    let matches = |pattern: &str| {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(pattern, part)| Pattern::parse(pattern).is_ok_and(|pattern| pattern.fits(part)))
    };
    let of_patterns = numbered().filter(|(_, assignment)| assignment.path.contains(['*', '?', '[']));
    let mut of_patterns = of_patterns.filter(|(_, assignment)| matches(&assignment.path));
    of_patterns.find_map(|(at, assignment)| Some((at, assignment.value.as_deref()?)))
}
