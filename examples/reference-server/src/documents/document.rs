//! A document, and the upload that it comes from.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use definable_errors::ApiError;
use definable_errors::extract::Multipart;
use definable_errors::extract::multipart::Field;
use definable_errors::problem::{PAYLOAD_TOO_LARGE, Place, ProblemTypes, Types, Violation};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::{Columns, is_storable};

const TYPES: [&str; 3] = ["text/plain", "text/markdown", "application/pdf"];

const MAX_BYTES: u64 = 1024 * 1024;

/// The content of a document to be created: the form field `file` that a client uploads.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(super) file_name: Option<String>,
    pub(super) content_type: String,
    pub(super) content: Bytes,
}

impl Upload {
    /// Creates an upload from a text that was not sent as a file.
    pub(crate) fn text(text: String) -> Self {
        Self { file_name: None, content_type: TYPES[0].to_owned(), content: text.into() }
    }

    async fn among(mut parts: Multipart) -> Result<Self, ApiError> {
        let mut file = None;
        while let Some(part) = parts.next_field().await? {
            match (part.name(), &file) {
                (Some("file"), None) => file = Some(Self::read(part).await?),
                (Some("file"), Some(_)) => return Err(second_file()),
                _ => {}
            }
        }
        Multipart::required(file, "file")
    }

    async fn read(part: Field<'_>) -> Result<Self, ApiError> {
        let part = part.accepting(&TYPES)?.with_limit(MAX_BYTES);
        Ok(Self {
            file_name: part.file_name().filter(|name| is_storable(name)).map(str::to_owned),
            content_type: part.media_type().expect("what is accepted has a type"),
            content: part.bytes().await?,
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let parts = Multipart::from_request(request, state).await.map_err(one_limit)?;
        Self::among(parts).await.map_err(one_limit)
    }
}

impl ProblemTypes for Upload {
    const TYPES: Types = Multipart::TYPES;
}

/// Replaces the limit of the whole body, which is larger, by the limit of the file in the error:
/// clients need to know only the latter.
fn one_limit(error: ApiError) -> ApiError {
    if error.problem().code() == PAYLOAD_TOO_LARGE.code() {
        ApiError::payload_too_large(MAX_BYTES)
    } else {
        error
    }
}

fn second_file() -> ApiError {
    let place = Place::Form("#/file".into());
    ApiError::validation_failed([Violation::new(place, "duplicate", "must be given only once")])
}

/// A document, as clients receive it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Document {
    id: Uuid,
    kb_id: Uuid,
    file_name: Option<String>,
    content_type: String,
    /// In bytes.
    size: i64,
    #[schema(format = DateTime)]
    created_at: String,
}

impl FromRow<'_, AnyRow> for Document {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            kb_id: row.uuid("kb_id")?,
            file_name: row.try_get("file_name")?,
            content_type: row.try_get("content_type")?,
            size: row.try_get("size")?,
            created_at: row.try_get("created_at")?,
        })
    }
}
