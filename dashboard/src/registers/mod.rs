//! Registers: what the agency keeps by hand. One [`definition::Definition`] per register is the
//! table, the form, the check of what was typed, the files read and written, and the search.

pub mod approval;
pub mod approve;
pub mod belongings;
pub mod cell;
pub mod definition;
pub mod due;
pub mod encoding;
pub mod export;
mod fold;
pub mod hosts;
pub mod import;
pub mod items;
pub mod keep;
mod lines;
mod on_host;
pub mod plan;
pub mod references;
mod register;
pub mod row;
pub mod sheet;
pub mod table;
pub mod take;
pub mod turnout;
pub mod typed;
pub mod workbook;

pub use definition::{Column, Definition};
pub(crate) use fold::fold;
pub use on_host::OnHost;
pub use references::Names;
pub use register::Register;
pub use row::Row;

#[cfg(test)]
mod tests;
