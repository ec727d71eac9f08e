//! Reads the doc comments of a variant, which become the documentation of its problem type.

use syn::{Attribute, Expr, Lit, Meta};

/// Returns the first paragraph of the doc comments: what clients may read. Further paragraphs are for
/// the readers of the code.
pub(super) fn first_paragraph(attrs: &[Attribute]) -> String {
    text(attrs).split("\n\n").next().unwrap_or_default().to_owned()
}

/// Joins the doc comments into one text, without the space that follows `///`.
fn text(attrs: &[Attribute]) -> String {
    let written: Vec<String> = attrs.iter().filter_map(line).collect();
    let written = written.join("\n");
    let indents = written.lines().filter(|line| !line.trim().is_empty());
    let margin = indents.map(indent).min().unwrap_or_default();
    let lines: Vec<&str> =
        written.lines().map(|line| line.get(margin..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

fn line(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attr.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn paragraphs_and_indents_stay() {
        let attrs: [Attribute; 5] = [
            parse_quote!(#[doc = " One."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = "     code"]),
            parse_quote!(#[doc(hidden)]),
            parse_quote!(#[doc = " Two. "]),
        ];
        assert_eq!(text(&attrs), "One.\n\n    code\nTwo.");
        assert_eq!(first_paragraph(&attrs), "One.");
    }
}
