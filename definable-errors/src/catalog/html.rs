//! The catalog as HTML: pages without scripts and external resources, for screens of every size, dark
//! ones, and paper.

use std::fmt::Write;

use super::entry::{CatalogEntry, Listing};
use super::example::Example;
use super::text::{Span, paragraphs, spans};
use super::type_name;
use crate::render::escape;

/// The only style that the pages allow; a test compares the hash with that of the style.
pub(super) const POLICY: &str = "default-src 'none'; \
     style-src 'sha256-/COfTfz5t4xVTl93tcg2ILTLTY1fSmqb6a+qJ638RGo='; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("style.css");

/// Writes the list of all problem types.
pub(super) fn list(listing: &Listing) -> String {
    let (client, server): (Vec<_>, Vec<_>) =
        listing.entries.iter().partition(|entry| entry.status().is_client_error());
    let mut main = String::from(
        "<h1>Problem types</h1>\n<p class=\"lead\">Every error response of this service is a problem \
         (RFC&nbsp;9457). Its <code>code</code> is one of these, and never changes its meaning.</p>\n",
    );
    group(&mut main, "Errors of the request", &client, &listing.path);
    group(&mut main, "Errors of the service", &server, &listing.path);
    document("Problem types", "", &main)
}

fn group(out: &mut String, name: &str, entries: &[&CatalogEntry], path: &str) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section>\n<h2>{name}</h2>\n<ul class=\"types\">");
    for entry in entries {
        let (code, title) = (entry.code(), escaped(entry.problem_type().title()));
        let href = escaped(&format!("{path}/{code}"));
        let _ = writeln!(
            out,
            "<li id=\"{code}\"><span class=\"status s{class}\">{status}</span>\
             <span class=\"name\"><a href=\"{href}\">{title}</a> <code>{code}</code></span></li>",
            class = entry.status().as_u16() / 100,
            status = entry.status().as_u16(),
        );
    }
    out.push_str("</ul>\n</section>\n");
}

/// Writes the page of one problem type.
pub(super) fn page(entry: &CatalogEntry, path: &str) -> String {
    let title = entry.problem_type().title();
    let list = if path.is_empty() { "/" } else { path };
    let navigation = format!(
        "<nav aria-label=\"Catalog\"><a href=\"{}\"><span aria-hidden=\"true\">← </span>All problem types</a></nav>\n",
        escaped(list)
    );
    let mut main = head(entry);
    section(&mut main, "What to do", &format!("<p>{}</p>", text(&entry.what_to_do())));
    section(&mut main, "Try again?", &format!("<p>{}</p>", text(&entry.when_to_retry())));
    section(&mut main, "Members", &members(entry));
    section(&mut main, "Headers", &headers(entry));
    section(&mut main, "Routes", &routes(entry));
    let example = format!("<pre>{}</pre>", escaped(&Example::of(entry).to_string()));
    section(&mut main, "Example response", &example);
    document(title, &navigation, &main)
}

fn head(entry: &CatalogEntry) -> String {
    let problem_type = entry.problem_type();
    let statuses = entry.statuses().iter().map(|status| {
        let (class, phrase) = (status.as_u16() / 100, escaped(status.phrase()));
        format!("<span class=\"status s{class}\">{} {phrase}</span>", status.as_u16())
    });
    let statuses: Vec<_> = statuses.collect();
    let mut out = format!(
        "<p class=\"statuses\">{}</p>\n<h1>{}</h1>\n",
        statuses.join(" "),
        escaped(problem_type.title())
    );
    for paragraph in paragraphs(&entry.documentation()) {
        let _ = writeln!(out, "<p class=\"lead\">{}</p>", text(paragraph));
    }
    let _ = writeln!(
        out,
        "<dl class=\"facts\"><dt>code</dt><dd><code>{}</code></dd><dt>type</dt><dd><code>{}</code></dd></dl>",
        entry.code(),
        escaped(entry.type_uri()),
    );
    out
}

/// Writes a section, unless it is empty.
fn section(out: &mut String, name: &str, content: &str) {
    if !content.is_empty() {
        let _ = writeln!(out, "<section>\n<h2>{name}</h2>\n{content}\n</section>");
    }
}

fn members(entry: &CatalogEntry) -> String {
    let rows = entry.members().iter().map(|member| {
        let often = if member.is_required() { "" } else { ", not always present" };
        let kind = type_name::name(&member.json_type());
        row(member.name(), &escaped(&format!("{kind}{often}")))
    });
    rows_of(rows.collect())
}

fn headers(entry: &CatalogEntry) -> String {
    let rows = entry.headers().into_iter().map(|(name, meaning)| row(&name, &text(meaning)));
    rows_of(rows.collect())
}

fn rows_of(rows: String) -> String {
    if rows.is_empty() { rows } else { format!("<dl>{rows}</dl>") }
}

fn row(name: &str, value: &str) -> String {
    format!("<dt><code>{}</code></dt><dd>{value}</dd>", escaped(name))
}

fn routes(entry: &CatalogEntry) -> String {
    let routes = entry.routes().iter().map(|route| format!("<li>{}</li>", escaped(route)));
    let routes: String = routes.collect();
    if routes.is_empty() { routes } else { format!("<ul class=\"routes\">{routes}</ul>") }
}

/// Escapes a text for elements and attributes.
fn escaped(text: &str) -> String {
    escape::html(text)
}

/// Writes running text.
fn text(text: &str) -> String {
    let parts = spans(text).into_iter().map(|span| match span {
        Span::Plain(plain) => escaped(plain),
        Span::Code(code) => format!("<code>{}</code>", escaped(code)),
    });
    parts.collect()
}

fn document(title: &str, navigation: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{navigation}<main>\n{main}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "auth")]
    #[test]
    fn policy_allows_the_style_and_no_other() {
        use base64::Engine as _;
        use sha2::Digest as _;

        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("style-src 'sha256-{hash}';")), "sha256-{hash}");
    }

    #[test]
    fn running_text_is_escaped() {
        assert_eq!(text("`<a>` & <b>"), "<code>&lt;a&gt;</code> &amp; &lt;b&gt;");
    }
}
