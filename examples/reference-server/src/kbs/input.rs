use definable_errors::ApiError;
use definable_errors::problem::{Place, Violation};
use serde::Deserialize;

use super::Settings;
use crate::checks;

/// What a client sends to make or to replace a knowledge base.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KbInput {
    pub(super) name: String,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) settings: Settings,
}

impl KbInput {
    /// The same, if it keeps every rule.
    #[track_caller]
    pub(super) fn checked(self) -> Result<Self, ApiError> {
        checks::refuse(self.violations().collect())?;
        Ok(self)
    }

    fn violations(&self) -> impl Iterator<Item = Violation> {
        let description = self.description.as_deref().unwrap_or_default();
        let fields = [
            checks::length(body("name"), &self.name, 1..=80),
            checks::length(body("description"), description, 0..=500),
            checks::count(body("tags"), &self.tags, 10),
        ];
        let tags = self.tags.iter().enumerate().map(|(index, tag)| {
            checks::length(Place::Body(format!("#/tags/{index}").into()), tag, 1..=32)
        });
        fields.into_iter().chain(tags).chain(sizes(self.settings)).flatten()
    }
}

/// Pieces overlap by less than one of them. An overlap is judged by the size that was sent, or by
/// the largest one where that is no size.
fn sizes(settings: Settings) -> [Option<Violation>; 2] {
    let allowed = 64..=4096;
    let size = Some(settings.chunk_size).filter(|size| allowed.contains(size));
    let less = size.unwrap_or(*allowed.end()) - 1;
    [
        checks::range(body("settings/chunk_size"), settings.chunk_size, &allowed),
        checks::range(body("settings/overlap"), settings.overlap, &(0..=less)),
    ]
}

fn body(path: &str) -> Place {
    Place::Body(format!("#/{path}").into())
}
