//! A register as a workbook or a CSV file.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tenken_model::Language;
use tenken_model::digest::Digest;

use super::{known, refused, rows_of};
use crate::export::{Load, Taken, Turn};
use crate::registers::encoding::Encoding;
use crate::registers::export::{self, ExportError};
use crate::registers::{Definition, Row, workbook};
use crate::web::asked::Asked;
use crate::web::failure::Failure;
use crate::web::gate::form_encode;
use crate::web::visit::Visit;

/// `GET /registers/{slug}/export`: every row that counts, whatever is searched for.
pub(in crate::web) async fn export(visit: Visit, Path(slug): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let form = Form::asked(asked.get("format")).ok_or(Failure::INPUT)?;
    let turn = Turn::take(Load::Part).await.map_err(anyhow::Error::from)?;
    let rows = rows_of(&mut visit.store().read().await?, definition, false).await?;
    let (t, count) = (visit.language(), rows.len());
    let work =
        tokio::task::spawn_blocking(move || (form.write(definition, rows.iter().map(|stored| &stored.row), t), turn));
    let (written, _turn) = work.await.map_err(anyhow::Error::from)?;
    let bytes = match written {
        Ok(bytes) => bytes,
        Err(error) => {
            let visit = visit.leading_to(format!("/registers/{slug}"));
            return Ok(refused(&visit, definition, error.text(t)).await?.into_response());
        }
    };
    let digest = Digest::of(&bytes);
    let taken = Taken::Register { slug: definition.slug, ending: form.ending(), rows: count, digest };
    crate::export::record(visit.store(), &taken, visit.person(), visit.now).await?;
    let name = export::file_name(definition, t, visit.now, form.ending());
    let named = disposition(&format!("{}.{}", definition.slug, form.ending()), &name)?;
    let kind = HeaderValue::from_static(form.content_type());
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, named)], bytes).into_response())
}

/// What kind of file.
#[derive(Clone, Copy)]
enum Form {
    Workbook,
    Csv(Encoding),
}

impl Form {
    fn asked(word: &str) -> Option<Self> {
        match word {
            "xlsx" => Some(Self::Workbook),
            "csv" => Some(Self::Csv(Encoding::Utf8)),
            "csv-cp932" => Some(Self::Csv(Encoding::Cp932)),
            _ => None,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Csv(_) => "csv",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv(Encoding::Utf8) => "text/csv; charset=utf-8",
            Self::Csv(Encoding::Cp932) => "text/csv; charset=Shift_JIS",
        }
    }

    fn write<'a>(
        self,
        definition: &Definition,
        rows: impl IntoIterator<Item = &'a Row>,
        t: Language,
    ) -> Result<Vec<u8>, ExportError> {
        match self {
            Self::Workbook => workbook::write(definition, rows, t),
            Self::Csv(encoding) => export::write(definition, rows, t, encoding),
        }
    }
}

/// A file that is to be saved under that name; browsers that cannot read it take the plain one (RFC 6266).
fn disposition(plain: &str, name: &str) -> Result<HeaderValue, Failure> {
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", form_encode(name));
    HeaderValue::from_str(&value).map_err(|_| Failure::INPUT)
}
