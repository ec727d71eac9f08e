//! The text that a value is read from, and what is wrong with it if it cannot be read.
//!
//! A diagnosis takes many times the memory and the time of its input, and any client may send a
//! large input that is wrong everywhere. So a large one is read once more as serde reads it, and
//! the client gets the mistake at which serde stops, with `truncated: true`. A large form or query
//! whose texts only have to be read in another way is accepted, but nothing else is looked for.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::pairs;
use super::refusals::{invalid, invalid_in_part, malformed, misconfigured};
use crate::diagnosis::{
    Budget, Diagnosis, Found, Malformed, Origin, Step, Tree, WirePath, diagnose, read_texts,
};
use crate::error::ApiError;
use crate::problem::{Problem, SerdeMistake, Violation};

/// What a client sent, by its origin in the request.
#[derive(Debug)]
#[doc(hidden)]
#[non_exhaustive]
pub enum Source {
    /// A JSON body.
    Json(Bytes),
    /// An item of a batch.
    Item(Item),
    /// The body of a form.
    Form(Bytes),
    /// A query, or a form that was sent as a query.
    Query(String),
    /// The parameters of a path, in order.
    Path(Vec<(String, String)>),
    /// The lines of header fields, in order.
    Header(Vec<(String, String)>),
}

/// One item of a batch.
#[derive(Debug)]
#[doc(hidden)]
pub struct Item {
    pub(super) json: Bytes,
    /// The remaining budget for finding all mistakes of this and the other items.
    pub(super) budget: Arc<Budget>,
}

impl Source {
    /// Deserializes a body on the success path, in one pass of serde. Returns `None` if something
    /// is wrong.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) => {
                serde_json::from_slice(bytes).ok()
            }
            Self::Form(bytes) => pairs::read(bytes),
            Self::Query(query) => pairs::read(query.as_bytes()),
            Self::Path(_) | Self::Header(_) => None,
        }
    }

    /// Returns the text; it is empty for a source that consists of several texts.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) | Self::Form(bytes) => bytes,
            Self::Query(query) => query.as_bytes(),
            Self::Path(_) | Self::Header(_) => &[],
        }
    }

    pub(super) const fn origin(&self) -> Origin {
        match self {
            Self::Json(_) | Self::Item(_) => Origin::Body,
            Self::Form(_) => Origin::Form,
            Self::Query(_) => Origin::Query,
            Self::Path(_) => Origin::Path,
            Self::Header(_) => Origin::Header,
        }
    }

    /// Returns the budget for finding all mistakes, if it does not depend on the size of the input
    /// alone.
    pub(super) fn budget(&self) -> Option<&Budget> {
        match self {
            Self::Item(item) => Some(&item.budget),
            _ => None,
        }
    }

    /// Returns the texts of the first `count` elements of a body that is an array.
    pub(super) fn elements(&self, count: usize) -> Result<Vec<&str>, ApiError> {
        let elements = Tree::elements(self.bytes(), count);
        let elements = elements.map_err(|error| malformed(error.to_string()))?;
        elements.ok_or_else(|| invalid([self.origin().no_array()]))
    }

    /// Reads the input into a tree, or returns what is malformed about it.
    pub(super) fn tree(&self) -> Result<Tree<'_>, ApiError> {
        Ok(match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) => {
                Tree::json(bytes).map_err(|error| malformed(error.to_string()))?
            }
            Self::Form(bytes) => Tree::pairs(Origin::Form, form_urlencoded::parse(bytes)),
            Self::Query(query) => {
                Tree::pairs(Origin::Query, form_urlencoded::parse(query.as_bytes()))
            }
            Self::Path(pairs) => Tree::pairs(Origin::Path, pairs.iter().map(borrowed)),
            Self::Header(pairs) => Tree::pairs(Origin::Header, pairs.iter().map(borrowed)),
        })
    }

    /// Deserializes a body, or returns everything that is wrong with it.
    pub(super) fn value<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        match self.read() {
            Some(value) => Ok(value),
            None => self.diagnose(),
        }
    }

    /// Finds everything that is wrong with an input that does not deserialize to `T`, or the first
    /// mistake if it is large. Returns the value if its texts only had to be read in another way.
    pub(super) fn diagnose<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if is_large(self) {
            return read_large(self);
        }
        let tree = self.tree()?;
        let mut diagnosis = diagnose::<T>(&tree, self.budget());
        match diagnosis.take_valid().filter(|_| self.has_texts()) {
            Some(value) => Ok(value),
            None => Err(refusal(self.origin(), diagnosis)),
        }
    }

    /// Whether all values are texts.
    pub(super) fn has_texts(&self) -> bool {
        self.origin() != Origin::Body
    }
}

