//! The resident agent: collects what changed, judges it, keeps it, reports it.

pub mod collecting;
pub mod link;
pub mod report;
