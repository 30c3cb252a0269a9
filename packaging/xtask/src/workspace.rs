//! The workspace, built as it is while one works on it.

use anyhow::Result;

use crate::process::{cargo, must};

/// Builds every program and every test. Both at once: cargo gives what they rest on the features that all of them ask for, and would
/// build most of it again for each of them alone.
pub(crate) fn build() -> Result<()> {
    must(cargo()?.args(["build", "--workspace", "--all-targets", "--locked", "--quiet"]))
}
