use serde_json::Value;

use crate::problem::Problem;

/// The name of a member of the contract, also in the forms in which JSON goes on with it.
pub(super) struct Name {
    pub(super) plain: &'static str,
    pub(super) json: &'static str,
    /// The same, and the quote that begins a text.
    pub(super) json_text: &'static str,
}

/// A [`Name`] in all its forms.
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

/// Takes the members of a document one by one. Names are constant or checked: nobody escapes them.
pub(super) trait Sink {
    fn text(&mut self, name: Name, text: &str);
    /// ASCII, in two parts, that is known to need no escaping in JSON.
    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]);
    fn number(&mut self, name: Name, number: u32);
    fn flag(&mut self, name: Name);
    fn violations(&mut self, name: Name, problem: &Problem);
    /// A member that somebody declared.
    fn value(&mut self, name: &str, value: &Value);
}
