//! A format string in pieces: those of `#[error("…")]` and `#[api(detail = "…")]`.

/// A format string, split at its placeholders.
#[derive(Clone)]
pub(crate) struct Template(pub(crate) Vec<Piece>);

#[derive(Clone)]
pub(crate) enum Piece {
    /// Text with its doubled braces unescaped.
    Text(String),
    Hole(Hole),
}

/// A placeholder `{name:spec}`; the name is empty in `{}`, the spec keeps its colon.
#[derive(Clone)]
pub(crate) struct Hole {
    pub(crate) name: String,
    pub(crate) spec: String,
}

impl Template {
    /// Returns the text, if there are no placeholders.
    pub(crate) fn constant(&self) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Hole(_) => None,
            })
            .collect()
    }

    pub(crate) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Hole(hole) => Some(hole),
        })
    }
}
