//! What is right: rules are loaded and checked here, facts are judged, findings fold into items.
//!
//! Pure. The only thing it reads is the catalogue and the checklist embedded in it; the time comes
//! in as an argument.

pub mod case;
pub mod catalog;
pub mod checklist;
pub mod expression;
pub mod item;
pub mod judge;
pub mod packed;
mod place;
pub mod problem;
pub mod rule;

pub use case::CaseFile;
pub use catalog::Catalog;
pub use checklist::Checklist;
pub use judge::{Inputs, judge, judge_all, judge_rules};
pub use packed::PackedCatalog;
pub use problem::Problem;
pub use rule::{ParameterSet, Rule};
