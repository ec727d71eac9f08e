use std::fmt;
use std::sync::Arc;

use ::redis::RedisError;

/// The reason why Redis did not decide, for operators.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection.
    Unreachable(Arc<RedisError>),
    /// The connection broke, or the response is an error.
    Redis(RedisError),
    /// There was no response in time.
    Late,
    /// The maximum number of calls is in progress.
    Busy,
    /// The response does not match the request.
    Answer,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => error.fmt(f),
            Self::Redis(error) => error.fmt(f),
            Self::Late => f.write_str("no answer in time"),
            Self::Busy => f.write_str("too many calls under way"),
            Self::Answer => f.write_str("the answer is not one of the script"),
        }
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}
