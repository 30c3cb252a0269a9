//! HTTP: routes and handlers. A handler extracts, makes one call into the domain, and renders.

mod account;
pub mod agents;
mod asked;
mod assets;
mod attest;
mod audit;
mod audit_package;
mod authority;
mod calendar;
mod code;
mod declaration;
pub mod done;
mod drifts;
mod enrolment;
mod entry;
pub mod failure;
pub mod gate;
mod groups;
pub mod headers;
mod hosts;
mod identity;
mod items;
mod join;
pub mod live;
mod log_review;
mod machines;
pub mod monitoring;
mod overview;
mod packages;
pub mod people;
mod persons;
mod registers;
mod routing;
mod rules;
mod search;
pub mod sent;
mod settings;
pub mod site;
mod tasks;
mod upload;
pub mod visit;
pub mod visitor;
mod waivers;

#[cfg(test)]
mod tests;
