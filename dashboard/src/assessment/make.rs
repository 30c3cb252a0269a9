//! Makes the audit package of an agency, and writes into its audit log that it was made.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tenken_engine::{Catalog, Checklist};
use tenken_form::print;
use tenken_form::print::pdf::PdfError;
use tenken_form::print::xlsx::WorkbookError;
use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};
use thiserror::Error;

use super::package::{Package, Packed, ZipFault};
use super::readme::{self, Contents};
use super::trail::Trail;
use super::{Assessment, Scope, json as own_json, ocsf, oscal, sheet, tables};
use crate::export::{Load, Turn};
use crate::registers::encoding::Encoding;
use crate::registers::export::{self, ExportError};
use crate::registers::{Definition, Row};
use crate::store::{AuditEntry, Store, StoreError, Transaction, Version};

/// The most bytes of evidence files in one package; the newest statements' come first.
pub const EVIDENCE_BYTES_MAX: u64 = 128 << 20;

/// Why there is no package.
#[derive(Debug, Error)]
pub enum MakeError {
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The package could not be written.
    #[error(transparent)]
    Zip(#[from] ZipFault),
    /// A PDF could not be written.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The form could not be written as a workbook.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// The form could not be written as a page.
    #[error("the form could not be written as a page: {0}")]
    Page(#[from] askama::Error),
    /// A table could not be written.
    #[error("a table could not be written: {0}")]
    Table(#[from] csv::Error),
    /// A register could not be written.
    #[error("the register {0} could not be written: {1:?}")]
    Register(&'static str, ExportError),
    /// The work was stopped.
    #[error("the work was stopped: {0}")]
    Stopped(String),
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// In which language people read it.
    pub language: Language,
    /// With the registers, which name people.
    pub registers: bool,
}

/// A package that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The name of its file.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its digest.
    pub digest: Digest,
}

/// The rows of a register that count.
type Kept = (&'static Definition, Vec<Row>);

/// Makes a package and writes into the audit log who made it and its digest. One is made at a time, because each is held in
/// memory.
pub async fn make(
    store: &Store,
    checklist: Arc<Checklist>,
    catalog: Arc<Catalog>,
    wanted: Wanted,
    person: &str,
    now: Instant,
) -> Result<Made, MakeError> {
    let stopped = |error: &dyn std::fmt::Display| MakeError::Stopped(error.to_string());
    let turn = Turn::take(Load::Whole).await.map_err(|error| stopped(&error))?;
    let mut transaction = store.read().await?;
    let assessment = Arc::new(Assessment::read(&mut transaction, checklist, catalog, Scope::All, now).await?);
    let trail = Arc::new(Trail::read(&mut transaction, now).await?);
    let registers = if wanted.registers { Some(registers(&mut transaction).await?) } else { None };
    transaction.abandon().await?;

    let mut package = Package::new(now);
    let kept = evidence(store, &assessment, &mut package, EVIDENCE_BYTES_MAX).await?;
    let work = tokio::task::spawn_blocking({
        let (assessment, trail) = (Arc::clone(&assessment), Arc::clone(&trail));
        move || (fill(package, &assessment, &trail, registers.as_deref(), &kept, wanted.language), turn)
    });
    let (bytes, _turn) = work.await.map_err(|error| stopped(&error))?;
    let bytes = bytes?;
    let digest = Digest::of(&bytes);
    let name = format!("tenken-audit-{}.zip", now.format("%Y%m%dT%H%M%SZ"));
    let mut detail = format!("SHA-256 {digest}");
    if wanted.registers {
        detail = format!("{detail}\n{}", Language::Japanese.package_with_registers());
    }
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "package_made".to_owned(),
        subject: name.clone(),
        detail,
    };
    let mut transaction = store.write().await?;
    transaction.audit(&entry).await?;
    transaction.save().await?;
    Ok(Made { name, bytes, digest })
}

async fn registers(transaction: &mut Transaction) -> Result<Vec<Kept>, StoreError> {
    let begun = transaction.registers_begun().await?;
    let mut kept = Vec::new();
    for definition in Definition::all().iter().filter(|definition| begun.contains_key(&definition.kind)) {
        let rows = transaction.open_rows(definition).await?;
        kept.push((definition, rows.into_iter().map(|stored| stored.row).collect()));
    }
    Ok(kept)
}

/// The files of the statements that a package holds.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The digests of those it holds.
    pub(super) held: Vec<String>,
    /// How many were left out.
    pub(super) left: usize,
}

/// Adds the files of the statements one by one, those of the newest first, until they are too many bytes. One that is no longer
/// what was stored is not passed on as evidence.
pub(super) async fn evidence(
    store: &Store,
    assessment: &Assessment,
    package: &mut Package,
    mut room: u64,
) -> Result<Evidence, MakeError> {
    let mut kept = Evidence::default();
    let mut seen = BTreeSet::new();
    let files = assessment.stated.iter().rev().flat_map(|stated| &stated.files);
    for measured in files.filter(|measured| seen.insert(measured.file.digest)) {
        let Some(less) = room.checked_sub(measured.bytes) else {
            kept.left += 1;
            continue;
        };
        let digest = measured.file.digest;
        let found = store.read().await?.evidence(&digest, &measured.file.name).await?;
        let Some(found) = found.filter(|found| Digest::of(&found.content) == digest) else {
            tracing::error!(%digest, "an evidence file is not what was stored");
            kept.left += 1;
            continue;
        };
        room = less;
        package.add(&format!("evidence/{digest}"), &found.content, Packed::Stored)?;
        kept.held.push(digest.to_string());
    }
    Ok(kept)
}

/// Adds everything that is rendered.
fn fill(
    mut package: Package,
    assessment: &Assessment,
    trail: &Trail,
    registers: Option<&[Kept]>,
    evidence: &Evidence,
    t: Language,
) -> Result<Vec<u8>, MakeError> {
    let contents =
        Contents { evidence: evidence.held.len(), evidence_left: evidence.left, registers: registers.map(<[_]>::len) };
    // What a PDF or workbook holds is compressed already.
    let packed = |path: &str| match path.rsplit('.').next() {
        Some("pdf" | "xlsx") => Packed::Stored,
        _ => Packed::Deflated,
    };
    let mut add = |path: &str, bytes: &[u8]| package.add(path, bytes, packed(path));
    add("README.txt", readme::write(assessment, trail, contents).as_bytes())?;
    if let Some(version) = &assessment.version {
        for (path, bytes) in form(assessment, version)? {
            add(path, &bytes)?;
        }
        add("declarations/changes.csv", &tables::versions(assessment, trail, t)?)?;
        for version in &trail.versions.told {
            add(&format!("declarations/version-{}.csv", version.id), &form_table(assessment, version)?)?;
        }
    }
    add("items.csv", &tables::items(assessment, t)?)?;
    add("attestations.csv", &tables::attestations(assessment, t)?)?;
    add("evidence.csv", &tables::evidence_index(assessment, &evidence.held, t)?)?;
    add("waivers.csv", &tables::waivers(assessment, t)?)?;
    add("drifts.csv", &tables::drifts(assessment, t)?)?;
    add("history.csv", &tables::history(assessment, trail, t)?)?;
    add("audit.jsonl", audit(trail).as_bytes())?;
    for (definition, rows) in registers.unwrap_or_default() {
        let bytes = export::write(definition, rows, t, Encoding::Utf8)
            .map_err(|error| MakeError::Register(definition.slug, error))?;
        add(&format!("registers/{}.csv", definition.slug), &bytes)?;
    }
    let results = oscal::file(&oscal::results(assessment, t));
    add(&format!("oscal/{}", oscal::RESULTS_FILE), results.as_bytes())?;
    add(&format!("oscal/{}", oscal::CATALOG_FILE), oscal::file(&oscal::catalog(assessment)).as_bytes())?;
    add("ocsf/compliance-findings.jsonl", ocsf::write(assessment, t).as_bytes())?;
    add("tenken.json", own_json::write(assessment).as_bytes())?;
    add("items/all.pdf", &sheet::write_all(assessment, t)?.bytes)?;
    for (section, item) in assessment.checklist.located() {
        add(&format!("items/{}.pdf", item.id), &sheet::write(assessment, section, item, t)?.bytes)?;
    }
    Ok(package.seal()?)
}

/// The form in force in every shape.
fn form(assessment: &Assessment, version: &Version) -> Result<[(&'static str, Vec<u8>); 4], MakeError> {
    let (declaration, checklist) = (version.declaration(), &assessment.checklist);
    let made_at = version.kept.accepted_at;
    Ok([
        ("form/checklist.html", print::html::write(declaration, checklist)?.into_bytes()),
        ("form/checklist.pdf", print::pdf::write(declaration, checklist, made_at)?.bytes),
        ("form/checklist.xlsx", print::xlsx::write(declaration, checklist, made_at)?),
        ("form/checklist.csv", form_table(assessment, version)?),
    ])
}

/// A version of the form as a table; spreadsheets recognise UTF-8 by its byte order mark.
fn form_table(assessment: &Assessment, version: &Version) -> Result<Vec<u8>, csv::Error> {
    let text = print::csv::write(version.declaration(), &assessment.checklist)?;
    Ok(format!("\u{feff}{text}").into_bytes())
}

/// The audit log, an entry a line, with the text that its digest covers.
fn audit(trail: &Trail) -> String {
    let line = |entry: &crate::store::WrittenEntry| {
        json!({ "number": entry.number, "entry": entry.entry, "digest": entry.digest }).to_string() + "\n"
    };
    trail.audit.iter().map(line).collect()
}
