//! What every interface of Windows needs of the language's other side: memory that Windows allocated, its texts, identifiers and
//! numbers, its errors, and libraries that not every Windows has.

pub(super) mod failure;
pub(super) mod library;
pub(super) mod memory;
pub(super) mod text;

pub(super) use super::call::{last_code as last_error, text as wide_array};
pub(super) use failure::failed;
pub(super) use library::Library;
pub(super) use memory::{Owned, enumerate};
pub(super) use text::{file_time, guid, sid, wide, wide_text};
