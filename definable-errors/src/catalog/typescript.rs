//! The client in TypeScript: a union of all problems, and functions that recognize them.

use std::fmt::Write;

use super::entry::CatalogEntry;
use super::text::paragraphs;
use crate::problem::JsonType;

/// Writes the module of a client.
pub(super) fn module(entries: &[CatalogEntry]) -> String {
    let mut out = String::from(START);
    for entry in entries {
        interface(&mut out, entry);
    }
    out.push_str("/** Every problem that the service documents. It is narrowed by `code`. */\n");
    out.push_str("export type Problem =");
    for entry in entries {
        let _ = write!(out, "\n    | {}", name(entry.code()));
    }
    out.push_str(";\n\nexport type ProblemCode = Problem[\"code\"];\n\n");
    table(&mut out, entries);
    out.push_str(END);
    out
}

const START: &str = "\
// The problems of the service (RFC 9457). Generated from its problem types: do not edit.

/** One rule that the request broke. */
export interface Violation {
    /** The part of the request. */
    in: \"body\" | \"form\" | \"query\" | \"path\" | \"header\" | \"cookie\";
    /** A JSON pointer in URI fragment form, for a body or a form (RFC 6901). */
    pointer?: string;
    /** The name of the parameter, the header field or the cookie. */
    name?: string;
    code: string;
    detail: string;
    params?: Record<string, unknown>;
}

/** The members that every problem can have. */
export interface ProblemMembers {
    type: string;
    title: string;
    detail: string;
    instance?: string;
    request_id?: string;
    trace_id?: string;
    /** Seconds to wait before the next attempt. */
    retry_after?: number;
    /** Whether a later attempt can succeed. */
    retryable?: boolean;
    errors?: Violation[];
    /** Whether there were more violations than `errors` contains. */
    truncated?: boolean;
}

";