/// Makes the answer to a request with these mistakes.
pub(super) fn refusal<T>(origin: Origin, diagnosis: Diagnosis<'_, T>) -> ApiError {
    if diagnosis.is_unreadable {
        return unreadable::<T>(origin);
    }
    let is_cut = diagnosis.is_cut;
    invalid_with(diagnosis.together(Vec::new()), is_cut)
}

/// Makes the error for a mistake of the service: the type requires something that no text can be.
pub(super) fn unreadable<T>(origin: Origin) -> ApiError {
    misconfigured::<T>(origin.extractor(), "the type cannot be read from text")
}

/// Keeps as many violations as an answer may have; `is_cut` means that there may be more than
/// these.
pub(super) fn invalid_with(
    violations: impl IntoIterator<Item = Violation>,
    is_cut: bool,
) -> ApiError {
    let violations = violations.into_iter().take(Problem::MAX_VIOLATIONS + 1);
    if is_cut { invalid_in_part(violations) } else { invalid(violations) }
}

fn borrowed((name, text): &(String, String)) -> (Cow<'_, str>, Cow<'_, str>) {
    (Cow::Borrowed(name), Cow::Borrowed(text))
}

/// Larger bodies are not diagnosed.
const MAX_BYTES: usize = 64 * 1024;

/// Forms and queries of more pairs are not diagnosed.
const MAX_PAIRS: usize = 1_000;

/// The texts of forms and queries of more pairs are not read in another way: a tree takes many times
/// the memory of its pairs. This is also the default of the limit on pairs.
const MAX_PAIRS_READ: usize = 10_000;

/// Whether looking for all mistakes of the input could take more than a request is worth.
pub(super) fn is_large(source: &Source) -> bool {
    let has_many_pairs = |text: &[u8]| text.len() > MAX_BYTES || most_pairs(text) > MAX_PAIRS;
    match source {
        Source::Json(bytes) => bytes.len() > MAX_BYTES,
        Source::Item(item) => item.budget.is_spent(),
        Source::Form(bytes) => has_many_pairs(bytes),
        Source::Query(query) => has_many_pairs(query.as_bytes()),
        Source::Path(_) | Source::Header(_) => false,
    }
}

/// Returns an upper bound on the pairs of a form or query: empty pairs are counted, too.
pub(super) fn most_pairs(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'&').count()
}

/// Reads a large input that serde rejected. Returns the value if its texts only have to be read in
/// another way.
///
/// # Errors
///
/// Returns an error with the mistake at which serde stopped, also if the input has too many pairs, or
/// too many different texts, to be read in another way.
pub(super) fn read_large<T: DeserializeOwned>(source: &Source) -> Result<T, ApiError> {
    let is_readable = source.has_texts() && most_pairs(source.bytes()) <= MAX_PAIRS_READ;
    let value = if is_readable { read_texts::<T>(&source.tree()?) } else { None };
    value.ok_or_else(|| first_mistake::<T>(source))
}

/// Makes the error of an input that serde rejected, with the mistake at which serde stopped.
fn first_mistake<T: DeserializeOwned>(source: &Source) -> ApiError {
    let input = WirePath::new(source.origin(), source.bytes());
    let violation = match source {
        Source::Json(bytes) | Source::Item(Item { json: bytes, .. }) => {
            match in_json::<T>(bytes, &input) {
                Ok(violation) => violation,
                Err(error) => return malformed(error.to_string()),
            }
        }
        _ => in_pairs::<T>(source.bytes(), &input),
    };
    invalid_in_part([violation.unwrap_or_else(|| SerdeMistake::read("").at(input.whole()))])
}

/// Returns the first mistake in JSON, or `None` if serde accepts it after all. What follows the
/// mistake is not read, so it may be malformed.
fn in_json<T: DeserializeOwned>(
    bytes: &[u8],
    input: &WirePath<'_>,
) -> Result<Option<Violation>, Malformed> {
    let text = Tree::utf8(bytes)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut reader) else {
        return Tree::check(bytes).map(|()| None);
    };
    if !error.inner().is_data() {
        Tree::check(bytes)?;
    }
    let mistake = mistake(error.inner(), || is_forgeable(text));
    Ok(Some(located(mistake, error.path(), input)))
}

/// Returns the first mistake in a form or a query.
fn in_pairs<T: DeserializeOwned>(text: &[u8], input: &WirePath<'_>) -> Option<Violation> {
    let reader = serde_html_form::Deserializer::from_bytes(text);
    let error = serde_path_to_error::deserialize::<_, T>(reader).err()?;
    let is_forgeable =
        || form_urlencoded::parse(text).any(|(name, value)| is_serde(&name) || is_serde(&value));
    Some(located(mistake(error.inner(), is_forgeable), error.path(), input))
}

