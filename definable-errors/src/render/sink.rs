use serde_json::Value;

use crate::problem::Problem;

/// The name of a member of the contract, also in the forms that JSON needs.
pub(super) struct Name {
    pub(super) plain: &'static str,
    pub(super) json: &'static str,
    /// The JSON form, followed by the quote that begins a text.
    pub(super) json_text: &'static str,
}

/// Creates a [`Name`] in all its forms.
macro_rules! name {
    ($name:literal) => {
        Name {
            plain: $name,
            json: concat!(",\"", $name, "\":"),
            json_text: concat!(",\"", $name, "\":\""),
        }
    };
}
pub(super) use name;

/// Receives the members of a document one by one. Names are constant or checked, so they are not
/// escaped.
pub(super) trait Sink {
    fn text(&mut self, name: Name, text: &str);
    /// Writes ASCII, in two parts, that is known to need no escaping in JSON.
    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]);
    fn number(&mut self, name: Name, number: u32);
    fn flag(&mut self, name: Name);
    fn violations(&mut self, name: Name, problem: &Problem);
    /// Writes a declared member.
    fn value(&mut self, name: &str, value: &Value);
}
