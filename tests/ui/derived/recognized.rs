//! Tests of errors that are recognized inside of others.

use anyhow::Context;
use definable_errors::error::Declared;
use definable_errors::{ApiError, BoxError, ResultExt};

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("order {0} does not exist")]
    #[api(status = 404)]
    NotFound(#[api(member = "order_id")] u64),
    #[error("storage failed")]
    #[api(status = 503)]
    Storage(#[source] std::fmt::Error),
    #[error(transparent)]
    #[api(transparent)]
    Other(ApiError),
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("no such kitchen")]
#[api(status = 410)]
struct NoSuchKitchenError;

/// An error all of whose variants are transparent.
#[derive(Debug, thiserror::Error, ApiError)]
enum KitchenError {
    #[error(transparent)]
    #[api(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    #[api(transparent)]
    Other(#[from] ApiError),
    #[error("the kitchen cannot be entered")]
    #[api(transparent)]
    Entered(Declared<NoSuchKitchenError>),
}

/// An error that is no API error, but has one among its causes.
#[derive(Debug, thiserror::Error)]
#[error("import failed")]
struct Import(#[source] ApiError);

type Known = (OrderError, NoSuchKitchenError);

fn code(error: impl Into<anyhow::Error>) -> &'static str {
    let error = Err::<(), _>(error.into()).or_recognized_as::<Known>().unwrap_err();
    error.problem().code()
}

#[test]
fn derived_error_in_anyhow_is_recognized_at_any_depth() {
    let bare = || anyhow::Error::from(OrderError::NotFound(7));
    for error in [bare(), bare().context("paying"), bare().context("paying").context("again")] {
        let error = Err::<(), _>(error).or_recognized_as::<OrderError>().unwrap_err();
        assert_eq!(error.problem().code(), "not_found");
        assert_eq!(error.problem().detail(), "order 7 does not exist");
        assert_eq!(error.problem().members().get("order_id").unwrap(), 7);
        assert!(error.chain().to_string().contains("order 7 does not exist"));
        assert_eq!(error.location().unwrap().file(), file!());
    }
}

#[test]
fn each_type_of_a_tuple_is_recognized() {
    assert_eq!(code(OrderError::NotFound(7)), "not_found");
    assert_eq!(code(anyhow::Error::from(NoSuchKitchenError).context("cooking")), "no_such_kitchen");
    assert_eq!(code(OrderError::Other(ApiError::conflict("Taken."))), "conflict");
    assert_eq!(code(anyhow::anyhow!("disk")), "internal_error");
}

#[test]
fn transparent_variant_is_recognized_as_the_error_inside_it() {
    let code = |error: KitchenError| {
        let error = Err::<(), _>(anyhow::Error::from(error).context("cooking"));
        error.or_recognized_as::<KitchenError>().unwrap_err().problem().code()
    };
    assert_eq!(code(OrderError::NotFound(7).into()), "not_found");
    assert_eq!(code(ApiError::conflict("Taken.").into()), "conflict");
    assert_eq!(code(KitchenError::Entered(NoSuchKitchenError.into())), "no_such_kitchen");
}

#[test]
fn only_api_errors_are_recognized_by_no_type() {
    let code = |error: anyhow::Error| {
        Err::<(), _>(error).or_recognized_as::<()>().unwrap_err().problem().code()
    };
    assert_eq!(code(ApiError::conflict("Taken.").into()), "conflict");
    assert_eq!(code(Import(ApiError::conflict("Taken.")).into()), "conflict");
    assert_eq!(code(OrderError::NotFound(7).into()), "internal_error");
}

#[test]
fn api_error_in_anyhow_is_recognized_without_a_type() {
    let bare = || anyhow::Error::from(ApiError::conflict("Taken.").with_note("who"));
    for error in [bare(), bare().context("paying")] {
        let error = Err::<(), _>(error).or_recognized().unwrap_err();
        assert_eq!((error.problem().code(), error.problem().detail()), ("conflict", "Taken."));
        assert_eq!(error.notes().collect::<Vec<_>>(), ["who"]);
    }
}

#[test]
fn api_error_among_the_causes_of_any_error_is_recognized() {
    let import = || Import(ApiError::conflict("Taken."));
    let error = Err::<(), _>(import()).or_recognized().unwrap_err();
    assert_eq!(error.problem().code(), "conflict");
    let error = Err::<(), BoxError>(import().into()).or_recognized().unwrap_err();
    assert_eq!(error.problem().code(), "conflict");
    let error = Err::<(), _>(ApiError::gone("Away.")).or_recognized().unwrap_err();
    assert_eq!(error.problem().code(), "gone");
}

#[test]
fn unrecognized_error_is_internal_and_keeps_its_causes() {
    let failed: anyhow::Result<()> = Err(OrderError::NotFound(7)).context("paying");
    let error = failed.or_recognized().unwrap_err();
    assert_eq!(error.problem().code(), "internal_error");
    assert_eq!(error.chain().to_string(), "paying: order 7 does not exist");
}

#[test]
fn recognized_5xx_keeps_everything_for_operators() {
    let failed: anyhow::Result<()> = Err(OrderError::Storage(std::fmt::Error)).context("paying");
    let error = failed.or_recognized_as::<OrderError>().unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
    assert_eq!(error.internal_code(), Some("storage"));
    assert!(error.downcast_ref::<OrderError>().is_some());
    assert!(error.chain().to_string().starts_with("paying: storage failed"));
}
