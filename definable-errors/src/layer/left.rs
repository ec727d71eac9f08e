use std::error::Error;
use std::io::{self, ErrorKind};

use crate::error::ApiError;
use crate::problem::MALFORMED_BODY;

/// Whether the client went away while it was still sending: then nobody reads the answer.
pub(super) fn has_left(error: &ApiError) -> bool {
    let problem = error.problem();
    // What a server says of a body stands below axum's error; a handler's own reader says nothing of
    // the connection.
    *problem.problem_type() == MALFORMED_BODY
        && error.chain().skip_while(|cause| !cause.is::<axum::Error>()).any(is_lost)
}

fn is_lost(cause: &(dyn Error + 'static)) -> bool {
    let lost = [
        ErrorKind::UnexpectedEof,
        ErrorKind::ConnectionReset,
        ErrorKind::ConnectionAborted,
        ErrorKind::BrokenPipe,
    ];
    cause.downcast_ref::<io::Error>().is_some_and(|error| lost.contains(&error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{BAD_REQUEST, ProblemType};

    fn error(kind: ErrorKind) -> io::Error {
        io::Error::new(kind, "canary")
    }

    fn of(problem_type: &'static ProblemType, source: impl Error + Send + Sync + 'static) -> bool {
        has_left(&ApiError::new(problem_type).with_source(source))
    }

    #[test]
    fn a_connection_that_ends_amid_a_body_is_a_client_that_left() {
        for kind in [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset] {
            assert!(of(&MALFORMED_BODY, axum::Error::new(error(kind))));
        }
    }

    #[test]
    fn a_body_that_is_wrong_is_none() {
        assert!(!of(&MALFORMED_BODY, axum::Error::new(error(ErrorKind::InvalidData))));
        assert!(!of(&MALFORMED_BODY, error(ErrorKind::UnexpectedEof)));
        assert!(!of(&BAD_REQUEST, axum::Error::new(error(ErrorKind::UnexpectedEof))));
        assert!(!has_left(&ApiError::new(&MALFORMED_BODY)));
    }
}
