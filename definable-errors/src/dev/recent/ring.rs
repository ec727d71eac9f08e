//! The errors that are kept: the newest ones, within bounds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::super::details::Details;
use super::super::runs::place;
use crate::support::lock;

/// The path of the list. One error is below it, by its request id or the UUID of its `instance`.
pub(in crate::dev) const PATH: &str = "/__errors";
/// The number of errors that are kept.
pub(super) const MAX_ERRORS: usize = 50;
/// The number of bytes that are kept.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The number of pages whose nonces are valid.
const MAX_NONCES: usize = 16;

/// The newest errors of a service. Their texts are redacted before they get here.
#[derive(Debug, Default)]
pub(in crate::dev) struct Ring {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The newest one is last.
    errors: VecDeque<Arc<Recent>>,
    bytes: usize,
    nonces: VecDeque<String>,
}

/// One error that is kept.
#[derive(Debug)]
pub(super) struct Recent {
    pub(super) details: Details,
    pub(super) at: SystemTime,
    bytes: usize,
}

/// The errors with the same code and place, the newest first.
pub(super) type Group = Vec<Arc<Recent>>;

impl Recent {
    /// Returns what errors of the same kind have in common: the code and the place, or, without a
    /// place, the route.
    pub(super) fn fingerprint(&self) -> (&str, String) {
        let details = &self.details;
        let frame = details.frames.iter().find(|frame| frame.own).and_then(place);
        let location = || details.location.as_ref().map(|it| format!("{}:{}", it.file, it.line));
        let route = || details.route.clone().unwrap_or_else(|| details.request.path().to_owned());
        (&details.code, frame.or_else(location).unwrap_or_else(route))
    }

    fn has_id(&self, id: &str) -> bool {
        self.details.request_id == id || self.details.instance == id
    }
}

impl Ring {
    /// Keeps an error; the oldest ones make room. One that is larger than the bound is not kept.
    pub(in crate::dev) fn push(&self, details: Details) {
        let bytes = details.size();
        if bytes > MAX_BYTES {
            return;
        }
        let mut kept = lock(&self.kept);
        kept.bytes += bytes;
        kept.errors.push_back(Arc::new(Recent { details, at: SystemTime::now(), bytes }));
        while kept.errors.len() > MAX_ERRORS || kept.bytes > MAX_BYTES {
            let Some(oldest) = kept.errors.pop_front() else { break };
            kept.bytes -= oldest.bytes;
        }
    }

    /// Returns the errors in groups of the same kind; the group of the newest error is first.
    pub(super) fn groups(&self) -> Vec<Group> {
        let errors: Vec<_> = lock(&self.kept).errors.iter().rev().cloned().collect();
        let mut groups: Vec<Group> = Vec::new();
        for error in errors {
            let same =
                groups.iter_mut().find(|group| group[0].fingerprint() == error.fingerprint());
            match same {
                Some(group) => group.push(error),
                None => groups.push(vec![error]),
            }
        }
        groups
    }

    /// Returns the newest error with a request id, or with the UUID of its `instance`.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Recent>> {
        lock(&self.kept).errors.iter().rev().find(|error| error.has_id(id)).cloned()
    }

    /// Allows a page with this nonce to clear the ring.
    pub(super) fn allow(&self, nonce: &str) {
        let mut kept = lock(&self.kept);
        kept.nonces.push_back(nonce.to_owned());
        if kept.nonces.len() > MAX_NONCES {
            kept.nonces.pop_front();
        }
    }

    /// Removes all errors if the nonce is that of a page, and returns whether it is. A nonce is
    /// valid once.
    pub(super) fn clear(&self, nonce: &str) -> bool {
        let mut kept = lock(&self.kept);
        let Some(at) = kept.nonces.iter().position(|known| known == nonce) else {
            return false;
        };
        kept.nonces.remove(at);
        kept.errors.clear();
        kept.bytes = 0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(id: &str, code: &str, length: usize) -> Details {
        Details {
            request_id: id.to_owned(),
            code: code.to_owned(),
            message: "x".repeat(length),
            ..Details::default()
        }
    }

    #[test]
    fn oldest_errors_make_room() {
        let ring = Ring::default();
        for id in 0..60 {
            ring.push(details(&id.to_string(), "a", 10));
        }
        assert!(ring.find("9").is_none() && ring.find("10").is_some());
        for id in 60..80 {
            ring.push(details(&id.to_string(), "a", MAX_BYTES / 4));
        }
        assert!(lock(&ring.kept).bytes <= MAX_BYTES);
        assert!(ring.find("79").is_some() && ring.find("60").is_none());
        ring.push(details("huge", "a", MAX_BYTES));
        assert!(ring.find("huge").is_none());
    }

    #[test]
    fn errors_of_the_same_kind_are_a_group() {
        let ring = Ring::default();
        for (id, code) in [("1", "a"), ("2", "b"), ("3", "a")] {
            ring.push(details(id, code, 1));
        }
        let ids: Vec<Vec<_>> = ring
            .groups()
            .iter()
            .map(|group| group.iter().map(|error| error.details.request_id.clone()).collect())
            .collect();
        assert_eq!(ids, [vec!["3", "1"], vec!["2"]]);
    }

    #[test]
    fn only_a_page_clears_and_only_once() {
        let ring = Ring::default();
        ring.push(details("1", "a", 1));
        ring.allow("n");
        assert!(!ring.clear("") && !ring.clear("other"));
        assert!(ring.find("1").is_some());
        assert!(ring.clear("n") && !ring.clear("n"));
        assert!(ring.groups().is_empty());
    }
}
