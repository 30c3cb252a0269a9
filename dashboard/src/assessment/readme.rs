//! What a package says of itself: what is in it, and how to verify it without trusting whoever made it.

use tenken_model::Language;

use super::trail::Trail;
use super::{Assessment, TENKEN};
use crate::pages::moment::{absolute, date};
use crate::store::BEGINNING;

/// What a package holds and what was left out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// How many evidence files it holds.
    pub evidence: usize,
    /// How many were left out because they are too large together, or are no longer what was stored.
    pub evidence_left: usize,
    /// How many registers it holds; absent if none were asked for.
    pub registers: Option<usize>,
}

/// The file, in Japanese and then in English.
pub fn write(assessment: &Assessment, trail: &Trail, contents: Contents) -> String {
    [Language::Japanese, Language::English].map(|t| part(assessment, trail, contents, t)).join("\n\n")
}

fn part(assessment: &Assessment, trail: &Trail, contents: Contents, t: Language) -> String {
    let mut lines = vec![heading(&t.readme_title())];
    lines.push(format!("{}: {}", t.sheet_agency(), one_line(&assessment.agency(t))));
    lines.push(format!("{}: {} ({})", t.sheet_made_at(), absolute(t, assessment.at), assessment.at.to_rfc3339()));
    lines.push(format!("{}: {}", t.sheet_edition(), assessment.checklist.edition.title_ja));
    lines.push(format!("Tenken: {TENKEN}"));
    lines.push(match &assessment.version {
        None => t.readme_nothing_declared(),
        Some(version) => {
            let declaration = version.declaration();
            let verdict = declaration.verdict();
            t.readme_declared(version.id, &date(t, declaration.updated_on), verdict.wording(&assessment.checklist))
        }
    });
    lines.push(String::new());
    lines.push(heading(&t.readme_contents()));
    lines.extend(files(assessment, contents, t).iter().map(|(path, what)| format!("  {path:<34} {what}")));
    lines.push(String::new());
    lines.push(heading(&t.readme_limits()));
    lines.extend(limits(assessment, trail, contents, t).iter().map(|line| format!("- {line}")));
    lines.push(String::new());
    lines.push(heading(&t.readme_verify()));
    lines.push(format!("1. {}", t.readme_verify_files()));
    lines.push("     sha256sum -c SHA256SUMS".to_owned());
    lines.push("     Get-FileHash -Algorithm SHA256 items\\technical.9.pdf".to_owned());
    lines.push(format!("2. {}", t.readme_verify_package()));
    lines.push(format!("3. {}", t.readme_verify_evidence()));
    lines.push(format!("4. {}", t.readme_verify_chain(&start(trail, t), trail.before.entries.saturating_add(1))));
    lines.push(String::new());
    lines.extend(script(trail).lines().map(|line| format!("     {line}")));
    lines.push(String::new());
    lines.push(format!("   {}", t.readme_head(assessment.head.entries, &assessment.head.digest.to_string())));
    lines.push(format!("5. {}", t.readme_verify_server()));
    let known = format!("{}:{}", assessment.head.entries, assessment.head.digest);
    lines.push(format!("     tenken-dashboard audit verify --known {known}"));
    lines.push(format!("6. {}", t.readme_verify_mail()));
    lines.push(String::new());
    lines.push(heading(&t.readme_meaning()));
    lines.extend(t.readme_meaning_text().lines().map(|line| format!("- {line}")));
    lines.join("\n") + "\n"
}

fn heading(text: &str) -> String {
    format!("## {text}")
}

/// A name in one line, so that it can pretend to be no other part of the file.
fn one_line(text: &str) -> String {
    crate::plain::one_line(text, 200)
}

/// Every kind of file with what it is.
fn files(assessment: &Assessment, contents: Contents, t: Language) -> Vec<(&'static str, String)> {
    let mut files =
        vec![("items.csv", t.readme_items()), ("items/<id>.pdf", t.readme_sheets()), ("items/all.pdf", t.readme_all())];
    if assessment.version.is_some() {
        files.insert(0, ("form/checklist.html .pdf .xlsx .csv", t.readme_form()));
        files.push(("declarations/changes.csv", t.readme_changes()));
        files.push(("declarations/version-<n>.csv", t.readme_versions()));
    }
    files.extend([
        ("attestations.csv", t.readme_attestations()),
        ("evidence.csv", t.readme_evidence_index()),
        ("evidence/<sha256>", t.readme_evidence(contents.evidence)),
        ("waivers.csv", t.readme_waivers()),
        ("drifts.csv", t.readme_drifts()),
        ("history.csv", t.readme_history()),
        ("audit.jsonl", t.readme_audit()),
    ]);
    files.extend(contents.registers.map(|count| ("registers/<name>.csv", t.readme_registers(count))));
    files.extend([
        ("oscal/assessment-results.json", t.readme_oscal()),
        ("oscal/catalog.json", t.readme_catalog()),
        ("ocsf/compliance-findings.jsonl", t.readme_ocsf()),
        ("tenken.json", t.readme_json()),
        ("SHA256SUMS", t.readme_sums()),
    ]);
    files
}

/// What was left out and why.
fn limits(assessment: &Assessment, trail: &Trail, contents: Contents, t: Language) -> Vec<String> {
    let mut lines = vec![t.readme_look_back(super::LOOK_BACK.millis() / tenken_model::Span::from_days(1).millis())];
    let counted = [
        ("history.csv", trail.history.left),
        ("drifts.csv", assessment.drifts.left),
        ("declarations/", trail.versions.left),
        ("audit.jsonl", u64::try_from(trail.before.entries).unwrap_or(0)),
        ("evidence/", u64::try_from(contents.evidence_left).unwrap_or(u64::MAX)),
    ];
    let left: Vec<String> =
        counted.iter().filter(|(_, left)| *left > 0).map(|(file, left)| t.readme_left(file, *left)).collect();
    if left.is_empty() {
        lines.push(t.readme_nothing_left());
    }
    lines.extend(left);
    if contents.registers.is_none() {
        lines.push(t.readme_no_registers());
    }
    lines.push(t.readme_own_entry());
    lines
}

/// What the chain begins with.
fn start(trail: &Trail, t: Language) -> String {
    let digest = trail.before.digest.to_string();
    match trail.before.entries {
        0 => t.readme_start(std::str::from_utf8(BEGINNING).unwrap_or_default(), &digest),
        _ => t.readme_start_later(&digest),
    }
}

/// A program that follows the chain; it prints the head, or stops at the entry that does not follow.
pub fn script(trail: &Trail) -> String {
    let (number, digest) = (trail.before.entries, trail.before.digest);
    format!(
        "import hashlib, json\n\
         def part(data): return len(data).to_bytes(8, \"big\") + data\n\
         number, digest = {number}, bytes.fromhex(\"{digest}\")\n\
         for line in open(\"audit.jsonl\", encoding=\"utf-8\"):\n\
         \x20   row = json.loads(line)\n\
         \x20   number, entry = number + 1, row[\"entry\"].encode(\"utf-8\")\n\
         \x20   digest = hashlib.sha256(part(digest) + part(entry)).digest()\n\
         \x20   assert (row[\"number\"], row[\"digest\"]) == (number, digest.hex()), row[\"number\"]\n\
         print(number, digest.hex(), sep=\":\")\n"
    )
}
