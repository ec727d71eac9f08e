//! Tests of path parameters.

use std::collections::HashMap;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::{Json, Path, Query};
use expect_test::expect;
use support::{Answer, Recorder, get, send};
use uuid::Uuid;

use super::{Talkative, accepted, refused, verdict};

#[derive(serde::Serialize, serde::Deserialize)]
struct Place {
    floor: u8,
    room: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    floor: u8,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Left,
    Right,
}

type Named = HashMap<String, Talkative>;

/// A name that is parsed from a text.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String")]
struct Slug(String);

impl TryFrom<String> for Slug {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.contains('_') { Err(format!("{text} is no slug")) } else { Ok(Self(text)) }
    }
}

/// A newtype around a [`Slug`].
#[derive(serde::Serialize, serde::Deserialize)]
struct Around(Slug);

/// Two values that have to match.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(try_from = "HashMap<String, u8>")]
struct Span(u8);

impl TryFrom<HashMap<String, u8>> for Span {
    type Error = String;

    fn try_from(map: HashMap<String, u8>) -> Result<Self, String> {
        if map.len() > 3 { Ok(Self(1)) } else { Err(format!("{map:?} is no span")) }
    }
}

fn app() -> Router {
    Router::new()
        .route("/number/{floor}", on_get(|Path(it): Path<u8>| async move { Json(it) }))
        .route("/text/{room}", on_get(|Path(it): Path<String>| async { Json(it) }))
        .route("/side/{side}", on_get(|Path(it): Path<Side>| async { Json(it) }))
        .route("/uuid/{id}", on_get(|Path(it): Path<Uuid>| async move { it.to_string() }))
        .route("/pair/{floor}/{room}", on_get(|Path(it): Path<(u8, String)>| async { Json(it) }))
        .route("/place/{floor}/{room}", on_get(|Path(it): Path<Place>| async { Json(it) }))
        .route("/wrong/{floor}/{side}", on_get(|Path(it): Path<(u8, Side)>| async { Json(it) }))
        .route("/rest/{*rest}", on_get(|Path(it): Path<String>| async { it }))
        .route("/talkative/{it}", on_get(|Path(it): Path<Talkative>| async { Json(it) }))
        .route("/mapped/{it}", on_get(|Path(it): Path<Named>| async { Json(it) }))
        .route("/slug/{slug}", on_get(|Path(it): Path<Slug>| async { Json(it) }))
        .route("/around/{slug}", on_get(|Path(it): Path<Around>| async { Json(it) }))
        .route("/slugs/{slug}/{floor}", on_get(|Path(it): Path<(Slug, u8)>| async { Json(it) }))
        .route("/map/{slug}", on_get(|Path(it): Path<HashMap<String, Slug>>| async { Json(it) }))
        .route("/query-slug", on_get(|Query(it): Query<Slug>| async { Json(it) }))
        .route("/query-map", on_get(|Query(it): Query<HashMap<String, Slug>>| async { Json(it) }))
        .route("/query-span", on_get(|Query(it): Query<Span>| async { Json(it) }))
        // Routes that only the service can fix.
        .route("/missing/{floor}", on_get(|Path(it): Path<Place>| async { Json(it) }))
        .route("/unknown/{floor}/{room}", on_get(|Path(it): Path<Floor>| async { Json(it) }))
        .route("/many/{floor}", on_get(|Path(it): Path<(u8, u8)>| async move { Json(it) }))
        .route("/few/{floor}/{room}", on_get(|Path(it): Path<u8>| async move { Json(it) }))
        .route("/none", on_get(|Path(it): Path<u8>| async move { Json(it) }))
        .route("/deep/{it}", on_get(|Path(it): Path<Vec<Vec<u8>>>| async { Json(it) }))
        .fallback(|Path(it): Path<String>| async { it })
}

async fn asked(path: &str) -> Answer {
    super::answer(app(), get(path)).await
}

#[tokio::test]
async fn valid_parameters_are_accepted() {
    for (path, body) in [
        ("/number/7", "7"),
        ("/text/a%20b%2Fc", "\"a b/c\""),
        ("/text/%C3%BC", "\"ü\""),
        ("/side/left", "\"left\""),
        ("/pair/1/a", "[1,\"a\"]"),
        ("/place/1/a", "{\"floor\":1,\"room\":\"a\"}"),
        ("/rest/a/b/c", "a/b/c"),
    ] {
        assert_eq!(asked(path).await.body, body, "{path}");
    }
    assert_eq!(verdict(&asked("/uuid/11111111-1111-4111-8111-111111111111").await), accepted());
}

