//! What the commands print for people.

use std::io::Write as _;

/// Prints a line; a closed pipe ends nothing.
pub(crate) fn line(text: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints the heading of a step.
pub(crate) fn step(name: &str) {
    line(format_args!("\n=== {name}"));
}
