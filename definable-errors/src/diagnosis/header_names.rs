//! Fields of a header are compared without case, and `-` is `_`.

use std::borrow::Cow;

use super::cursor::At;
use super::known::Fields;
use super::origin::Origin;
use super::session::Session;
use super::tree::NodeId;

impl<'s> Session<'s> {
    /// The name that a type sees.
    pub(super) fn key_for(&self, id: NodeId, fields: Fields) -> Cow<'s, str> {
        let key = self.tree.key(id);
        match self.tree.origin == Origin::Header {
            true => fields
                .iter()
                .find(|field| is_same_header(field, &key))
                .map_or(key, |field| Cow::Borrowed(*field)),
            false => key,
        }
    }

    pub(super) fn key_at(&self, id: NodeId, fields: Fields) -> At {
        if self.tree.origin != Origin::Header {
            return At::Key(id);
        }
        let key = self.tree.key(id);
        let field = fields.iter().find(|field| is_same_header(field, &key));
        field.map_or(At::Key(id), |field| At::Word(field))
    }
}

pub(super) fn is_same_header(field: &str, name: &str) -> bool {
    let same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || (a == b'_' && b == b'-');
    field.len() == name.len() && field.bytes().zip(name.bytes()).all(same)
}
