//! Passwords written where they do not belong.
//!
//! Only their places leave this module, never a password or anything made of one.

pub mod command_line;
pub mod japanese_text;
pub mod places;
pub mod secret_lines;
mod tables;
#[cfg(test)]
mod tests;
mod values;
mod walk;
pub mod windows;
pub mod windows_documents;
pub mod windows_services;

use tenken_model::fact::written_secrets::WrittenSecrets;
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason};

use self::places::{DESKS, OF_A_PERSON, lists_passwords};
use self::walk::Walk;
use super::screen_lock::people::{self, Person};
use super::{Look, Needs};
use crate::host::{EntryKind, ReadErrorKind};

/// The most entries of a desk.
const DESK_MAX: usize = 5_000;
/// The most names of lists.
const LISTS_MAX: usize = 200;

/// Looks through the places where passwords are usually written.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<WrittenSecrets> {
    match people::all(look) {
        Ok(people) => Outcome::Known(read(look, &people)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>, people: &[Person]) -> WrittenSecrets {
    let mut walk = Walk::new(look);
    walk.places();
    let mut lists = Vec::new();
    let mut lists_left_out = 0;
    for person in people {
        // Only to know that it may be looked at. A home changes with every command that a shell remembers: it wakes nothing.
        match look.aside().list_if_there(&person.home, DESK_MAX) {
            Err(error) if error.kind != ReadErrorKind::TooLarge => {
                walk.miss(&error);
                continue;
            }
            Ok(_) | Err(_) => {}
        }
        for (name, style) in OF_A_PERSON {
            walk.watched_file(&person.file(name), *style);
        }
        for desk in DESKS {
            let folder = person.file(desk);
            match look.list_if_there(&folder, DESK_MAX) {
                Ok(entries) => {
                    let named = entries
                        .into_iter()
                        .filter(|entry| entry.kind == EntryKind::File && lists_passwords(&entry.name));
                    for entry in named {
                        if lists.len() < LISTS_MAX {
                            lists.push(format!("{folder}/{}", entry.name));
                        } else {
                            lists_left_out += 1;
                        }
                    }
                }
                Err(error) => walk.miss(&error),
            }
        }
    }
    told(walk.finish(), lists, lists_left_out)
}

/// The fact of what was found in files, and of files that list passwords by their names.
fn told(walked: walk::Walked, lists: Vec<String>, lists_left_out: usize) -> WrittenSecrets {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let complete: Result<bool, Reason> = walked.missed.map_or(Ok(lists_left_out == 0), Err);
    WrittenSecrets {
        found: walked.found,
        lists,
        files: count(walked.files),
        left_out: count(walked.left_out + lists_left_out),
        complete: Read::from(complete),
    }
}
