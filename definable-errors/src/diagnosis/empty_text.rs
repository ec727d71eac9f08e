//! An empty text is no number and no `bool`: an optional one is not there, as in HTML forms.

use super::bounds::Bounds;
use super::origin::Origin;
use super::session::Session;
use super::tree::{Kind, NodeId};

impl Session<'_> {
    pub(super) fn is_none(&self, id: NodeId, value: &str) -> bool {
        let tree = self.tree;
        let text = match (tree.kind(id), tree.first_child(id)) {
            (Kind::Texts, Some(only)) if tree.node(only).next.is_none() => only,
            (Kind::Text, _) => id,
            _ => return false,
        };
        matches!(tree.origin, Origin::Form | Origin::Query)
            && tree.text(text).is_empty()
            && is_optional_scalar(value)
    }
}

/// Whether a type's name is that of an optional number or `bool`.
fn is_optional_scalar(name: &str) -> bool {
    let Some(inner) =
        name.strip_prefix("core::option::Option<").and_then(|it| it.strip_suffix('>'))
    else {
        return false;
    };
    let inner = inner
        .strip_prefix("core::num::nonzero::NonZero<")
        .map_or(inner, |it| it.trim_end_matches('>'));
    matches!(inner, "bool" | "f32" | "f64") || Bounds::of(inner).is_some()
}