#[tokio::test]
async fn parameter_of_the_wrong_type_is_a_400() {
    for path in [
        "/number/hunter2",
        "/number/-1",
        "/number/256",
        "/number/1.0",
        "/number/%20",
        "/number/%00",
        "/side/hunter2",
        "/uuid/hunter2",
        "/uuid/11111111-1111-4111-8111-11111111111",
        "/pair/hunter2/a",
        "/place/hunter2/a",
        "/talkative/hunter2",
        "/mapped/hunter2",
        "/talkative/missing%20field%20%60it%60",
        "/mapped/missing%20field%20%60x%60",
    ] {
        let answer = asked(path).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{path}");
        assert!(!answer.body.contains("hunter2") && !answer.body.contains("like"), "{path}");
    }
}

#[tokio::test]
async fn path_that_is_not_utf_8_is_a_400() {
    asked("/text/%ff").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/bad_request"
        title: "Bad request"
        status: 400
        detail: "The path is not UTF-8."
        instance: "urn:uuid:<id>"
        code: "bad_request"
        request_id: "<id>"
    "#]]);
    for path in ["/number/%C3", "/place/1/%ed%a0%80", "/rest/a/%ff"] {
        assert_eq!(verdict(&asked(path).await), refused(400, "bad_request"), "{path}");
    }
}

#[tokio::test]
async fn mistakes_of_the_service_reveal_nothing() {
    for path in
        ["/missing/1", "/unknown/1/a", "/many/1", "/few/1/a", "/none", "/deep/1", "/nowhere"]
    {
        let answer = asked(path).await;
        assert_eq!(verdict(&answer), refused(500, "internal_error"), "{path}");
        for reported in ["Path", "floor", "room", "param", "u8"] {
            assert!(!answer.body.contains(reported), "{path}: {reported}");
        }
    }
}

#[tokio::test]
async fn notes_explain_mistakes_of_the_service() {
    for (path, said) in [
        ("/missing/1", "missing field `room`"),
        ("/many/1", "Expected 2 but got 1"),
        ("/deep/1", "Unsupported type"),
    ] {
        let reported = Recorder::default();
        send(app().layer(ApiErrorLayer::new().report(reported.clone())), get(path)).await;
        let notes = reported.notes();
        assert!(notes.starts_with("Path<") && notes.contains(said), "{path}: {notes}");
    }
}

#[tokio::test]
async fn every_mistake_is_reported_by_the_name_of_its_parameter() {
    asked("/wrong/hunter2/hunter2").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "2 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"path","name":"floor","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"path","name":"side","code":"one_of","detail":"must be one of left, right","params":{"expected":["left","right"]}}]
    "#]]);
    for (path, name) in
        [("/number/x", "floor"), ("/side/x", "side"), ("/uuid/x", "id"), ("/place/x/a", "floor")]
    {
        let errors = asked(path).await.json()["errors"].clone();
        assert_eq!((&errors[0]["in"], &errors[0]["name"]), (&"path".into(), &name.into()));
        assert_eq!(errors.as_array().map(Vec::len), Some(1), "{path}");
    }
}

#[tokio::test]
async fn value_that_is_rejected_as_a_whole_is_reported_by_the_name_of_its_parameter() {
    for (path, name) in [
        ("/slug/a_b", "slug"),
        ("/around/a_b", "slug"),
        ("/slugs/a_b/1", "slug"),
        ("/slugs/a/x", "floor"),
        ("/map/a_b", "slug"),
        ("/query-map?a=b&c=a_b", "c"),
        ("/query-span?from=9", "from"),
    ] {
        let answer = asked(path).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{path}");
        let errors = answer.json()["errors"].clone();
        assert_eq!(errors[0]["name"], name, "{path}");
        assert_eq!(errors.as_array().map(Vec::len), Some(1), "{path}");
        assert!(!answer.body.contains("a_b"), "{path}");
    }
}

#[tokio::test]
async fn whole_query_of_several_values_has_no_name() {
    let answer = asked("/query-span?from=9&to=1").await;
    assert_eq!(verdict(&answer), refused(400, "validation_failed"));
    let expected = r#"[{"in":"query","code":"invalid","detail":"is not valid"}]"#;
    assert_eq!(
        answer.json()["errors"].to_string(),
        serde_json::from_str::<serde_json::Value>(expected).unwrap().to_string()
    );
    assert_eq!(verdict(&asked("/query-slug?a=b").await), refused(500, "internal_error"));
}
