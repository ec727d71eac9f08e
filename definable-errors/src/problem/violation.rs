//! One violation of a failed validation: where it is, what is wrong, and the params of its
//! sentence.

use std::borrow::Cow;
use std::ops::Index;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::pointer;

/// The place of a violation in the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A JSON body: a JSON pointer in URI fragment form, such as `#/items/0/qty` (RFC 6901 §6).
    Body(Cow<'static, str>),
    /// A form body: a JSON pointer like a body's.
    Form(Cow<'static, str>),
    /// The name of a query parameter.
    Query(Cow<'static, str>),
    /// The name of a path parameter.
    Path(Cow<'static, str>),
    /// The name of a header field.
    Header(Cow<'static, str>),
    /// The name of a cookie.
    Cookie(Cow<'static, str>),
}

impl Place {
    /// Returns the part of the request: `body`, `form`, `query`, `path`, `header` or `cookie`.
    pub const fn input(&self) -> &'static str {
        self.parts().0
    }

    /// Returns the names and indices that lead to the place, unescaped: the members of a pointer, or
    /// the one name of a parameter, a header field or a cookie. They are for envelopes of your own,
    /// such as one that wants `["items", "0", "qty"]`.
    ///
    /// ```
    /// use definable_errors::problem::{Place, Pointer};
    ///
    /// let place = Place::Body(Pointer::root().key("a/b").index(0).key("größe").into());
    /// assert_eq!(place.input(), "body");
    /// assert_eq!(place.segments().collect::<Vec<_>>(), ["a/b", "0", "größe"]);
    ///
    /// let place = Place::Query("page".into());
    /// assert_eq!(place.segments().collect::<Vec<_>>(), ["page"]);
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let (_, member, text) = self.parts();
        let (pointer, name) = match member {
            "pointer" => (Some(pointer::segments(text)), None),
            _ => (None, Some(Cow::Borrowed(&**text))),
        };
        pointer.into_iter().flatten().chain(name)
    }

    /// Returns `in`, the name of the member that contains the place, and its value.
    pub(crate) const fn parts(&self) -> (&'static str, &'static str, &Cow<'static, str>) {
        match self {
            Self::Body(pointer) => ("body", "pointer", pointer),
            Self::Form(pointer) => ("form", "pointer", pointer),
            Self::Query(name) => ("query", "name", name),
            Self::Path(name) => ("path", "name", name),
            Self::Header(name) => ("header", "name", name),
            Self::Cookie(name) => ("cookie", "name", name),
        }
    }
}

/// One rule that the request broke.
///
/// Never include the submitted value: it may be a password.
///
/// ```
/// use definable_errors::problem::{Place, Violation};
///
/// let violation = Violation::new(Place::Body("#/qty".into()), "range", "must be at least 1")
///     .with_param("min", 1);
/// assert_eq!(
///     serde_json::to_string(&violation).unwrap(),
///     r##"{"in":"body","pointer":"#/qty","code":"range","detail":"must be at least 1","params":{"min":1}}"##
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Violation {
    place: Place,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    params: Params,
}

impl Violation {
    /// Creates a violation: the code is for programs, the detail for people.
    pub fn new(
        place: Place,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { place, code: code.into(), detail: detail.into(), params: Params::EMPTY }
    }

    /// Adds a value that the detail mentions, for programs and for translation.
    pub fn with_param(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Self {
        self.params.insert(name, value);
        self
    }

    /// Replaces the detail by its translation.
    pub(super) fn set_detail(&mut self, detail: Cow<'static, str>) {
        self.detail = detail;
    }

    /// Sets all params at once, in place of [`with_param`](Self::with_param).
    #[cfg(feature = "extract")]
    pub(crate) fn with_params(mut self, params: Params) -> Self {
        self.params = params;
        self
    }

    /// Moves the place into item `index` of a list.
    #[cfg(feature = "extract")]
    pub(crate) fn move_within(&mut self, index: usize) {
        if let Place::Body(pointer) | Place::Form(pointer) = &mut self.place {
            let inner = pointer.strip_prefix('#').unwrap_or(pointer);
            *pointer = format!("#/{index}{inner}").into();
        }
    }

    /// Returns the place in the request.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Returns the code for programs.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns what is wrong, for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the values that the detail mentions.
    pub const fn params(&self) -> &Params {
        &self.params
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (place, key, value) = self.place.parts();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("in", place)?;
        // A whole query or path has no name.
        if key == "pointer" || !value.is_empty() {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("detail", &self.detail)?;
        if !self.params.is_empty() {
            map.serialize_entry("params", &self.params)?;
        }
        map.end()
    }
}

/// The values that a violation's detail mentions, in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Vec<(Cow<'static, str>, Value)>);

impl Params {
    /// An empty list of params.
    pub const EMPTY: Self = Self(Vec::new());

    /// Adds a value, or replaces the one with the same name.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Returns the value of the param `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Iterates over names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Returns whether there are no params.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Index<&str> for Params {
    type Output = Value;

    /// Returns the value of the param `name`, or null if there is none.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_value_replaces_the_first() {
        let mut params = Params::default();
        params.insert("min", 1);
        params.insert("max", 3);
        params.insert("min", 2);
        assert_eq!(serde_json::to_string(&params).unwrap(), r#"{"min":2,"max":3}"#);
        assert_eq!((&params["max"], &params["none"]), (&Value::from(3), &Value::Null));
    }

    #[test]
    fn whole_query_has_no_name() {
        let query = |name: &'static str| {
            Violation::new(Place::Query(name.into()), "invalid", "is not valid")
        };
        let written = |violation| serde_json::to_value(&violation).unwrap();
        assert_eq!(
            written(query("")),
            serde_json::json!({"in": "query", "code": "invalid", "detail": "is not valid"})
        );
        assert_eq!(written(query("page"))["name"], "page");
    }
}
