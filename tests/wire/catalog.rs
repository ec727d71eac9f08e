//! Tests of the pages of the catalog: their representations, their headers, and that every `type`
//! leads to one.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get as on_get;
use definable_errors::catalog::Catalog;
use definable_errors::extract::Json;
use definable_errors::guard::{RoutePolicy, RouteTable};
use definable_errors::problem::{
    ErrorStatus, JsonType, MemberSchema, MemberType, ProblemType, ProblemTypes,
};
use definable_errors::stack::Stack;
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use serde_json::Value;
use support::{Answer, get, send};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist, or belongs to another `organization`.
    ///
    /// Ask `<script>` for the *secret* table.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },

    /// Not for clients.
    #[error("too late")]
    #[api(status = 409, docs = "The order <b>left</b> the house.", header("X-Carrier" = carrier))]
    #[api(uri = "https://example.com/shared#shipped")]
    Shipped {
        carrier: &'static str,
        #[api(member(type = "date?"))]
        shipped_on: Option<String>,
    },

    /// The table `orders` is broken.
    #[error("storage failed")]
    #[api(status = 500)]
    Storage,

    /// The warehouse is closed.
    #[error("closed")]
    #[api(status = 503, code = "warehouse_closed", retry_after = 60)]
    Closed,
}

static HOSTILE: ProblemType =
    ProblemType::new("hostile", ErrorStatus::CONFLICT, "<img src=x> & \"co\"")
        .with_documentation("One `<i>` & *two*\n\n# Three\n\n<!-- four")
        .with_members(&[MemberSchema::new("word", JsonType::OneOf(&["<b>", "`|"]))]);

fn catalog() -> Catalog {
    Catalog::new().with::<OrderError>().with_type(&HOSTILE)
}

fn app() -> Router {
    Router::new().merge(catalog().into_router()).layer(ApiErrorLayer::new())
}

async fn read(path: &str, accept: &str) -> Answer {
    let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
    send(app(), request).await
}

