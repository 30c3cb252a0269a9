//! Registers: what the agency keeps by hand. One [`definition::Definition`] per register is the
//! table, the form, the check of what was typed, the CSV and the search.

pub mod cell;
pub mod definition;
pub mod encoding;
pub mod export;
pub mod hosts;
pub mod import;
pub mod keep;
mod lines;
pub mod plan;
mod register;
pub mod row;
pub mod take;

pub use definition::{Column, Definition};
pub use register::Register;
pub use row::Row;
