//! Tests of the `WWW-Authenticate` header and its realm.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::error::BearerError;
use definable_errors::{ApiError, ApiErrorLayer, Challenge};
use proptest::prelude::*;
use support::{get, send};

use super::service::{routes, state, with};

async fn challenges(layer: ApiErrorLayer, path: &str, fields: &[&str]) -> Vec<String> {
    let own = || async { ApiError::invalid_token().with_challenge(Challenge::bearer("bank")) };
    let scope = || async { ApiError::insufficient_scope("kb:write") };
    let both = || async {
        ApiError::missing_credentials()
            .with_challenge(Challenge::DEFAULT)
            .with_challenge(Challenge::API_KEY)
    };
    let app = routes()
        .route("/own", on_get(own))
        .route("/scope", on_get(scope))
        .route("/both", on_get(both))
        .layer(layer)
        .with_state(state());
    let answer = send(app, with(path, fields)).await;
    answer.check();
    let all = answer.headers.get_all("www-authenticate").iter();
    all.map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn orders() -> ApiErrorLayer {
    ApiErrorLayer::new().challenge(Challenge::bearer("orders"))
}

#[tokio::test]
async fn every_rejection_names_the_services_realm() {
    for (path, fields, expected) in [
        ("/me", &[][..], "Bearer realm=\"orders\""),
        ("/me", &["Basic dTpw"], "Bearer realm=\"orders\""),
        ("/me", &["Bearer forged"], "Bearer realm=\"orders\", error=\"invalid_token\""),
        ("/me", &["Bearer expired"], "Bearer realm=\"orders\", error=\"invalid_token\""),
        ("/me", &["Bearer"], "Bearer realm=\"orders\", error=\"invalid_request\""),
        (
            "/scope",
            &[],
            "Bearer realm=\"orders\", error=\"insufficient_scope\", scope=\"kb:write\"",
        ),
        ("/own", &[], "Bearer realm=\"bank\""),
    ] {
        assert_eq!(challenges(orders(), path, fields).await, [expected], "{path} {fields:?}");
    }
}

#[tokio::test]
async fn metadata_replaces_the_realm() {
    let url = "https://api.example/.well-known/oauth-protected-resource";
    let layer = || ApiErrorLayer::new().challenge(Challenge::protected_resource(url).unwrap());
    for wrong in ["http://api.example/x", "https://api.example/x#y", "/x"] {
        assert!(Challenge::protected_resource(wrong).is_err(), "{wrong}");
    }
    let missing = challenges(layer(), "/me", &[]).await;
    assert_eq!(missing, [format!("Bearer resource_metadata=\"{url}\"")]);
    let refused = challenges(layer(), "/me", &["Bearer forged"]).await;
    assert_eq!(refused, [format!("Bearer resource_metadata=\"{url}\", error=\"invalid_token\"")]);
}

// The name of a parameter is compared without regard to case.
#[tokio::test]
async fn parameter_cannot_be_given_twice() {
    let twice = [
        ("error", "a"),
        ("SCOPE", "b"),
        ("Error_Description", "c"),
        ("error_uri", "d"),
        ("realm", "e"),
    ];
    for (name, text) in twice {
        let once = Challenge::DEFAULT.with_param(&name.to_lowercase(), text);
        let once = once.unwrap_or(Challenge::DEFAULT);
        assert!(once.with_param(name, text).is_err(), "{name}");
    }
    for (path, field) in [("/me", "Bearer forged"), ("/me", "Bearer"), ("/scope", ""), ("/own", "")]
    {
        for said in challenges(orders(), path, &[field]).await {
            let (_, params) = said.split_once(' ').unwrap();
            let mut names: Vec<_> =
                params.split(", ").map(|param| param.split_once('=').unwrap().0).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{said}");
        }
    }
}

#[tokio::test]
async fn several_schemes_get_a_field_each() {
    let said = challenges(ApiErrorLayer::new(), "/both", &[]).await;
    assert_eq!(said, ["Bearer realm=\"api\"", "ApiKey realm=\"api\""]);
    let said = challenges(orders(), "/both", &[]).await;
    assert_eq!(said, ["Bearer realm=\"orders\"", "ApiKey realm=\"orders\""]);
}

#[tokio::test]
async fn missing_token_is_challenged_for_bearer_even_if_the_default_is_basic() {
    let layer = ApiErrorLayer::new().challenge(Challenge::basic("shop"));
    assert_eq!(challenges(layer, "/me", &[]).await, ["Bearer realm=\"shop\""]);
}

// Without a layer the default realm is used.
#[tokio::test]
async fn rejection_without_the_layer_is_correct_too() {
    let app: Router = routes().with_state(state());
    let answer = send(app.clone(), with("/me", &["Bearer forged"])).await;
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Bearer realm=\"api\", error=\"invalid_token\"")
    );
    let answer = send(app, get("/me")).await;
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"api\""));
}

#[tokio::test]
async fn step_up_challenge_names_strength_and_age() {
    let step_up = || async {
        let challenge = Challenge::bearer("api")
            .with_error(BearerError::InsufficientUserAuthentication)
            .and_then(|challenge| challenge.with_acr_values("urn:a urn:b"))
            .and_then(|challenge| challenge.with_max_age(std::time::Duration::from_secs(60)));
        ApiError::insufficient_user_authentication().with_challenge(challenge.unwrap())
    };
    let app = Router::new().route("/", on_get(step_up)).layer(orders());
    let answer = send(app, get("/")).await;
    assert_eq!(answer.status, 401);
    let expected = "Bearer realm=\"orders\", error=\"insufficient_user_authentication\", \
                    acr_values=\"urn:a urn:b\", max_age=\"60\"";
    assert_eq!(answer.header("www-authenticate"), Some(expected));
}

proptest! {
    #[test]
    fn challenge_of_any_text_is_well_formed(realm in ".*", text in ".*") {
        let challenge = Challenge::bearer(&realm).with_description(&text).unwrap();
        let written = challenge.to_string();
        let legal = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let (realm, description) = written
            .strip_prefix("Bearer realm=\"").unwrap()
            .strip_suffix('"').unwrap()
            .split_once("\", error_description=\"").unwrap();
        prop_assert!(realm.bytes().chain(description.bytes()).all(legal), "{written}");
    }
}
