//! Files that people take out of the dashboard: few are made at a time, and who took which is written down.

mod record;
mod turn;

pub use record::{SAME_WITHIN, Taken, record};
pub use turn::{Load, Turn};
