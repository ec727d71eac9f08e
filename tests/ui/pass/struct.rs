use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("unit")]
#[api(status = 404)]
struct UnitError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("tuple {0}")]
#[api(prefix = "shop", status = 404)]
struct TupleError(#[api(member = "order_id")] u64);

#[derive(Debug, thiserror::Error, ApiError)]
#[error("named {id}")]
#[api(status = 404, code = "named")]
struct NamedError {
    #[api(member = "order_id", note)]
    id: u64,
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error(transparent)]
#[api(transparent)]
struct PassedOnError(#[from] TupleError);

#[derive(Debug, thiserror::Error, ApiError)]
#[error("never")]
enum Never {}

fn main() {
    let code = |error: ApiError| error.problem().code();
    assert_eq!(code(UnitError.into()), "unit");
    assert_eq!(code(TupleError(1).into()), "shop_tuple");
    assert_eq!(code(NamedError { id: 1 }.into()), "named");
    assert_eq!(code(PassedOnError(TupleError(1)).into()), "shop_tuple");
    assert!(None::<Never>.is_none());
}
