//! Pages: what they show, as plain data, and the templates that show it.
//!
//! A view model holds what a page says and nothing else; whoever fills it has read the store. Rendering is
//! pure, so that every page can be made from samples and looked at without a dashboard.

pub mod account;
pub mod act;
pub mod assets;
pub mod attest;
pub mod audit;
pub mod audit_package;
pub mod authority;
pub mod calendar;
pub mod chrome;
pub mod code;
pub mod declaration;
pub mod declaration_header;
pub mod declaration_import;
pub mod declaration_versions;
pub mod drift;
pub mod drifts;
pub mod enrol;
pub mod failure;
pub mod field;
pub mod finding;
pub mod group;
pub mod groups;
pub mod history;
pub mod host;
pub mod hosts;
pub mod import;
pub mod item;
pub mod join;
pub mod leaving;
pub mod log_review;
pub mod moment;
pub mod outbox;
pub mod overview;
pub mod packages;
pub mod pager;
pub mod people;
pub mod person;
pub mod proposal;
pub mod propose;
pub mod publication;
pub mod qr;
pub mod register;
pub mod register_row;
pub mod registers;
mod remedy;
pub mod route;
pub mod routing;
pub mod row_approval;
pub mod rule;
pub mod rules;
pub mod search;
pub mod second_factor;
pub mod settings;
pub mod sign_in;
pub mod state;
pub mod tasks;
pub mod trend;
pub mod versions;
pub mod waivers;
pub mod words;

pub use chrome::{Chrome, Notice, Person};

#[cfg(test)]
mod tests;
