//! The agent's packages that the dashboard hands out, as part of other pages.

use tenken_model::{Language, Size};

use crate::packages::{AgentVersion, Listing, Package};

/// What a page shows of the packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackagesView {
    /// Where hosts reach this dashboard: `https://name:port`.
    pub base: String,
    /// What is in the folder; absent where none is named, or it cannot be read.
    pub listing: Option<Listing>,
    /// There is a folder that cannot be read.
    pub unread: bool,
}

impl PackagesView {
    /// The newest version of which there is a package.
    pub fn newest(&self) -> Option<&AgentVersion> {
        self.listing.as_ref()?.newest()
    }

    pub(super) fn packages(&self) -> &[Package] {
        self.listing.as_ref().map_or(&[], |listing| listing.packages.as_slice())
    }

    /// Why there is nothing to list.
    pub(super) fn nothing(&self, t: Language) -> Option<String> {
        match &self.listing {
            None if self.unread => Some(t.packages_unread()),
            None => Some(t.packages_none()),
            Some(listing) if listing.packages.is_empty() => Some(t.packages_empty()),
            Some(_) => None,
        }
    }

    /// Whether and how APT reads the folder.
    pub(super) fn apt(&self, t: Language) -> Option<String> {
        let listing = self.listing.as_ref()?;
        let line = format!("deb [signed-by=/etc/apt/keyrings/tenken.asc] {}/packages ./", self.base);
        Some(if listing.is_repository { t.packages_apt(&line) } else { t.packages_apt_unsigned() })
    }

    pub(super) fn left(&self, t: Language) -> Option<String> {
        let left = self.listing.as_ref()?.left;
        (left > 0).then(|| t.packages_cut(left))
    }

    /// The newest package of that kind.
    pub(super) fn of_kind(&self, ending: &str) -> Option<&Package> {
        self.packages().iter().find(|package| package.name.ends_with(ending))
    }
}

/// The size of a package for people.
pub(super) fn size(package: &Package) -> String {
    Size::from_bytes(package.bytes).to_string()
}
