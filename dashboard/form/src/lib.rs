//! The official form: what an agency declares of each item, read from a form that is published and printed as one to publish.
//!
//! Everything here is pure. A [`Declaration`](declaration::Declaration) is what the form says; [`read`] takes it from text, HTML
//! or CSV and tells what it could not read; [`print`](mod@print) writes it in the official shape; [`compare`] says what differs.

pub mod compare;
pub mod declaration;
pub mod formula;
pub mod header;
pub mod plain;
pub mod print;
pub mod read;