#[tokio::test]
async fn page_in_markdown_has_all_sections() {
    read("/problems/warehouse_closed", "text/markdown").await.is(&expect![[r#"
        200 OK
        cache-control: public, max-age=300
        content-type: text/markdown; charset=utf-8
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        # Service unavailable

        - Code: `warehouse_closed`
        - Status: 503
        - Type: `/problems/warehouse_closed`

        The warehouse is closed.

        ## What to do

        Wait at least 60 seconds, then send the same request again. If it fails again, double the wait each time, add a random part to it, and stop after five attempts. If the request changes something, find out whether that was done before you send it again: the failure does not say. If it keeps failing, stop, and give `request_id` to the operators of the service.

        ## Retry

        Yes, after the time in `Retry-After`, usually 60 seconds.

        ## Headers

        - `Retry-After`: The seconds to wait before the next attempt.

        ## Example

            HTTP/1.1 503 Service Unavailable
            Content-Type: application/problem+json
            Cache-Control: no-store
            X-Request-Id: <id>
            Retry-After: 60

            {
              "type": "/problems/warehouse_closed",
              "title": "Service unavailable",
              "status": 503,
              "detail": "Service unavailable",
              "instance": "urn:uuid:<id>",
              "code": "warehouse_closed",
              "request_id": "<id>",
              "retry_after": 60,
              "retryable": true
            }
    "#]]);
}

#[tokio::test]
async fn page_in_json_has_schemas() {
    read("/problems/order_shipped", "application/json").await.is(&expect![[r#"
        200 OK
        cache-control: public, max-age=300
        content-type: application/json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        code: "order_shipped"
        type: "https://example.com/shared#shipped"
        title: "Order shipped"
        statuses: [
            409
          ]
        documentation: "The order <b>left</b> the house."
        what_to_do: "Read the current state of the resource, decide anew, and send a request that fits it."
        when_to_retry: "No, the same request will fail again. Change it first."
        retryable: false
        members: [
            {
              "name": "shipped_on",
              "required": true,
              "schema": {
                "anyOf": [
                  {
                    "type": "string",
                    "format": "date"
                  },
                  {
                    "type": "null"
                  }
                ]
              }
            }
          ]
        headers: {
            "X-Carrier": "A header of this problem type."
          }
        example: "HTTP/1.1 409 Conflict\nContent-Type: application/problem+json\nCache-Control: no-store\nX-Request-Id: <id>\nX-Carrier: …\n\n{\n  \"type\": \"https://example.com/shared#shipped\",\n  \"title\": \"Order shipped\",\n  \"status\": 409,\n  \"detail\": \"too late\",\n  \"instance\": \"urn:uuid:<id>\",\n  \"code\": \"order_shipped\",\n  \"request_id\": \"<id>\",\n  \"shipped_on\": \"2026-01-31\"\n}"
    "#]]);
}

#[tokio::test]
async fn page_in_html_has_a_strict_policy() {
    let answer = read("/problems/order_not_found", "text/html").await;
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("vary"), Some("accept"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let main = answer.body.split("<body>").nth(1).unwrap();
    expect![[r#"

        <nav aria-label="Catalog"><a href="/problems"><span aria-hidden="true">← </span>All problem types</a></nav>
        <main>
        <p class="statuses"><span class="status s4">404 Not Found</span></p>
        <h1>Order not found</h1>
        <p class="lead">The order does not exist, or belongs to another <code>organization</code>.</p>
        <dl class="facts"><dt>code</dt><dd><code>order_not_found</code></dd><dt>type</dt><dd><code>/problems/order_not_found</code></dd></dl>
        <section>
        <h2>What to do</h2>
        <p>Check the identifiers in the path: the resource does not exist, or these credentials must not see it.</p>
        </section>
        <section>
        <h2>Try again?</h2>
        <p>No, the same request will fail again. Change it first.</p>
        </section>
        <section>
        <h2>Members</h2>
        <dl><dt><code>order_id</code></dt><dd>integer, at least 0</dd></dl>
        </section>
        <section>
        <h2>Example response</h2>
        <pre>HTTP/1.1 404 Not Found
        Content-Type: application/problem+json
        Cache-Control: no-store
        X-Request-Id: 0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11

        {
          &quot;type&quot;: &quot;/problems/order_not_found&quot;,
          &quot;title&quot;: &quot;Order not found&quot;,
          &quot;status&quot;: 404,
          &quot;detail&quot;: &quot;Order not found&quot;,
          &quot;instance&quot;: &quot;urn:uuid:0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11&quot;,
          &quot;code&quot;: &quot;order_not_found&quot;,
          &quot;request_id&quot;: &quot;0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11&quot;,
          &quot;order_id&quot;: 42
        }</pre>
        </section>
        </main>
        </body>
        </html>
    "#]].assert_eq(main);
}

#[tokio::test]
async fn list_names_every_type_and_no_internal_one() {
    let answer = read("/problems", "text/markdown").await;
    expect![[r##"
        # Problem types

        - 400 [`bad_request`](/problems/bad_request): Bad request
        - 400 [`malformed_body`](/problems/malformed_body): Malformed body
        - 400 [`validation_failed`](/problems/validation_failed): Validation failed
        - 401 [`unauthorized`](/problems/unauthorized): Unauthorized
        - 403 [`forbidden`](/problems/forbidden): Forbidden
        - 404 [`not_found`](/problems/not_found): Not found
        - 404 [`order_not_found`](/problems/order_not_found): Order not found
        - 404 [`route_not_found`](/problems/route_not_found): Route not found
        - 405 [`method_not_allowed`](/problems/method_not_allowed): Method not allowed
        - 408 [`request_timeout`](/problems/request_timeout): Request timeout
        - 409 [`conflict`](/problems/conflict): Conflict
        - 409 [`hostile`](/problems/hostile): &lt;img src=x\> &amp; "co"
        - 409 [`order_shipped`](/problems/order_shipped): Order shipped
        - 410 [`gone`](/problems/gone): Gone
        - 412 [`precondition_failed`](/problems/precondition_failed): Precondition failed
        - 413 [`payload_too_large`](/problems/payload_too_large): Payload too large
        - 415 [`unsupported_media_type`](/problems/unsupported_media_type): Unsupported media type
        - 422 [`unprocessable`](/problems/unprocessable): Unprocessable
        - 428 [`precondition_required`](/problems/precondition_required): Precondition required
        - 429 [`rate_limited`](/problems/rate_limited): Rate limited
        - 500 [`internal_error`](/problems/internal_error): Internal server error
        - 501 [`not_implemented`](/problems/not_implemented): Not implemented
        - 502 [`upstream_failed`](/problems/upstream_failed): Upstream failed
        - 503 [`service_unavailable`](/problems/service_unavailable): Service unavailable
        - 503 [`warehouse_closed`](/problems/warehouse_closed): Service unavailable
        - 504 [`upstream_timeout`](/problems/upstream_timeout): Upstream timeout
    "##]]
    .assert_eq(&answer.body);
    for path in ["/problems", "/problems/"] {
        assert_eq!(read(path, "text/markdown").await.body, answer.body);
    }
}

#[tokio::test]
async fn accept_chooses_the_representation() {
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/problem+json", "application/json"),
        ("application/xml", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/markdown", "text/markdown; charset=utf-8"),
    ] {
        for path in ["/problems", "/problems/not_found"] {
            let answer = read(path, accept).await;
            assert_eq!(answer.header("content-type"), Some(expected), "{path} {accept}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        }
    }
}

#[tokio::test]
async fn unknown_code_is_an_ordinary_404() {
    let answer = read("/problems/order_%3Cb%3E", "application/json").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "not_found"));
    assert!(!answer.body.contains("order_"), "{}", answer.body);
}

#[tokio::test]
async fn hidden_texts_are_in_no_page() {
    for accept in ["text/html", "text/markdown", "application/json"] {
        for path in [
            "/problems",
            "/problems/order_not_found",
            "/problems/internal_error",
            "/problems/order_shipped",
        ] {
            let body = read(path, accept).await.body;
            for hidden in ["secret", "order_storage", "Not for clients", "table `orders`"] {
                assert!(!body.contains(hidden), "{path} {accept}: {hidden}");
            }
        }
    }
    let storage = read("/problems/order_storage", "*/*").await;
    assert_eq!(storage.status.as_u16(), 404);
}

#[tokio::test]
async fn markup_in_texts_is_escaped_everywhere() {
    let html = read("/problems/hostile", "text/html").await.body;
    for markup in ["<img", "<i>", "<!-- ", "<b>"] {
        assert!(!html.contains(markup), "{markup}");
    }
    assert!(html.contains("&lt;img src=x&gt; &amp; &quot;co&quot;"), "{html}");
    let markdown = read("/problems/hostile", "text/markdown").await.body;
    assert!(markdown.starts_with("# &lt;img src=x\\> &amp; \"co\"\n"), "{markdown}");
    assert!(
        markdown.contains("\nOne `<i>` &amp; \\*two\\*\n\n\\# Three\n\n&lt;\\!-- four\n"),
        "{markdown}"
    );
    let shipped = read("/problems/order_shipped", "text/html").await.body;
    assert!(shipped.contains("The order &lt;b&gt;left&lt;/b&gt; the house."), "{shipped}");
}

#[tokio::test]
async fn routes_are_shown_only_on_request() {
    let table: RouteTable = [RoutePolicy::raw("a <b>secret</b> door")
        .with_problem_types(OrderError::TYPES)
        .below("/admin")]
    .into_iter()
    .collect();
    let catalog = Catalog::new().with_table(&table);
    let of = async |catalog: Catalog, accept: &str| {
        let request = Request::get("/problems/order_not_found").header("accept", accept);
        send(catalog.into_router(), request.body(Body::empty()).unwrap()).await.body
    };
    for accept in ["text/html", "text/markdown", "application/json"] {
        let hidden = of(catalog.clone(), accept).await;
        assert!(!hidden.contains("secret") && !hidden.contains("/admin"), "{hidden}");
        let shown = of(catalog.clone().with_routes(), accept).await;
        assert!(shown.contains("secret") && shown.contains("/admin"), "{shown}");
        assert!(accept == "application/json" || !shown.contains("<b>"), "{shown}");
    }
    assert!(!catalog.clone().lock().contains("/admin") && !catalog.typescript().contains("/admin"));
}

/// The example on a page is what a client receives, but for the ids.
#[tokio::test]
async fn example_is_what_the_service_sends() {
    let fails = on_get(|| async { ApiError::new(OrderError::TYPES.by_code("warehouse_closed")) });
    let app = app().merge(Router::new().route("/fails", fails).layer(ApiErrorLayer::new()));
    let sent = send(app, get("/fails")).await;
    let page = read("/problems/warehouse_closed", "application/json").await;
    let page: Value = serde_json::from_str(&page.body).unwrap();
    let example = page["example"].as_str().unwrap();
    let (head, body) = example.split_once("\n\n").unwrap();
    let names = |text: &str| {
        let members: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        members
            .into_iter()
            .filter(|(name, _)| !["instance", "request_id"].contains(&name.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(body), names(&sent.body));
    let sent_order: Vec<_> = order(&sent.body);
    assert_eq!(order(body), sent_order);
    for line in head.lines().skip(1).filter(|line| !line.starts_with("X-Request-Id")) {
        let (name, value) = line.split_once(": ").unwrap();
        assert_eq!(sent.header(&name.to_lowercase()), Some(value), "{line}");
    }
}

/// Returns the names of the members in their order.
fn order(body: &str) -> Vec<String> {
    let words = body.split('"').collect::<Vec<_>>();
    let names = words.windows(2).filter(|pair| pair[1].starts_with(':'));
    names.map(|pair| pair[0].to_owned()).collect()
}

#[tokio::test]
async fn pages_follow_the_problem_base() {
    let errors = ApiErrorLayer::new().problem_base("https://api.example.com/v1/errors/");
    let app = Router::new().merge(catalog().with_layer(&errors).into_router()).layer(errors);
    let answer = send(app.clone(), get("/nothing")).await;
    assert_eq!(answer.json()["type"], "https://api.example.com/v1/errors/route_not_found");
    let request = Request::get("/v1/errors/route_not_found").header("accept", "text/html");
    let page = send(app, request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.body.contains("<a href=\"/v1/errors\">"), "{}", page.body);
}

#[tokio::test]
async fn layers_and_extractors_fill_the_catalog() {
    let catalog = Catalog::new().with::<Stack>().with::<Json<u8>>().with::<Option<OrderError>>();
    for code in ["overloaded", "deadline_exceeded", "malformed_body", "order_not_found"] {
        assert!(catalog.iter().any(|entry| entry.code() == code), "{code}");
    }
    assert_eq!(u64::TYPE, catalog.get("order_not_found").unwrap().members()[0].json_type());
}

#[test]
fn duplicate_code_is_refused_with_the_places_of_both_variants() {
    #[derive(Debug, thiserror::Error, ApiError)]
    enum OtherError {
        #[error("gone")]
        #[api(status = 410, code = "order_not_found")]
        Gone,
    }
    let refused = std::panic::catch_unwind(|| catalog().with::<OtherError>()).unwrap_err();
    let message = refused.downcast::<String>().unwrap();
    let differences = "`order_not_found`, and differ in status, documentation, members";
    assert!(message.contains(differences), "{message}");
    let lines: Vec<_> = include_str!("catalog.rs").lines().collect();
    for (name, fact) in [("enum OrderError {", "404"), ("    enum OtherError {", "410")] {
        let before = lines.iter().position(|line| *line == name).unwrap();
        // The derive is one of the lines above.
        let is_derive = |at: &usize| lines[at - 1].contains("derive(");
        let derive = (1..=before).rev().find(is_derive).unwrap();
        let place = format!("catalog.rs:{derive}:");
        assert!(
            message.lines().any(|line| line.contains(&place) && line.contains(fact)),
            "{message}"
        );
    }
    let _ = (OtherError::Gone, OrderError::Storage, OrderError::Closed);
    let _ = OrderError::Shipped { carrier: "dhl", shipped_on: None };
    let _ = OrderError::NotFound { id: 1 };
}
