//! All attacks on tokens from the public lists, in one table. None is accepted, every response has
//! the right code, and equal classes of attacks get equal bodies.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use definable_errors::auth::jwt::{AccessClaims, Algorithm, JwtVerifier, Key, Profile};
use jsonwebtoken::EncodingKey;

use super::jwt::{now, original, present};
use super::mint::{HEADER, NOW, SECRET, claims, encode, signature, signed, token};

/// A name, and a token that no service should accept.
type Attack = (String, String);

fn named(name: &str, tokens: impl IntoIterator<Item = String>) -> Vec<Attack> {
    let numbered = tokens.into_iter().enumerate();
    numbered.map(|(number, token)| (format!("{name} {number}"), token)).collect()
}

/// Returns tokens with the given headers, signed by the service's own secret.
fn headers(name: &str, headers: &[&str]) -> Vec<Attack> {
    named(name, headers.iter().map(|header| token(header, &claims(""))))
}

fn unsigned(header: &str) -> [String; 2] {
    let message = format!("{}.{}", encode(header), encode(claims("")));
    [format!("{message}."), message]
}

// The algorithm `none` in all spellings, with and without a signature
fn none() -> Vec<Attack> {
    let spellings =
        ["none", "None", "NONE", "nOnE", "none ", " none", "", "\\u006eone", "no\\u0000ne"];
    let header = |name: &str| format!(r#"{{"typ":"JWT","alg":"{name}"}}"#);
    let mut all =
        named("none, unsigned", spellings.iter().flat_map(|name| unsigned(&header(name))));
    all.extend(named(
        "none, signed",
        spellings.iter().map(|name| token(&header(name), &claims(""))),
    ));
    all.extend(headers(
        "no algorithm",
        &[
            "{}",
            r#"{"typ":"JWT"}"#,
            r#"{"alg":null}"#,
            r#"{"alg":true}"#,
            r#"{"alg":["HS256"]}"#,
            r#"{"ALG":"HS256"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":"HS256 "}"#,
        ],
    ));
    all
}

// Tokens of another algorithm, and a public key used as a secret
fn confusion() -> Vec<Attack> {
    let public = include_bytes!("keys/rsa.pub.pem");
    let trimmed = public.trim_ascii_end();
    let header = |name: &str| format!(r#"{{"typ":"JWT","alg":"{name}"}}"#);
    let hs = |key: &[u8]| {
        signed(
            &header("HS256"),
            &claims(""),
            jsonwebtoken::Algorithm::HS256,
            &EncodingKey::from_secret(key).unwrap(),
        )
    };
    let mut all = named("public key as a secret", [hs(public), hs(trimmed)]);
    let others = ["HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "ES512", "A128KW", "dir"];
    all.extend(named(
        "another algorithm",
        others.iter().map(|name| token(&header(name), &claims(""))),
    ));
    let private = EncodingKey::from_rsa_pem(include_bytes!("keys/rsa.pem")).unwrap();
    let rs = signed(&header("RS256"), &claims(""), jsonwebtoken::Algorithm::RS256, &private);
    let lying = signed(&header("HS256"), &claims(""), jsonwebtoken::Algorithm::RS256, &private);
    all.extend(named("another family", [rs, lying]));
    all
}

fn weak_secrets() -> Vec<Attack> {
    // The zero byte stands for an empty secret, too: HMAC pads keys with zeros (RFC 2104 §2).
    let secrets: [&[u8]; 7] = [
        b" ",
        b"\0",
        b"secret",
        b"password",
        b"your-256-bit-secret",
        &[0; 32],
        b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEa",
    ];
    let sign = |secret: &&[u8]| {
        signed(
            HEADER,
            &claims(""),
            jsonwebtoken::Algorithm::HS256,
            &EncodingKey::from_secret(secret).unwrap(),
        )
    };
    named("weak secret", secrets.iter().map(sign))
}

// Every token has exactly one valid encoding
fn forms() -> Vec<Attack> {
    let good = token(HEADER, &claims(""));
    let (message, sign) = good.rsplit_once('.').unwrap();
    let (header, body) = message.split_once('.').unwrap();
    let raw = signature(
        message,
        jsonwebtoken::Algorithm::HS256,
        &EncodingKey::from_secret(SECRET).unwrap(),
    );
    // 43 characters hold 258 bits: the last two are unused.
    let last = sign.as_bytes()[42];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.iter().position(|byte| *byte == last).unwrap();
    let twin = alphabet[at ^ 1] as char;
    let resigned = |message: String| {
        let sign = signature(
            &message,
            jsonwebtoken::Algorithm::HS256,
            &EncodingKey::from_secret(SECRET).unwrap(),
        );
        format!("{message}.{}", encode(sign))
    };
    named(
        "form",
        [
            format!("{message}.{}{twin}", &sign[..42]),
            format!("{message}.{}", URL_SAFE.encode(&raw)),
            format!("{message}.{}", STANDARD.encode(&raw)),
            format!("{message}."),
            message.to_owned(),
            header.to_owned(),
            format!("{good}."),
            format!(".{good}"),
            format!("{good}.{sign}"),
            format!("{header}..{body}.{sign}"),
            format!("..{sign}"),
            format!("{header}..{sign}"),
            ".".to_owned(),
            "..".to_owned(),
            "...".to_owned(),
            "a.b.c".to_owned(),
            format!("{message}.{}", &sign[..20]),
            format!("{message}.{sign}{sign}"),
            format!("{message}.{}", encode([0; 32])),
            resigned(format!(
                "{header}.{}",
                STANDARD.encode(claims(r#","a":"???>>>""#)).trim_end_matches('=')
            )),
            resigned(format!("{header}.{}", &body[..body.len() - 1])),
            resigned(format!("{header}.")),
        ],
    )
}

// Keys that the token itself brings, and key ids that are paths and queries
fn foreign_keys() -> Vec<Attack> {
    let mut all = headers(
        "foreign key",
        &[
            r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#,
            r#"{"alg":"HS256","jku":"http://127.0.0.1:9/keys"}"#,
            r#"{"alg":"HS256","x5u":"http://127.0.0.1:9/cert"}"#,
            r#"{"alg":"HS256","x5c":["MIIB"]}"#,
            r#"{"alg":"HS256","kid":""}"#,
            r#"{"alg":"HS256","kid":1}"#,
            r#"{"alg":"HS256","kid":null}"#,
            r#"{"alg":"HS256","kid":["a"]}"#,
            r#"{"alg":"HS256","kid":"a b"}"#,
            r#"{"alg":"HS256","kid":"a\u0000b"}"#,
            r#"{"alg":"HS256","kid":"a\r\nb"}"#,
            r#"{"alg":"HS256","kid":"ключ"}"#,
            &format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "a".repeat(257)),
        ],
    );
    // An empty key, which signs as a zero byte does, with a path, a query or a command as its id.
    let key = EncodingKey::from_secret(b"\0").unwrap();
    let ids =
        ["../../../../../../dev/null", "x' UNION SELECT '", "|/bin/true", "https://evil.example/k"];
    let sign = |id: &&str| {
        let header = format!(r#"{{"alg":"HS256","kid":"{id}"}}"#).replace(' ', "+");
        signed(&header, &claims(""), jsonwebtoken::Algorithm::HS256, &key)
    };
    all.extend(named("kid injection", ids.iter().map(sign)));
    let embedded = EncodingKey::from_ed_pem(include_bytes!("keys/other-ed25519.pem")).unwrap();
    let header = r#"{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}}"#;
    all.extend(named(
        "embedded",
        [signed(header, &claims(""), jsonwebtoken::Algorithm::EdDSA, &embedded)],
    ));
    all
}

fn heads() -> Vec<Attack> {
    headers(
        "header",
        &[
            r#"{"alg":"HS256","crit":[]}"#,
            r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
            r#"{"alg":"HS256","crit":null}"#,
            r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
            r#"{"alg":"HS256","b64":false}"#,
            r#"{"alg":"HS256","cty":"JWT"}"#,
            r#"{"alg":"HS256","zip":"DEF"}"#,
            r#"{"alg":"HS256","enc":"A128GCM"}"#,
            r#"{"alg":"none","alg":"HS256"}"#,
            r#"{"alg":"HS256","alg":"HS256"}"#,
            r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
            r#"{"alg":"HS256","x":{"y":1,"y":2}}"#,
            r#"{"alg":"HS256","typ":1}"#,
            r#"{"alg":"HS256","typ":""}"#,
            r#"{"alg":"HS256","typ":"dpop+jwt"}"#,
            r#"{"alg":"HS256","typ":"refresh+jwt"}"#,
            r#"{"alg":"HS256","typ":"logout+jwt"}"#,
            r#"{"alg":"HS256","typ":"secevent+jwt"}"#,
            r#"{"alg":"HS256","typ":"ticket"}"#,
            r#"["HS256"]"#,
            r#""HS256""#,
            "null",
            "",
            r#"{"alg":"HS256"}{"alg":"HS256"}"#,
            r#"{"alg":"HS256",}"#,
            "{\"alg\":\"HS256\"}\0",
        ],
    )
}

// Wrong types of every claim, duplicates, times
fn bodies() -> Vec<Attack> {
    let exp = NOW + 60;
    let mut all = Vec::new();
    for value in ["42", "true", "null", "{}", "[]", "[\"7\"]", "1.5", "\"\""] {
        all.push(format!(r#"{{"id":{value},"exp":{exp}}}"#));
    }
    for value in
        ["\"1767225660\"", "true", "null", "[]", "{}", "-1", "1e300", "1767225660000", "\"\""]
    {
        all.push(format!(r#"{{"id":"7","exp":{value}}}"#));
        all.push(claims(&format!(",\"nbf\":{value}")));
        all.push(claims(&format!(",\"iat\":{value}")));
    }
    for name in ["iss", "sub", "jti", "client_id", "scope"] {
        for value in ["42", "true", "null", "{}", "[\"a\"]"] {
            all.push(claims(&format!(",\"{name}\":{value}")));
        }
    }
    for value in ["42", "true", "null", "{}", "[]", "[42]", "\"somebody\"", "[\"somebody\"]"] {
        all.push(claims(&format!(",\"aud\":{value}")));
    }
    all.push(claims(&format!(",\"nbf\":{}", NOW + 31)));
    all.push(claims(&format!(",\"iat\":{}", NOW + 31)));
    all.push(claims(r#","cnf":{"jkt":"x"}"#));
    all.push(claims(r#","id":"8""#));
    all.push(claims(r#","\u0069d":"8""#));
    all.push(claims(r#","exp":9999999999"#));
    all.push(claims(r#","x":{"y":1,"y":2}"#));
    all.push(r#"{"id":"7"}"#.to_owned());
    all.push(format!(r#"{{"exp":{exp}}}"#));
    all.push(format!("[{}]", claims("")));
    all.extend(["", "null", "7", "\"7\"", "{", "{}"].map(str::to_owned));
    all.push(token(HEADER, &claims("")));
    all.push(format!("{:?}", token(HEADER, &claims(""))));
    all.push(claims(&format!(",\"x\":{}{}", "[".repeat(200), "]".repeat(200))));
    let mut all = named("claims", all.iter().map(|claims| token(HEADER, claims)));
    let invalid = [claims("").as_bytes(), b"\xff"].concat();
    let message = format!("{}.{}", encode(HEADER), encode(invalid));
    let sign = signature(
        &message,
        jsonwebtoken::Algorithm::HS256,
        &EncodingKey::from_secret(SECRET).unwrap(),
    );
    all.extend(named("not UTF-8", [format!("{message}.{}", encode(sign))]));
    all
}

// An encrypted, a nested and an oversized token, and tokens of other types
fn others() -> Vec<Attack> {
    let good = token(HEADER, &claims(""));
    named(
        "other",
        [
            format!("{}.AAAA.AAAA.AAAA.AAAA", encode(r#"{"alg":"dir","enc":"A128GCM"}"#)),
            token(r#"{"alg":"HS256","cty":"JWT"}"#, &good),
            token(HEADER, &claims(&format!(",\"x\":\"{}\"", "a".repeat(16 * 1024)))),
            "a".repeat(20_000),
            "00000000-0000-4000-8000-000000000000".to_owned(),
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a".to_owned(),
            "v2.local.AAAA".to_owned(),
            "dGhlIHNhbXBsZSBub25jZXRoZSBzYW1wbGUgbm9uY2V0aGU".to_owned(),
        ],
    )
}

fn all() -> Vec<Attack> {
    [none(), confusion(), weak_secrets(), forms(), foreign_keys(), heads(), bodies(), others()]
        .concat()
}

/// Returns texts that are no tokens at all (RFC 6750 §2.1), which get another response.
fn malformed() -> Vec<Attack> {
    let good = token(HEADER, &claims(""));
    let (header, rest) = good.split_once('.').unwrap();
    named(
        "malformed",
        [
            format!("{header}=.{rest}"),
            format!("{header}.={rest}"),
            format!("={good}"),
            format!("{good} {good}"),
            format!("{good},{good}"),
            format!("\"{good}\""),
            format!("{good}\tx"),
            format!("{good};x"),
            format!("{good}é"),
        ],
    )
}

#[tokio::test]
async fn malformed_tokens_are_a_bad_request_and_all_responses_are_equal() {
    let expected = present(original(), "").await.to_string();
    assert!(expected.contains("\ncode: \"invalid_authorization\"\n"));
    for (name, token) in malformed() {
        assert_eq!(present(original(), &token).await.to_string(), expected, "{name}: {token}");
    }
}

// Nothing is accepted, and all invalid tokens get the same response
#[tokio::test]
async fn attacks_are_all_rejected_with_equal_responses() {
    let attacks = all();
    assert!(attacks.len() > 200, "{}", attacks.len());
    let expected = present(original(), "a.b.c").await.to_string();
    assert!(expected.contains("\ncode: \"invalid_token\"\n"));
    for (name, token) in attacks {
        let found = present(original(), &token).await;
        assert_eq!(found.to_string(), expected, "{name}: {token}");
    }
}

// Each token of the table is wrong in one way only: without that mistake it is accepted.
#[tokio::test]
async fn tokens_without_the_attack_are_accepted() {
    assert_eq!(present(original(), &token(HEADER, &claims(""))).await.body, "user:7");
    assert_eq!(
        present(original(), &token(HEADER, &claims(r#","x":{"y":1}"#))).await.body,
        "user:7"
    );
}

// The same attacks against a key pair: a secret made of the public key is the oldest trick.
#[tokio::test]
async fn key_pair_accepts_no_attack() {
    let public = include_bytes!("keys/rsa.pub.pem");
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
        let verifier = || {
            JwtVerifier::<AccessClaims>::builder(Profile::general())
                .key(Key::from_pem(algorithm, public).unwrap())
                .clock(now)
                .build()
                .unwrap()
        };
        for (name, token) in
            all().into_iter().filter(|(name, _)| !name.starts_with("another family"))
        {
            let found = present(verifier(), &token).await;
            assert_eq!(found.code(), "invalid_token", "{name}: {token}");
        }
    }
}
