//! Removable media on Windows: what policies and drivers allow, what is attached, and what once was.
//!
//! Discs are not told of: a drive has a letter whether a disc is in it or not. Telephones and cameras hold files and are no disks:
//! whether they may be written to is told, and not which ones were there.

mod attached;
mod known;
mod policies;
#[cfg(test)]
mod tests;

use tenken_model::Read;
use tenken_model::fact::removable_media::RemovableMedia;
use tenken_model::observation::Outcome;

use crate::collect::{Look, Needs};

/// Reads policies and looks at what is attached.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<RemovableMedia> {
    let memory = known::read(look, needs.now);
    let disks = memory.as_ref().map(|memory| memory.disks.as_slice()).unwrap_or_default();
    let (media, media_left_out) = match attached::read(look, disks) {
        Ok(attached) => attached,
        Err(reason) => return Outcome::Failed(reason),
    };
    let (past, past_left_out) = match &memory {
        Ok(memory) => {
            let (past, left_out) = known::past(memory);
            (Read::Measured(past), Some(left_out))
        }
        Err(reason) => (Read::NotRead(reason.clone()), None),
    };
    Outcome::Known(RemovableMedia {
        usb_guard: Read::Measured(None),
        drivers: policies::drivers(look),
        policies: Some(policies::read(look)),
        media,
        media_left_out,
        past: Some(past),
        past_left_out,
        past_dated_since: memory.ok().and_then(|memory| memory.dated_since),
    })
}
