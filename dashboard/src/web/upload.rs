//! A form with a file, read within limits.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::StatusCode;

use super::failure::Failure;
use super::sent::{TOKEN, check};
use super::visit::Visit;
use crate::pages::failure::FailureView;

/// The most fields of such a form.
const FIELDS_MAX: usize = 64;

/// What a form with a file sent.
#[derive(Debug, Default)]
pub(super) struct Upload {
    fields: BTreeMap<String, String>,
    /// The file; absent if it is too large. None that was chosen is an empty one.
    pub(super) file: Option<Vec<u8>>,
}

impl Upload {
    /// Reads a form whose file and fields are at most `most` bytes each. A larger file is read and not kept, so that the browser
    /// hears the answer; nothing is kept of a form that is not the visitor's own.
    pub(super) async fn read(
        visit: &Visit,
        upload: Result<Multipart, MultipartRejection>,
        most: usize,
    ) -> Result<Self, Failure> {
        let mut fields = upload.map_err(|_| Failure::INPUT)?;
        let mut read = Self { fields: BTreeMap::new(), file: Some(Vec::new()) };
        while let Some(field) = fields.next_field().await.map_err(failed)? {
            let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
            if name == "file" {
                read.file = bounded(field, most).await?;
                continue;
            }
            let text = bounded(field, most).await?.ok_or(Failure(FailureView::TooLarge))?;
            if read.fields.len() < FIELDS_MAX {
                read.fields.insert(name, String::from_utf8(text).map_err(|_| Failure::INPUT)?);
            }
        }
        check(&visit.visitor, read.get(TOKEN))?;
        Ok(read)
    }

    /// What was typed into a field.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// A field's bytes; absent if they are more than `most`.
async fn bounded(mut field: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut bytes = Some(Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(failed)? {
        bytes = bytes.filter(|bytes| bytes.len() + chunk.len() <= most);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn failed(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure(FailureView::TooLarge) } else { Failure::INPUT }
}
