//! What the commands print for people.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Prints a line; a closed pipe ends nothing.
pub(crate) fn line(text: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints the heading of a step.
pub(crate) fn step(name: &str) {
    line(format_args!("\n=== {name}"));
}

/// What was skipped, told again at the end.
static SKIPPED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says why something is not done. Every skip that is no test's goes through here.
pub(crate) fn skip(what: &str, why: &str) {
    let said = format!("SKIPPED {what}: {why}");
    line(&said);
    SKIPPED.lock().unwrap_or_else(PoisonError::into_inner).push(said);
}

/// What was skipped so far.
pub(crate) fn skips() -> Vec<String> {
    SKIPPED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
