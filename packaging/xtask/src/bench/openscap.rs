//! What OpenSCAP was asked and what it said.
//!
//! Debian 12 has the SCAP Security Guide for Debian 11 at best. Its rules apply where `/etc/debian_version` says 11, so the
//! scanner is shown such a file, and an os-release of the same kind, in a mount namespace of its own. It also takes a host whose
//! image was once one of Docker for a container, and then leaves most rules out; a copy of the content asks for another file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::controls::{Controls, Other};

/// The content for the newest Debian that there is.
const CONTENT: &str = "/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml";
/// Its largest profile.
const PROFILE: &str = "xccdf_org.ssgproject.content_profile_anssi_np_nt28_high";
/// What names of rules begin with.
const RULE: &str = "xccdf_org.ssgproject.content_rule_";
/// Shows a command two other files: `sh -c SHOW sh FOLDER COMMAND...`.
const SHOW: &str = "mount --bind \"$1/debian_version\" /etc/debian_version && \
    mount --bind \"$1/os-release\" /etc/os-release && shift && exec \"$@\"";

/// Which rules are evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// Those of the largest profile.
    Profile,
    /// Those alone that ask what a rule of the agent's asks.
    Alike,
}

/// Lays what the scanner is shown into a folder.
pub(super) fn prepare(folder: &Path) -> Result<()> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    };
    write("debian_version", "11.11\n")?;
    let release = std::fs::read_to_string("/etc/os-release").context("reading /etc/os-release")?;
    write("os-release", &older(&release))?;
    let content = std::fs::read_to_string(CONTENT).with_context(|| format!("reading {CONTENT}"))?;
    write("content.xml", &content.replace(">/.dockerenv<", ">/.no-such-file<"))
}

/// What is put before a command so that it sees Debian 11.
pub(super) fn shown(folder: &Path) -> Vec<String> {
    let words = ["unshare", "--mount", "sh", "-c", SHOW, "sh"].map(str::to_owned);
    words.into_iter().chain([folder.display().to_string()]).collect()
}

/// One evaluation, whose result goes into a folder.
pub(super) fn command(folder: &Path, controls: &Controls, scope: Scope) -> Vec<String> {
    let file = |name: &str| folder.join(name).display().to_string();
    let mut words = ["oscap", "xccdf", "eval", "--results"].map(str::to_owned).to_vec();
    words.push(file("openscap.xml"));
    match scope {
        Scope::Profile => words.extend(["--profile".to_owned(), PROFILE.to_owned()]),
        Scope::Alike => {
            words.extend(["--profile".to_owned(), "(all)".to_owned()]);
            words.extend(
                controls.tests(Other::OpenScap).iter().flat_map(|rule| ["--rule".to_owned(), format!("{RULE}{rule}")]),
            );
        }
    }
    words.push(file("content.xml"));
    words
}

/// The rules that gave a verdict in the evaluation that left its result in a folder.
pub(super) fn verdicts(folder: &Path) -> Result<BTreeSet<String>> {
    let path = folder.join("openscap.xml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let results = results(&text);
    if results.is_empty() {
        bail!("{} holds no results", path.display());
    }
    Ok(results.into_iter().filter(|(_, result)| is_verdict(result)).map(|(rule, _)| rule).collect())
}

fn is_verdict(result: &str) -> bool {
    ["pass", "fail"].contains(&result)
}

/// What a result of XCCDF says of each rule.
fn results(text: &str) -> BTreeMap<String, String> {
    let of = |part: &str| {
        let rule = part.split_once("idref=\"")?.1.split_once('"')?.0.strip_prefix(RULE)?;
        let result = part.split_once("<result>")?.1.split_once("</result>")?.0;
        Some((rule.to_owned(), result.to_owned()))
    };
    text.split("<rule-result ").skip(1).filter_map(of).collect()
}

/// An os-release as that of the Debian before.
fn older(release: &str) -> String {
    release.replace("bookworm", "bullseye").replace("12", "11")
}

/// Fails where a rule that is named is none of the installed content.
pub(super) fn must_know(controls: &Controls) -> Result<()> {
    let content = std::fs::read_to_string(CONTENT).with_context(|| format!("reading {CONTENT}"))?;
    let is_unknown = |rule: &&str| !content.contains(&format!("id=\"{RULE}{rule}\""));
    let unknown: Vec<&str> = controls.tests(Other::OpenScap).into_iter().filter(is_unknown).collect();
    if !unknown.is_empty() {
        bail!("{CONTENT} does not know {}, which controls.yaml names", unknown.join(", "));
    }
    if !content.contains(PROFILE) {
        bail!("{CONTENT} has no profile {PROFILE}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"<TestResult id="xccdf_org.open-scap_testresult_default-profile">
    <rule-result idref="xccdf_org.ssgproject.content_rule_prefer_64bit_os" role="full" time="2026-11-28T09:09:10+00:00" severity="medium" weight="1.000000">
      <result>fail</result>
      <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5">
        <check-content-ref name="oval:ssg-prefer_64bit_os:def:1" href="ssg-debian11-oval.xml"/>
      </check>
    </rule-result>
    <rule-result idref="xccdf_org.ssgproject.content_rule_package_aide_installed" role="full" severity="medium" weight="1.000000">
      <result>notapplicable</result>
    </rule-result>
    <rule-result idref="xccdf_org.ssgproject.content_rule_no_netrc_files" role="full" severity="medium" weight="1.000000">
      <result>pass</result>
    </rule-result>
    <score system="urn:xccdf:scoring:default" maximum="100.000000">46.9</score>
</TestResult>"#;

    #[test]
    fn the_result_of_each_rule_is_read() {
        let results = results(RESULT);
        assert_eq!(results.len(), 3);
        assert_eq!(results["package_aide_installed"], "notapplicable");
        let decided: Vec<&str> =
            results.iter().filter(|(_, result)| is_verdict(result)).map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(decided, ["no_netrc_files", "prefer_64bit_os"]);
        assert!(super::results("<TestResult><rule-result idref=\"other\">").is_empty());
    }

    #[test]
    fn the_scanner_is_shown_the_debian_before() {
        let release = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
        let older = older(release);
        assert!(older.contains("VERSION_ID=\"11\"") && older.contains("(bullseye)"), "{older}");
    }
}
