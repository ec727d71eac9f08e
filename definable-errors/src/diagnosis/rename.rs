/// Whether serde's rules can make the name on the wire of a field's name in Rust. The eight of
/// `rename_all` make six names: a field is in lower case and with `_` already.
pub(super) fn is_renamed(field: &str, wire: &str) -> bool {
    let field = field.strip_prefix("r#").unwrap_or(field);
    is_separated(field, wire, u8::clone)
        || is_separated(field, wire, u8::to_ascii_uppercase)
        || is_pascal(field, wire)
}

/// Snake or kebab case, every letter changed in the same way.
fn is_separated(field: &str, wire: &str, change: fn(&u8) -> u8) -> bool {
    let is_so = |separator| {
        let mut bytes = field.bytes().zip(wire.bytes());
        bytes.all(|(rust, wire)| wire == if rust == b'_' { separator } else { change(&rust) })
    };
    field.len() == wire.len() && (is_so(b'_') || is_so(b'-'))
}

/// Pascal or camel case: every letter after a `_` is large, and there is no `_`.
fn is_pascal(field: &str, wire: &str) -> bool {
    let mut wire = wire.bytes().enumerate();
    let mut is_first = true;
    for letter in field.bytes() {
        if letter == b'_' {
            is_first = true;
            continue;
        }
        let expected = if is_first { letter.to_ascii_uppercase() } else { letter };
        let Some((at, given)) = wire.next() else { return false };
        let is_camel = at == 0 && given == expected.to_ascii_lowercase();
        if given != expected && !is_camel {
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
    fn every_rule_of_serde_is_known() {
        let names =
            ["first_name", "firstName", "FirstName", "first-name", "FIRST_NAME", "FIRST-NAME"];
        for name in names {
            assert!(is_renamed("first_name", name), "{name}");
        }
        assert!(is_renamed("r#type", "type") && is_renamed("_id", "id"));
        assert!(is_renamed("größe_m", "größeM") && is_renamed("größe_m", "GRößE_M"));
    }

    #[test]
    fn other_names_are_none_of_serdes() {
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
