//! The page that shows the document: HTML without scripts, and with one style.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::schema::{in_words, members};

const STYLE: &str = include_str!("docs.css");

/// Returns the policy of the page: its own style, and nothing else.
pub(super) fn policy() -> HeaderValue {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("the policy is visible ASCII")
}

/// Returns the page.
pub(super) fn html(document: &Value) -> String {
    let operations = operations(document);
    let title = escape(text(&document["info"]["title"]));
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style><body><a class=skip href=#main>Skip to the operations</a>\
         <header><h1>{title}</h1><p>{}</p><p><a href=/openapi.json>OpenAPI 3.1 document</a> · \
         <a href=#problems>Problems</a> · <a href=#schemas>Schemas</a></p></header>",
        prose(text(&document["info"]["description"])),
    );
    page += "<nav aria-label=Operations>";
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(page, "<h2>{}</h2><ul>", escape(name));
        for operation in operations.iter().filter(|it| it.tag == name) {
            let _ = write!(
                page,
                "<li><a href=\"#{}\">{} <span>{}</span></a>",
                operation.id,
                operation.badge(),
                breakable(operation.path),
            );
        }
        page += "</ul>";
    }
    page += "</nav><main id=main>";
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let description = prose(text(&tag["description"]));
        let _ = write!(page, "<section><h2>{}</h2><p>{description}</p>", escape(name));
        for operation in operations.iter().filter(|it| it.tag == name) {
            operation.write(document, &mut page);
        }
        page += "</section>";
    }
    write_problems(document, &mut page);
    write_schemas(document, &mut page);
    page + "</main></body></html>"
}

/// One operation of the document.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    id: String,
    tag: &'a str,
    value: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, value)| (path, method, value))
    });
    let mut operations: Vec<_> = all
        .map(|(path, method, value)| Operation {
            method,
            path,
            id: escape(text(&value["operationId"])),
            tag: list(&value["tags"]).first().map(text).unwrap_or_default(),
            value,
        })
        .collect();
    // What was removed comes last.
    operations.sort_by_key(|it| it.value["deprecated"] == true);
    operations
}

impl Operation<'_> {
    fn badge(&self) -> String {
        format!("<b class=\"m {0}\">{1}</b>", self.method, self.method.to_uppercase())
    }

    fn write(&self, document: &Value, page: &mut String) {
        let gone = if self.value["deprecated"] == true { " <i>removed</i>" } else { "" };
        let _ = write!(
            page,
            "<details><summary>{} <code>{}</code>{gone}<span>{}</span></summary>\
             <div class=body id=\"{}\">",
            self.badge(),
            breakable(self.path),
            prose(text(&self.value["summary"])),
            self.id,
        );
        if let Some(description) = self.value["description"].as_str() {
            let _ = write!(page, "<p>{}</p>", prose(description));
        }
        self.write_callers(page);
        self.write_request(page);
        self.write_responses(document, page);
        *page += "</div></details>";
    }

    fn write_callers(&self, page: &mut String) {
        let callers = escape(text(&self.value["x-callers"]));
        let _ = write!(page, "<p class=callers>Callers: <b>{callers}</b>");
        let alternatives = list(&self.value["security"]).iter().filter_map(Value::as_object);
        let names: Vec<_> = alternatives
            .map(|it| it.keys().map(|name| escape(name)).collect::<Vec<_>>().join(" and "))
            .collect();
        if !names.is_empty() {
            let _ = write!(page, ", with <code>{}</code>", names.join("</code> or <code>"));
        }
        *page += "</p>";
    }

    fn write_request(&self, page: &mut String) {
        let mut rows = String::new();
        for parameter in list(&self.value["parameters"]) {
            let mark = if parameter["required"] == true { " <b>required</b>" } else { "" };
            let description = prose(text(&parameter["description"]));
            let _ = write!(
                rows,
                "<tr><th scope=row><code>{}</code> <small>{}</small>{mark}</th><td>{}{}{}</td></tr>",
                escape(text(&parameter["name"])),
                escape(text(&parameter["in"])),
                in_words(&parameter["schema"]),
                if description.is_empty() { "" } else { "<br>" },
                description,
            );
        }
        let body = self.value["requestBody"]["content"].as_object();
        for (media_type, content) in body.into_iter().flatten() {
            let _ = write!(
                rows,
                "<tr><th scope=row>body <small>{}</small></th><td>{}</td></tr>",
                escape(media_type),
                in_words(&content["schema"]),
            );
        }
        if !rows.is_empty() {
            let _ = write!(page, "<h3>Request</h3><table>{rows}</table>");
        }
    }

    fn write_responses(&self, document: &Value, page: &mut String) {
        *page += "<h3>Responses</h3><table>";
        let responses = self.value["responses"].as_object().into_iter().flatten();
        for (status, response) in responses {
            let class = if status.starts_with(['4', '5']) { "error" } else { "success" };
            let _ = write!(page, "<tr class={class}><th scope=row>{}</th><td>", escape(status));
            let problem = &response["content"]["application/problem+json"]["schema"];
            if problem.is_object() {
                *page += &codes(document, problem);
            } else {
                *page += &success(response);
            }
            *page += "</td></tr>";
        }
        *page += "</table>";
    }
}

