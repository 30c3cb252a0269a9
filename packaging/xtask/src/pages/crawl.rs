//! Finding the pages of a dashboard by following its links, as somebody does who looks at everything.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::client::{Answer, Client, Coding};
use super::routes::{Kind, ROUTES, route_of};

/// The most addresses of one route that are looked at: all 90 items, and as many of what there may be thousands of.
const OF_ROUTE_MAX: usize = 100;
/// Languages, by the cookie that asks for them; the heavier page counts.
const LANGUAGES: [&str; 2] = ["ja", "en"];

/// With which somebody signs in to dashboards that last as long as they are measured.
pub(super) const PASSWORD: &str = "tenken-measured-pages-8251";

/// A page with what it weighs.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// Its address.
    pub(super) address: String,
    /// Whether it is looked at without signing in.
    pub(super) outside: bool,
    /// Bytes over the line, with all files that it loads.
    pub(super) sent: usize,
    /// Bytes of the page and its files as the browser reads them.
    pub(super) decoded: usize,
    /// How long the first answer took.
    pub(super) first: Duration,
}

/// Who looks.
pub(super) struct Visitors {
    /// Somebody who has signed in.
    pub(super) inside: Client,
    /// Somebody who has not.
    pub(super) outside: Client,
}

/// The pages of every route; fails if one that has pages has none here.
pub(super) fn crawl(visitors: &Visitors) -> Result<BTreeMap<&'static str, Vec<Page>>> {
    let pages = crawl_what_there_is(visitors)?;
    let missing: Vec<&str> = ROUTES
        .iter()
        .filter(|(route, kind)| !matches!(kind, Kind::NoPage(_)) && pages.get(route).is_none_or(Vec::is_empty))
        .map(|(route, _)| *route)
        .collect();
    if !missing.is_empty() {
        bail!("no page was found of {missing:?}: nothing links there, or the demonstration lacks it");
    }
    Ok(pages)
}

/// The pages that are there.
pub(super) fn crawl_what_there_is(visitors: &Visitors) -> Result<BTreeMap<&'static str, Vec<Page>>> {
    let mut found: BTreeMap<&'static str, Vec<Page>> = BTreeMap::new();
    let mut files: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut queue: VecDeque<(&'static str, String, bool)> = VecDeque::new();
    queue.push_back(("/", "/".to_owned(), false));
    for (route, kind) in ROUTES {
        match kind {
            Kind::At(address) => queue.push_back((route, (*address).to_owned(), false)),
            Kind::Outside(address) => queue.push_back((route, (*address).to_owned(), true)),
            Kind::Linked | Kind::NoPage(_) => {}
        }
    }
    while let Some((route, address, outside)) = queue.pop_front() {
        let known = found.entry(route).or_default();
        if known.len() >= OF_ROUTE_MAX || !seen.insert(address.clone()) {
            continue;
        }
        let client = if outside { &visitors.outside } else { &visitors.inside };
        let (page, html) = weigh(client, &address, outside, &mut files)?;
        known.push(page);
        for link in links(&html) {
            if let Some(route) = route_of(&link).filter(|route| is_linked(route)) {
                queue.push_back((route, link, false));
            }
        }
    }
    Ok(found)
}

fn is_linked(route: &str) -> bool {
    ROUTES.iter().any(|(known, kind)| *known == route && *kind == Kind::Linked)
}

/// Looks at a page in each language; the heavier one counts, with every file that it loads.
fn weigh(
    client: &Client,
    address: &str,
    outside: bool,
    files: &mut BTreeMap<String, (usize, usize)>,
) -> Result<(Page, String)> {
    let mut page = Page { address: address.to_owned(), outside, sent: 0, decoded: 0, first: Duration::ZERO };
    let mut shown = String::new();
    for language in LANGUAGES {
        let client = in_language(client, language);
        let plain = asked(&client, address, Coding::Plain)?;
        if !plain.is_page() {
            bail!("{address} is no page: {} {}", plain.status, plain.header("location").unwrap_or_default());
        }
        let packed = asked(&client, address, Coding::Gzip)?;
        let html = plain.text();
        let (mut sent, mut decoded) = (packed.sent(), plain.body.len());
        for file in loaded(&html) {
            if !files.contains_key(&file) {
                let packed = asked(&client, &file, Coding::Gzip)?;
                let weight = (packed.sent(), asked(&client, &file, Coding::Plain)?.body.len());
                files.insert(file.clone(), weight);
            }
            let (file_sent, file_decoded) = files.get(&file).copied().unwrap_or_default();
            sent += file_sent;
            decoded += file_decoded;
        }
        page.sent = page.sent.max(sent);
        page.decoded = page.decoded.max(decoded);
        page.first = page.first.max(plain.took);
        shown = html;
    }
    Ok((page, shown))
}

fn asked(client: &Client, address: &str, coding: Coding) -> Result<Answer> {
    client.get(address, coding)
}

fn in_language(client: &Client, language: &str) -> Client {
    let cookie = format!("tenken_language={language}");
    let cookies = if client.cookies.is_empty() { cookie } else { format!("{}; {cookie}", client.cookies) };
    Client { cookies, ..client.clone() }
}

/// The addresses on this dashboard that a page links to, each once, in order.
fn links(html: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let links = attributes(html, " href=\"").filter(|link| link.starts_with('/') && !link.starts_with("//"));
    let links =
        links.map(|link| link.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"));
    links.filter(|link| !link.is_empty() && seen.insert(link.clone())).collect()
}

/// The files that a page loads.
fn loaded(html: &str) -> BTreeSet<String> {
    let all = attributes(html, " href=\"").chain(attributes(html, " src=\""));
    all.filter(|address| address.starts_with("/assets/")).map(str::to_owned).collect()
}

fn attributes<'a>(html: &'a str, opens: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(opens).skip(1).filter_map(|rest| rest.split('"').next())
}

/// Signs in by a one-time link, and returns the session's cookie.
pub(super) fn sign_in(address: &str, link: &str) -> Result<String> {
    let key = link.rsplit("key=").next().context("the link has no key")?.trim();
    let visitor = Client { address: address.to_owned(), cookies: String::new() };
    let answer = visitor.post("/join", &format!("key={key}&password={PASSWORD}&again={PASSWORD}"))?;
    session(&answer)
}

/// The session that an answer opens, as a cookie.
pub(super) fn session(answer: &Answer) -> Result<String> {
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    match cookie {
        Some(cookie) if answer.status == 303 => Ok(cookie.to_owned()),
        _ => bail!("nobody could be signed in: {}", answer.status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_files_are_read_off_a_page() {
        let html = r##"<a href="/hosts?a=1&amp;b=2#x"><a href="#y"><a href="//evil"><a class="k" href="/hosts?a=1&amp;b=2">
            <link rel="x" href="/assets/a.css?v=1"><script src="/assets/b.js"></script>"##;
        assert_eq!(links(html), ["/hosts?a=1&b=2", "/assets/a.css?v=1"]);
        assert_eq!(loaded(html).into_iter().collect::<Vec<_>>(), ["/assets/a.css?v=1", "/assets/b.js"]);
    }
}
