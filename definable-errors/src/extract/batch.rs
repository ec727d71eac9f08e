//! Lists of which every item succeeds or fails by itself, and the answer to them.

use std::any::type_name;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::input::BodyInput;
use super::refusals::{BODY_TYPES, invalid, unserializable};
use super::rules::Rules;
use super::source::{Item, Source, is_large};
use super::validation::valid_from_source;
use super::{HasRules, Json, Valid};
use crate::diagnosis::{Budget, Origin};
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};
use crate::respond::{Enclosed, MAX_VIOLATIONS, Piece};

/// The budget for finding all mistakes of all items, in steps of about 0.1 µs.
const MAX_STEPS: usize = 100_000;

/// A list of items, each of which may fail on its own.
///
/// As an extractor it reads a JSON array. An item that does not deserialize to `T` becomes an error
/// at its position, with all its mistakes; the others continue. Only a body that is not an array is
/// rejected as a whole, and so is one of more than `MAX` items. `Valid<Batch<T>>` also checks the
/// rules of every item.
///
/// As a response it is a 207 with one status and one value or problem per item, in the order of the
/// request (see [`BatchAnswer`]). A problem inside has no ids of its own: clients refer to those of
/// the response. Every item that failed with a 5xx is reported, with its index.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::ApiError;
/// use definable_errors::extract::{Batch, BatchAnswer};
///
/// #[derive(serde::Deserialize)]
/// struct NewOrder {
///     qty: u8,
/// }
///
/// #[derive(serde::Serialize)]
/// struct Order {
///     qty: u8,
/// }
///
/// async fn save(new: NewOrder) -> Result<Order, ApiError> {
///     match new.qty {
///         0 => Err(ApiError::conflict("Nothing was ordered.")),
///         qty => Ok(Order { qty }),
///     }
/// }
///
/// async fn create(batch: Batch<NewOrder>) -> BatchAnswer<Order> {
///     batch.each(save).await.into_created("order")
/// }
///
/// let app: Router = Router::new().route("/orders/batch", post(create));
/// ```
#[derive(Debug)]
pub struct Batch<T, const MAX: usize = 1000>(pub Vec<Result<T, ApiError>>);

impl<T, const MAX: usize> Batch<T, MAX> {
    /// Runs `action` on every item that was read, one after the other.
    pub async fn each<U, E, F>(self, mut action: impl FnMut(T) -> F) -> Batch<U, MAX>
    where
        // A closure that is an `AsyncFnMut` and borrows, for example a pool, is not `Send` enough
        // for a handler.
        F: Future<Output = Result<U, E>>,
        E: Into<ApiError>,
    {
        let mut results = Vec::with_capacity(self.0.len());
        for item in self.0 {
            results.push(match item {
                Ok(value) => action(value).await.map_err(Into::into),
                Err(error) => Err(error),
            });
        }
        Batch(results)
    }

    /// Creates an answer in which every successful item is 201 Created, with its value as `member`.
    pub fn into_created(self, member: &'static str) -> BatchAnswer<T> {
        BatchAnswer::new(StatusCode::CREATED, member, self.0)
    }

    /// Creates an answer in which every successful item is 200 OK, with its value as `member`.
    pub fn into_ok(self, member: &'static str) -> BatchAnswer<T> {
        BatchAnswer::new(StatusCode::OK, member, self.0)
    }
}

impl<T, S, const MAX: usize> FromRequest<S> for Batch<T, MAX>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let source = <Json<Vec<T>> as BodyInput<S>>::source(request, state).await?;
        match source.read::<Vec<T>>() {
            Some(items) if items.len() <= MAX => Ok(Self(items.into_iter().map(Ok).collect())),
            _ => items(&source, MAX, Source::value).map(Self),
        }
    }
}

/// Checks the rules of every item; an item that breaks them fails on its own.
impl<T: Rules, const MAX: usize> HasRules for Batch<T, MAX> {}

