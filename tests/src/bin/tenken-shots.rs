//! Takes pictures of pages with a real browser, for people to look at: each in both languages, light and dark, wide and narrow.
//!
//! `cargo xtask pages --shots FOLDER` starts it with a list of pages on its standard input, as [`Wanted`] in JSON.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tenken_tests::browser::Browser;

/// How wide a window is, and how high.
const WINDOWS: [(u32, u32); 2] = [(1280, 900), (390, 844)];
const LANGUAGES: [&str; 2] = ["ja", "en"];

/// What to take pictures of.
#[derive(Debug, Deserialize)]
struct Wanted {
    /// Where the pictures are put.
    folder: PathBuf,
    /// `http://host:port`
    base: String,
    /// The session's cookie: name and value. A page is looked at without it if it says so.
    cookie: (String, String),
    /// What the names of the pictures begin with.
    prefix: String,
    pages: Vec<Page>,
}

#[derive(Debug, Deserialize)]
struct Page {
    name: String,
    address: String,
    outside: bool,
}

fn main() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let wanted: Wanted = serde_json::from_str(&text).context("reading what to take pictures of")?;
    if !Browser::available() {
        bail!("chromium and chromedriver are needed to take pictures");
    }
    std::fs::create_dir_all(&wanted.folder)?;
    for (width, height) in WINDOWS {
        for dark in [false, true] {
            let profile = tempfile::tempdir()?;
            let browser = Browser::open(profile.path(), width, height)?;
            if dark {
                browser.prefer_dark()?;
            }
            for outside in [true, false] {
                let pages = wanted.pages.iter().filter(|page| page.outside == outside);
                if !outside {
                    browser.go(&format!("{}/sign-in", wanted.base))?;
                    browser.cookie(&wanted.cookie.0, &wanted.cookie.1)?;
                }
                pages.into_iter().try_for_each(|page| pictures(&browser, &wanted, page, width, dark))?;
            }
        }
    }
    Ok(())
}

fn pictures(browser: &Browser, wanted: &Wanted, page: &Page, width: u32, dark: bool) -> Result<()> {
    for language in LANGUAGES {
        browser.go(&format!("{}/assets/mark.svg", wanted.base))?;
        browser.cookie("tenken_language", language)?;
        browser.go(&format!("{}{}", wanted.base, page.address))?;
        let scheme = if dark { "dark" } else { "light" };
        let name = format!("{}-{}-{language}-{scheme}-{width}.png", wanted.prefix, page.name);
        browser.picture(&wanted.folder.join(name))?;
    }
    Ok(())
}
