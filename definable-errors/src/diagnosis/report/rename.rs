//! The rules of `#[serde(rename_all)]`.

/// Returns whether one of serde's rules for `rename_all` makes this name on the wire of the name of a
/// field in Rust. The eight rules make six names, because a field is in snake case already.
pub(super) fn is_renamed(field: &str, wire: &str) -> bool {
    let field = field.strip_prefix("r#").unwrap_or(field);
    is_separated(field, wire, u8::clone)
        || is_separated(field, wire, u8::to_ascii_uppercase)
        || is_pascal(field, wire)
}

/// Compares with snake and kebab case, with every letter changed in the same way.
fn is_separated(field: &str, wire: &str, change: fn(&u8) -> u8) -> bool {
    let is_so = |separator| {
        let mut bytes = field.bytes().zip(wire.bytes());
        bytes.all(|(rust, wire)| wire == if rust == b'_' { separator } else { change(&rust) })
    };
    field.len() == wire.len() && (is_so(b'_') || is_so(b'-'))
}

/// Compares with Pascal and camel case.
fn is_pascal(field: &str, wire: &str) -> bool {
    let mut wire = wire.bytes().enumerate();
    let mut is_first = true;
    for letter in field.bytes() {
        if letter == b'_' {
            is_first = true;
            continue;
        }
        let expected = if is_first { letter.to_ascii_uppercase() } else { letter };
        let Some((at, sent)) = wire.next() else { return false };
        let is_camel = at == 0 && sent == expected.to_ascii_lowercase();
        if sent != expected && !is_camel {
            return false;
        }
        is_first = false;
    }
    wire.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_serde_is_recognised() {
        let names =
            ["first_name", "firstName", "FirstName", "first-name", "FIRST_NAME", "FIRST-NAME"];
        for name in names {
            assert!(is_renamed("first_name", name), "{name}");
        }
        assert!(is_renamed("r#type", "type") && is_renamed("_id", "id"));
        assert!(is_renamed("größe_m", "größeM") && is_renamed("größe_m", "GRößE_M"));
    }

    #[test]
    fn names_that_no_rule_makes_are_different() {
        let others = [
            "",
            "first",
            "firstname",
            "First_Name",
            "first_Name",
            "firstNames",
            "FIRSTNAME",
            "first name",
            "fIrstName",
            "first_nam",
            "first-name_",
        ];
        for name in others {
            assert!(!is_renamed("first_name", name), "{name}");
        }
    }
}
