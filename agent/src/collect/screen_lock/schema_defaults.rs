//! The defaults of GNOME's settings on this host.

use std::collections::BTreeMap;

use tenken_model::{Reason, ReasonCode};

use super::dconf::{DATABASE_MAX, unparsable};
use super::gnome_key::GnomeKey;
use super::gvariant::Value;
use super::schemas::{self, SchemaDefault};
use crate::collect::Look;

/// Where compiled schemas are, in the order of XDG_DATA_DIRS' own default: a schema counts where it is found first.
const FILES: [&str; 2] =
    ["/usr/local/share/glib-2.0/schemas/gschemas.compiled", "/usr/share/glib-2.0/schemas/gschemas.compiled"];

/// Defaults with the file each is from.
pub(super) struct Defaults {
    found: BTreeMap<GnomeKey, (SchemaDefault, &'static str)>,
    unread: Option<Reason>,
}

impl Defaults {
    /// Reads the compiled schemas.
    pub(super) fn read(look: &Look<'_>) -> Self {
        let mut defaults = Self { found: BTreeMap::new(), unread: None };
        for path in FILES {
            let parsed = match look.read_if_there(path, DATABASE_MAX) {
                Ok(Some(bytes)) => schemas::parse(&bytes).map_err(|error| unparsable(path, &error)),
                Ok(None) => continue,
                Err(error) => Err(error.reason()),
            };
            match parsed {
                Ok(found) => {
                    for (key, default) in found {
                        defaults.found.entry(key).or_insert((default, path));
                    }
                }
                Err(reason) => {
                    defaults.unread = Some(reason);
                    break;
                }
            }
        }
        defaults
    }

    /// A setting's default and the file it is from; GNOME's own where no schema is installed.
    pub(super) fn of(&self, key: GnomeKey) -> Result<(Value, Option<&str>), Reason> {
        match (self.found.get(&key), &self.unread) {
            (Some((SchemaDefault::One(value), path)), _) if key.fits(value) => Ok((value.clone(), Some(*path))),
            (Some((SchemaDefault::One(_), path)), _) => {
                Err(unparsable(path, &format!("{} is of another type", key.path())))
            }
            (Some((SchemaDefault::PerDesktop, path)), _) => {
                let detail = format!("read {path}: {} has other defaults on single desktops", key.path());
                Err(Reason::new(ReasonCode::Unsupported, detail))
            }
            (None, Some(reason)) => Err(reason.clone()),
            (None, None) => Ok((key.default(), None)),
        }
    }
}
