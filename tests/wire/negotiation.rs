//! Tests of the five representations of a problem.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::problem::{Place, Violation};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use support::{Answer, get, send};
use tower::ServiceExt;

fn app() -> Router {
    let violation = || {
        Violation::new(Place::Body("#/items/0/qty".into()), "range", "must be between 1 and 10")
            .with_param("min", 1)
            .with_param("max", 10)
    };
    Router::new()
        .route(
            "/order",
            on_get(|| async {
                ApiError::not_found("order <42> & \"co\" *does* not exist")
                    .with_member("order_id", 42)
            }),
        )
        .route("/invalid", on_get(async move || ApiError::validation_failed([violation()])))
        .route(
            "/odd",
            on_get(|| async {
                let place = Place::Query("<b>`a`</b>\n- forged".into());
                let odd = Violation::new(place, "pattern", "must be <i>*plain*</i>");
                let limits = ["burst", "daily"];
                ApiError::validation_failed([odd]).with_member("limits", limits)
            }),
        )
        .layer(ApiErrorLayer::new())
}

async fn accepting(path: &str, accept: &str) -> Answer {
    let mut request = get(path);
    request.headers_mut().insert("accept", accept.parse().unwrap());
    send(app(), request).await
}

#[tokio::test]
async fn json_is_the_default() {
    accepting("/order", "*/*").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/not_found"
        title: "Not found"
        status: 404
        detail: "order <42> & \"co\" *does* not exist"
        instance: "urn:uuid:<id>"
        code: "not_found"
        request_id: "<id>"
        order_id: 42
    "#]]);
}

