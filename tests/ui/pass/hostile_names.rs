//! Generated code is unaffected by the names around it.
#![allow(dead_code, unused_macros, non_camel_case_types)]

mod core {}
mod std {}
mod alloc {}
mod axum {}
mod serde {}

struct Result;
struct Option;
struct String;
struct Vec;
struct Box;
struct ErrorStatus;
struct ProblemType;
struct Types;
struct Some;
struct None;
struct Ok;
struct Err;
struct field0;
trait ToString {}
trait IntoResponse {}
trait Display {}
trait Into {}
trait From {}
const __TYPES: u8 = 0;

macro_rules! format {
    ($($any:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! unreachable {
    ($($any:tt)*) => {
        compile_error!("not this one")
    };
}

#[derive(Debug, definable_errors::ApiError)]
enum HostileError {
    #[api(status = 404, detail = "{f0} {id:?}", header("X-Id" = id), retryable = false)]
    NotFound {
        #[api(member = "order_id", note)]
        f0: u8,
        id: u8,
    },
    #[api(status = 503, retry_after = wait)]
    Busy { wait: ::std::time::Duration },
    #[api(status = 400)]
    Shown(u8),
    #[api(status = 500)]
    Text {
        #[api(from)]
        text: ::std::string::String,
        #[api(location)]
        place: definable_errors::error::SourceLocation,
    },
    #[api(transparent)]
    Inner(definable_errors::ApiError),
}

impl ::std::fmt::Display for HostileError {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("shown")
    }
}

impl ::std::error::Error for HostileError {}

fn main() {
    let error = HostileError::NotFound { f0: 1, id: 2 };
    let error = definable_errors::ApiError::from(error);
    assert_eq!(error.problem().detail(), "1 2");
}
