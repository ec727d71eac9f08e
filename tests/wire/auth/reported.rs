//! Tests that operators learn why a token was rejected, and that the token itself is logged
//! nowhere.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::jwt::{JwtVerifier, LegacyClaims, Profile};
use definable_errors::auth::{Authenticated, Verify};
use definable_errors::report::ErrorEvent;
use jsonwebtoken::{Algorithm, EncodingKey};
use proptest::prelude::*;
use support::send;

use super::jwt::{now, original, secret};
use super::mint::{HEADER, NOW, claims, signed, token};
use super::service::with;

/// Returns the notes of a token's rejection, and everything that a reporter could print of it.
async fn reported(presented: &str) -> (Vec<String>, String) {
    let reported = Arc::new(Mutex::new(None));
    let seen = reported.clone();
    let builder = JwtVerifier::<LegacyClaims>::builder(Profile::legacy_hs256())
        .key(secret().with_id("a").unwrap())
        .clock(now);
    let verifier: Arc<dyn Verify<LegacyClaims>> = Arc::new(builder.build().unwrap());
    let app = Router::new()
        .route("/", on_get(|_: Authenticated<LegacyClaims>| async {}))
        .layer(ApiErrorLayer::new().report(move |event: &ErrorEvent<'_>| {
            let notes = event.error().notes().map(str::to_owned).collect();
            *seen.lock().unwrap() = Some((notes, format!("{event:?} {}", event.error())));
        }))
        .with_state(verifier);
    send(app, with("/", &[&format!("Bearer {presented}")])).await;
    reported.lock().unwrap().take().unwrap()
}

// Every rule has its own note, and each of these tokens breaks the rule that it names.
#[tokio::test]
async fn notes_contain_why_a_token_was_rejected() {
    let body = |more: &str| token(HEADER, &claims(more));
    let head = |header: &str| token(header, &claims(""));
    let stranger = EncodingKey::from_secret(b"another").unwrap();
    for (presented, note) in [
        ("a.b".to_owned(), "the token is not three parts of base64url"),
        (head("[]"), "the token's header is not one object with the right types"),
        (head(r#"{"alg":"none"}"#), "the token's algorithm is not the key's"),
        (head(r#"{"alg":"HS512"}"#), "the token's algorithm is not the key's"),
        (
            head(r#"{"alg":"HS256","crit":["a"]}"#),
            "the token's header has extensions that must be understood",
        ),
        (head(r#"{"alg":"HS256","jku":"a"}"#), "the token brings or names a key of its own"),
        (head(r#"{"alg":"HS256","cty":"JWT"}"#), "the token is encrypted, compressed or nested"),
        (head(r#"{"alg":"HS256","typ":"ticket"}"#), "the token has another type (typ)"),
        (head(r#"{"alg":"HS256","kid":1}"#), "the token's kid is no key id"),
        (head(r#"{"alg":"HS256","kid":"b"}"#), "the token's kid names no known key"),
        (
            signed(HEADER, &claims(""), Algorithm::HS256, &stranger),
            "the token's signature is not the key's",
        ),
        (body(r#","id":"8""#), "the token's claims are not one object with the right types"),
        (token(HEADER, r#"{"id":"7"}"#), "the token lacks a required claim"),
        (body(r#","aud":"b""#), "the token is for another audience"),
        (
            token(HEADER, &format!(r#"{{"id":7,"exp":{}}}"#, NOW + 9)),
            "the token's subject is not of the configured type",
        ),
        (body(r#","cnf":{}"#), "the token is bound to a key (cnf), so it is no bearer token"),
        (body(r#","nbf":"a""#), "the token's times are no dates"),
        (body(&format!(r#","nbf":{}"#, NOW + 99)), "the token is not valid yet"),
        (token(HEADER, &format!(r#"{{"id":"7","exp":{}}}"#, NOW - 99)), "the token has expired"),
        (body(&format!(r#","x":"{}""#, "a".repeat(16_384))), "the token is too long"),
        ("a b".to_owned(), "the Authorization field is malformed"),
    ] {
        let (notes, all) = reported(&presented).await;
        assert_eq!(notes, [note], "{presented}");
        let parts = presented.split('.').filter(|part| part.len() > 9);
        assert!(parts.into_iter().all(|part| !all.contains(part)), "{all}");
    }
}

fn is_accepted(presented: &str) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let Ok(bearer) = definable_errors::auth::Bearer::new(presented) else { return false };
    runtime.block_on(original().verify(&bearer)).is_ok()
}

proptest! {
    // Only the bytes that were signed are accepted.
    #[test]
    fn modified_token_is_never_accepted(at in 0..10_000_usize, byte in 0x21..0x7f_u8) {
        let good = token(HEADER, &claims(""));
        prop_assert!(is_accepted(&good));
        let mut bytes = good.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(!is_accepted(&changed), "{}", changed);
    }

    #[test]
    fn arbitrary_text_is_never_accepted(text in "[A-Za-z0-9._~+/-]{0,80}={0,2}") {
        prop_assert!(!is_accepted(&text));
    }

    // The tokens are signed by us, so only the claims count: no JSON causes a panic or is accepted.
    #[test]
    fn arbitrary_claims_are_never_accepted(header in ".{0,40}", body in ".{0,60}") {
        prop_assert!(!is_accepted(&token(HEADER, &body)));
        prop_assert!(!is_accepted(&token(&header, &claims(""))));
    }
}
