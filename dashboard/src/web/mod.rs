//! HTTP: routes and handlers. A handler extracts, makes one call into the domain, and renders.

pub mod agents;
pub mod failure;
pub mod gate;
pub mod headers;
pub mod live;
pub mod people;
pub mod visitor;
