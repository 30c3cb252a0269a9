//! Pictures of every page, for people to look at: of a demonstration, and of a dashboard that nobody has used yet.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::client::Client;
use super::crawl::{Page, Visitors, crawl};
use super::fleet::{self, Fleet, Served};
use super::second_factor::Confirmed;
use super::{sign_in, visitors};
use crate::process::{cargo, must, output, target};
use crate::report::line;

/// The hosts of the demonstration of which pictures are taken.
const HOSTS: u64 = 40;
/// The first administrator of the dashboard that nobody has used yet.
const NAME: &str = "kanri";

/// Takes the pictures into a folder.
pub(super) fn take(dashboard: &Path, folder: &Path) -> Result<()> {
    must(cargo()?.args(["build", "--locked", "--quiet", "-p", "tenken-tests", "--bin", "tenken-shots"]))?;
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    let full = fleet::serve(dashboard, Fleet::of(HOSTS))?;
    let cookie = sign_in(&full.address, &full.link)?;
    let looking = visitors(&full.address, &cookie);
    let _confirmed = Confirmed::set_up(&looking.inside)?;
    of(&full, &cookie, "demo", &crawl(&looking)?, &folder)?;
    let data = target()?.join("pages/new");
    match std::fs::remove_dir_all(&data) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("removing {}", data.display())),
    }
    std::fs::create_dir_all(&data)?;
    let new = fleet::serve_folder(dashboard, &data, 0)?;
    let link = output(Command::new(dashboard).args(["first-link", "--data"]).arg(&data))?;
    let cookie = first_administrator(&new.address, link.trim())?;
    let looking = visitors(&new.address, &cookie);
    let _confirmed = Confirmed::set_up(&looking.inside)?;
    of(&new, &cookie, "new", &found(&looking)?, &folder)
}

/// The pages of a dashboard that has little: what is not there yet has none.
fn found(visitors: &Visitors) -> Result<BTreeMap<&'static str, Vec<Page>>> {
    super::crawl::crawl_what_there_is(visitors)
}

/// Becomes the first administrator by the one-time link, and returns the session's cookie.
fn first_administrator(address: &str, link: &str) -> Result<String> {
    let key = link.rsplit("key=").next().context("the link has no key")?;
    let visitor = Client { address: address.to_owned(), cookies: String::new() };
    let password = super::crawl::PASSWORD;
    let form = format!("key={key}&name={NAME}&password={password}&again={password}");
    super::crawl::session(&visitor.post("/first-run", &form)?)
}

fn of(
    served: &Served,
    cookie: &str,
    prefix: &str,
    pages: &BTreeMap<&'static str, Vec<Page>>,
    folder: &Path,
) -> Result<()> {
    let (name, value) = cookie.split_once('=').context("the session's cookie has no value")?;
    // The heaviest of each kind shows most.
    let heaviest = pages.iter().filter_map(|(route, pages)| Some((route, pages.iter().max_by_key(|it| it.decoded)?)));
    let pages: Vec<_> = heaviest
        .map(|(route, page)| json!({ "name": named(route), "address": page.address, "outside": page.outside }))
        .collect();
    line(format_args!("Taking pictures of {} pages ({prefix}) ...", pages.len()));
    let wanted = json!({
        "folder": folder, "base": format!("http://{}", served.address), "cookie": [name, value], "prefix": prefix,
        "pages": pages,
    });
    let mut child = Command::new(target()?.join("debug/tenken-shots"))
        .stdin(Stdio::piped())
        .spawn()
        .context("starting tenken-shots")?;
    child.stdin.take().context("its standard input was piped")?.write_all(wanted.to_string().as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("tenken-shots failed: {status}");
    }
    Ok(())
}

/// A route as part of a file's name.
fn named(route: &str) -> String {
    let words = route.split(['/', '{', '}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if words.is_empty() { "overview".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_name_for_its_picture() {
        assert_eq!(named("/"), "overview");
        assert_eq!(named("/registers/{slug}/{id}"), "registers_slug_id");
    }
}