fn success(response: &Value) -> String {
    let mut words = prose(text(&response["description"]));
    for (media_type, content) in response["content"].as_object().into_iter().flatten() {
        let (body, media_type) = (in_words(&content["schema"]), escape(media_type));
        let _ = write!(words, "<br>{body} <small>{media_type}</small>");
    }
    words
}

/// Returns links to the problems that a schema refers to.
fn codes(document: &Value, schema: &Value) -> String {
    let only = std::slice::from_ref(schema);
    let parts = schema["oneOf"].as_array().map_or(only, Vec::as_slice);
    let names = parts.iter().filter_map(|part| part["$ref"].as_str()?.rsplit('/').next());
    let codes = names.map(|name| {
        let schema = &document["components"]["schemas"][name];
        let code = escape(code_of(schema).unwrap_or(name));
        format!("<a href=\"#problem-{code}\">{code}</a>")
    });
    codes.collect::<Vec<_>>().join(", ")
}

/// Returns the code of the schema of a problem type.
fn code_of(schema: &Value) -> Option<&str> {
    schema["allOf"][1]["properties"]["code"]["enum"][0].as_str()
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"].as_object().into_iter().flatten()
}

fn write_problems(document: &Value, page: &mut String) {
    *page += "<section><h2 id=problems>Problems</h2><p>Every error response is a problem. Clients \
              decide by its <code>code</code>.</p>";
    for (code, schema) in schemas(document).filter_map(|(_, it)| Some((code_of(it)?, it))) {
        let statuses: Vec<_> = list(&schema["allOf"][1]["properties"]["status"]["enum"])
            .iter()
            .map(ToString::to_string)
            .collect();
        let example = statuses.first().map_or(&Value::Null, |status| {
            &document["components"]["examples"][format!("{code}_{status}")]["value"]
        });
        let example = pretty(example);
        let code = escape(code);
        let _ = write!(
            page,
            "<details><summary><b class=\"m status\">{}</b> <code>{}</code><span>{}</span></summary>\
             <div class=body id=\"problem-{code}\"><p>{}</p><pre tabindex=0>{}</pre></div></details>",
            statuses.join(", "),
            breakable(&code),
            escape(text(&schema["title"])),
            prose(text(&schema["description"])),
            escape(&example),
        );
    }
    *page += "</section>";
}

/// Returns an example with its members in the order in which they are sent.
fn pretty(example: &Value) -> String {
    const FIRST: [&str; 7] =
        ["type", "title", "status", "detail", "instance", "code", "request_id"];
    let place = |name: &str| FIRST.iter().position(|it| *it == name).unwrap_or(FIRST.len());
    let mut members: Vec<_> = example.as_object().into_iter().flatten().collect();
    members.sort_by_key(|(name, _)| place(name));
    let lines = members.iter().map(|(name, value)| {
        let value = serde_json::to_string_pretty(value).unwrap_or_default().replace('\n', "\n  ");
        format!("  \"{name}\": {value}")
    });
    format!("{{\n{}\n}}", lines.collect::<Vec<_>>().join(",\n"))
}

fn write_schemas(document: &Value, page: &mut String) {
    *page += "<section><h2 id=schemas>Schemas</h2>";
    for (name, schema) in schemas(document).filter(|(_, it)| code_of(it).is_none()) {
        let name = escape(name);
        let rows = members(schema);
        let _ = write!(
            page,
            "<details><summary><code>{}</code></summary><div class=body id=\"schema-{name}\"><p>{}</p>",
            breakable(&name),
            prose(text(&schema["description"])),
        );
        let _ = if rows.is_empty() {
            write!(page, "<p>{}</p>", in_words(schema))
        } else {
            write!(page, "<table>{rows}</table>")
        };
        *page += "</div></details>";
    }
    *page += "</section>";
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Escapes a text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Escapes a text, and marks what is between backticks as code.
pub(super) fn prose(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (at, part) in escape(text).split('`').enumerate() {
        match at % 2 {
            0 => html += part,
            _ => _ = write!(html, "<code>{part}</code>"),
        }
    }
    html
}

/// Escapes a path or a name, which may be broken before `/` and after `_`.
fn breakable(path: &str) -> String {
    escape(path).replace('/', "<wbr>/").replace('_', "_<wbr>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(prose("<b> & `a<b>`"), "&lt;b&gt; &amp; <code>a&lt;b&gt;</code>");
        assert_eq!(escape("\"x\""), "&quot;x&quot;");
        assert_eq!(breakable("/a/b_c"), "<wbr>/a<wbr>/b_<wbr>c");
    }

    #[test]
    fn example_is_shown_in_the_order_of_the_contract() {
        let example = serde_json::json!({"a": [1], "code": "x", "type": "/x"});
        let shown = "{\n  \"type\": \"/x\",\n  \"code\": \"x\",\n  \"a\": [\n    1\n  ]\n}";
        assert_eq!(pretty(&example), shown);
    }
}
