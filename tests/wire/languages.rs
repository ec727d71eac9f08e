//! Tests of translated errors: in every representation, and with every header that follows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::response::sse::Event;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Batch, Json, Rules, Valid, Violations};
use definable_errors::oauth::OAuthErrorRenderer;
use definable_errors::problem::{LanguageTag, ProblemTypes, VALIDATION_FAILED};
use definable_errors::render::{DetailEnvelope, Failure, Rendering, Representation};
use definable_errors::report::ErrorEvent;
use definable_errors::stack::Stack;
use definable_errors::stream::{Ndjson, Sse};
use definable_errors::translate::{
    AcceptLanguage, Message, MessageKind, Translate, missing_translations,
};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, Method, Response};
use serde::Deserialize;
use serde_json::json;
use support::{Answer, call, get, posting, send, with};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("order {id} was paid at {at}")]
    #[api(status = 409)]
    AlreadyPaid {
        #[api(member = "order_id")]
        id: u64,
        at: &'static str,
    },
    #[error("the warehouse is closed")]
    #[api(status = 503, code = "warehouse_closed", title = "Warehouse closed", detail = "Closed for {wait:?}.", retry_after = wait)]
    Closed { wait: Duration },
    #[error("no order has {0} of {max} items", max = LIMIT)]
    #[api(status = 422)]
    TooMany(#[api(member = "items")] u32),
    #[error("storage failed: {0}")]
    #[api(status = 500)]
    Storage(#[from] std::io::Error),
}

const LIMIT: u32 = 10;

static LANGUAGES: [LanguageTag; 3] = [
    LanguageTag::from_static("en"),
    LanguageTag::from_static("de-AT"),
    LanguageTag::from_static("ar"),
];

/// Writes what a text was made of in place of a translation.
struct Echo;

impl Translate for Echo {
    fn languages(&self) -> &[LanguageTag] {
        &LANGUAGES
    }

    fn translate(&self, language: &LanguageTag, message: &Message<'_>) -> Option<String> {
        let kind = match message.kind() {
            MessageKind::Title => "title",
            MessageKind::Detail => "detail",
            MessageKind::Violation => "violation",
            _ if message.text() == "The parcel has already left." => "text",
            _ => return None,
        };
        let params: Vec<_> =
            message.params().map(|(name, value)| format!(" {name}={value}")).collect();
        let form = message.form().map(|form| format!("/{form}")).unwrap_or_default();
        let text = format!("{language} {kind} {}{form}{}", message.code(), params.concat());
        (language.as_str() != "en").then_some(text)
    }
}

#[derive(Deserialize)]
struct NewOrder {
    qty: u8,
    name: String,
}

impl Rules for NewOrder {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..=10);
        violations.field("name", &self.name).length(1..=3).detail("must be a short name");
        if self.name == "x" {
            violations.report("name").code("taken").param("by", 7).detail("is taken");
        }
    }
}

fn routes() -> Router {
    let failed = || Err::<(), _>(std::io::Error::other("hunter2"));
    Router::new()
        .route("/order", on_get(async || Err::<(), _>(OrderError::NotFound { id: 7 })))
        .route(
            "/paid",
            on_get(async || Err::<(), _>(OrderError::AlreadyPaid { id: 7, at: "noon" })),
        )
        .route("/many", on_get(async || Err::<(), _>(OrderError::TooMany(12))))
        .route(
            "/closed",
            on_get(async || Err::<(), _>(OrderError::Closed { wait: Duration::from_secs(90) })),
        )
        .route("/storage", on_get(async move || failed().map_err(OrderError::from)))
        .route("/internal", on_get(async move || failed().or_internal()))
        .route("/parcel", on_get(async || ApiError::conflict("The parcel has already left.")))
        .route("/text", on_get(async || ApiError::conflict("Order 7 is on its way.")))
        .route(
            "/changed",
            on_get(async || {
                ApiError::from(OrderError::NotFound { id: 7 })
                    .with_detail("Order 7 was never made.")
            }),
        )
        .route("/axum", post(async |_: axum::Json<NewOrder>| {}))
        .route("/json", post(async |_: Json<NewOrder>| {}))
        .route("/valid", post(async |_: Valid<Json<NewOrder>>| {}))
        .route(
            "/batch",
            post(async |batch: Batch<NewOrder>| {
                batch.each(async |_| Err::<(), _>(OrderError::NotFound { id: 7 })).await
            }),
        )
        .route(
            "/events",
            on_get(async || {
                Sse::new(stream::iter([Err::<Event, _>(OrderError::NotFound { id: 7 })]))
            }),
        )
        .route(
            "/lines",
            on_get(async || {
                Ndjson::new(stream::iter([Err::<u8, _>(OrderError::NotFound { id: 7 })]))
            }),
        )
}