const END: &str = "\
/** Whether a body is a documented problem: its code is known, and its status is one of the code's. */
export function isProblem(body: unknown): body is Problem {
    if (typeof body !== \"object\" || body === null) {
        return false;
    }
    const members = body as Record<string, unknown>;
    const code = members[\"code\"];
    if (typeof code !== \"string\" || !Object.hasOwn(KNOWN, code)) {
        return false;
    }
    const known = KNOWN[code as ProblemCode];
    return (
        known.statuses.some((status) => status === members[\"status\"]) &&
        [\"type\", \"title\", \"detail\"].every((name) => typeof members[name] === \"string\") &&
        known.members.every((name) => Object.hasOwn(members, name))
    );
}

/**
 * Reads the problem of a failed response. Returns `undefined` for a success, and for a failure that is
 * no documented problem: decide by its status. The body of `response` can still be read afterwards.
 */
export async function readProblem(response: Response): Promise<Problem | undefined> {
    const contentType = response.headers.get(\"content-type\") ?? \"\";
    if (response.ok || !/^application\\/(problem\\+)?json\\b/i.test(contentType)) {
        return undefined;
    }
    try {
        const body: unknown = await response.clone().json();
        return isProblem(body) ? body : undefined;
    } catch {
        return undefined;
    }
}
";

/// Writes the type of one problem.
fn interface(out: &mut String, entry: &CatalogEntry) {
    comment(out, entry);
    let statuses: Vec<_> = entry.statuses().iter().map(ToString::to_string).collect();
    let _ = writeln!(out, "export interface {} extends ProblemMembers {{", name(entry.code()));
    let _ = writeln!(out, "    code: \"{}\";", entry.code());
    let _ = writeln!(out, "    status: {};", statuses.join(" | "));
    for member in entry.members() {
        let mark = if member.is_required() { "" } else { "?" };
        let _ = writeln!(out, "    {}{mark}: {};", member.name(), of_type(&member.json_type()));
    }
    out.push_str("}\n\n");
}

/// Writes the documentation as a comment that no text in it can end.
fn comment(out: &mut String, entry: &CatalogEntry) {
    let documentation = entry.documentation();
    let text = paragraphs(&documentation).next().unwrap_or_default();
    let words: Vec<_> = text.split_whitespace().collect();
    let _ = writeln!(out, "/** {} */", words.join(" ").replace("*/", "*\\/"));
}

/// Writes what the functions know of each code.
fn table(out: &mut String, entries: &[CatalogEntry]) {
    out.push_str("interface Known {\n    statuses: readonly number[];\n    members: readonly string[];\n}\n\n");
    out.push_str("const KNOWN: Record<ProblemCode, Known> = {\n");
    for entry in entries {
        let statuses: Vec<_> = entry.statuses().iter().map(ToString::to_string).collect();
        let members = entry.members().iter().filter(|member| member.is_required());
        let members: Vec<_> = members.map(|member| format!("\"{}\"", member.name())).collect();
        let (statuses, members) = (statuses.join(", "), members.join(", "));
        let _ = writeln!(
            out,
            "    {}: {{ statuses: [{statuses}], members: [{members}] }},",
            entry.code()
        );
    }
    out.push_str("};\n\n");
}

/// Returns the name of the type: `kb_not_found` is `KbNotFoundProblem`. A digit after an underscore
/// keeps it, so that no two codes have the same name.
fn name(code: &str) -> String {
    let words = code.split('_').enumerate().map(|(at, word)| {
        let (first, rest) = word.split_at(1);
        let separator =
            if at > 0 && first.starts_with(|it: char| it.is_ascii_digit()) { "_" } else { "" };
        format!("{separator}{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<String>() + "Problem"
}

fn of_type(json_type: &JsonType) -> String {
    match *json_type {
        JsonType::Any => "unknown".to_owned(),
        JsonType::Boolean => "boolean".to_owned(),
        JsonType::Integer { .. } | JsonType::Number => "number".to_owned(),
        JsonType::Text | JsonType::Format(_) => "string".to_owned(),
        JsonType::OneOf([]) => "never".to_owned(),
        JsonType::OneOf(words) => {
            let words = words.iter().map(|word| serde_json::Value::from(*word).to_string());
            words.collect::<Vec<_>>().join(" | ")
        }
        JsonType::Nullable(inner) => format!("{} | null", of_type(inner)),
        JsonType::Array(item) => format!("({})[]", of_type(item)),
        JsonType::Tuple(items) => {
            let items: Vec<_> = items.iter().map(of_type).collect();
            format!("[{}]", items.join(", "))
        }
        JsonType::Map(inner) => format!("Record<string, {}>", of_type(inner)),
        JsonType::Object => "Record<string, unknown>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::problem::{ErrorStatus, MemberType, ProblemType};

    #[test]
    fn names_of_different_codes_differ() {
        assert_eq!(name("kb_not_found"), "KbNotFoundProblem");
        assert_eq!(name("http_418"), "Http_418Problem");
        assert_ne!(name("a_1"), name("a1"));
        assert_ne!(name("a_b"), name("ab"));
    }

    #[test]
    fn types_are_those_of_typescript() {
        assert_eq!(of_type(&<Option<u64>>::TYPE), "number | null");
        assert_eq!(of_type(&<Vec<Option<u64>>>::TYPE), "(number | null)[]");
        assert_eq!(of_type(&JsonType::OneOf(&["a\"b", "c"])), "\"a\\\"b\" | \"c\"");
        assert_eq!(of_type(&<(bool, String)>::TYPE), "[boolean, string]");
        assert_eq!(of_type(&JsonType::Map(&JsonType::Any)), "Record<string, unknown>");
    }

    #[test]
    fn documentation_cannot_end_its_comment() {
        static ODD: ProblemType = ProblemType::new("odd", ErrorStatus::CONFLICT, "Odd")
            .with_documentation("One */ alert(1) /*\ntwo.\n\nThree.");
        let module = Catalog::new().with_type(&ODD).typescript();
        assert!(module.contains("/** One *\\/ alert(1) /* two. */\nexport interface OddProblem"));
    }
}
