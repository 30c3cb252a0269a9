//! The workspace, built as it is while one works on it.

use anyhow::Result;

use crate::process::{cargo, must};

/// What is built and tested: all but the fuzzer, which is linted with the rest and built where it is to run.
pub(crate) const EVERYTHING: [&str; 3] = ["--workspace", "--exclude", "tenken-fuzz"];

/// Builds every program and every test. Both at once: cargo gives what they rest on the features that all of them ask for, and would
/// build most of it again for each of them alone.
pub(crate) fn build() -> Result<()> {
    must(cargo()?.args(["build", "--all-targets", "--locked", "--quiet"]).args(EVERYTHING))
}
