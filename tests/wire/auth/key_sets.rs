//! Tests of published key sets as issuers write them: an unusable key does not affect the others.

use axum::Router;
use jsonwebtoken::{Algorithm, EncodingKey};

use super::jwks::{Server, first, of_first, outcome, second, service, set};
use super::mint::{NOW, encode, signed};

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
}

/// Returns the 2048-bit RSA public key as a JWK; in the DER, `02 03 01 00 01` follows the modulus.
fn rsa(id: &str, more: &str) -> String {
    let der = der(include_str!("keys/rsa.pub.pem"));
    let n = encode(&der[der.len() - 5 - 256..der.len() - 5]);
    format!(r#"{{"kty":"RSA","kid":"{id}","n":"{n}","e":"AQAB"{more}}}"#)
}

/// Returns the public key on P-256 as a JWK: its last 64 bytes.
fn p256(id: &str, more: &str) -> String {
    let der = der(include_str!("keys/p256.pub.pem"));
    let (x, y) = der[der.len() - 64..].split_at(32);
    let (x, y) = (encode(x), encode(y));
    format!(r#"{{"kty":"EC","crv":"P-256","kid":"{id}","x":"{x}","y":"{y}"{more}}}"#)
}

fn token(id: &str, name: &str, algorithm: Algorithm, key: &EncodingKey) -> String {
    let header = format!(r#"{{"alg":"{name}","typ":"JWT","kid":"{id}"}}"#);
    signed(&header, &format!(r#"{{"sub":"7","exp":{}}}"#, NOW + 60), algorithm, key)
}

fn of_rsa(id: &str, name: &str, algorithm: Algorithm) -> String {
    let key = EncodingKey::from_rsa_pem(include_bytes!("keys/rsa.pem")).unwrap();
    token(id, name, algorithm, &key)
}

fn of_p256(id: &str) -> String {
    let key = EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap();
    token(id, "ES256", Algorithm::ES256, &key)
}

/// Returns two services that accept tokens of these keys, published in this and in reverse order.
async fn services(keys: &[String]) -> [Router; 2] {
    let reversed: Vec<_> = keys.iter().rev().cloned().collect();
    let one = Server::start(set(keys)).await.jwks().build().unwrap();
    let other = Server::start(set(&reversed)).await.jwks().build().unwrap();
    [service(&one), service(&other)]
}

async fn all_accept(keys: &[String], tokens: &[String]) {
    for app in services(keys).await {
        for token in tokens {
            assert_eq!(outcome(&app, token).await, "user:7", "{keys:?}");
        }
    }
}

#[tokio::test]
async fn signing_key_is_used_beside_an_encryption_key_of_its_id() {
    let for_encryption = second("a").replace("\"sig\"", "\"enc\"");
    all_accept(&[for_encryption, first("a")], &[of_first("a")]).await;
    let signs = rsa("a", r#","use":"sig""#);
    let encrypts = rsa("a", r#","use":"enc","alg":"RSA-OAEP""#);
    all_accept(&[signs, encrypts], &[of_rsa("a", "RS256", Algorithm::RS256)]).await;
}

#[tokio::test]
async fn keys_of_one_id_are_distinguished_by_type_and_algorithm() {
    let tokens = [of_first("a"), of_p256("a"), of_rsa("a", "RS256", Algorithm::RS256)];
    all_accept(&[first("a"), p256("a", ""), rsa("a", "")], &tokens).await;
    let both = [rsa("a", r#","alg":"RS256""#), rsa("a", r#","alg":"PS256""#)];
    let tokens = [of_rsa("a", "RS256", Algorithm::RS256), of_rsa("a", "PS256", Algorithm::PS256)];
    all_accept(&both, &tokens).await;
}

#[tokio::test]
async fn members_that_are_null_are_absent() {
    for nulls in [
        r#","alg":null"#,
        r#","use":null,"key_ops":null"#,
        r#","x5c":null,"x5t":null,"d":null,"crv":null"#,
    ] {
        let keys = [rsa("a", nulls)];
        all_accept(&keys, &[of_rsa("a", "RS256", Algorithm::RS256)]).await;
    }
    let unnamed = p256("a", "").replace("\"a\"", "null");
    all_accept(&[unnamed], &[of_p256("whatever")]).await;
}

#[tokio::test]
async fn unusable_key_does_not_affect_others_of_its_id() {
    let other = |from: &str, to: &str| second("a").replace(from, to);
    for odd in [
        r#"{"kid":"a"}"#.to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        format!("{}{}", "[".repeat(300), "]".repeat(300)),
        r#"{"kty":"oct","kid":"a","alg":"HS256","k":"a0o4czBacTNWbjV4VDFyVzd5QmQyTWZIZ0xwQ3VFYU8"}"#
            .to_owned(),
        r#"{"kty":"AKP","kid":"a","alg":"ML-DSA-44","pub":"AA"}"#.to_owned(),
        r#"{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}"#.to_owned(),
        // These keys have the type and the algorithm of the good key.
        other("\"Ed25519\"", "\"X25519\""),
        other("\"x\":\"", "\"x\":\"*"),
        other("\"x\"", "\"y\""),
        other("\"use\":\"sig\"", "\"key_ops\":[\"encrypt\"]"),
        other("\"use\":\"sig\"", "\"use\":\"sig\",\"use\":\"sig\""),
        other("\"use\":\"sig\"", "\"alg\":\"ES256K\""),
        other("\"use\":\"sig\"", "\"d\":\"AA\""),
        other("\"use\":\"sig\"", "\"more\":1e999"),
        other("\"use\":\"sig\"", "\"more\":\"\\ud800\""),
    ] {
        all_accept(&[odd, first("a"), p256("b", "")], &[of_first("a"), of_p256("b")]).await;
    }
}

#[tokio::test]
async fn ambiguous_keys_affect_no_other_id() {
    for app in services(&[first("a"), second("a"), first("b")]).await {
        assert_eq!(outcome(&app, &of_first("a")).await, "invalid_token");
        assert_eq!(outcome(&app, &of_first("b")).await, "user:7");
    }
    all_accept(&[first("a"), first("a"), p256("b", "")], &[of_first("a"), of_p256("b")]).await;
}

#[tokio::test]
async fn key_is_found_by_its_id_behind_many_without_one() {
    let unnamed = p256("", "").replace("\"kid\":\"\",", "");
    let keys: Vec<_> = std::iter::repeat_n(unnamed, 9).chain([p256("a", "")]).collect();
    all_accept(&keys, &[of_p256("a")]).await;
}
