//! A register as a CSV file.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::{known, refused, rows_of};
use crate::registers::encoding::Encoding;
use crate::registers::export;
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::gate::form_encode;
use crate::web::visit::Visit;

/// `GET /registers/{slug}/export`: every row that counts, whatever is searched for.
pub(in crate::web) async fn export(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let (encoding, content_type) = match asked.get("encoding") {
        "utf-8" => (Encoding::Utf8, "text/csv; charset=utf-8"),
        "cp932" => (Encoding::Cp932, "text/csv; charset=Shift_JIS"),
        _ => return Err(Failure::INPUT),
    };
    let rows = rows_of(&mut visit.store().read().await?, definition, false).await?;
    let t = visit.language();
    let bytes = match export::write(definition, rows.iter().map(|stored| &stored.row), t, encoding) {
        Ok(bytes) => bytes,
        Err(error) => {
            let visit = visit.leading_to(format!("/registers/{slug}"));
            return Ok(refused(&visit, definition, error.text(t)).await?.into_response());
        }
    };
    let named = disposition(definition.slug, &export::file_name(definition, t, visit.now))?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(content_type)), (CONTENT_DISPOSITION, named)], bytes).into_response())
}

/// A file that is to be saved under that name; browsers that cannot read it take the plain one (RFC 6266).
fn disposition(plain: &str, name: &str) -> Result<HeaderValue, Failure> {
    let value = format!("attachment; filename=\"{plain}.csv\"; filename*=UTF-8''{}", form_encode(name));
    HeaderValue::from_str(&value).map_err(|_| Failure::INPUT)
}
