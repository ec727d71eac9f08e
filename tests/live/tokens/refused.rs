//! Tokens of others that our verifier rejects, each for one reason.

use definable_errors::auth::jwt::Algorithm;
use serde_json::{Value, json};
use support::needs;

use super::minted::Which;
use super::{ALGORITHMS, Pair, Program, Service, builder, now};

const INVALID: &str = "401 invalid_token Bearer realm=\"api\", error=\"invalid_token\"";
const EXPIRED: &str = "401 token_expired Bearer realm=\"api\", error=\"invalid_token\"";

/// What is wrong with an otherwise valid token, its changes, and the response of the service.
type Wrong = (&'static str, Value, &'static str);

/// Changes members of the header and the claims of a token; `null` removes a member.
fn changed(token: &Value, header: &Value, claims: &Value) -> Value {
    let mut token = token.clone();
    for (part, changes) in [("header", header), ("claims", claims)] {
        for (name, value) in changes.as_object().unwrap() {
            let part = token[part].as_object_mut().unwrap();
            match value {
                Value::Null => part.remove(name),
                value => part.insert(name.clone(), value.clone()),
            };
        }
    }
    token
}

fn wrong_claims(token: &Value) -> Vec<Wrong> {
    let with = |claims: Value| changed(token, &json!({}), &claims);
    let missing = ["exp", "iss", "aud", "sub", "client_id", "iat", "jti"];
    let missing = missing.map(|name| (name, with(json!({ name: null })), INVALID));
    let mut all = vec![
        ("expired", with(json!({ "iat": now() - 600, "exp": now() - 60 })), EXPIRED),
        ("not yet", with(json!({ "nbf": now() + 3600 })), INVALID),
        ("from the future", with(json!({ "iat": now() + 3600 })), INVALID),
        ("another issuer", with(json!({ "iss": "https://issuer.test/" })), INVALID),
        ("another audience", with(json!({ "aud": "lives" })), INVALID),
        ("other audiences", with(json!({ "aud": ["lives", "LIVE"] })), INVALID),
        ("bound to a key", with(json!({ "cnf": { "jkt": "x" } })), INVALID),
        (
            "expired, of another issuer",
            with(json!({ "exp": now() - 60, "iss": "https://evil.test" })),
            INVALID,
        ),
    ];
    all.extend(missing);
    all
}

fn wrong_headers(token: &Value) -> Vec<Wrong> {
    let with = |header: Value| changed(token, &header, &json!({}));
    let critical = json!({ "crit": ["urn:live:x"], "urn:live:x": true });
    let mut unencoded = token.clone();
    unencoded["do"] = "unencoded".into();
    let mut unsigned = token.clone();
    unsigned["do"] = "unsigned".into();
    vec![
        ("a critical extension", with(critical), INVALID),
        ("an unencoded payload", unencoded, INVALID),
        ("no signature", unsigned, INVALID),
        ("no kind", with(json!({ "typ": null })), INVALID),
        ("the general kind", with(json!({ "typ": "JWT" })), INVALID),
        ("another kind", with(json!({ "typ": "dpop+jwt" })), INVALID),
        ("a key of an attacker's", with(json!({ "jku": "http://127.0.0.1:9/" })), INVALID),
        ("an unknown key", with(json!({ "kid": "another" })), INVALID),
    ]
}

/// Signs a token with another algorithm: with the same key if possible, else with a suitable one.
fn other_algorithm(program: Program, pair: &Pair) -> Value {
    let mut token = pair.token();
    let (name, key) = match pair.algorithm.name() {
        "HS256" => ("HS512", pair.private.clone()),
        "HS384" | "HS512" => ("HS256", pair.private.clone()),
        "ES256" => ("ES384", Pair::of(program, Algorithm::Es384, Which::Another).private),
        "ES384" | "EdDSA" => ("ES256", Pair::of(program, Algorithm::Es256, Which::Another).private),
        name if name.starts_with("RS") => ("PS256", pair.private.clone()),
        _ => ("RS256", pair.private.clone()),
    };
    token["alg"] = name.into();
    token["key"] = key.into();
    token
}

fn wrong_keys(program: Program, pair: &Pair) -> Vec<Wrong> {
    let another = Pair::of(program, pair.algorithm, Which::Another).token();
    let mut all = vec![
        ("another key", another, INVALID),
        ("another algorithm", other_algorithm(program, pair), INVALID),
    ];
    // PyJWT refuses to sign with the public key as a secret.
    if program == Program::Jose && !pair.is_secret() {
        let mut confused = pair.token();
        confused["alg"] = "HS256".into();
        confused["key"] = pair.public.clone().into();
        all.push(("the public key as a secret", confused, INVALID));
    }
    all
}

fn wrong(program: Program, pair: &Pair) -> Vec<Wrong> {
    let right = pair.token();
    let mut all = [wrong_claims(&right), wrong_headers(&right), wrong_keys(program, pair)].concat();
    all.push(("nothing", right, "7"));
    all
}

#[tokio::test]
async fn invalid_tokens_are_rejected_with_the_right_code() {
    needs!(Node, Python);
    for program in Program::ALL {
        let pairs = ALGORITHMS.map(|algorithm| Pair::of(program, algorithm, Which::Ours));
        let wrong = pairs.each_ref().map(|pair| wrong(program, pair));
        let tasks: Vec<_> = wrong.iter().flatten().map(|(_, task, _)| task.clone()).collect();
        let mut tokens = program.texts(&tasks).into_iter();
        for (pair, wrong) in pairs.iter().zip(wrong) {
            let service = Service::start(builder().key(pair.key().with_id("ours").unwrap())).await;
            for ((name, _, expected), token) in wrong.into_iter().zip(&mut tokens) {
                let said = service.asks(&token).await;
                let algorithm = pair.algorithm;
                assert!(said.starts_with(expected), "{program:?} {algorithm}, {name}: {said}");
            }
        }
    }
}
