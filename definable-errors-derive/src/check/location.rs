//! The location of an error: one private field, set by a `From` or by hand.

use crate::mistakes::Mistakes;
use crate::model::Field;

pub(super) fn check(fields: &[Field], mistakes: &mut Mistakes) {
    let mut locations = fields.iter().filter_map(|field| field.location);
    let location = locations.next();
    for span in locations {
        mistakes.at(span, "duplicate `location`; an error has one, remove the other");
    }
    let mut conversions = fields.iter().filter(|field| field.from.is_some());
    let Some(from) = conversions.next() else {
        return;
    };
    for other in conversions.filter_map(|field| field.from) {
        mistakes.at(other, "duplicate `from`; an error is made from one other, remove one");
    }
    written(from, location.is_some(), fields, mistakes);
}

/// Checks that the `From` of this field can be written: it sets the field and the location, and
/// nothing else.
fn written(field: &Field, has_location: bool, fields: &[Field], mistakes: &mut Mistakes) {
    let Some(span) = field.from else {
        return;
    };
    if field.location.is_some() {
        mistakes.at(span, "a location cannot be converted; move `from` to the field of the cause");
        return;
    }
    if field.has_thiserror_from {
        let message = "`#[from]` and `#[api(from)]` write the same `From`; replace `#[from]` with \
                       `#[source]`";
        mistakes.at(span, message);
    }
    if !has_location {
        let message = "`from` fills a location, and there is none; add \
                       `#[api(location)] location: SourceLocation`, or use thiserror's `#[from]`";
        mistakes.at(span, message);
    }
    let is_filled = |other: &&Field| other.location.is_some() || other.from.is_some();
    for other in fields.iter().filter(|other| !is_filled(other)) {
        let message =
            format!("`from` cannot fill the field `{}`; remove the field, or `from`", other.name);
        mistakes.at(other.span, message);
    }
}
