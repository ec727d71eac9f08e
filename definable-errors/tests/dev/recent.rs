//! Tests of the list of recent errors: what it keeps, who sees it, and who clears it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use definable_errors::ApiErrorLayer;
use serde_json::Value;
use support::Answer;

use super::{accepting, answer, app, local, proxied, runtime};

fn service() -> Router {
    app(ApiErrorLayer::new().development())
}

fn send(app: &Router, request: Request<Body>) -> Answer {
    runtime().block_on(answer(app.clone(), request))
}

fn post(path: &str) -> Request<Body> {
    let mut request = local(path);
    *request.method_mut() = Method::POST;
    request
}

fn list(app: &Router) -> Value {
    serde_json::from_str(&send(app, local("/__errors")).body).expect("the list is JSON")
}

/// Returns the path to which the form of the list sends.
fn action(page: &str) -> String {
    let (_, action) = page.split_once("action=\"").expect("the page has a form");
    action.split('"').next().expect("the attribute ends").to_owned()
}

#[test]
fn list_does_not_exist_in_production() {
    let app = app(ApiErrorLayer::new().development());
    for request in [local("/__errors"), post("/__errors/clear"), local("/__errors/one")] {
        let answer = send(&app, request);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (StatusCode::NOT_FOUND, &"route_not_found".into())
        );
    }
}

mod development {
    use super::*;

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn errors_of_programs_are_listed_in_groups() {
        let app = service();
        assert_eq!(list(&app)["groups"], serde_json::json!([]));
        for path in ["/pay", "/parse", "/pay"] {
            send(&app, local(path));
        }
        let list = list(&app);
        let groups = list["groups"].as_array().unwrap();
        let counts: Vec<_> =
            groups.iter().map(|group| group["errors"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [2, 1], "{list:#}");
        assert_eq!(groups[0]["error_message"], "storage failed for password=[redacted 8-16]");
        assert_eq!(groups[0]["errors"][0]["target"], "/pay");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn error_opens_by_its_request_id_and_its_instance() {
        let app = service();
        let instance = send(&app, local("/pay")).json()["instance"].as_str().unwrap().to_owned();
        let uuid = instance.strip_prefix("urn:uuid:").unwrap();
        for id in ["one", uuid] {
            let path = format!("/__errors/{id}");
            let page = send(&app, accepting(&path, "text/html"));
            assert!(
                page.body.contains("storage failed") && page.body.contains("// the line of `pay`")
            );
            assert!(page.headers["content-security-policy"].to_str().unwrap().contains("'nonce-"));
            let markdown = send(&app, accepting(&path, "text/markdown")).body;
            assert!(markdown.starts_with("# 500 Internal server error"), "{markdown}");
            let json = send(&app, local(&path)).json();
            assert_eq!(
                (&json["instance"], &json["problem"]["status"]),
                (&instance.clone().into(), &500.into())
            );
            assert_eq!(json["traceback"][0]["name"], "dev::pay");
        }
        let answer = send(&app, local("/__errors/unknown"));
        assert_eq!(answer.json()["code"], "route_not_found");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn other_clients_see_no_list() {
        let app = service();
        send(&app, local("/pay"));
        let page = send(&app, accepting("/__errors", "text/html")).body;
        let mut clear = proxied(&action(&page));
        *clear.method_mut() = Method::POST;
        for request in [proxied("/__errors"), proxied("/__errors/one"), clear] {
            let answer = send(&app, request);
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert_eq!(answer.json()["code"], "route_not_found");
        }
        // Errors are kept in their order, so those of the other clients are kept before this one.
        send(&app, local("/pay"));
        assert!(list(&app).to_string().contains("\"target\":\"/__errors/one\""));
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn only_the_form_of_the_page_clears_the_list() {
        let app = service();
        send(&app, local("/pay"));
        let page = send(&app, accepting("/__errors", "text/html")).body;
        for path in [
            "/__errors/clear",
            "/__errors/clear?nonce=",
            "/__errors/clear?nonce=0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(send(&app, post(path)).status, StatusCode::FORBIDDEN, "{path}");
        }
        let action = action(&page);
        send(&app, local(&action));
        assert_eq!(list(&app)["groups"][0]["code"], "route_not_found", "a GET clears nothing");
        let mut foreign = post(&action);
        foreign.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
        assert_eq!(send(&app, foreign).status, StatusCode::NOT_FOUND);
        // Errors are kept in their order, so that of the other page is kept before this one.
        send(&app, local("/pay"));
        let answer = send(&app, post(&action));
        assert_eq!(
            (answer.status, &answer.headers["location"]),
            (StatusCode::SEE_OTHER, &HeaderValue::from_static("/__errors"))
        );
        assert_eq!(list(&app)["groups"], serde_json::json!([]));
        assert_eq!(send(&app, post(&action)).status, StatusCode::FORBIDDEN);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn list_holds_no_secrets_and_no_markup_of_others() {
        let app = service();
        send(&app, local("/pay?token=canary-1"));
        send(&app, local("/%3Cscript%3Ealert(1)%3C/script%3E?%3Cimg%20src=x%3E"));
        for media_type in ["text/html", "text/markdown", "application/json"] {
            let body = send(&app, accepting("/__errors", media_type)).body;
            assert!(!body.contains("canary"), "{body}");
            let is_json = media_type == "application/json";
            assert!(is_json || !body.contains("<script") && !body.contains("<img"), "{body}");
        }
    }
}
