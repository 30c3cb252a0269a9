//! Tenken's dashboard: what the findings of all hosts mean for the checklist.

pub mod alert;
pub mod app;
pub mod attest;
pub mod auth;
pub mod authority;
pub mod command;
pub mod declaration;
pub mod drift;
pub mod enrol;
pub mod evidence;
pub mod ingest;
pub mod jobs;
pub mod listen;
pub mod mail;
pub mod pages;
pub mod plain;
pub mod policy;
pub mod public_web;
pub mod registers;
pub mod status;
pub mod store;
pub mod tasks;
pub mod trend;
pub mod waiver;
pub mod web;
pub mod working_calendar;
