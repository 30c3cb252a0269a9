//! HTTP: routes and handlers. A handler extracts, makes one call into the domain, and renders.

pub mod headers;
pub mod live;
