//! Follows every link of the site that leads within it, to the page and to the place on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

/// What a page offers and asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    /// The places on it that links may name.
    places: BTreeSet<String>,
    /// Where its links lead.
    links: BTreeSet<String>,
}

/// The links of the pages below a folder that lead nowhere, each with the page that it stands on.
pub(super) fn broken(folder: &Path) -> Result<Vec<String>> {
    let mut files = BTreeSet::new();
    walk(folder, folder, &mut files)?;
    let mut pages = BTreeMap::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "html")) {
        pages.insert(file.clone(), read(&std::fs::read_to_string(folder.join(file))?));
    }
    let mut found = Vec::new();
    for (file, page) in &pages {
        for link in &page.links {
            if let Some(why) = wrong(file, link, &files, &pages) {
                found.push(format!("{}: {link}: {why}", file.display()));
            }
        }
    }
    Ok(found)
}

/// Why a link leads nowhere; nothing for one that is right or leads out of the site.
fn wrong(from: &Path, link: &str, files: &BTreeSet<PathBuf>, pages: &BTreeMap<PathBuf, Page>) -> Option<&'static str> {
    let is_outside =
        link.starts_with("//") || link.split(['/', '?', '#']).next().is_some_and(|scheme| scheme.contains(':'));
    if is_outside {
        return None;
    }
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    if path.starts_with('/') {
        return Some("it leads to the root of whatever serves the site");
    }
    let Some(to) = resolved(from, path) else { return Some("it leads out of the site") };
    let Some(to) = [to.clone(), to.join("index.html")].into_iter().find(|to| files.contains(to)) else {
        return Some("there is no such file");
    };
    let is_there = place.is_empty() || pages.get(&to).is_none_or(|page| page.places.contains(place));
    (!is_there).then_some("there is no such place on the page")
}

/// Where a path leads from a page; nothing above the site.
fn resolved(from: &Path, path: &str) -> Option<PathBuf> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut to = from.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                if !to.pop() {
                    return None;
                }
            }
            Component::Normal(name) => to.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(to)
}

/// Reads the places and links of a page that mdBook wrote: attributes stand in double quotes, and text holds no bare `<`.
fn read(html: &str) -> Page {
    let mut page = Page::default();
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let attribute = |wanted: &str| {
            let begin = tag.find(&format!(" {wanted}=\""))? + wanted.len() + 3;
            tag.get(begin..)?.split('"').next()
        };
        if let Some(place) = attribute("id") {
            page.places.insert(unescaped(place));
        }
        let link = match name {
            "a" | "link" => attribute("href"),
            "img" | "script" => attribute("src"),
            _ => None,
        };
        if let Some(link) = link {
            page.links.insert(unescaped(link));
        }
    }
    page
}

/// Text of an attribute as it is meant, with the octets that `%` stands for.
fn unescaped(text: &str) -> String {
    let text = text
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octet = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        octets.push(octet.unwrap_or(*first));
        rest = if octet.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&octets).into_owned()
}

fn walk(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            files.insert(path.strip_prefix(root)?.to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let site = tempfile::tempdir().unwrap();
        let write = |name: &str, html: &str| {
            let path = site.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, html).unwrap();
        };
        write(
            "ja/a.html",
            "<h1 id=\"%E7%82%B9\">x</h1><a href=\"b.html#here\">1</a><a href=\"../en/c.html\">2</a><a href=\"#点\">3</a>\
             <a href=\"https://example.jp/x\">4</a><a href=\"mailto:a@example.jp\">5</a><a href=\"sub/\">6</a>\
             <a href=\"b.html#gone\">7</a><a href=\"gone.html\">8</a><a href=\"/b.html\">9</a><a href=\"../../x.html\">10</a>\
             <img src=\"gone.png\">",
        );
        write("ja/b.html", "<p id=\"here\">");
        write("ja/sub/index.html", "");
        write("en/c.html", "");
        let found = broken(site.path()).unwrap();
        let expected = [
            "ja/a.html: ../../x.html: it leads out of the site",
            "ja/a.html: /b.html: it leads to the root of whatever serves the site",
            "ja/a.html: b.html#gone: there is no such place on the page",
            "ja/a.html: gone.html: there is no such file",
            "ja/a.html: gone.png: there is no such file",
        ];
        assert_eq!(found, expected);
    }
}
