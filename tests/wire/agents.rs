//! Tests of the Markdown that programs read: front matter, what happened, what to do. No text of a
//! request or of a service can leave its place in it.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::problem::{ErrorStatus, Place, Problem, ProblemType, Violation};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::Request;
use http_body_util::BodyExt;
use proptest::prelude::*;
use support::{Answer, get, send, with};
use tower::ServiceExt;

async fn markdown(error: ApiError) -> Answer {
    let app = Router::new().route("/", on_get(async move || error)).layer(ApiErrorLayer::new());
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let fields = [("accept", "text/markdown"), ("traceparent", trace)];
    send(app, with(http::Method::GET, "/", &fields, "")).await
}

#[tokio::test]
async fn retryable_problem_asks_to_wait() {
    markdown(ApiError::rate_limited(Duration::from_secs(30))).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: text/markdown; charset=utf-8
        retry-after: 30
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        ---
        type: "/problems/rate_limited"
        title: "Rate limited"
        status: "429"
        code: "rate_limited"
        category: "rate_limit"
        retryable: "true"
        retry_after: "30"
        request_id: "<id>"
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736"
        instance: "urn:uuid:<id>"
        ---

        # 429 Rate limited

        ## What happened

        > Too many requests

        ## What to do

        - Wait at least 30 seconds, then send the same request again.
        - If it fails again, double the wait each time, add a random part to it, and stop after five attempts.
    "#]]);
}

#[tokio::test]
async fn invalid_request_is_to_be_corrected() {
    let violation = |pointer: &'static str, code, detail| {
        Violation::new(Place::Body(pointer.into()), code, detail)
    };
    let violations = [
        violation("#/items/0/qty", "range", "must be between 1 and 10"),
        violation("#/name", "required", "is required"),
    ];
    markdown(ApiError::validation_failed(violations)).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: text/markdown; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        ---
        type: "/problems/validation_failed"
        title: "Validation failed"
        status: "400"
        code: "validation_failed"
        category: "client"
        retryable: "false"
        request_id: "<id>"
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736"
        instance: "urn:uuid:<id>"
        ---

        # 400 Validation failed

        ## What happened

        > 2 fields are not valid.

        - `body #/items/0/qty`: must be between 1 and 10 (`range`)
        - `body #/name`: is required (`required`)

        ## What to do

        - Do not send the same request again. Correct every violation in `errors`, then send the changed request.
    "#]]);
}

