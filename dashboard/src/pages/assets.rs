//! The files that pages load.

use std::fmt::Write as _;
use std::sync::LazyLock;

use tenken_model::digest::Digest;

/// A file that pages load, kept in the program.
#[derive(Debug)]
pub struct Asset {
    /// Its name below `/assets/`.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: &'static [u8],
}

/// How many digits of a file's digest its address carries.
const DIGITS: usize = 12;

static ASSETS: [Asset; 3] = [
    Asset {
        name: "tenken.css",
        media_type: "text/css; charset=utf-8",
        content: include_bytes!("../../assets/tenken.css"),
    },
    Asset {
        name: "live.js",
        media_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../../assets/live.js"),
    },
    Asset { name: "mark.svg", media_type: "image/svg+xml", content: include_bytes!("../../assets/mark.svg") },
];

/// Every file.
pub fn all() -> &'static [Asset] {
    &ASSETS
}

/// The file of that name.
pub fn by_name(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

impl Asset {
    /// The beginning of the content's digest.
    fn version(&self) -> String {
        Digest::of(self.content).to_string().chars().take(DIGITS).collect()
    }

    /// The address, which changes with the content: browsers may keep what it gave for ever.
    fn address(&self) -> String {
        let mut address = format!("/assets/{}", self.name);
        let _infallible = write!(address, "?v={}", self.version());
        address
    }
}

/// The addresses that the frame of every page needs.
#[derive(Debug)]
pub(super) struct Addresses {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) mark: String,
}

pub(super) static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let address = |name| by_name(name).map_or_else(String::new, Asset::address);
    Addresses { style: address("tenken.css"), script: address("live.js"), mark: address("mark.svg") }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files_and_their_content() {
        for (address, name) in
            [(&ADDRESSES.style, "tenken.css"), (&ADDRESSES.script, "live.js"), (&ADDRESSES.mark, "mark.svg")]
        {
            let wanted = format!("/assets/{name}?v=");
            assert!(address.starts_with(&wanted) && address.len() == wanted.len() + DIGITS, "{address}");
            assert!(by_name(name).is_some());
        }
        assert!(by_name("../Cargo.toml").is_none());
    }
}
