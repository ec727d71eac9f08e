//! Tests of codes, titles, details and documentation.

use definable_errors::problem::{ErrorStatus, ProblemType, ProblemTypes, type_for_status};
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist,
    /// or belongs to another organization.
    ///
    ///     indented
    ///
    /// Look for a typo.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound { id: u64 },
    #[error("order {id} was paid at {at}")]
    #[api(status = 409, code = "paid", title = "Already paid", detail = "Paid {{at}} {at:?}.")]
    AlreadyPaid { id: u64, at: &'static str },
    #[error("{0} and {1:?}")]
    #[api(status = BAD_REQUEST, detail = "{1}, then {0:>3}, then {1}")]
    Positions(u8, &'static str),
    #[error("the braces {{}} stay")]
    #[api(status = 400)]
    Constant,
    #[error("storage failed: {0}")]
    #[api(status = 500)]
    Storage(#[from] std::fmt::Error),
    #[error("warehouse closed")]
    #[api(status = 503, code = "warehouse_closed", title = "Warehouse closed")]
    Closed,
    #[error("carrier {name} failed")]
    #[api(status = 502, code = "carrier_failed", detail = "The carrier {name} does not answer.")]
    Carrier { name: &'static str },
    #[error("more space")]
    #[api(status = 507)]
    Full,
    /// For operators only.
    #[error("index broken")]
    #[api(status = 500)]
    Index,
    #[error("ledger broken")]
    #[api(status = 500, code = "ledger_broken")]
    Ledger,
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("no such thing")]
#[api(status = 404)]
struct NoSuchThingError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("any")]
#[api(status = 400)]
struct Error;

fn texts(error: impl IntoApiError) -> (&'static str, u16, &'static str, String) {
    let error = error.into_api_error();
    let problem = error.problem();
    let status = problem.status().as_u16();
    (problem.code(), status, problem.problem_type().title(), problem.detail().to_owned())
}

#[test]
fn detail_of_a_4xx_is_its_display() {
    let (code, status, title, detail) = texts(OrderError::NotFound { id: 42 });
    assert_eq!((code, status), ("order_not_found", 404));
    assert_eq!(title, "Order not found");
    assert_eq!(detail, "order 42 does not exist");
}

#[test]
fn given_texts_take_precedence() {
    let error = OrderError::AlreadyPaid { id: 1, at: "noon" };
    let (code, status, title, detail) = texts(error);
    assert_eq!((code, status, title), ("paid", 409, "Already paid"));
    assert_eq!(detail, "Paid {at} \"noon\".");
}

#[test]
fn detail_can_name_positional_fields() {
    let detail = texts(OrderError::Positions(7, "x")).3;
    assert_eq!(detail, "x, then   7, then x");
}

#[test]
fn constant_display_is_the_detail_of_the_type() {
    let error = OrderError::Constant.into_api_error();
    assert_eq!(error.problem().detail(), "the braces {} stay");
    assert_eq!(error.problem().problem_type().detail(), "the braces {} stay");
}

#[test]
fn unnamed_5xx_has_the_built_in_type_of_its_status() {
    for (error, status, internal_code) in [
        (OrderError::Full, ErrorStatus::INSUFFICIENT_STORAGE, "order_full"),
        (OrderError::Index, ErrorStatus::INTERNAL_SERVER_ERROR, "order_index"),
        (OrderError::Storage(std::fmt::Error), ErrorStatus::INTERNAL_SERVER_ERROR, "order_storage"),
    ] {
        let usual = type_for_status(status);
        let error = error.into_api_error();
        assert!(std::ptr::eq(error.problem().problem_type(), usual));
        assert_eq!(error.problem().detail(), usual.detail());
        assert_eq!(error.internal_code(), Some(internal_code));
    }
}

#[test]
fn named_5xx_is_public_and_never_sends_its_display() {
    let (code, _, title, detail) = texts(OrderError::Ledger);
    assert_eq!(code, "ledger_broken");
    assert_eq!((title, &*detail), ("Internal server error", "Internal server error"));
    assert_eq!(OrderError::Ledger.into_api_error().internal_code(), None);
}

#[test]
fn types_name_the_built_in_type_of_internal_errors_once() {
    let codes: Vec<_> = OrderError::TYPES.iter().map(ProblemType::code).collect();
    let expected = [
        "order_not_found",
        "paid",
        "order_positions",
        "order_constant",
        "internal_error",
        "warehouse_closed",
        "carrier_failed",
        "http_507",
        "ledger_broken",
    ];
    assert_eq!(codes, expected);
    let mut types = OrderError::TYPES.iter();
    let internal = types.find(|promised| promised.code() == "internal_error").unwrap();
    assert!(std::ptr::eq(internal, &raw const definable_errors::problem::INTERNAL_ERROR));
}

#[test]
fn detail_of_a_5xx_with_a_title_is_the_title() {
    let (_, _, title, detail) = texts(OrderError::Closed);
    assert_eq!((title, &*detail), ("Warehouse closed", "Warehouse closed"));
}

#[test]
fn given_detail_of_a_5xx_is_sent() {
    let (_, _, title, detail) = texts(OrderError::Carrier { name: "dhl" });
    assert_eq!(title, "Upstream failed");
    assert_eq!(detail, "The carrier dhl does not answer.");
}

#[test]
fn code_of_a_struct_is_its_name() {
    assert_eq!(texts(NoSuchThingError).0, "no_such_thing");
    assert_eq!(texts(Error).0, "error");
}

#[test]
fn first_paragraph_of_the_doc_comment_becomes_the_documentation() {
    let documented = OrderError::TYPES.iter().map(ProblemType::documentation);
    let documented: Vec<_> = documented.collect();
    assert_eq!(documented[0], "The order does not exist,\nor belongs to another organization.");
    assert_eq!(documented[1], "");
}