impl<T, S, const MAX: usize> FromRequest<S> for Valid<Batch<T, MAX>>
where
    T: DeserializeOwned + Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let source = <Json<Vec<T>> as BodyInput<S>>::source(request, state).await?;
        let read =
            |item: &Source| valid_from_source::<Json<T>, ()>(item, ()).map(|Json(value)| value);
        items(&source, MAX, read).map(|items| Self(Batch(items)))
    }
}

/// Reads every item separately; the places of its mistakes are relative to the whole body.
fn items<T>(
    source: &Source,
    max: usize,
    read: impl Fn(&Source) -> Result<T, ApiError>,
) -> Result<Vec<Result<T, ApiError>>, ApiError> {
    let elements = source.elements(max.saturating_add(1))?;
    if elements.len() > max {
        return Err(invalid([Origin::Body.too_many(max)]));
    }
    // Many small items cost as much to diagnose as one large input.
    let steps = if is_large(source) { 0 } else { MAX_STEPS };
    let budget = Arc::new(Budget::of_steps(steps));
    let mut room = MAX_VIOLATIONS;
    let item = |(index, text): (usize, &str)| {
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        let item = Source::Item(Item { json: bytes, budget: Arc::clone(&budget) });
        read(&item).map_err(|error| {
            let error = error.map_problem(|problem| problem.within(index).keep_violations(room));
            room -= error.problem().violations().len();
            if room == 0 {
                budget.spend(MAX_STEPS);
            }
            error
        })
    };
    Ok(elements.into_iter().enumerate().map(item).collect())
}

/// Successful items are 200 OK, with their values as `value`.
impl<T: Serialize, const MAX: usize> IntoResponse for Batch<T, MAX> {
    fn into_response(self) -> Response {
        self.into_ok("value").into_response()
    }
}

impl<T, const MAX: usize> ProblemTypes for Batch<T, MAX> {
    const TYPES: Types = BODY_TYPES;
}

/// The answer to a batch: 207 Multi-Status (RFC 4918 §11.1), with the outcome of every item.
///
/// ```json
/// {"results": [{"status": 201, "order": {…}}, {"status": 409, "problem": {"type": …}}]}
/// ```
///
/// A value that cannot be serialized becomes the problem `internal_error` at its position.
#[derive(Debug)]
#[must_use]
pub struct BatchAnswer<T> {
    status: StatusCode,
    member: &'static str,
    items: Vec<Result<T, ApiError>>,
}

impl<T> BatchAnswer<T> {
    /// Creates an answer from the `status` of successful items and the member name for their
    /// values.
    pub const fn new(
        status: StatusCode,
        member: &'static str,
        items: Vec<Result<T, ApiError>>,
    ) -> Self {
        Self { status, member, items }
    }
}

impl<T: Serialize> BatchAnswer<T> {
    /// Splits the body into pieces: the problems are serialized last, by the code that knows how.
    fn pieces(self) -> Vec<Piece> {
        let head = format!("\"status\":{},{:?}:", self.status.as_u16(), self.member);
        let mut pieces = vec![Piece::Text(b"{\"results\":[".to_vec())];
        for (index, item) in self.items.into_iter().enumerate() {
            let start = if index == 0 { "{" } else { ",{" };
            pieces.push(Piece::Text(start.into()));
            pieces.push(match item.and_then(|value| written(&head, &value)) {
                Ok(text) => Piece::Text(text),
                Err(error) => Piece::Error { index, error },
            });
            pieces.push(Piece::Text(b"}".to_vec()));
        }
        pieces.push(Piece::Text(b"]}".to_vec()));
        pieces
    }
}

fn written<T: Serialize>(head: &str, value: &T) -> Result<Vec<u8>, ApiError> {
    let mut text = head.as_bytes().to_vec();
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => Ok(text),
        Err(error) => Err(unserializable(type_name::<T>(), error)),
    }
}

impl<T: Serialize> IntoResponse for BatchAnswer<T> {
    fn into_response(self) -> Response {
        Enclosed::new(self.pieces()).into_response(StatusCode::MULTI_STATUS)
    }
}
