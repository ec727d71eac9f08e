//! The redirects that lead to keys.

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::support::is_authentic;

/// The maximum number of redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Allows redirects only to the same kind of address, so that no redirect leads from TLS to the
/// machine's own ports.
pub(super) fn redirects(first: &Url) -> Policy {
    let scheme = first.scheme().to_owned();
    Policy::custom(move |attempt| {
        let is_same = attempt.url().scheme() == scheme && is_authentic(attempt.url());
        match is_same && attempt.previous().len() <= MAX_REDIRECTS {
            true => attempt.follow(),
            false => attempt.error("a redirect that is not followed"),
        }
    })
}