fn app() -> Router {
    routes().layer(ApiErrorLayer::new().translate(Echo))
}

async fn in_german(path: &str, accept: &str) -> Answer {
    let fields = [("accept-language", "de-AT"), ("accept", accept)];
    send(app(), with(Method::GET, path, &fields, "")).await
}

async fn texts(path: &str) -> (String, String) {
    let body = in_german(path, "*/*").await.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("title"), text("detail"))
}

#[tokio::test]
async fn texts_are_in_the_language_of_the_client() {
    in_german("/order", "*/*").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-language: de-AT
        content-type: application/problem+json
        vary: accept
        vary: accept-language
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_not_found"
        title: "de-AT title order_not_found"
        status: 404
        detail: "de-AT detail order_not_found order_id=7"
        instance: "urn:uuid:<id>"
        code: "order_not_found"
        request_id: "<id>"
        order_id: 7
    "#]]);
}

#[tokio::test]
async fn page_names_its_language() {
    in_german("/order", "text/html").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-language: de-AT
        content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'
        content-type: text/html; charset=utf-8
        vary: accept
        vary: accept-language
        x-content-type-options: nosniff
        x-request-id: <id>

        <!doctype html>
        <html lang="de-AT">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>404 de-AT title order_not_found</title>
        <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:40rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 .5rem}small{opacity:.6;font-weight:400}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;font-size:.875rem}dt{opacity:.6}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}pre{margin:0;white-space:pre-wrap}ul{margin:0;padding-left:1rem}</style>
        </head>
        <body>
        <main dir="auto">
        <h1><small>404</small> de-AT title order_not_found</h1>
        <p>de-AT detail order_not_found order_id=7</p>
        <dl>
        <dt>type</dt><dd>/problems/order_not_found</dd>
        <dt>instance</dt><dd>urn:uuid:<id></dd>
        <dt>code</dt><dd>order_not_found</dd>
        <dt>request_id</dt><dd><id></dd>
        <dt>order_id</dt><dd>7</dd>
        </dl>
        </main>
        </body>
        </html>
    "#]]);
}

#[tokio::test]
async fn agents_get_translated_texts_and_the_same_advice() {
    in_german("/order", "text/markdown").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-language: de-AT
        content-type: text/markdown; charset=utf-8
        vary: accept
        vary: accept-language
        x-content-type-options: nosniff
        x-request-id: <id>

        ---
        type: "/problems/order_not_found"
        title: "de-AT title order_not_found"
        status: "404"
        code: "order_not_found"
        category: "client"
        retryable: "false"
        request_id: "<id>"
        instance: "urn:uuid:<id>"
        ---

        # 404 de-AT title order\_not\_found

        ## What happened

        > de-AT detail order\_not\_found order\_id=7

        - order_id: `7`

        ## What to do

        - Do not send the same request again. Check the identifiers in the path: the resource does not exist, or these credentials must not see it.
    "#]]);
}

