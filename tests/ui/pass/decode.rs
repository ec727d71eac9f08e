use std::time::Duration;

use definable_errors::error::SourceLocation;
use definable_errors::problem::ReceivedProblem;
use definable_errors::ApiError;

#[derive(Debug, PartialEq, thiserror::Error, ApiError)]
#[api(prefix = "order", decode)]
enum OrderError<T> {
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
        #[api(note)]
        clerk: String,
    },
    #[error("slow down")]
    #[api(status = 429, retry_after = wait)]
    TooOften { wait: Duration },
    #[error("taken")]
    #[api(status = 409)]
    Taken(#[api(member = "taken_by")] Option<String>, #[api(member = "others")] Vec<T>, u8),
    #[error("elsewhere")]
    #[api(status = 421)]
    Elsewhere {
        #[api(location)]
        at: SourceLocation,
    },
    #[error("the warehouse is closed")]
    #[api(status = 503, code = "warehouse_closed")]
    Closed,
    #[error(transparent)]
    #[api(transparent)]
    Customer(CustomerError),
    #[error("storage failed")]
    #[api(status = 500, decode = false)]
    Storage(#[source] std::fmt::Error),
    #[error(transparent)]
    #[api(transparent, decode = false)]
    Other(OtherError),
}

#[derive(Debug, PartialEq, thiserror::Error, ApiError)]
#[error("no such customer")]
#[api(status = 404, code = "customer_not_found", decode)]
struct CustomerError {
    #[api(member)]
    customer: String,
}

#[derive(Debug, PartialEq, thiserror::Error, ApiError)]
#[error("other")]
#[api(status = 400)]
struct OtherError;

fn decoded(body: &str) -> Option<OrderError<u8>> {
    OrderError::from_received(&ReceivedProblem::from_slice(body.as_bytes()).unwrap())
}

fn main() {
    assert_eq!(
        decoded(r#"{"code": "order_not_found", "status": 404, "order_id": 7, "clerk": "ada"}"#),
        Some(OrderError::NotFound { id: 7, clerk: String::new() })
    );
    assert_eq!(
        decoded(r#"{"code": "order_too_often", "status": 429, "retry_after": 17}"#),
        Some(OrderError::TooOften { wait: Duration::from_secs(17) })
    );
    assert_eq!(
        decoded(r#"{"code": "order_taken", "status": 409, "taken_by": null, "others": [1, 2]}"#),
        Some(OrderError::Taken(None, vec![1, 2], 0))
    );
    assert_eq!(
        decoded(r#"{"code": "warehouse_closed", "status": 503}"#),
        Some(OrderError::Closed)
    );
    assert_eq!(
        decoded(r#"{"code": "customer_not_found", "status": 404, "customer": "ada"}"#),
        Some(OrderError::Customer(CustomerError { customer: "ada".into() }))
    );
    let Some(OrderError::Elsewhere { at }) = decoded(r#"{"code": "order_elsewhere", "status": 421}"#)
    else {
        panic!("it is not decoded");
    };
    assert!(at.file().ends_with("decode.rs"));
    for other in [
        // The status is another one, or missing.
        r#"{"code": "order_not_found", "status": 410, "order_id": 7}"#,
        r#"{"code": "order_not_found", "order_id": 7}"#,
        // The member is missing, or of another type.
        r#"{"code": "order_not_found", "status": 404}"#,
        r#"{"code": "order_not_found", "status": 404, "order_id": "7"}"#,
        r#"{"code": "order_too_often", "status": 429}"#,
        // These are never sent, or not decoded.
        r#"{"code": "order_storage", "status": 500}"#,
        r#"{"code": "other", "status": 400}"#,
        r#"{"code": "lost", "status": 404}"#,
        r#"{"status": 404}"#,
    ] {
        assert_eq!(decoded(other), None, "{other}");
    }
}
