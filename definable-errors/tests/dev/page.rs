//! Tests of the page for developers: what is on it, and what is not.

use std::error::Error;
use std::fmt;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Request};
use axum::routing::{get, post};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt, dev};
use serde_json::json;
use support::Answer;
use tracing_subscriber::prelude::*;

use super::{accepting, answer, local, runtime, send};

/// A text that would run a script in any place of a page that does not escape it.
const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>--><!--</pre></title>\
                       </style></textarea>&lt;svg onload=alert(1)&gt;{{7*7}}\u{202e}\u{1b}[31m";

const MEDIA_TYPES: [&str; 5] =
    ["text/html", "text/markdown", "text/plain", "application/json", "application/problem+xml"];

/// Stands in no line of source code, which the page may show.
const CANARY: &str = concat!("can", "ary");

/// A chain of hostile texts.
#[derive(Debug)]
struct Hostile(u8, Option<Box<Hostile>>);

impl Hostile {
    fn chain(links: u8) -> Self {
        (1..links).fold(Self(0, None), |inner, at| Self(at, Some(Box::new(inner))))
    }
}

impl fmt::Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {HOSTILE}", self.0)
    }
}

impl Error for Hostile {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|link| link as _)
    }
}

async fn hostile(_: Bytes) -> Result<(), ApiError> {
    let error = Err::<(), _>(Hostile::chain(40))
        .or_internal()
        .map_err(|error| ApiError::conflict(HOSTILE).with_source(error).with_note(HOSTILE));
    tracing::warn!(text = HOSTILE, "{HOSTILE}");
    tracing::info_span!("hostile", text = HOSTILE).in_scope(|| tracing::info!(?HOSTILE));
    error.map_err(|error| error.with_member("member", HOSTILE).with_hint(HOSTILE))
}

/// Fails after two statements and one span.
async fn traced() -> Result<(), ApiError> {
    let statement = "\n\nSELECT id FROM orders WHERE id = $1\n";
    tracing::debug!(
        target: "sqlx::query",
        summary = "SELECT id FROM …",
        db.statement = statement,
        rows_returned = 0,
        elapsed_secs = 0.00125,
    );
    let span = tracing::info_span!("charge", order = 7, password = "canary-10");
    span.in_scope(|| tracing::warn!("card declined for token=canary-11"));
    Err(std::io::Error::other("no such order")).or_internal()?
}

/// Fails after it has read the body.
async fn reads(_: Bytes) -> Result<(), ApiError> {
    Err(std::io::Error::other("the disk is full")).or_internal()? // the line of `reads`
}

async fn long() -> Result<(), ApiError> {
    Err("<\"long\"> ".repeat(20_000)).or_internal()?
}

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route("/hostile/{id}", post(hostile))
        .route("/reads/{id}", post(reads))
        .route("/traced", get(traced))
        .route("/long", get(long))
        .layer(layer)
}

