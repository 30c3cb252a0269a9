//! What the walks through the whole of Tenken are made of: real programs, started on loopback in
//! folders of their own and ended with the test.

pub mod agent;
pub mod booted;
pub mod browser;
pub mod certificates;
pub mod chrony;
pub mod clamav;
pub mod clock;
pub mod controls;
pub mod dashboard;
pub mod enrolled;
pub mod home_page;
pub mod http;
pub mod network;
pub mod openid;
pub mod poll;
pub mod postgres;
pub mod program;
pub mod schema_sample;
pub mod scratch;
pub mod smtp;
pub mod stage;
pub mod windows_stage;
pub mod wine;

/// Says on standard error why a test does less than it could. Every skip goes through here.
pub fn skip(test: &str, why: &str) {
    use std::io::Write as _;
    let _closed = writeln!(std::io::stderr().lock(), "SKIPPED {test}: {why}");
}