/// Reads the text of an error. A type may repeat in its own words what was submitted: if the input
/// contains words of serde's, nothing is taken from the text that could be a value.
fn mistake(error: &impl std::error::Error, is_forgeable: impl FnOnce() -> bool) -> SerdeMistake {
    let mistake = SerdeMistake::read(&error.to_string());
    if mistake.has_names() && is_forgeable() { mistake.without_names() } else { mistake }
}

/// Whether JSON may contain words of serde's, either literally or disguised by Unicode escapes of
/// ASCII letters. Looking for a single byte first is several times as fast.
fn is_forgeable(text: &str) -> bool {
    let is_ascii = |at: usize| matches!(text.as_bytes().get(at + 4), Some(b'0'..=b'7'));
    let is_disguised = || text.match_indices("\\u00").any(|(at, _)| is_ascii(at));
    (text.contains('`') && is_serde(text)) || (text.contains('\\') && is_disguised())
}

fn is_serde(text: &str) -> bool {
    ["issing field `", "uplicate field `", "nknown variant `"].iter().any(|it| text.contains(it))
}

/// Places the mistake where serde found it, as far as the path exists in the input.
fn located(mistake: SerdeMistake, path: &Path, input: &WirePath<'_>) -> Violation {
    let mut steps: Vec<Step<'_>> = path.iter().filter_map(step).collect();
    if let (true, Some(Segment::Enum { .. })) = (mistake.is_one_of(), path.iter().next_back()) {
        // A name that matches no variant is a submitted value.
        steps.pop();
    }
    let Found { place, is_whole, is_object, .. } = input.follow(&steps, mistake.member());
    // Where serde buffers values, it only finds out which object contains the mistake.
    let fits = match mistake.member() {
        Some(_) => is_object,
        None => !is_object || mistake.fits_objects(),
    };
    let mistake = if is_whole && fits { mistake } else { SerdeMistake::read("") };
    mistake.at(place)
}

fn step(segment: &Segment) -> Option<Step<'_>> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key)),
        Segment::Enum { variant } => Some(Step::Key(variant)),
        Segment::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bytes::Bytes;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        qty: u8,
        #[serde(default)]
        side: Option<Side>,
        #[serde(default)]
        word: Option<Word>,
        #[serde(default)]
        rest: HashMap<String, Vec<bool>>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    #[expect(dead_code, reason = "only read")]
    enum Side {
        Left,
        Right(u8),
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Flat {
        #[serde(flatten)]
        line: HashMap<String, u8>,
    }

    /// A type that repeats what it was given.
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Word;

    impl TryFrom<String> for Word {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            Err(text)
        }
    }

    fn first<T: DeserializeOwned>(body: &str) -> String {
        let error = first_mistake::<T>(&Source::Json(Bytes::copy_from_slice(body.as_bytes())));
        assert!(error.problem().is_truncated() || error.problem().violations().is_empty());
        error.problem().violations().iter().fold(String::new(), |_, violation| {
            let (_, _, place) = violation.place().parts();
            format!("{place} {} {}", violation.code(), violation.detail())
        })
    }

    #[test]
    fn mistake_is_located_in_the_names_of_the_client() {
        let cases = [
            ("[{\"qty\":1},{}]", "#/1/qty required is required"),
            ("[{\"qty\":300}]", "#/0/qty range must be between 0 and 255"),
            ("[{\"qty\":\"x\"}]", "#/0/qty type must be an integer"),
            ("[{\"qty\":1,\"qty\":1}]", "#/0/qty duplicate must be given only once"),
            ("[{\"qyt\":1}]", "#/0/qyt unknown_field is unknown"),
            ("[7]", "#/0 type must be an object"),
            ("{}", "# type must be an array"),
            ("[{\"qty\":1,\"side\":\"secret\"}]", "#/0/side one_of must be one of left, right"),
            ("[{\"qty\":1,\"side\":{\"right\":\"x\"}}]", "#/0/side/right type must be an integer"),
            ("[{\"qty\":1,\"rest\":{\"a/b\":[true,1]}}]", "#/0/rest/a~1b/1 type must be a boolean"),
            ("[{\"qty\":1,\"word\":\"secret\"}]", "#/0/word invalid is not valid"),
        ];
        for (body, expected) in cases {
            assert_eq!(first::<Vec<Line>>(body), expected, "{body}");
        }
    }

    #[test]
    fn submitted_words_of_serde_name_nothing() {
        for word in ["missing field `secret`", "unknown variant `a`, expected `secret`"] {
            for text in [word.to_owned(), word.replace('n', "\\u006e")] {
                let body = format!("[{{\"qty\":1,\"word\":\"{text}\"}}]");
                assert_eq!(first::<Vec<Line>>(&body), "#/0/word invalid is not valid");
            }
        }
    }

    #[test]
    fn mistake_in_a_flattened_value_is_told_of_its_object() {
        assert_eq!(first::<Vec<Flat>>("[{\"a\":\"x\"}]"), "#/0 invalid is not valid");
    }
}
