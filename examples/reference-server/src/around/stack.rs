use definable_errors::csrf::Csrf;
use definable_errors::rate_limit::RateLimit;
use definable_errors::stack::Stack;
use definable_errors::{ApiErrorLayer, Mode};

use super::{CorsOrigins, Deadline, Limits};
use crate::ProblemBase;

/// Creates the layer of ids and errors.
pub fn errors(mode: Mode, problem_base: ProblemBase) -> ApiErrorLayer {
    ApiErrorLayer::new().mode(mode).routes(crate::routes(mode).table()).problem_base(problem_base)
}

/// Creates the middleware stack, with all layers in the right order.
pub fn stack(
    errors: ApiErrorLayer,
    cors: Option<CorsOrigins>,
    deadline: Deadline,
    limits: &Limits,
) -> Stack<RateLimit> {
    let stack = Stack::new()
        .errors(errors)
        .timeout(deadline.duration())
        .rate_limit(limits.requests.clone())
        .exempt(["/health"]);
    match cors {
        // Pages that may send cookies are the ones that are trusted with them.
        Some(CorsOrigins { cors, .. }) => stack.cors(cors).csrf(Csrf::new()),
        None => stack,
    }
}
