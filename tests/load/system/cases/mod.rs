//! The requests: for every endpoint some that succeed, and some with a mistake.

mod accounts;
mod every;
mod jobs;
mod kbs;
mod others;
mod pages;

use bytes::Bytes;
use http::Response;

use super::ask::Ask;
use super::world::World;

pub(super) use self::every::uncovered;

/// A request, and the response that it must get.
pub(super) struct Case {
    /// The method and the path of the operation, as in the OpenAPI document.
    pub(super) operation: String,
    /// What is special about the request.
    pub(super) what: &'static str,
    pub(super) expected: Expected,
    pub(super) exchange: Exchange,
    /// Keeps what later requests need of the response.
    pub(super) then: fn(&World, &Response<Bytes>),
}

/// How a case talks to the server.
pub(super) enum Exchange {
    Request(Box<dyn Fn(&World) -> Ask>),
    /// Opens a WebSocket, sends the command, and reads until the server closes it or echoes a text.
    Socket(fn(&World) -> Ask, &'static str),
}

/// The response that a case must get.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    Success(u16),
    /// A problem because the request has a mistake: one of these statuses with its code.
    Problem(&'static [(u16, &'static str)]),
    /// A problem that every request of the endpoint gets.
    Only(u16, &'static str),
    /// A problem that is the server's fault, and which it reports.
    Provoked(u16, &'static str),
    /// A problem that was reported before, and is the body of the response.
    Stored(u16, &'static str),
}

impl Expected {
    /// Returns whether the client has made no mistake.
    pub(super) const fn is_good(self) -> bool {
        matches!(self, Self::Success(_) | Self::Only(..))
    }
}

fn case(
    operation: &str,
    what: &'static str,
    expected: Expected,
    request: impl Fn(&World) -> Ask + 'static,
) -> Case {
    let exchange = Exchange::Request(Box::new(request));
    Case { operation: operation.to_owned(), what, expected, exchange, then: |_, _| {} }
}

/// Returns a case that succeeds.
fn good(operation: &str, status: u16, request: impl Fn(&World) -> Ask + 'static) -> Case {
    case(operation, "", Expected::Success(status), request)
}

/// Returns a case with a mistake.
fn bad(
    operation: &str,
    what: &'static str,
    problems: &'static [(u16, &'static str)],
    request: impl Fn(&World) -> Ask + 'static,
) -> Case {
    case(operation, what, Expected::Problem(problems), request)
}

impl Case {
    fn then(self, then: fn(&World, &Response<Bytes>)) -> Self {
        Self { then, ..self }
    }

    /// Returns the operation and what is special about the request.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.operation, self.what)
    }
}

/// Returns all cases, in an order in which neighbours have little in common.
pub(super) fn all(world: &World) -> Vec<Case> {
    let mut cases = every::cases(&world.document);
    cases.extend(pages::cases());
    cases.extend(accounts::cases());
    cases.extend(kbs::cases());
    cases.extend(jobs::cases());
    cases.extend(others::cases());
    fastrand::Rng::with_seed(7).shuffle(&mut cases);
    cases
}
