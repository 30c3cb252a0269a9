//! oidc-provider, a certified OpenID provider, with which signing in through an identity provider is tested.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{installed, must, root, target};
use crate::report::line;

/// The files that pin it and each of its packages by their digests.
const PINNED: [&str; 2] = ["package.json", "package-lock.json"];

/// The folder of its packages, fetched once; absent, with why, where they cannot be had. npm refuses a package that is not the
/// pinned one, and none of their scripts is run.
pub(crate) fn folder(fetch: bool) -> Result<Option<PathBuf>> {
    let folder = target()?.join("tools/openid-provider");
    let peers = root()?.join("tests/peers/openid");
    let is_current = PINNED.iter().all(|name| {
        let [kept, wanted] = [folder.join(name), peers.join(name)].map(std::fs::read);
        kept.is_ok_and(|kept| wanted.is_ok_and(|wanted| kept == wanted))
    });
    if is_current && folder.join("node_modules/oidc-provider").is_dir() {
        return Ok(Some(folder));
    }
    if !fetch || !installed("npm") {
        line("oidc-provider is not there: signing in through a real identity provider is not tried");
        return Ok(None);
    }
    std::fs::create_dir_all(&folder)?;
    for name in PINNED {
        std::fs::copy(peers.join(name), folder.join(name))?;
    }
    let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    if let Err(error) = must(Command::new("npm").current_dir(&folder).args(words)) {
        line(format_args!("oidc-provider could not be fetched: {error:#}"));
        return Ok(None);
    }
    Ok(Some(folder))
}
