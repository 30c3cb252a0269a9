//! Pages: what they show, as plain data, and the templates that show it.
//!
//! A view model holds what a page says and nothing else; whoever fills it has read the store. Rendering is
//! pure, so that every page can be made from samples and looked at without a dashboard.

pub mod assets;
pub mod chrome;
pub mod moment;
pub mod overview;
pub mod state;
pub mod words;

pub use chrome::{Chrome, Notice, Person};

#[cfg(test)]
mod tests;
