//! A form with files, read within limits.

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
/// The longest name of a file that is looked at.
const NAME_CHARS_MAX: usize = 400;

/// How much of a form with files is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Bytes of a file.
    pub(super) file: usize,
    /// Bytes of a field that is typed into.
    pub(super) field: usize,
    /// Files.
    pub(super) files: usize,
}

/// A file that was sent.
#[derive(Debug)]
pub(super) struct SentFile {
    /// Its name as the browser gave it.
    pub(super) name: String,
    /// Its bytes; absent if it is too large.
    pub(super) content: Option<Vec<u8>>,
}

/// What a form with files sent.
#[derive(Debug, Default)]
pub(super) struct Upload {
    fields: BTreeMap<String, String>,
    /// The files, without those that were not chosen.
    pub(super) files: Vec<SentFile>,
    /// There were more files than are kept.
    pub(super) too_many: bool,
}

impl Upload {
    /// Reads a form. A file that is too large is read and not kept, so that the browser hears the answer; nothing is kept of a
    /// form that is not the visitor's own.
    pub(super) async fn read(
        visit: &Visit,
        upload: Result<Multipart, MultipartRejection>,
        most: Most,
    ) -> Result<Self, Failure> {
        let mut fields = upload.map_err(|_| Failure::INPUT)?;
        let mut read = Self::default();
        while let Some(field) = fields.next_field().await.map_err(failed)? {
            let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
            if name == "file" {
                let name = field.file_name().unwrap_or_default().chars().take(NAME_CHARS_MAX).collect();
                let content = bounded(field, most.file).await?;
                if content.as_ref().is_some_and(Vec::is_empty) {
                    continue;
                }
                if read.files.len() < most.files {
                    read.files.push(SentFile { name, content });
                } else {
                    read.too_many = true;
                }
                continue;
            }
            let text = bounded(field, most.field).await?.ok_or(Failure(FailureView::TooLarge))?;
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
