//! What monitoring is told: numbers, without the name of a person or a host.

mod families;
mod gather;
mod requests;
mod text;

pub use families::families;
pub use gather::{Certificates, Measured, Stored, gather};
pub use requests::{Listener, Requests, Served};
pub use text::{Family, Kind, Sample, render};

#[cfg(test)]
mod tests;
