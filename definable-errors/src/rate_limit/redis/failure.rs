use std::fmt;
use std::sync::Arc;

use ::redis::RedisError;

/// Why Redis did not decide; for operators.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection.
    Unreachable(Arc<RedisError>),
    /// The connection broke, or the answer is an error.
    Redis(RedisError),
    /// There was no answer in time.
    Late,
    /// As many calls as may be are under way.
    Busy,
    /// The answer is none to the question.
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
