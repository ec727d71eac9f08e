//! The violations of a problem: one field, on a status that is about the content of a request.

use crate::mistakes::Mistakes;
use crate::model::Field;

/// The statuses that can be caused by single fields of a request.
const STATUSES: [u16; 6] = [400, 403, 404, 409, 413, 422];

/// Returns the field that contains the violations.
pub(super) fn check(
    fields: &[Field],
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Option<usize> {
    let mut found =
        fields.iter().enumerate().filter_map(|(at, field)| Some((at, field.violations?)));
    let (at, span) = found.next()?;
    for (_, other) in found {
        mistakes.at(other, "duplicate `violations`; a problem has one list, remove one");
    }
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        let message = "`violations` has no meaning on this status; change it to 400, 403, 404, 409, \
                       413 or 422, or remove `violations`";
        mistakes.at(span, message);
    }
    if let Some(other) = combined(&fields[at]) {
        let message = format!(
            "`violations` cannot be combined with `{other}` on one field, because clients get the \
             list as `errors`; remove one"
        );
        mistakes.at(span, message);
    }
    Some(at)
}

/// Returns another attribute of the same field.
fn combined(field: &Field) -> Option<&'static str> {
    let others = [
        ("member", field.public.is_some()),
        ("note", field.note.is_some()),
        ("location", field.location.is_some()),
        ("from", field.from.is_some()),
    ];
    others.into_iter().find(|(_, is_present)| *is_present).map(|(name, _)| name)
}
