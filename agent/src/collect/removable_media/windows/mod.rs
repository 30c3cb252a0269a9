//! Removable media on Windows: what policies and drivers allow, what is attached, and what once was.
//!
//! Discs are not told of: a drive has a letter whether a disc is in it or not.

mod attached;
mod policies;
#[cfg(test)]
mod tests;

use tenken_model::fact::removable_media::RemovableMedia;
use tenken_model::observation::Outcome;
use tenken_model::{Read, ReasonCode};

use crate::collect::{Look, Needs};

/// Reads policies and looks at what is attached.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<RemovableMedia> {
    let known = attached::known(look);
    let (past, past_left_out) = match &known {
        Ok(known) => attached::past(known, needs.now),
        Err(_) => (Vec::new(), 0),
    };
    match attached::read(look, &known) {
        Ok((media, media_left_out)) => Outcome::Known(RemovableMedia {
            usb_guard: Read::Measured(None),
            drivers: policies::drivers(look),
            policies: Some(policies::read(look)),
            media,
            media_left_out,
            past: Some(match known {
                Ok(_) if past_left_out == 0 => Read::Measured(past),
                Ok(_) => Read::not_read(
                    ReasonCode::TooLarge,
                    format!("list media that were attached once: {past_left_out} are too many"),
                ),
                Err(reason) => Read::NotRead(reason),
            }),
        }),
        Err(reason) => Outcome::Failed(reason),
    }
}