#[tokio::test]
async fn browser_gets_a_page() {
    accepting("/order", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .await
        .is(&expect![[r#"
            404 Not Found
            cache-control: no-store
            content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'
            content-type: text/html; charset=utf-8
            vary: accept
            x-content-type-options: nosniff
            x-request-id: <id>

            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>404 Not found</title>
            <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:40rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}small{opacity:.6;font-weight:400}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;font-size:.875rem}dt{opacity:.6}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}pre{margin:0;white-space:pre-wrap}ul{margin:0;padding-left:1rem}</style>
            </head>
            <body>
            <main>
            <h1><small>404</small> Not found</h1>
            <p>order &lt;42&gt; &amp; &quot;co&quot; *does* not exist</p>
            <dl>
            <dt>type</dt><dd>/problems/not_found</dd>
            <dt>instance</dt><dd>urn:uuid:<id></dd>
            <dt>code</dt><dd>not_found</dd>
            <dt>request_id</dt><dd><id></dd>
            <dt>order_id</dt><dd>42</dd>
            </dl>
            </main>
            </body>
            </html>
        "#]]);
}

#[tokio::test]
async fn accept_of_plain_text_gets_plain_text() {
    accepting("/order", "text/plain").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: text/plain; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        404 Not found
        order <42> & "co" *does* not exist

        type: /problems/not_found
        instance: urn:uuid:<id>
        code: not_found
        request_id: <id>
        order_id: 42
    "#]]);
}

#[tokio::test]
async fn accept_of_markdown_gets_markdown() {
    accepting("/order", "text/markdown").await.is(&expect![[r#"
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
        instance: "urn:uuid:<id>"
        ---

        # 404 Not found

        ## What happened

        > order &lt;42\> &amp; "co" \*does\* not exist

        - order_id: `42`

        ## What to do

        - Do not send the same request again. Check the identifiers in the path: the resource does not exist, or these credentials must not see it.
    "#]]);
}

#[tokio::test]
async fn accept_of_xml_gets_xml() {
    accepting("/order", "application/problem+xml").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+xml
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        <?xml version="1.0" encoding="UTF-8"?>
        <problem xmlns="urn:ietf:rfc:7807"><type>/problems/not_found</type><title>Not found</title><status>404</status><detail>order &lt;42&gt; &amp; &quot;co&quot; *does* not exist</detail><instance>urn:uuid:<id></instance><code>not_found</code><request_id><id></request_id><order_id>42</order_id></problem>
    "#]]);
}

#[tokio::test]
async fn json_contains_violations() {
    accepting("/invalid", "application/json").await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/items/0/qty","code":"range","detail":"must be between 1 and 10","params":{"min":1,"max":10}}]
    "##]]);
}

#[tokio::test]
async fn xml_contains_violations() {
    accepting("/invalid", "text/xml").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+xml
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        <?xml version="1.0" encoding="UTF-8"?>
        <problem xmlns="urn:ietf:rfc:7807"><type>/problems/validation_failed</type><title>Validation failed</title><status>400</status><detail>1 field is not valid.</detail><instance>urn:uuid:<id></instance><code>validation_failed</code><request_id><id></request_id><errors><i><code>range</code><detail>must be between 1 and 10</detail><in>body</in><params><max>10</max><min>1</min></params><pointer>#/items/0/qty</pointer></i></errors></problem>
    "#]]);
}

#[tokio::test]
async fn page_contains_violations() {
    accepting("/invalid", "text/html").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'
        content-type: text/html; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>400 Validation failed</title>
        <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:40rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}small{opacity:.6;font-weight:400}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;font-size:.875rem}dt{opacity:.6}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}pre{margin:0;white-space:pre-wrap}ul{margin:0;padding-left:1rem}</style>
        </head>
        <body>
        <main>
        <h1><small>400</small> Validation failed</h1>
        <p>1 field is not valid.</p>
        <dl>
        <dt>type</dt><dd>/problems/validation_failed</dd>
        <dt>instance</dt><dd>urn:uuid:<id></dd>
        <dt>code</dt><dd>validation_failed</dd>
        <dt>request_id</dt><dd><id></dd>
        <dt>errors</dt><dd><ul><li>body #/items/0/qty: must be between 1 and 10 (range)</li></ul></dd>
        </dl>
        </main>
        </body>
        </html>
    "#]]);
}

#[tokio::test]
async fn violations_in_plain_text_are_a_list() {
    let answer = accepting("/invalid", "text/plain").await;
    let list = "\nerrors:\n- body #/items/0/qty: must be between 1 and 10 (range)\n";
    assert!(answer.body.contains(list), "{}", answer.body);
}

#[tokio::test]
async fn violations_in_markdown_are_a_list() {
    let answer = accepting("/invalid", "text/markdown").await;
    let list = "\n\n- `body #/items/0/qty`: must be between 1 and 10 (`range`)\n\n";
    assert!(answer.body.contains(list), "{}", answer.body);
}

#[tokio::test]
async fn submitted_names_are_no_markup_in_a_list_of_violations() {
    let html = accepting("/odd", "text/html").await.body;
    let item = "<li>query &lt;b&gt;`a`&lt;/b&gt;\n- forged: must be &lt;i&gt;*plain*&lt;/i&gt; (pattern)</li>";
    assert!(html.contains(item), "{html}");
    assert!(html.contains("<dt>limits</dt><dd>burst, daily</dd>"), "{html}");
    let text = accepting("/odd", "text/plain").await.body;
    let item = "\n- query <b>`a`</b> - forged: must be <i>*plain*</i> (pattern)\n";
    assert!(text.contains(item), "{text}");
    let markdown = accepting("/odd", "text/markdown").await.body;
    let item =
        r"- query &lt;b\>\`a\`&lt;/b\> - forged: must be &lt;i\>\*plain\*&lt;/i\> (`pattern`)";
    assert!(markdown.contains(item), "{markdown}");
}

/// Returns the time of the fastest of several requests with `count` `Accept` fields.
async fn time_with_fields(count: usize) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let mut request = get("/order");
        for _ in 0..count {
            request.headers_mut().append("accept", "image/png;q=0.5".parse().unwrap());
        }
        let started = Instant::now();
        let response = app().oneshot(request).await.unwrap();
        best = best.min(started.elapsed());
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    best
}

#[tokio::test]
async fn many_accept_fields_are_processed_quickly() {
    // Joining them one by one would copy eight gigabytes.
    let time = time_with_fields(30_000).await;
    assert!(time < Duration::from_millis(500), "{time:?}");
}

#[tokio::test]
async fn several_accept_fields_are_one_list() {
    let mut request = get("/order");
    request.headers_mut().append("accept", "text/html;q=0.1".parse().unwrap());
    request.headers_mut().append("accept", "text/plain".parse().unwrap());
    let answer = send(app(), request).await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn unsupported_accept_gets_json() {
    for accept in ["image/png", "*/*;q=0", "nonsense", "text/html;q=nonsense", ";"] {
        let answer = accepting("/order", accept).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{accept}");
    }
}