#[tokio::test]
async fn failure_of_the_service_is_to_be_given_to_its_operators() {
    markdown(ApiError::internal_error()).await.is(&expect![[r#"
        500 Internal Server Error
        cache-control: no-store
        content-type: text/markdown; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        ---
        type: "/problems/internal_error"
        title: "Internal server error"
        status: "500"
        code: "internal_error"
        category: "server"
        retryable: "false"
        request_id: "<id>"
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736"
        instance: "urn:uuid:<id>"
        ---

        # 500 Internal server error

        ## What happened

        > Internal server error

        ## What to do

        - Do not send the same request again at once. Send it again later, if at all: nothing in the request caused the failure.
        - If the request changes something, find out whether that was done before you send it again: the failure does not say.
        - If it keeps failing, stop, and give `request_id` to the operators of the service.
    "#]]);
}

#[tokio::test]
async fn members_are_listed_after_what_happened() {
    let error = ApiError::not_found("There is no order 42.")
        .with_member("order_id", 42)
        .with_member("empty", "")
        .with_member("carriers", ["dhl", "ups"]);
    markdown(error).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: text/markdown; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        ---
        type: "/problems/not_found"
        title: "Not found"
        status: "404"
        code: "not_found"
        category: "client"
        retryable: "false"
        request_id: "<id>"
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736"
        instance: "urn:uuid:<id>"
        ---

        # 404 Not found

        ## What happened

        > There is no order 42.

        - order_id: `42`
        - empty: ""
        - carriers: `dhl, ups`

        ## What to do

        - Do not send the same request again. Check the identifiers in the path: the resource does not exist, or these credentials must not see it.
    "#]]);
}

/// Texts that try to leave their place.
const HOSTILE: [&str; 42] = [
    "\n---\ntype: \"forged\"\n---\n",
    "---",
    "...",
    "x\n\n# Heading",
    "x\r\r# Heading",
    "\u{85}# Heading",
    "\u{2028}# Heading\u{2029}## What to do",
    "\u{b}# Heading\u{c}# Heading",
    "\u{feff}---",
    "\n\nOutside of the quote",
    "> > deeper",
    "</blockquote><h1>",
    "<script>alert(1)</script>",
    "<!-- ",
    "<https://evil.example>",
    "&lt;b&gt; &#60;b&#62;",
    "[link](javascript:alert(1))",
    "![image](https://evil.example/x.png)",
    "[reference]: https://evil.example",
    "[^1]",
    "https://evil.example/?q=1",
    "HTTP://evil.example",
    "www.evil.example",
    "xWWW.evil.example",
    "//evil.example xmpp:a@evil.example/x",
    "a@evil.example",
    "`code` ``more``",
    "```\nfence",
    "~~~\nfence",
    "*bold* _italic_ ~~gone~~",
    "    indented",
    "\t\tindented",
    "\u{0}    indented",
    "1. one",
    "10) ten",
    "- item",
    "+ item",
    "===",
    "| a | b |\n|---|---|",
    "\\",
    "\\[link\\](x) \\\\[link](x)",
    "\" \\\" \\n {{x}} $x ${x}",
];

fn hostile(text: &str) -> ApiError {
    let place = |text: &str| Place::Query(text.to_owned().into());
    let violations = [
        Violation::new(place(text), "pattern", text.to_owned()),
        Violation::new(place(""), text.to_owned(), text.to_owned()),
    ];
    let mut problem =
        Problem::new(&ORDER_PAID).with_violations(violations).with_detail(text.to_owned());
    problem.insert_member("member", text).unwrap();
    problem.insert_member("members", vec![text, text]).unwrap();
    problem.insert_member("object", serde_json::json!({ text: [text] })).unwrap();
    ApiError::from_problem(problem)
}

static ORDER_PAID: ProblemType =
    ProblemType::new("order_paid", ErrorStatus::CONFLICT, "# *Paid* <b>\"\\");

#[test]
fn hostile_texts_stay_in_their_places() {
    for text in HOSTILE {
        check(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_stays_in_its_place(text: String, parts in proptest::collection::vec(0..HOSTILE.len(), 0..4)) {
        let parts: String = parts.into_iter().map(|at| HOSTILE[at]).collect();
        check(&format!("{text}{parts}"));
        check(&format!("{parts}{text}"));
    }

    /// Few characters, so that they meet often.
    #[test]
    fn any_markup_stays_in_its_place(text in "[`*_<>\\[\\]()#!|~\\\\&@:/.w \n\r\u{85}\u{2028}a1=+-]{0,24}") {
        check(&text);
    }
}

/// Checks the structure of the whole document, line by line.
fn check(text: &str) {
    let document = rendered(hostile(text));
    let is_other_end = |letter: char| {
        letter != '\n' && (letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'))
    };
    assert!(!document.contains(is_other_end), "{text:?}: {document}");
    let lines: Vec<_> = document.lines().collect();
    let end = lines.iter().skip(1).position(|line| *line == "---").unwrap() + 1;
    assert_eq!(lines[0], "---");
    let keys: Vec<_> = lines[1..end].iter().map(|line| key(line)).collect();
    let expected =
        ["type", "title", "status", "code", "category", "retryable", "request_id", "instance"];
    assert_eq!(keys, expected, "{text:?}: {document}");
    let body = &lines[end + 1..];
    let count = |start: &str| body.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("#"), count("##"), count(">")), (3, 2, 1), "{text:?}: {document}");
    assert_eq!(
        body[..4].iter().map(|line| line.get(..6)).collect::<Vec<_>>(),
        [None, Some("# 409 "), None, Some("## Wha"),]
    );
    let quote = body.iter().position(|line| line.starts_with('>')).unwrap();
    assert_eq!((body[quote - 1], body[quote + 1]), ("", ""), "{text:?}: {document}");
    for line in body {
        let rest = ["- ", "> ", "# ", "## "].iter().find_map(|start| line.strip_prefix(start));
        assert!(line.is_empty() || rest.is_some(), "{text:?}: {line}");
        inline(rest.unwrap_or_default(), text);
    }
}

/// Returns the key of a line of the front matter, whose value is JSON and nothing follows.
fn key(line: &str) -> &str {
    let (key, value) = line.split_once(": ").unwrap();
    assert!(serde_json::from_str::<String>(value).is_ok(), "{line}");
    // A program that does not know front matter reads it as a paragraph.
    assert!(!value.contains(['<', '>', '&', '[', ']', '`', '*', '~']), "{line}");
    key
}

/// Checks that a line has no markup but whole spans of code.
fn inline(line: &str, text: &str) {
    assert!(!line.starts_with([' ', '-', '+', '=']), "{text:?}: {line}");
    let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    assert!(!digits.starts_with(['.', ')']) || digits.len() == line.len(), "{text:?}: {line}");
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        rest = match letter {
            '\\' => {
                assert!(
                    after.starts_with(|next: char| next.is_ascii_punctuation()),
                    "{text:?}: {line}"
                );
                &after[1..]
            }
            '`' => {
                let (span, after) = after.split_once('`').expect("a span of code ends");
                assert!(!span.is_empty() && !after.starts_with('`'), "{text:?}: {line}");
                after
            }
            '&' => {
                assert!(after.starts_with("lt;") || after.starts_with("amp;"), "{text:?}: {line}");
                after
            }
            _ => {
                assert!(!"<>[]*~|#!@".contains(letter), "{text:?}: {line}");
                let start = rest.get(..4).unwrap_or_default().to_ascii_lowercase();
                assert!(!rest.starts_with("//") && start != "www.", "{text:?}: {line}");
                after
            }
        };
    }
}

fn rendered(error: ApiError) -> String {
    let app: Router =
        Router::new().route("/", on_get(async move || error)).layer(ApiErrorLayer::new());
    let request = Request::get("/").header("accept", "text/markdown").body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let body = app.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
        String::from_utf8(body.to_bytes().to_vec()).unwrap()
    })
}

#[tokio::test]
async fn request_id_of_a_client_stays_a_scalar() {
    let app: Router = Router::new().layer(ApiErrorLayer::new());
    let mut request = get("/");
    request.headers_mut().insert("accept", "text/markdown".parse().unwrap());
    request.headers_mut().insert("x-request-id", "null".parse().unwrap());
    let answer = send(app, request).await;
    assert!(answer.body.contains("\nrequest_id: \"null\"\n"), "{}", answer.body);
}
