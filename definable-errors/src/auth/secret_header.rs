//! Headers that carry secrets.

use http::header::{Entry, HeaderMap, HeaderName, HeaderValue};

/// The occurrences of a header that must be sent once.
pub(super) enum Single<'a> {
    None,
    One(&'a HeaderValue),
    Several,
}

pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Single<'a> {
    let mut fields = headers.get_all(name).iter();
    match (fields.next(), fields.next()) {
        (None, _) => Single::None,
        (Some(one), None) => Single::One(one),
        (Some(_), Some(_)) => Single::Several,
    }
}

/// Marks a header as sensitive, so that printing the headers does not reveal the secret.
pub(super) fn hide(headers: &mut HeaderMap, name: HeaderName) {
    if let Entry::Occupied(mut fields) = headers.entry(name) {
        fields.iter_mut().for_each(|field| field.set_sensitive(true));
    }
}
