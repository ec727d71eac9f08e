//! The problem types of axum's extractors and rejections: what the layer makes of each rejection.

use axum::body::{Body, Bytes};
use axum::extract::rejection::{
    BytesRejection, ExtensionRejection, FailedToBufferBody, FormRejection, JsonRejection,
    MatchedPathRejection, NestedPathRejection, PathRejection, QueryRejection, RawFormRejection,
    RawPathParamsRejection, StringRejection,
};
use axum::extract::{
    DefaultBodyLimit, Form, MatchedPath, NestedPath, OriginalUri, Path, Query, RawForm,
    RawPathParams, RawQuery, Request, State,
};
use axum::response::{ErrorResponse, Response};
use axum::{Extension, Json};
use bytes::BytesMut;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri, Version};

use crate::problem::{
    BAD_REQUEST, ErrorStatus, INTERNAL_ERROR, MALFORMED_BODY, PAYLOAD_TOO_LARGE, ProblemType,
    ProblemTypes, REQUEST_TIMEOUT, Types, UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED,
};

/// Implements [`ProblemTypes`] for extractors and their rejections.
macro_rules! problem_types {
    ($types:expr; $([$($generics:tt)*] $extractor:ty),+ $(,)?) => {
        $(
            impl<$($generics)*> $crate::problem::ProblemTypes for $extractor {
                const TYPES: $crate::problem::Types = $types;
            }
        )+
    };
}

#[cfg(feature = "axum-extra")]
pub(super) use problem_types;

/// `validation_failed` with the status that axum chooses for the content of a body.
static INVALID_BODY: ProblemType = ProblemType::new(
    VALIDATION_FAILED.code(),
    ErrorStatus::UNPROCESSABLE_ENTITY,
    VALIDATION_FAILED.title(),
)
.with_detail(VALIDATION_FAILED.detail())
.with_documentation(VALIDATION_FAILED.documentation())
.form_of(&VALIDATION_FAILED);

/// A body that cannot be buffered: it is too large, stalls, or breaks off.
const BUFFERED: Types =
    Types { own: &[&PAYLOAD_TOO_LARGE, &REQUEST_TIMEOUT, &MALFORMED_BODY], others: &[] };

/// A body whose content type has to match, too.
const TYPED: Types = Types { own: &[&UNSUPPORTED_MEDIA_TYPE], others: &[BUFFERED] };

pub(super) const JSON: Types = Types { own: &[&INVALID_BODY], others: &[TYPED] };

/// A form in the query is a 400, one in the body a 422.
pub(super) const FORM: Types =
    Types { own: &[&VALIDATION_FAILED, &INVALID_BODY], others: &[TYPED] };

pub(super) const QUERY: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };

const RAW_PATH: Types = Types { own: &[&BAD_REQUEST, &INTERNAL_ERROR], others: &[] };

const PATH: Types = Types { own: &[&VALIDATION_FAILED], others: &[RAW_PATH] };

/// A mistake of the service: what is extracted was never provided.
const MISSING: Types = Types { own: &[&INTERNAL_ERROR], others: &[] };

problem_types! { Types::EMPTY;
    [] Body,
    [] Request,
    [] Parts,
    [] Method,
    [] Uri,
    [] Version,
    [] HeaderMap,
    [] Extensions,
    [] OriginalUri,
    [] RawQuery,
    [S] State<S>,
    [] DefaultBodyLimit,
}

problem_types! { BUFFERED;
    [] Bytes,
    [] BytesMut,
    [] String,
    [] BytesRejection,
    [] StringRejection,
    [] FailedToBufferBody,
}

problem_types! { JSON; [T] Json<T>, [] JsonRejection }
problem_types! { FORM; [T] Form<T>, [] FormRejection }
problem_types! { TYPED; [] RawForm, [] RawFormRejection }
problem_types! { QUERY; [T] Query<T>, [] QueryRejection }
problem_types! { PATH; [T] Path<T>, [] PathRejection }
problem_types! { RAW_PATH; [] RawPathParams, [] RawPathParamsRejection }

problem_types! { MISSING;
    [T] Extension<T>,
    [] ExtensionRejection,
    [] MatchedPath,
    [] MatchedPathRejection,
    [] NestedPath,
    [] NestedPathRejection,
}

#[cfg(any(feature = "dev", feature = "rate-limit", feature = "serve", feature = "ws"))]
problem_types! { MISSING; [T] axum::extract::ConnectInfo<T> }

/// A boundary that is missing or malformed is part of the content type. The parts are read by the
/// handler, and their errors are its own.
#[cfg(feature = "multipart")]
mod multipart {
    use axum::extract::Multipart;
    use axum::extract::multipart::{MultipartError, MultipartRejection};

    use super::{INTERNAL_ERROR, MALFORMED_BODY, PAYLOAD_TOO_LARGE, Types, UNSUPPORTED_MEDIA_TYPE};

    const HEAD: Types = Types { own: &[&UNSUPPORTED_MEDIA_TYPE], others: &[] };
    const PARTS: Types =
        Types { own: &[&PAYLOAD_TOO_LARGE, &MALFORMED_BODY, &INTERNAL_ERROR], others: &[] };

    problem_types! { HEAD; [] Multipart, [] MultipartRejection }
    problem_types! { PARTS; [] MultipartError }
}

/// Handshakes with another method, without the headers that they need, or over a connection that
/// cannot be upgraded.
#[cfg(feature = "ws")]
mod ws {
    use axum::extract::WebSocketUpgrade;
    use axum::extract::ws::rejection::WebSocketUpgradeRejection;

    use super::{BAD_REQUEST, ErrorStatus, Types};
    use crate::problem::{METHOD_NOT_ALLOWED, type_for_status};

    const HANDSHAKE: Types = Types {
        own: &[&BAD_REQUEST, &METHOD_NOT_ALLOWED, type_for_status(ErrorStatus::UPGRADE_REQUIRED)],
        others: &[],
    };

    problem_types! { HANDSHAKE; [F] WebSocketUpgrade<F>, [] WebSocketUpgradeRejection }
}

/// A handler that takes the rejection decides itself what becomes of it.
impl<T, E> ProblemTypes for Result<T, E> {
    const TYPES: Types = Types::EMPTY;
}

// As the error of a handler, these may be anything.
problem_types! { Types::UNDOCUMENTED;
    [] StatusCode,
    [T] (StatusCode, T),
    [B] Response<B>,
    [] ErrorResponse,
}
