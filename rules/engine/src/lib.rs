//! What is right: rules are loaded and checked here, facts are judged, findings fold into items.
//!
//! Pure. The only thing it reads is the catalogue and the checklist embedded in it; the time comes
//! in as an argument.

pub mod expression;
