//! People's statements for items, and the files that prove them.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tenken_calendar::{japan, read_date};
use tenken_engine::checklist::Item;
use tenken_model::digest::Digest;
use tenken_model::{BranchId, Instant, Language};

use super::asked::Asked;
use super::done::Done;
use super::failure::Failure;
use super::gate::form_encode;
use super::items;
use super::people::FORM_BYTES_MAX;
use super::sent::Sent;
use super::upload::{Most, SentFile, Upload};
use super::visit::{Visit, number};
use crate::attest::{self, Attached, EVIDENCE_CHARS_MAX, Statement};
use crate::evidence::{FILE_BYTES_MAX, FILES_MAX, NotTaken, ScanError, kind_of};
use crate::export::{self, Taken};
use crate::pages::attest::{Errors, Typed};
use crate::pages::failure::FailureView;

/// The largest statement with its files.
pub(super) const UPLOAD_BYTES_MAX: usize = 2 * FILES_MAX * FILE_BYTES_MAX;
const MOST: Most = Most { file: FILE_BYTES_MAX, field: FORM_BYTES_MAX, files: FILES_MAX };

/// `POST /items/{id}/attest`
pub(super) async fn do_attest(
    visit: Visit,
    Path(id): Path<String>,
    upload: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let (_, item) = items::find(&visit.site.app.checklist, &id).ok_or(Failure::NOT_FOUND)?;
    let ask = item.attestation.as_ref().ok_or(Failure::NOT_FOUND)?;
    let mut upload = Upload::read(&visit, upload, MOST).await?;
    let typed = Typed {
        evidence: upload.get("evidence").trim().to_owned(),
        branch: upload.get("branch").to_owned(),
        until: upload.get("until").trim().to_owned(),
    };
    let mut errors = check(&typed, item, visit.language(), visit.now);
    let files = std::mem::take(&mut upload.files);
    let files = match taken(&visit, files, upload.too_many).await {
        Ok(files) => files,
        Err(error) => {
            errors.file = Some(error);
            Vec::new()
        }
    };
    if errors != Errors::default() {
        let visit = visit.leading_to(format!("/items/{}", item.id));
        return Ok(items::page(&visit, &id, Some((typed, errors))).await?.into_response());
    }
    let statement = Statement {
        branch: BranchId::new(typed.branch).ok(),
        until: read_date(&typed.until).ok().map(japan::end_of),
        evidence: typed.evidence,
        files,
    };
    attest::attest(visit.store(), item, ask, statement, visit.person(), visit.now).await?;
    Ok(Visit::done(&format!("/items/{}", item.id), Done::Attested).into_response())
}

fn check(typed: &Typed, item: &Item, t: Language, now: Instant) -> Errors {
    let evidence = if typed.evidence.is_empty() {
        Some(t.attest_evidence_empty())
    } else {
        (typed.evidence.chars().count() > EVIDENCE_CHARS_MAX).then(|| t.cell_too_long(EVIDENCE_CHARS_MAX))
    };
    let mut ways = item.attested_branches().peekable();
    let branch = ways.peek().is_some() && !ways.any(|branch| branch.id.as_str() == typed.branch);
    let until = match typed.until.as_str() {
        "" => None,
        written => match read_date(written) {
            Ok(day) if japan::end_of(day) > now => None,
            Ok(_) | Err(_) => Some(t.attest_until_bad()),
        },
    };
    Errors { evidence, branch: branch.then(|| t.attest_branch_choose()), until, file: None }
}

/// The files as they are kept, or why one of them is not taken.
async fn taken(visit: &Visit, files: Vec<SentFile>, too_many: bool) -> Result<Vec<Attached>, String> {
    let t = visit.language();
    if too_many {
        return Err(t.file_too_many(FILES_MAX));
    }
    let mut taken = Vec::new();
    for file in files {
        let name = crate::plain::one_line(&file.name, 80);
        let Some(content) = file.content else { return Err(t.file_too_large(&name, FILE_BYTES_MAX >> 20)) };
        let kind = kind_of(&content, &file.name).map_err(|why| match why {
            NotTaken::Empty | NotTaken::Kind => t.file_kind(&name),
            NotTaken::TooLarge => t.file_too_large(&name, FILE_BYTES_MAX >> 20),
            NotTaken::Active => t.file_active(&name),
        })?;
        let scanned = visit.site.scanner.scan(&content).await.map_err(|why| match &why {
            ScanError::Found(virus) => t.file_infected(&name, virus),
            ScanError::Failed { .. } => {
                tracing::error!(error = %why, "a file could not be scanned");
                t.file_not_scanned(&name)
            }
        })?;
        taken.push(Attached { name: file.name, kind, content, scanned });
    }
    Ok(taken)
}

/// `POST /items/{id}/attestations/{number}/withdraw`
pub(super) async fn do_withdraw(
    visit: Visit,
    Path((id, statement)): Path<(String, String)>,
    _sent: Sent,
) -> Result<Response, Failure> {
    let (_, item) = items::find(&visit.site.app.checklist, &id).ok_or(Failure::NOT_FOUND)?;
    if !attest::withdraw(visit.store(), item, number(&statement)?, visit.person(), visit.now).await? {
        return Err(Failure(FailureView::Conflict));
    }
    Ok(Visit::done(&format!("/items/{}", item.id), Done::Withdrawn).into_response())
}

/// `GET /evidence/{digest}`: a file to save, under the name that is asked for if it was attached by it. It is never shown as a
/// page, whatever it holds.
pub(super) async fn evidence(visit: Visit, Path(digest): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let digest: Digest = digest.parse().map_err(|_| Failure::NOT_FOUND)?;
    let file = visit.store().read().await?.evidence(&digest, asked.get("name")).await?.ok_or(Failure::NOT_FOUND)?;
    if Digest::of(&file.content) != digest {
        return Err(Failure::from(anyhow::anyhow!("the evidence file {digest} is not what was stored")));
    }
    let taken = Taken::Evidence { digest, name: &file.name };
    export::record(visit.store(), &taken, visit.person(), visit.now).await?;
    let name = format!("attachment; filename*=UTF-8''{}", form_encode(&file.name).replace('/', "%2F"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, file.content).into_response())
}
