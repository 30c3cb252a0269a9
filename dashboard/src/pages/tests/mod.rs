//! Every page, rendered from samples in both languages.

mod html;
mod sample;

use std::collections::BTreeSet;

use html::{Tag, tags, text_outside};
use tenken_model::Language;

use super::Chrome;
use super::assets;

/// Where the pages are written to, to be looked at in a browser.
const FOLDER: &str = "TENKEN_PAGES";

struct Page {
    name: &'static str,
    language: Language,
    html: String,
}

fn pages() -> Vec<Page> {
    [Language::Japanese, Language::English]
        .into_iter()
        .flat_map(|language| {
            sample::pages(language).into_iter().map(move |(name, html)| Page { name, language, html: html.unwrap() })
        })
        .collect()
}

#[test]
fn every_page_can_be_looked_at() {
    let Some(folder) = std::env::var_os(FOLDER).map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for asset in assets::all() {
        std::fs::write(folder.join("assets").join(asset.name), asset.content).unwrap();
    }
    for page in pages() {
        std::fs::write(folder.join(format!("{}.{}.html", page.name, page.language.tag())), page.html).unwrap();
    }
}

#[test]
fn every_page_has_its_language_title_and_one_heading() {
    for Page { name, language, html } in pages() {
        let tags = tags(&html);
        let count = |wanted: &str| tags.iter().filter(|tag| tag.name == wanted).count();
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert_eq!(tags.iter().find(|tag| tag.name == "html").unwrap().get("lang"), Some(language.tag()), "{name}");
        assert_eq!((count("title"), count("h1"), count("main")), (1, 1, 1), "{name}");
        let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(!title.trim_start().starts_with('—') && title.contains('—'), "{name}: {title:?}");
    }
}

#[test]
fn headings_skip_no_level() {
    for Page { name, html, .. } in pages() {
        let mut last = 0;
        for tag in tags(&html) {
            let level = tag.name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok());
            if let Some(level) = level {
                assert!(level <= last + 1, "{name}: h{level} after h{last}");
                last = level;
            }
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_form_its_token() {
    for Page { name, html, .. } in pages() {
        let tags = tags(&html);
        let labels: BTreeSet<&str> =
            tags.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
        for tag in tags.iter().filter(|tag| matches!(tag.name.as_str(), "input" | "select" | "textarea")) {
            if tag.get("type") == Some("hidden") {
                continue;
            }
            let id = tag.get("id").unwrap_or_else(|| panic!("{name}: a field without id: {tag:?}"));
            assert!(labels.contains(id), "{name}: no label for {id}");
        }
        for form in html.split("<form").skip(1) {
            let (head, rest) = form.split_once('>').unwrap();
            if head.contains(r#"method="post""#) {
                let body = rest.split("</form>").next().unwrap();
                assert!(body.contains(r#"name="csrf""#), "{name}: {head}");
            }
        }
    }
}

#[test]
fn ids_are_unique_and_what_refers_to_them_exists() {
    for Page { name, html, .. } in pages() {
        let tags = tags(&html);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{name}: {id} twice");
        }
        for tag in &tags {
            let listed = ["aria-labelledby", "aria-describedby", "for"].into_iter().filter_map(|key| tag.get(key));
            let wanted = listed.flat_map(str::split_whitespace);
            let linked = tag.get("href").and_then(|href| href.strip_prefix('#'));
            for id in wanted.chain(linked) {
                assert!(ids.contains(id), "{name}: nothing has the id {id}");
            }
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for Page { name, html, .. } in pages() {
        for tag in tags(&html) {
            assert_ne!(tag.name, "style", "{name}");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{name}");
            assert!(tag.get("style").is_none(), "{name}: {tag:?}");
            assert!(!tag.keys().any(|key| key.starts_with("on")), "{name}: {tag:?}");
            for key in ["href", "src", "action"] {
                let Some(address) = tag.get(key) else { continue };
                // A link brings nothing in; where it leads, nothing of the page's address is told.
                let leads_away = tag.name == "a" && tag.get("rel") == Some("noreferrer");
                assert!(is_own(address) || leads_away, "{name}: {address}");
            }
        }
    }
}

fn is_own(address: &str) -> bool {
    address.starts_with('#') || address.starts_with('?') || (address.starts_with('/') && !address.starts_with("//"))
}

#[test]
fn every_text_is_written() {
    for Page { name, language, html } in pages() {
        // A rule as it is written has braces of its own.
        let shown = text_outside(&html, |tag: &Tag| tag.name == "pre");
        for odd in ["{", "}", "None", "Some(", "[missing]"] {
            assert!(!shown.contains(odd) || language == Language::English && odd == "None", "{name}: {odd}: {shown}");
        }
        assert!(!shown.contains("&lt;script"), "{name}");
    }
}

#[test]
fn what_no_host_has_to_do_with_is_called_by_what_it_is() {
    for Page { html, .. } in pages().into_iter().filter(|page| page.name == "drift_of_no_host") {
        assert!(html.contains("<title>M-006 ") && html.contains("<p class=\"over\">M-006</p>"), "{html}");
    }
    let with_host = pages().into_iter().find(|page| page.name == "drift").unwrap().html;
    assert!(with_host.contains(&format!("<p class=\"over\">{}", sample::HOST)), "{with_host}");
}

#[test]
fn pages_in_english_mark_their_japanese() {
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}');
    for Page { name, language, html } in pages() {
        if language == Language::English {
            let foreign = text_outside(&html, |tag: &Tag| tag.get("lang") == Some("ja"));
            let found: String = foreign.chars().filter(|c| kana(*c)).collect();
            assert!(found.is_empty(), "{name}: {found}");
        }
    }
}

#[test]
fn only_pages_without_fields_replace_themselves() {
    for Page { name, html, .. } in pages() {
        let tags = tags(&html);
        let live = tags.iter().any(|tag| tag.name == "main" && tag.get("data-live").is_some());
        let typed = tags
            .iter()
            .any(|tag| matches!(tag.name.as_str(), "textarea" | "select") || tag.get("type") == Some("password"));
        assert!(!(live && typed), "{name}");
    }
}

#[test]
fn what_people_bring_in_is_escaped() {
    let mut chrome: Chrome = sample::chrome(Language::Japanese, "/");
    chrome.agency = "<script>alert(1)</script>".into();
    let html = super::overview::render(&sample::Kept::new(Language::Japanese).overview(), &chrome).unwrap();
    assert!(!html.contains("<script>alert"));
}
