//! What a person states for an item, and the form to state it.

use tenken_engine::checklist::Item;
use tenken_model::Language;
use tenken_model::digest::Digest;

use super::field::{Field, FieldKind};
use crate::evidence::Scan;
use crate::groups::encoded;
use crate::store::{AttachedFile, Attestation};

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What the evidence is.
    pub evidence: String,
    /// The way that holds.
    pub branch: String,
    /// Until when it holds, if earlier than usual.
    pub until: String,
}

/// What is wrong with what was typed or sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    /// With the evidence.
    pub evidence: Option<String>,
    /// With the way that holds.
    pub branch: Option<String>,
    /// With the last day.
    pub until: Option<String>,
    /// With a file.
    pub file: Option<String>,
}

/// A statement with its files.
#[derive(Debug, Clone)]
pub struct AttestationView<'a> {
    /// The statement.
    pub attestation: &'a Attestation,
    /// Its files.
    pub files: Vec<&'a AttachedFile>,
}

impl AttestationView<'_> {
    /// The way that it says holds.
    pub(super) fn branch(&self, item: &Item, t: Language) -> Option<String> {
        let branch = self.attestation.stated.branch.as_ref()?;
        Some(item.branch(branch).map_or_else(|| branch.to_string(), |branch| t.of(&branch.says).to_owned()))
    }
}

/// Whether a file was scanned.
pub(super) fn scanned(file: &AttachedFile, t: Language) -> String {
    match file.scanned {
        Scan::Clean => t.file_clean(),
        Scan::NotAsked => t.file_unscanned(),
    }
}

/// Where a file is saved from under the name it was attached by.
pub(super) fn address(file: &AttachedFile) -> String {
    format!("/evidence/{}?name={}", file.digest, encoded(&file.name))
}

/// The beginning of a digest, by which people compare.
pub(super) fn short(digest: &Digest) -> String {
    digest.to_string().chars().take(12).collect()
}

/// The fields of the form.
pub(super) fn fields(item: &Item, typed: Option<&(Typed, Errors)>, t: Language) -> Vec<Field> {
    let (typed, errors) = typed.cloned().unwrap_or_default();
    let mut fields = Vec::new();
    let ways: Vec<(String, String)> =
        item.attested_branches().map(|branch| (branch.id.to_string(), t.of(&branch.says).to_owned())).collect();
    if !ways.is_empty() {
        let choose = (String::new(), t.reading_choose());
        let choices = std::iter::once(choose).chain(ways).collect();
        let field = Field::new("branch", t.attest_branch(), FieldKind::Choice(choices)).required();
        fields.push(field.holding(typed.branch, errors.branch));
    }
    fields.push(
        Field::new("evidence", t.attest_evidence_field(), FieldKind::Paragraph)
            .help(t.attest_evidence_help())
            .required()
            .holding(typed.evidence, errors.evidence),
    );
    let kinds = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt";
    fields.push(
        Field::new("file", t.attest_files(), FieldKind::Files(kinds))
            .help(t.attest_files_help())
            .holding(String::new(), errors.file),
    );
    fields.push(
        Field::new("until", t.attest_until_field(), FieldKind::Line)
            .help(t.attest_until_help())
            .holding(typed.until, errors.until),
    );
    fields
}
