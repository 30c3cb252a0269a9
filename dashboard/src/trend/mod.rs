//! How the checklist stood over the last twelve months: what is kept of each day, and what a plot shows of it.
//!
//! A day that was not kept stays a gap. Nothing is filled in, neither from the day before nor from what is known now.

mod axis;
mod keep;
mod steps;

pub use axis::{Axis, MONTHS, Month, Slot, WIDTH};
pub use keep::{ending, keep};
pub use steps::{MonthRow, Step, months, steps};

#[cfg(test)]
mod tests;
