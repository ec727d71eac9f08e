use std::sync::Arc;

use http::request::Parts;

use super::gate::Admitted;
use super::resolver::{self, Question};
use super::roots::Roots;
use super::traceback::Birth;
use super::{Development, members};
use crate::error::ApiError;
use crate::render::{Captured, Failure, Render, Rendering};

/// The standard body with the members of development mode, for whoever may see them.
#[derive(Debug)]
pub(super) struct DevelopmentRender {
    roots: Arc<Roots>,
}

impl DevelopmentRender {
    pub(super) fn new(settings: Development) -> Self {
        Self { roots: Arc::new(Roots::new(settings)) }
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
        Admitted::judge(request).map(|admitted| Arc::new(admitted) as Captured)
    }

    fn render(&self, failure: &Failure) -> Rendering {
        let is_admitted = failure.captured::<Admitted>().is_some();
        if !is_admitted || !members::has_any(failure.error()) {
            return Rendering::Standard;
        }
        let answer = resolver::ask(self.question(failure.error()));
        let failure = failure.clone();
        Rendering::Later(Box::pin(async move {
            let findings = answer.await.unwrap_or_default();
            failure.standard_with(&members::of(failure.error(), findings))
        }))
    }
}
