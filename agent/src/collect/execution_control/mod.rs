//! What keeps programs and scripts from starting. Read on Windows alone: on other systems a file that came by mail does not start by a
//! double click, because nothing marks it as a program.

pub mod app_locker;
pub mod attack_rules;
pub mod scripts;
pub mod windows;

use tenken_model::fact::execution_control::ExecutionControl;
use tenken_model::observation::Outcome;
use tenken_model::{Language, Topic};

use super::{Look, Needs};

/// Absent on a host that is no Windows.
pub fn collect(_look: &Look<'_>, _needs: &Needs) -> Outcome<ExecutionControl> {
    Outcome::Absent(Language::English.absent(Topic::ExecutionControl))
}
