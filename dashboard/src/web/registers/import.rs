//! A file into a register: chosen, looked at, taken in.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::known;
use crate::pages::import::{self as pages, ImportView, PreviewView};
use crate::registers::Definition;
use crate::registers::import::{FILE_BYTES_MAX, FileError};
use crate::registers::keep::{self, Taking};
use crate::registers::take::{self, Preview};
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::people::FORM_BYTES_MAX;
use crate::web::sent::Sent;
use crate::web::upload::{Most, Upload};
use crate::web::visit::Visit;

/// The largest upload. It is larger than a file may be, so that who chose another file than they meant is told
/// so on the page; what is beyond [`FILE_BYTES_MAX`] is read and not kept.
pub(in crate::web) const UPLOAD_BYTES_MAX: usize = 16 << 20;
/// The largest form that takes a file in: four characters for three of its bytes, none of which a form escapes.
pub(in crate::web) const APPLY_BYTES_MAX: usize = FILE_BYTES_MAX.div_ceil(3) * 4 + FORM_BYTES_MAX;
/// The longest field beside the file.
const FIELD_BYTES_MAX: usize = 1 << 10;

/// `GET /registers/{slug}/import`
pub(in crate::web) async fn import(visit: Visit, Path(slug): Path<String>) -> Result<Html<String>, Failure> {
    let definition = known(&slug)?;
    choose(&visit, definition, None).await
}

/// `POST /registers/{slug}/import`: what the file would change. Nothing is written.
pub(in crate::web) async fn do_preview(
    visit: Visit,
    Path(slug): Path<String>,
    upload: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let most = Most { file: FILE_BYTES_MAX, field: FIELD_BYTES_MAX, files: 1 };
    let mut upload = Upload::read(&visit, upload, most).await?;
    // None that was chosen is an empty one.
    let bytes = match upload.files.pop().map(|file| file.content) {
        Some(None) => {
            let page = choose(&visit, definition, Some(FileError::TooLarge)).await?;
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, page).into_response());
        }
        Some(Some(bytes)) => bytes,
        None => Vec::new(),
    };
    let previewed = take::preview(&mut visit.store().read().await?, definition, &bytes).await?;
    Ok(match previewed {
        Ok(preview) => show(&visit, definition, &preview, &bytes, false).await?.into_response(),
        Err(error) => choose(&visit, definition, Some(error)).await?.into_response(),
    })
}

/// `POST /registers/{slug}/import/apply`
pub(in crate::web) async fn do_apply(visit: Visit, Path(slug): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let bytes = URL_SAFE_NO_PAD.decode(sent.get("content")).map_err(|_| Failure::INPUT)?;
    let seen = Some(sent.get("digest"));
    let visit = visit.leading_to(format!("/registers/{slug}/import"));
    Ok(match keep::import(visit.store(), definition, &bytes, seen, visit.person(), visit.now).await? {
        Taking::Done(_) => Visit::done(&format!("/registers/{slug}"), Done::Imported).into_response(),
        Taking::Stale(preview) | Taking::Faulty(preview) => {
            show(&visit, definition, &preview, &bytes, true).await?.into_response()
        }
        Taking::Unreadable(error) => choose(&visit, definition, Some(error)).await?.into_response(),
    })
}

async fn choose(
    visit: &Visit,
    definition: &'static Definition,
    error: Option<FileError>,
) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    Ok(Html(pages::render(&ImportView { definition, error }, &chrome)?))
}

async fn show(
    visit: &Visit,
    definition: &'static Definition,
    preview: &Preview,
    bytes: &[u8],
    stale: bool,
) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    let content = URL_SAFE_NO_PAD.encode(bytes);
    let view = PreviewView { definition, file: &preview.file, plan: &preview.plan, content: &content, stale };
    Ok(Html(pages::render_preview(&view, &chrome)?))
}
