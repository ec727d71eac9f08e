/// What serde's rules make of a field's name in Rust. The eight of `rename_all` make six names: a
/// field is in lower case and with `_` already.
pub(super) fn renamed(field: &str) -> [String; 6] {
    let field = field.strip_prefix("r#").unwrap_or(field);
    let upper = field.to_ascii_uppercase();
    let pascal = pascal(field);
    let mut camel = pascal.clone();
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    [field.to_owned(), pascal, camel, field.replace('_', "-"), upper.replace('_', "-"), upper]
}

/// Every letter after a `_` large, and no `_`.
fn pascal(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut is_first = true;
    for letter in field.chars() {
        match letter {
            '_' => is_first = true,
            _ if is_first => {
                name.push(letter.to_ascii_uppercase());
                is_first = false;
            }
            _ => name.push(letter),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_serde_is_known() {
        let names = renamed("first_name");
        for name in
            ["first_name", "firstName", "FirstName", "first-name", "FIRST_NAME", "FIRST-NAME"]
        {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
        assert!(renamed("r#type").contains(&"type".to_owned()));
    }
}
