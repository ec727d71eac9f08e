//! The standard body with the members of development mode.

use std::sync::Arc;

use http::request::Parts;

use super::gate::{Admitted, Gate, Withheld};
use super::members;
use super::resolver::{self, Question};
use super::roots::Roots;
use super::traceback::Birth;
use crate::error::ApiError;
use crate::render::{Captured, Failure, Render, Rendering};

/// A renderer that writes the standard body with the members of development mode, for clients that
/// may see them.
#[derive(Debug)]
pub(super) struct DevelopmentRender {
    gate: Gate,
    roots: Arc<Roots>,
}

impl DevelopmentRender {
    pub(super) fn new(gate: Gate, roots: Roots) -> Self {
        Self { gate, roots: Arc::new(roots) }
    }

    fn question(&self, error: &ApiError) -> Question {
        Question {
            trace: error.trace().cloned(),
            birth: match error.source_type() {
                Some("panic") => Birth::Panicked,
                _ => Birth::Returned,
            },
            file: error.location().map(|place| place.file().to_owned()),
            roots: self.roots.clone(),
        }
    }
}

impl Render for DevelopmentRender {
    fn capture(&self, request: &Parts) -> Option<Captured> {
        Some(Arc::new(self.gate.judge(request)))
    }

    fn render(&self, failure: &Failure) -> Rendering {
        if !members::has_any(failure.error()) {
            return Rendering::Standard;
        }
        match failure.captured::<Result<Admitted, Withheld>>() {
            Some(Ok(Admitted)) => {}
            Some(Err(reason)) => {
                reason.explain();
                return Rendering::Standard;
            }
            None => return Rendering::Standard,
        }
        let answer = resolver::ask(self.question(failure.error()));
        let failure = failure.clone();
        Rendering::Later(Box::pin(async move {
            let findings = answer.await.unwrap_or_default();
            failure.standard_with(&members::of(failure.error(), findings))
        }))
    }
}