fn request(
    method: Method,
    path: &str,
    fields: &[(&'static str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = accepting(path, "text/html").map(|_| Body::from(body.to_owned()));
    *request.method_mut() = method;
    for (name, value) in fields {
        request
            .headers_mut()
            .insert(*name, HeaderValue::from_bytes(value.as_bytes()).expect("it is legal"));
    }
    request
}

fn ask(layer: ApiErrorLayer, request: Request<Body>) -> Answer {
    runtime().block_on(answer(app(layer), request))
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Asserts that a page has only the elements of its own that could run or load something.
fn assert_inert(page: &str) {
    let lower = page.to_ascii_lowercase();
    for (part, expected) in [
        ("<script", 2),
        ("</script", 2),
        ("<style", 1),
        ("</style", 1),
        ("<title", 1),
        ("</title", 1),
        ("<link", 1),
        ("<img", 0),
        ("<svg", 0),
        ("<iframe", 0),
        ("<form", 0),
        ("<textarea", 0),
        ("<!--", 0),
        ("src=x", 0),
    ] {
        let found = match part {
            "src=x" => count(&lower, "<img src=x"),
            _ => count(&lower, part),
        };
        assert_eq!(found, expected, "{part}");
    }
    assert!(!page.contains(['\u{202e}', '\u{1b}']), "control characters are visible");
}

/// Sends a request while the timeline is recorded, as far as the environment allows it.
fn recorded(layer: impl FnOnce() -> ApiErrorLayer, request: Request<Body>) -> Answer {
    let subscriber = tracing_subscriber::registry().with(dev::timeline());
    tracing::subscriber::with_default(subscriber, || ask(layer(), request))
}

#[test]
fn nothing_is_recorded_in_production() {
    use tracing_subscriber::filter::LevelFilter;

    assert!(dev::timeline::<tracing_subscriber::Registry>().is_none());
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    let subscriber = tracing_subscriber::registry()
        .with(log.with_filter(LevelFilter::INFO))
        .with(dev::timeline());
    tracing::subscriber::with_default(subscriber, || {
        assert!(tracing::enabled!(tracing::Level::INFO));
        assert!(!tracing::enabled!(tracing::Level::DEBUG), "the timeline enables nothing more");
        assert_eq!(LevelFilter::current(), LevelFilter::INFO);
    });
    for media_type in MEDIA_TYPES {
        let layer = || ApiErrorLayer::new().development();
        let body = recorded(layer, accepting("/traced", media_type)).body;
        assert!(!body.contains("SELECT") && !body.contains("declined"), "{body}");
    }
}

#[test]
fn hints_are_dropped_in_production() {
    for media_type in MEDIA_TYPES {
        let body = send(ApiErrorLayer::new().development(), accepting("/pay", media_type)).body;
        assert!(!body.contains("sqlx migrate"), "{body}");
    }
    let error = ApiError::conflict("taken").with_hint("ask the team").with_note("row 7");
    assert_eq!(error.hints().count(), 0);
    assert!(!format!("{error:?}").contains("ask the team"), "{error:?}");
}

#[test]
fn closed_gate_sends_the_page_of_production() {
    let layer = ApiErrorLayer::new().development();
    let page = send(layer, accepting("/pay", "text/html")).body;
    assert!(page.contains("Internal server error") && !page.contains("storage failed"), "{page}");
}

mod development {
    use std::time::{Duration, Instant};

    use definable_errors::guard::{RouteGuard, RoutePolicy, RouteTable, Security};
    use definable_errors::problem::{ProblemTypes, Types};

    use super::*;
    use crate::{line_of, proxied};

    struct Public;

    impl RouteGuard for Public {
        fn policy() -> String {
            "public".to_owned()
        }

        fn security() -> Security {
            Security::NONE
        }
    }

    impl ProblemTypes for Public {
        const TYPES: Types = Types::EMPTY;
    }

    fn layer() -> ApiErrorLayer {
        ApiErrorLayer::new().development()
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn first_screen_shows_what_where_and_why() {
        let answer = send(layer(), accepting("/pay", "text/html"));
        let page = &answer.body;
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        for part in [
            ">500</span>",
            ">internal_error</code>",
            ">dev::OrderError</code>",
            ">storage failed for password=[redacted 8-16]</h1>",
            "because</span> <code class=\"soft\">std::io::Error</code> postgres://[redacted 8-16]@db/orders: \
             no such table",
            "<b>GET</b> <code>/pay</code>",
            "<code>one</code>",
            "<details open><summary><span class=\"fn\" title=\"dev::pay\">",
            "<a class=\"open\" href=\"vscode://file/",
            "<span class=\"c\">// the line of `pay`</span>",
            "class=\"row marked\"",
            "class=\"caret\"",
            "frames of tokio",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(page.contains(&format!("dev/main.rs:{}", line_of("pay"))), "{page}");
        assert!(!page.contains("canary"), "{page}");
        assert_inert(page);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn page_is_one_document_that_loads_nothing() {
        let answers = ["a", "b"].map(|_| send(layer(), accepting("/pay", "text/html")));
        let [one, other] = answers
            .each_ref()
            .map(|answer| answer.headers["content-security-policy"].to_str().unwrap().to_owned());
        assert_ne!(one, other, "each page has a nonce of its own");
        let page = &answers[0].body;
        let (_, nonce) = one.split_once("'nonce-").unwrap();
        let nonce = &nonce[..32];
        assert_eq!(count(page, &format!("nonce=\"{nonce}\"")), 2);
        assert!(one.starts_with("default-src 'none'; "), "{one}");
        assert_eq!(answers[0].headers["cache-control"], "no-store");
        assert_eq!(answers[0].headers["x-content-type-options"], "nosniff");
        for part in ["src=", "@import", "url(", "href=\"http", "fetch(", " style=\""] {
            assert!(!page.contains(part), "{part} is in {page}");
        }
        assert!(page.len() < 100_000, "{} bytes", page.len());
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn hostile_texts_are_inert_in_every_place() {
        let encoded: Vec<_> = HOSTILE.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = encoded.concat();
        let path = format!("/hostile/{encoded}?page={encoded}&{encoded}=1&sort=<script>");
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let visible = HOSTILE.replace('\u{1b}', "").replace('\u{202e}', "\u{fc}");
        let json = json!({ "name": HOSTILE, HOSTILE: 1 }).to_string();
        for (media_type, body) in [
            ("application/json", &*json),
            ("text/plain", HOSTILE),
            ("application/x-www-form-urlencoded", &*format!("name={encoded}&{encoded}")),
        ] {
            let fields = [
                ("content-type", media_type),
                ("user-agent", &*visible),
                ("referer", "http://localhost/<script>"),
                ("x-tenant", &*visible),
            ];
            let settings = || dev::Development::new().fact(HOSTILE, HOSTILE);
            let layer = || ApiErrorLayer::new().development_with(settings());
            let answer = recorded(layer, request(Method::POST, &path, &fields, body));
            assert_eq!(answer.status, 409);
            assert!(answer.body.contains("id=\"timeline\""), "{}", answer.body);
            assert_inert(&answer.body);
            assert!(answer.body.len() < 100_000, "{} bytes", answer.body.len());
            assert!(answer.body.contains("&lt;script&gt;alert(1)"), "{}", answer.body);
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn request_is_shown_without_its_secrets() {
        let fields = [
            ("content-type", "application/json"),
            ("authorization", &*format!("Bearer {CANARY}-1")),
            ("cookie", &*format!("theme={CANARY}-2")),
            ("x-api-key", &*format!("{CANARY}-3")),
        ];
        let path = format!("/reads/42?page=2&token={CANARY}-4&{CANARY}-5");
        let address = format!("postgres://u:{CANARY}@h/db");
        let secret = format!("{CANARY}-6");
        let body = json!({ "email": "a@b.c", "password": secret, "url": address }).to_string();
        for media_type in ["text/html", "text/plain", "text/markdown", "application/json"] {
            let mut request = request(Method::POST, &path, &fields, &body);
            request.headers_mut().insert("accept", HeaderValue::from_static(media_type));
            let page = ask(layer(), request).body;
            assert!(!page.contains(CANARY), "{page}");
            assert!(page.contains("the disk is full"), "{page}");
            if media_type == "application/json" {
                continue;
            }
            assert!(page.contains("/reads/42?page=2"), "{page}");
            assert!(page.contains("a@b.c"), "{page}");
            assert!(page.contains("// the line of `reads`"), "{page}");
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn timeline_shows_statements_spans_and_events_with_their_times() {
        for media_type in ["text/html", "text/plain", "text/markdown"] {
            let body = recorded(layer, accepting("/traced", media_type)).body;
            for part in [
                "sqlx::query",
                "SELECT id FROM orders WHERE id = $1",
                "1.25 ms",
                "charge order=7 password=[redacted 8-16]",
                "WARN",
                "card declined for token=[redacted 8-16]",
            ] {
                assert!(body.contains(part), "{media_type}: {part} is not in {body}");
            }
            assert!(!body.contains("canary"), "{body}");
            assert!(!body.contains("WHERE id = $1 SELECT"), "the summary is left out");
        }
        for media_type in ["application/json", "application/problem+xml"] {
            let body = recorded(layer, accepting("/traced", media_type)).body;
            assert!(body.contains("no such order") && !body.contains("declined"), "{body}");
        }
        let without = ask(layer(), accepting("/traced", "text/html")).body;
        assert!(!without.contains("id=\"timeline\""), "{without}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn timeline_is_in_the_list_of_errors() {
        let subscriber = tracing_subscriber::registry().with(dev::timeline());
        tracing::subscriber::with_default(subscriber, || {
            let app = app(layer());
            let send = |request| runtime().block_on(answer(app.clone(), request));
            send(accepting("/traced", "application/json"));
            let error = send(accepting("/__errors/one", "application/json")).json();
            let moments = error["timeline"].as_array().unwrap();
            let texts: Vec<_> = moments.iter().map(|it| it["text"].as_str().unwrap()).collect();
            assert_eq!(
                texts,
                [
                    "SELECT id FROM orders WHERE id = $1 rows_returned=0",
                    "charge order=7 password=[redacted 8-16]",
                    "card declined for token=[redacted 8-16]",
                ]
            );
            assert_eq!(moments[0]["took_us"], 1250);
            assert_eq!(
                (&moments[0]["level"], &moments[2]["level"]),
                (&"DEBUG".into(), &"WARN".into())
            );
        });
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn hints_of_an_error_are_shown_to_developers_alone() {
        let hint = "Run `sqlx migrate run`. Not with token=[redacted 8-16]";
        for media_type in ["text/html", "text/plain", "text/markdown"] {
            let body = send(layer(), accepting("/pay", media_type)).body;
            let expected = match media_type {
                "text/html" => "Run <code>sqlx migrate run</code>. Not with",
                "text/plain" => hint,
                _ => "Not with token",
            };
            assert!(body.contains(expected), "{expected} is not in {body}");
        }
        for media_type in MEDIA_TYPES {
            let mut request = proxied("/pay");
            request.headers_mut().insert("accept", HeaderValue::from_static(media_type));
            let body = send(layer(), request).body;
            assert!(!body.contains("sqlx migrate"), "{body}");
        }
        let json = send(layer(), accepting("/pay", "application/json")).body;
        assert!(!json.contains("sqlx migrate"), "the members are those of the contract: {json}");
        let inherited = send(layer(), accepting("/taken", "text/plain")).body;
        assert!(inherited.contains("hint: Ask the shop team."), "{inherited}");
        let error = ApiError::conflict("taken").with_hint("one").with_hint("two");
        assert_eq!(error.hints().collect::<Vec<_>>(), ["one", "two"]);
        assert!(!format!("{error:?}").contains("one"), "a hint is not logged");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn more_of_the_source_unfolds_without_a_script() {
        let page = send(layer(), accepting("/pay", "text/html")).body;
        let (_, frame) = page.split_once("title=\"dev::pay\"").unwrap();
        let (frame, _) = frame.split_once("</li>").unwrap();
        assert_eq!(count(frame, "<details class=\"more\"><summary>"), 2, "{frame}");
        assert_eq!(count(frame, "class=\"row"), 51, "{frame}");
        let markdown = send(layer(), accepting("/pay", "text/markdown")).body;
        let (_, source) = markdown.split_once("```rust\n").unwrap();
        let (source, _) = source.split_once("\n```").unwrap();
        assert_eq!(source.lines().count(), 11, "{source}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn environment_shows_the_build_and_masks_secrets() {
        let settings = dev::Development::new()
            .build(definable_errors::build_info!("dev", "tracing"))
            .variables(["SHOP_PASSWORD", "CARGO_MANIFEST_DIR"]);
        let layer = ApiErrorLayer::new().development_with(settings);
        let page = send(layer, accepting("/pay", "text/html")).body;
        for part in [
            concat!("<dt>Package</dt><dd>definable-errors ", env!("CARGO_PKG_VERSION"), "</dd>"),
            "<dt>Features</dt><dd>dev, tracing</dd>",
            "<dt>In the traceback</dt><dd>",
            "axum 0.8.",
            "tokio 1.",
            "<dt>SHOP_PASSWORD</dt><dd>[redacted 8-16]</dd>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("canary"), "{page}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn documentation_of_the_problem_type_is_linked_if_there_is_a_page() {
        let table: RouteTable =
            [RoutePolicy::guarded::<Public>("GET", "/problems/{code}")].into_iter().collect();
        let taken = |layer: ApiErrorLayer| send(layer, accepting("/taken", "text/html")).body;
        let body = taken(layer().routes(&table));
        assert!(body.contains("/problems/taken\">Documentation of <code>taken</code>"), "{body}");
        assert!(!taken(layer()).contains("taken\">Documentation"));
        let elsewhere = taken(layer().problem_base("https://api.example/problems/"));
        assert!(
            elsewhere.contains("<a href=\"https://api.example/problems/taken\">"),
            "{elsewhere}"
        );
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn production_body_stands_beside_the_error() {
        let page = send(layer(), accepting("/pay", "text/html")).body;
        let body = "&quot;detail&quot;: &quot;Internal server error&quot;";
        assert!(page.contains(body), "{page}");
        let (_, script) = page.split_once("<script type=\"application/problem+json\">").unwrap();
        let (json, _) = script.split_once("</script>").unwrap();
        let problem: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!((&problem["code"], problem.get("causes")), (&"internal_error".into(), None));
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn client_error_without_a_source_has_a_page_without_frames() {
        let page = send(layer(), accepting("/not-found", "text/html")).body;
        assert!(
            page.contains("order 42 does not exist") && !page.contains("id=\"frames\""),
            "{page}"
        );
        let page = send(layer(), accepting("/nowhere", "text/html")).body;
        assert!(page.contains("route_not_found"), "{page}");
        assert_inert(&page);
    }

    /// Two routes, as a router with guards would list them.
    fn table() -> RouteTable {
        let routes =
            ["GET", "PUT"].map(|method| RoutePolicy::guarded::<Public>(method, "/orders/{id}"));
        routes
            .into_iter()
            .chain(["/taken", "/pay"].map(|path| RoutePolicy::guarded::<Public>("GET", path)))
            .collect()
    }

    fn hinted(path: &str, media_type: &'static str) -> String {
        let layer = ApiErrorLayer::new().routes(&table()).development();
        send(layer, accepting(path, media_type)).body
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn hints_name_the_routes_that_a_request_may_have_meant() {
        let page = hinted("/order/7", "text/html");
        let hint = "Did you mean <code>/orders/{id}</code> (GET, PUT)?";
        assert!(page.contains(hint), "{page}");
        let twin = hinted("/orders/7/", "text/html");
        assert!(twin.contains("but <code>/orders/7</code> does"), "{twin}");
        let text = hinted("/order/7", "text/plain");
        assert!(text.contains("hint: Did you mean `/orders/{id}` (GET, PUT)?"), "{text}");
        let undeclared = hinted("/taken", "text/markdown");
        assert!(undeclared.contains("does not declare"), "{undeclared}");
        let json = hinted("/order/7", "application/json");
        assert!(!json.contains("orders"), "{json}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn hint_of_a_405_names_the_methods() {
        let mut request = accepting("/pay", "text/html");
        *request.method_mut() = Method::DELETE;
        let page = send(layer().routes(&table()), request).body;
        assert!(page.contains("<code>/pay</code> allows GET."), "{page}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn error_with_a_traceback_is_answered_within_50_ms_after_the_first() {
        let app = crate::app(layer());
        let runtime = runtime();
        let time = || {
            let start = Instant::now();
            runtime.block_on(answer(app.clone(), accepting("/pay", "text/html")));
            start.elapsed()
        };
        time();
        let fastest = (0..10).map(|_| time()).min().unwrap();
        assert!(fastest < Duration::from_millis(50), "{fastest:?}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn page_with_a_full_timeline_is_fast_and_short() {
        async fn busy() -> Result<(), ApiError> {
            for number in 0..300 {
                let statement =
                    format!("SELECT * FROM orders WHERE id = {number} AND name LIKE $1");
                tracing::debug!(target: "sqlx::query", rows_returned = 1, db.statement = statement);
            }
            Err(std::io::Error::other("busy")).or_internal()?
        }
        let subscriber = tracing_subscriber::registry().with(dev::timeline());
        tracing::subscriber::with_default(subscriber, || {
            let app = Router::new().route("/busy", get(busy)).layer(layer());
            let runtime = runtime();
            let time = || {
                let start = Instant::now();
                let page = runtime.block_on(answer(app.clone(), accepting("/busy", "text/html")));
                assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
                assert!(page.body.contains("200 earlier"), "{}", page.body);
                assert!(page.body.contains("WHERE id = 299"), "{}", page.body);
                start.elapsed()
            };
            time();
            let fastest = (0..10).map(|_| time()).min().unwrap();
            assert!(fastest < Duration::from_millis(50), "{fastest:?}");
        });
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn page_of_a_long_error_is_short() {
        let answer = ask(layer(), request(Method::GET, "/long", &[], ""));
        assert!(answer.body.len() < 100_000, "{} bytes", answer.body.len());
        assert_inert(&answer.body);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn other_clients_get_the_page_of_production() {
        let mut request = proxied("/pay");
        request.headers_mut().insert("accept", HeaderValue::from_static("text/html"));
        let page = send(layer(), request).body;
        assert!(!page.contains("storage failed") && !page.contains("<script"), "{page}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn bodies_reach_handlers_unchanged() {
        async fn echo(body: Bytes) -> Bytes {
            body
        }
        let app = Router::new().route("/", post(echo)).layer(layer());
        let body = "0123456789".repeat(10_000);
        let request = local("/").map(|_| Body::from(body.clone()));
        let (mut parts, body_of) = request.into_parts();
        parts.method = Method::POST;
        let answer = runtime().block_on(answer(app, Request::from_parts(parts, body_of)));
        assert_eq!(answer.body, body);
    }
}
