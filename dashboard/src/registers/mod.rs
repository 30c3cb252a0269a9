//! Registers: what the agency keeps by hand. One [`definition::Definition`] per register is the
//! table, the form, the check of what was typed, the CSV and the search.

pub mod cell;
pub mod definition;
pub mod encoding;
pub mod export;
pub mod import;
mod lines;
pub mod plan;
pub mod row;
pub mod take;

pub use definition::{Column, Definition};
pub use row::Row;