#[tokio::test]
async fn plain_text_and_xml_are_translated() {
    for accept in ["text/plain", "application/xml"] {
        let answer = in_german("/order", accept).await;
        for text in ["de-AT title order_not_found", "de-AT detail order_not_found order_id=7"] {
            assert!(answer.body.contains(text), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn client_of_another_language_gets_the_texts_of_the_service() {
    let request = with(Method::GET, "/order", &[("accept-language", "fr")], "");
    send(app(), request).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-language: en
        content-type: application/problem+json
        vary: accept
        vary: accept-language
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_not_found"
        title: "Order not found"
        status: 404
        detail: "order 7 does not exist"
        instance: "urn:uuid:<id>"
        code: "order_not_found"
        request_id: "<id>"
        order_id: 7
    "#]]);
    let answer = send(app(), get("/order")).await;
    assert_eq!(answer.header("content-language"), Some("en"));
    assert_eq!(answer.json()["title"], "Order not found");
}

#[tokio::test]
async fn accept_language_is_one_list_with_weights() {
    let asked = async |fields: &[&'static str]| {
        let mut request = get("/order");
        for field in fields {
            request.headers_mut().append("accept-language", HeaderValue::from_static(field));
        }
        send(app(), request).await.header("content-language").unwrap().to_owned()
    };
    assert_eq!(asked(&["fr;q=1.0, en;q=0.2", "ar;q=0.3"]).await, "ar");
    assert_eq!(asked(&["de"]).await, "de-AT");
    assert_eq!(asked(&["de-CH, de;q=0.9"]).await, "de-AT");
    assert_eq!(asked(&["ar;q=0, *"]).await, "en");
    assert_eq!(asked(&["a,b,c,d,e,f,g,h,i,j", "ar"]).await, "en");
    assert_eq!(asked(&["\u{7f}", "ar"][1..]).await, "ar");
}

#[tokio::test]
async fn detail_with_a_private_field_keeps_its_text() {
    let (title, detail) = texts("/paid").await;
    assert_eq!(title, "de-AT title order_already_paid");
    assert_eq!(detail, "order 7 was paid at noon");
    assert_eq!(texts("/many").await.1, "no order has 12 of 10 items");
}

#[tokio::test]
async fn wait_is_a_param() {
    let (title, detail) = texts("/closed").await;
    assert_eq!(title, "de-AT title warehouse_closed");
    assert_eq!(detail, "de-AT detail warehouse_closed retry_after=90");
}

#[tokio::test]
async fn text_of_the_service_stays_unless_it_is_known() {
    assert_eq!(texts("/text").await.1, "Order 7 is on its way.");
    assert_eq!(texts("/parcel").await.1, "de-AT text conflict");
    let (title, detail) = texts("/changed").await;
    assert_eq!(title, "de-AT title order_not_found");
    assert_eq!(detail, "Order 7 was never made.");
}

#[tokio::test]
async fn failure_is_translated_without_its_private_half() {
    for path in ["/storage", "/internal"] {
        let (title, detail) = texts(path).await;
        assert_eq!(title, "de-AT title internal_error");
        // The detail is the title of the type.
        assert_eq!(detail, "de-AT detail internal_error");
    }
}

#[tokio::test]
async fn rejections_of_the_framework_are_translated() {
    let (title, detail) = texts("/unknown").await;
    assert_eq!(
        (&*title, &*detail),
        ("de-AT title route_not_found", "de-AT detail route_not_found")
    );
    let mut request = posting("/axum", "application/json", r#"{"qty":1}"#);
    request.headers_mut().insert("accept-language", HeaderValue::from_static("de"));
    let body = send(app(), request).await.json();
    assert_eq!(body["detail"], "de-AT detail validation_failed/fields count=1");
    assert_eq!(body["errors"][0]["detail"], "de-AT violation required");
}

#[tokio::test]
async fn violations_are_translated_with_their_params() {
    let post = async |path: &str, body: &'static str| {
        let mut request = posting(path, "application/json", body);
        request.headers_mut().insert("accept-language", HeaderValue::from_static("de"));
        send(app(), request).await
    };
    post("/valid", r#"{"qty":0,"name":"x"}"#).await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-language: de-AT
        content-type: application/problem+json
        vary: accept
        vary: accept-language
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "de-AT title validation_failed"
        status: 400
        detail: "de-AT detail validation_failed/fields count=2"
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/qty","code":"range","detail":"de-AT violation range/between min=1 max=10","params":{"min":1,"max":10}},{"in":"body","pointer":"#/name","code":"taken","detail":"de-AT violation taken by=7","params":{"by":7}}]
    "##]]);
    // The service wrote this text itself, so the code does not determine it.
    let answer = post("/valid", r#"{"qty":1,"name":"long"}"#).await.json();
    assert_eq!(answer["errors"][0]["detail"], "must be a short name");
    let detail = async |body| post("/json", body).await.json()["detail"].clone();
    assert_eq!(detail("").await, "de-AT detail malformed_body/empty");
    assert_eq!(
        detail("{\"qty\":1\n,}").await,
        r#"de-AT detail malformed_body/json line=2 column=2 reason="expected a name in quotes""#
    );
    assert_eq!(detail("{}").await, "de-AT detail validation_failed/fields count=2");
}

#[tokio::test]
async fn problems_of_a_batch_are_translated() {
    let mut request = posting("/batch", "application/json", r#"[{"qty":1,"name":"a"},7]"#);
    request.headers_mut().insert("accept-language", HeaderValue::from_static("de"));
    send(app(), request).await.is(&expect![[r##"
        207 Multi-Status
        content-type: application/json
        vary: accept-language
        x-request-id: <id>

        results: [{"status":404,"problem":{"type":"/problems/order_not_found","title":"de-AT title order_not_found","status":404,"detail":"de-AT detail order_not_found order_id=7","code":"order_not_found","order_id":7}},{"status":400,"problem":{"type":"/problems/validation_failed","title":"de-AT title validation_failed","status":400,"detail":"de-AT detail validation_failed/fields count=1","code":"validation_failed","errors":[{"in":"body","pointer":"#/1","code":"type","detail":"de-AT violation type expected=\"object\"","params":{"expected":"object"}}]}}]
    "##]]);
}

#[tokio::test]
async fn problems_of_streams_are_translated() {
    for path in ["/events", "/lines"] {
        let answer = in_german(path, "*/*").await;
        assert_eq!((answer.status.as_u16(), answer.header("vary")), (200, None));
        let text = r#""title":"de-AT title order_not_found","status":404,"detail":"de-AT detail order_not_found order_id=7""#;
        assert!(answer.body.contains(text), "{}", answer.body);
    }
}

#[tokio::test]
async fn renderer_of_the_service_gets_the_translated_problem() {
    let own = |failure: &Failure| {
        let (problem, error) = (failure.problem(), failure.error().problem());
        let texts = format!("{:?} {} {}", problem.language(), problem.title(), error.title());
        Rendering::Ready(Representation::new("text/x-own", texts))
    };
    let app = |layer: ApiErrorLayer| routes().layer(layer.translate(Echo));
    let request = || with(Method::GET, "/order", &[("accept-language", "de")], "");
    let answer = send(app(ApiErrorLayer::new().render(own)), request()).await;
    assert_eq!(answer.body, r#"Some("de-AT") de-AT title order_not_found Order not found"#);
    assert_eq!(answer.header("content-language"), Some("de-AT"));
    assert_eq!(answer.header("vary"), Some("accept-language"));
    let answer = send(app(ApiErrorLayer::new().render(DetailEnvelope::new())), request()).await;
    assert_eq!(answer.body, r#"{"detail":"de-AT detail order_not_found order_id=7"}"#);
}

/// Its description is in ASCII (RFC 6749 §5.2).
#[tokio::test]
async fn token_endpoint_is_not_translated() {
    let layer = ApiErrorLayer::new().render(OAuthErrorRenderer::new()).translate(Echo);
    let request = with(Method::GET, "/order", &[("accept-language", "de")], "");
    let answer = send(routes().layer(layer), request).await;
    assert_eq!(answer.header("content-language"), None);
    let expected =
        json!({"error": "invalid_request", "error_description": "order 7 does not exist"});
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn operators_and_middleware_see_the_texts_of_the_service() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (reported, found) = (seen.clone(), seen.clone());
    let layer = ApiErrorLayer::new()
        .translate(Echo)
        .map(|problem, _| {
            let detail = format!("{}!", problem.detail());
            problem.with_detail(detail)
        })
        .report(move |event: &ErrorEvent<'_>| {
            reported.lock().unwrap().push(event.error().problem().title().to_owned());
        });
    let look = move |response: Response<axum::body::Body>| {
        let error = response.extensions().get::<ApiError>().unwrap();
        found.lock().unwrap().push(error.problem().title().to_owned());
        async { response }
    };
    let app = routes().layer(layer).layer(axum::middleware::map_response(look));
    let request = with(Method::GET, "/order", &[("accept-language", "de")], "");
    let body = send(app, request).await.json();
    // What `map` wrote is a text of the service.
    assert_eq!(body["detail"], "order 7 does not exist!");
    assert_eq!(*seen.lock().unwrap(), ["Order not found", "Order not found"]);
}

#[tokio::test]
async fn stack_translates_whatever_the_order_of_its_settings() {
    let stacks = [
        Stack::new().translate(Echo).errors(ApiErrorLayer::new()),
        Stack::new().errors(ApiErrorLayer::new()).translate(Echo),
        Stack::new().errors(ApiErrorLayer::new().translate(Echo)),
    ];
    for stack in stacks {
        let request = with(Method::GET, "/order", &[("accept-language", "de")], "");
        let answer = call(routes().layer(stack), request).await;
        assert_eq!(answer.header("content-language"), Some("de-AT"));
    }
}

#[tokio::test]
async fn head_names_the_language_as_get_does() {
    let request = |method| with(method, "/order", &[("accept-language", "de")], "");
    let (head, get) =
        (send(app(), request(Method::HEAD)).await, send(app(), request(Method::GET)).await);
    let named = |answer: &Answer| {
        let value = |name: &str| answer.headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        ["content-language", "vary", "content-length"].map(value)
    };
    assert_eq!(named(&head), named(&get));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn success_is_not_changed() {
    let app =
        Router::new().route("/", on_get(async || "ok")).layer(ApiErrorLayer::new().translate(Echo));
    let answer = send(app, with(Method::GET, "/", &[("accept-language", "de")], "")).await;
    assert_eq!((answer.header("vary"), answer.header("content-language")), (None, None));
}

#[tokio::test]
async fn language_of_a_replaced_body_goes() {
    let routes = Router::new().route(
        "/",
        on_get(async || {
            let mut headers = HeaderMap::new();
            headers.insert("content-language", HeaderValue::from_static("fr"));
            (http::StatusCode::NOT_FOUND, headers, "Pas ici.")
        }),
    );
    let app = routes.clone().layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.header("content-language"), None);
    let app = routes.layer(ApiErrorLayer::new().translate(Echo));
    assert_eq!(send(app, get("/")).await.header("content-language"), Some("en"));
}

/// A translator that returns the same text for everything.
struct Constant(&'static str);

impl Translate for Constant {
    fn languages(&self) -> &[LanguageTag] {
        &LANGUAGES
    }

    fn choose(&self, _: &AcceptLanguage) -> Option<LanguageTag> {
        Some(LanguageTag::from_static("tlh-Latn"))
    }

    fn translate(&self, _: &LanguageTag, _: &Message<'_>) -> Option<String> {
        Some(self.0.to_owned())
    }
}

async fn constant(text: &'static str, accept: &str) -> Answer {
    let app = routes().layer(ApiErrorLayer::new().translate(Constant(text)));
    let mut request = posting("/valid", "application/json", r#"{"qty":0,"name":"x"}"#);
    request.headers_mut().insert("accept", accept.parse().unwrap());
    call(app, request).await
}

#[tokio::test]
async fn hostile_translations_are_escaped_in_every_representation() {
    const HOSTILE: &str = "</h1><script>\r\n---\r\n\r\n# x \"[a](b)\" \u{1b}[31m & \\";
    let json = constant(HOSTILE, "*/*").await;
    json.check();
    assert_eq!(json.header("content-language"), Some("tlh-Latn"));
    assert_eq!(json.json()["title"], "</h1><script>  ---    # x \"[a](b)\"  [31m & \\");
    assert_eq!(json.json()["errors"][0]["detail"], HOSTILE);
    let html = constant(HOSTILE, "text/html").await.body;
    assert!(html.contains("<html lang=\"tlh-Latn\">") && !html.contains("<script>"), "{html}");
    let xml = constant(HOSTILE, "application/xml").await.body;
    assert!(!xml.contains("<script>") && !xml.contains('\u{1b}'), "{xml}");
    let text = constant(HOSTILE, "text/plain").await.body;
    assert!(!text.contains('\u{1b}') && text.starts_with("400 </h1>"), "{text}");
    let markdown = constant(HOSTILE, "text/markdown").await.body;
    let headings: Vec<_> = markdown.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!((headings.len(), headings[1]), (3, "## What happened"), "{markdown}");
    assert_eq!(markdown.lines().filter(|line| *line == "---").count(), 2, "{markdown}");
    assert!(!markdown.contains("<script>"), "{markdown}");
}

#[tokio::test]
async fn translations_are_cut() {
    static LONG: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| "ü".repeat(10_000));
    let body = constant(&LONG, "*/*").await.json();
    let length = |text: &serde_json::Value| text.as_str().unwrap().len();
    assert_eq!(length(&body["title"]), 256 + "…".len());
    assert_eq!(length(&body["detail"]), 4096 + "…".len());
    assert_eq!(length(&body["errors"][0]["detail"]), 1024 + "…".len());
    // Blank texts are no translations, so the texts are those of the service.
    let blank = constant(" \n", "*/*").await;
    assert_eq!(blank.json()["title"], "Validation failed");
    assert_eq!(blank.header("content-language"), Some("en"));
}

struct Panics;

impl Translate for Panics {
    fn languages(&self) -> &[LanguageTag] {
        &[]
    }

    fn choose(&self, _: &AcceptLanguage) -> Option<LanguageTag> {
        Some(LANGUAGES[1].clone())
    }

    fn translate(&self, _: &LanguageTag, message: &Message<'_>) -> Option<String> {
        panic!("no text for {}", message.code());
    }
}

#[tokio::test]
async fn translator_that_panics_changes_nothing() {
    let app = routes().layer(ApiErrorLayer::new().translate(Panics));
    let answer = send(app, get("/order")).await;
    assert_eq!(answer.json()["detail"], "order 7 does not exist");
    assert_eq!(answer.header("content-language"), None);
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "accept-language"));
}

#[test]
fn missing_translations_are_listed_with_the_reason() {
    let lines = |types| {
        let missing = missing_translations(types, &Echo, &LANGUAGES[1]);
        missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        detail of `order_already_paid`: keeps its text, because it contains `at`; mark the field with `#[api(member)]`, or leave it out of the detail
        detail of `order_too_many`: keeps its text, because it contains `0`, `max`; mark the field with `#[api(member)]`, or leave it out of the detail"#]].assert_eq(&lines(&OrderError::TYPES));
    assert_eq!(lines(&<Valid<Json<NewOrder>>>::TYPES), "");
    // English is the language of the texts, and this translator has none of it.
    let missing = missing_translations(&<Json<NewOrder>>::TYPES, &Echo, &LANGUAGES[0]);
    let validation: Vec<_> = missing
        .iter()
        .filter(|it| it.code() == VALIDATION_FAILED.code())
        .map(|it| (it.kind(), it.form()))
        .collect();
    assert_eq!(
        validation,
        [
            (MessageKind::Title, None),
            (MessageKind::Detail, None),
            (MessageKind::Detail, Some("fields")),
            (MessageKind::Detail, Some("fields_at_least")),
        ]
    );
    let of_length = missing.iter().filter(|it| it.code() == "length");
    assert_eq!(of_length.count(), 14);
}
