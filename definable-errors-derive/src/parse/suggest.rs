use super::attr::{FIELD, TYPE, VARIANT};

/// Makes the message for an unknown name, with a suggestion of what was probably meant.
pub(super) fn message(name: &str, known: &[&str]) -> String {
    let places =
        [("the type", &TYPE[..]), ("a variant or a struct", &VARIANT[..]), ("a field", &FIELD[..])];
    if let Some((place, _)) = places.iter().find(|(_, names)| names.contains(&name)) {
        return format!("`{name}` belongs on {place}");
    }
    let everywhere = places.iter().flat_map(|(_, names)| names.iter());
    match nearest(name, known.iter().chain(everywhere)) {
        Some(near) => format!("unknown attribute `{name}`, did you mean `{near}`?"),
        None => format!("unknown attribute `{name}`, expected one of: {}", known.join(", ")),
    }
}

/// Returns the first of the nearest names whose distance is at most a third of their length.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a &'a str>) -> Option<&'a str> {
    known
        .map(|known| (distance(name, known), *known))
        .filter(|(distance, known)| distance * 3 <= known.len().max(6))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Counts how many letters must be changed, added or removed.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, right) in to.chars().enumerate() {
            let change = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted_in_letters() {
        assert_eq!(distance("statsu", "status"), 2);
        assert_eq!(distance("", "code"), 4);
        assert_eq!(distance("level", "level"), 0);
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        assert!(message("statsu", &VARIANT).ends_with("did you mean `status`?"));
        assert!(
            message("colour", &FIELD)
                .ends_with("expected one of: member, violations, note, location, from")
        );
        assert_eq!(message("prefix", &VARIANT), "`prefix` belongs on the type");
    }
}
