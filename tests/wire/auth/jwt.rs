//! Tests of valid tokens of every algorithm and profile, and of tokens that are almost valid.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::jwt::{
    AccessClaims, Algorithm, Issuer, JwtError, JwtVerifier, JwtVerifierBuilder, Key, KeyError,
    LegacyClaims, Profile, SigningKey, SubjectType,
};
use definable_errors::auth::{Authenticated, Bearer, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::{ApiError, ApiErrorLayer};
use jsonwebtoken::EncodingKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use support::{Answer, send};

use super::mint::{HEADER, NOW, SECRET, claims, signed, token};
use super::service::with;

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

pub(crate) fn secret() -> Key {
    Key::from_secret(Algorithm::Hs256, SECRET).unwrap()
}

pub(super) fn original() -> JwtVerifier<LegacyClaims> {
    JwtVerifier::builder(Profile::legacy_hs256()).key(secret()).clock(now).build().unwrap()
}

fn rfc9068(key: Key) -> JwtVerifier<AccessClaims> {
    let builder = JwtVerifier::builder(Profile::rfc9068()).key(key).clock(now);
    builder.issuer("https://issuer.example").audience("kb").build().unwrap()
}

/// Returns a service that responds with the caller that the verifier found.
pub(super) fn app<P: Principal>(verifier: impl Verify<P>) -> Router {
    let verifier: Arc<dyn Verify<P>> = Arc::new(verifier);
    Router::new()
        .route("/", on_get(|user: Authenticated<P>| async move { user.subject().to_string() }))
        .layer(ApiErrorLayer::new())
        .with_state(verifier)
}

pub(super) async fn present<P: Principal>(verifier: impl Verify<P>, token: &str) -> Answer {
    let answer = send(app(verifier), with("/", &[&format!("Bearer {token}")])).await;
    answer.check();
    answer
}

/// Returns the caller, or the code of the rejection.
async fn outcome<P: Principal>(verifier: impl Verify<P>, token: &str) -> String {
    let answer = present(verifier, token).await;
    if answer.status.is_success() { answer.body } else { answer.code() }
}

const ACCESS: &str = r#"{"typ":"at+jwt","alg":"ALG"}"#;

fn access(more: &str) -> String {
    let exp = NOW + 60;
    format!(
        r#"{{"iss":"https://issuer.example","aud":["kb","other"],"sub":"7","client_id":"app","iat":{NOW},"jti":"1","exp":{exp}{more}}}"#
    )
}

/// Returns every algorithm of a key pair, with the keys that verify and the keys that sign.
fn pairs() -> Vec<(Algorithm, Key, EncodingKey, SigningKey)> {
    let rsa: (&[u8], &[u8]) = (include_bytes!("keys/rsa.pub.pem"), include_bytes!("keys/rsa.pem"));
    let p256: (&[u8], &[u8]) =
        (include_bytes!("keys/p256.pub.pem"), include_bytes!("keys/p256.pem"));
    let p384: (&[u8], &[u8]) =
        (include_bytes!("keys/p384.pub.pem"), include_bytes!("keys/p384.pem"));
    let ed: (&[u8], &[u8]) =
        (include_bytes!("keys/ed25519.pub.pem"), include_bytes!("keys/ed25519.pem"));
    let of_rsa = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
    ];
    let mut pairs: Vec<_> = of_rsa.map(|algorithm| (algorithm, rsa)).to_vec();
    pairs.extend([(Algorithm::Es256, p256), (Algorithm::Es384, p384), (Algorithm::EdDsa, ed)]);
    let whole = |(algorithm, (public, private)): (Algorithm, (&[u8], &[u8]))| {
        let foreign = match algorithm {
            Algorithm::EdDsa => EncodingKey::from_ed_pem(private),
            Algorithm::Es256 | Algorithm::Es384 => EncodingKey::from_ec_pem(private),
            _ => EncodingKey::from_rsa_pem(private),
        };
        let key = Key::from_pem(algorithm, public).unwrap();
        (algorithm, key, foreign.unwrap(), SigningKey::from_pem(algorithm, private).unwrap())
    };
    pairs.into_iter().map(whole).collect()
}

struct Admin(String);

impl Principal for Admin {
    fn subject(&self) -> Subject {
        Subject::user(&self.0)
    }
}

#[tokio::test]
async fn claims_are_converted_into_a_principal_or_the_error_of_the_conversion() {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        role: String,
    }
    let verifier = || {
        let builder = JwtVerifier::<Claims>::builder(Profile::general()).key(secret()).clock(now);
        builder.build().unwrap().map(|claims| match claims.role.as_str() {
            "admin" => Ok(Admin(claims.sub)),
            _ => Err(ApiError::forbidden("Only for admins.")),
        })
    };
    let of_role =
        |role: &str| token(HEADER, &format!(r#"{{"sub":"7","role":"{role}","exp":{}}}"#, NOW + 60));
    assert_eq!(outcome(verifier(), &of_role("admin")).await, "user:7");
    assert_eq!(outcome(verifier(), &of_role("guest")).await, "forbidden");
    assert_eq!(outcome(verifier(), "a.b.c").await, "invalid_token");
}

#[tokio::test]
async fn closure_verifies_tokens() {
    let verifier = |token: Bearer| async move {
        match token.as_str() {
            "good" => Ok(Admin("ada".to_owned())),
            _ => Err(ApiError::invalid_token()),
        }
    };
    assert_eq!(outcome(verifier, "good").await, "user:ada");
    assert_eq!(outcome(verifier, "bad").await, "invalid_token");
}

#[tokio::test]
async fn legacy_token_is_accepted() {
    for header in [
        HEADER,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"jwt"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","kid":"any"}"#,
    ] {
        assert_eq!(outcome(original(), &token(header, &claims(""))).await, "user:7", "{header}");
    }
}

#[tokio::test]
async fn every_algorithm_with_a_secret_is_accepted() {
    let long: Vec<u8> = (0..64).collect();
    for (algorithm, foreign) in [
        (Algorithm::Hs256, jsonwebtoken::Algorithm::HS256),
        (Algorithm::Hs384, jsonwebtoken::Algorithm::HS384),
        (Algorithm::Hs512, jsonwebtoken::Algorithm::HS512),
    ] {
        let header = ACCESS.replace("ALG", algorithm.name());
        let token =
            signed(&header, &access(""), foreign, &EncodingKey::from_secret(&long).unwrap());
        let verifier = || rfc9068(Key::from_secret(algorithm, &long).unwrap());
        assert_eq!(outcome(verifier(), &token).await, "user:7", "{algorithm}");
    }
}

// Each key has one algorithm, and a token of any other is rejected.
#[tokio::test]
async fn every_algorithm_of_a_key_pair_is_accepted_by_its_own_key_alone() {
    let pairs = pairs();
    for (algorithm, _, foreign, signing) in &pairs {
        let header = ACCESS.replace("ALG", algorithm.name());
        let named = algorithm.name().parse().unwrap();
        let foreign = signed(&header, &access(""), named, foreign);
        let ours = Issuer::new(signing.clone())
            .issuer("https://issuer.example")
            .audience("kb")
            .clock(now)
            .issue(serde_json::json!({ "sub": "7", "client_id": "app" }))
            .unwrap();
        for (other, key, ..) in &pairs {
            let expected = if other == algorithm { "user:7" } else { "invalid_token" };
            for token in [&*foreign, ours.as_str()] {
                let found = outcome(rfc9068(key.clone()), token).await;
                assert_eq!(found, expected, "{algorithm} for {other}");
            }
        }
    }
}

#[tokio::test]
async fn access_token_profile_requires_every_claim() {
    let key = || Key::from_secret(Algorithm::Hs256, SECRET).unwrap();
    let header = ACCESS.replace("ALG", "HS256");
    assert_eq!(outcome(rfc9068(key()), &token(&header, &access(""))).await, "user:7");
    let whole = access("");
    for claim in [
        r#""iss":"https://issuer.example","#,
        r#""aud":["kb","other"],"#,
        r#""sub":"7","#,
        r#""client_id":"app","#,
        r#""jti":"1","#,
        &format!(r#""iat":{NOW},"#),
        &format!(r#","exp":{}"#, NOW + 60),
    ] {
        assert!(whole.contains(claim), "{claim}");
        let without = token(&header, &whole.replace(claim, ""));
        assert_eq!(outcome(rfc9068(key()), &without).await, "invalid_token", "{claim}");
    }
    for kind in [r#""typ":"JWT","#, "", r#""typ":"dpop+jwt","#, r#""typ":"refresh+jwt","#] {
        let header = format!("{{{kind}\"alg\":\"HS256\"}}");
        let found = outcome(rfc9068(key()), &token(&header, &access(""))).await;
        assert_eq!(found, "invalid_token", "{kind}");
    }
}

// A token is reported as expired only if everything else about it is valid.
#[tokio::test]
async fn only_a_valid_token_can_expire() {
    let time = Arc::new(AtomicU64::new(NOW));
    let clock = time.clone();
    let verifier: Arc<dyn Verify<LegacyClaims>> = Arc::new(
        JwtVerifier::<LegacyClaims>::builder(Profile::legacy_hs256())
            .key(secret())
            .clock(move || {
                SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed))
            })
            .build()
            .unwrap(),
    );
    let app = Router::new()
        .route("/", on_get(|_: Authenticated<LegacyClaims>| async { "in" }))
        .layer(ApiErrorLayer::new())
        .with_state(verifier);
    let code = async |token: &str| {
        let answer = send(app.clone(), with("/", &[&format!("Bearer {token}")])).await;
        if answer.status.is_success() { "in".to_owned() } else { answer.code() }
    };
    let good = token(HEADER, &claims(""));
    assert_eq!(code(&good).await, "in");
    time.store(NOW + 60 + 29, Ordering::Relaxed);
    assert_eq!(code(&good).await, "in");
    time.store(NOW + 60 + 30, Ordering::Relaxed);
    assert_eq!(code(&good).await, "token_expired");
    let last = if good.ends_with('A') { "Q" } else { "A" };
    let forged = format!("{}{last}", &good[..good.len() - 1]);
    assert_eq!(code(&forged).await, "invalid_token");
    for more in [r#","aud":"other""#, r#","cnf":{}"#, r#","nbf":"soon""#] {
        assert_eq!(code(&token(HEADER, &claims(more))).await, "invalid_token", "{more}");
    }
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

impl Principal for Numbered {
    fn subject(&self) -> Subject {
        Subject::user(&self.id.to_string())
    }
}

fn with_subject<P: Principal + DeserializeOwned>(subject: SubjectType) -> JwtVerifier<P> {
    let profile = Profile::legacy_hs256().subject("id", subject);
    JwtVerifier::builder(profile).key(secret()).clock(now).build().unwrap()
}

#[tokio::test]
async fn id_is_a_string_or_a_number_as_configured() {
    let (text, number) = (claims(""), claims("").replace("\"7\"", "7"));
    let verifier = || with_subject::<Numbered>(SubjectType::Integer);
    assert_eq!(outcome(verifier(), &token(HEADER, &number)).await, "user:7");
    assert_eq!(outcome(verifier(), &token(HEADER, &text)).await, "invalid_token");
    let verifier = || with_subject::<LegacyClaims>(SubjectType::Text);
    assert_eq!(outcome(verifier(), &token(HEADER, &text)).await, "user:7");
    assert_eq!(outcome(verifier(), &token(HEADER, &number)).await, "invalid_token");
}

#[tokio::test]
async fn key_is_chosen_by_its_id() {
    let other: Vec<u8> = (0..32).collect();
    let verifier = || {
        JwtVerifier::<LegacyClaims>::builder(Profile::legacy_hs256())
            .key(secret().with_id("old").unwrap())
            .key(Key::from_secret(Algorithm::Hs256, &other).unwrap().with_id("new").unwrap())
            .clock(now)
            .build()
            .unwrap()
    };
    for (id, expected) in [("old", "user:7"), ("new", "invalid_token"), ("none", "invalid_token")] {
        let header = format!(r#"{{"alg":"HS256","kid":"{id}"}}"#);
        assert_eq!(outcome(verifier(), &token(&header, &claims(""))).await, expected, "{id}");
    }
    assert_eq!(outcome(verifier(), &token(r#"{"alg":"HS256"}"#, &claims(""))).await, "user:7");
}

// Weak or contradictory keys are an error at start.
#[test]
fn keys_of_one_id_and_algorithm_are_rejected_at_build() {
    let built = |keys: Vec<Key>| {
        let builder = JwtVerifier::<AccessClaims>::builder(Profile::general());
        keys.into_iter().fold(builder, JwtVerifierBuilder::key).build().map(drop)
    };
    let named = |id: &str| secret().with_id(id).unwrap();
    let another = |id: &str| {
        let key = Key::from_secret(Algorithm::Hs256, b"x9Ws0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO").unwrap();
        key.with_id(id).unwrap()
    };
    let elliptic = |id: &str| {
        let key = Key::from_pem(Algorithm::Es256, include_bytes!("keys/p256.pub.pem")).unwrap();
        key.with_id(id).unwrap()
    };
    let ambiguous = Err(JwtError::AmbiguousKeys);
    assert_eq!(built(vec![named("1"), another("1")]), ambiguous);
    assert_eq!(built(vec![named("1"), elliptic("2"), named("1")]), ambiguous);
    assert_eq!(built(vec![elliptic("2"), named("1"), elliptic("2")]), ambiguous);
    assert_eq!(built(vec![named("1"), another("2"), elliptic("1")]), Ok(()));
    assert_eq!(built(vec![secret(), secret()]), Ok(()));
}

#[test]
fn unsafe_keys_are_rejected_at_build() {
    let weak = include_bytes!("keys/rsa-1024.pub.pem");
    assert_eq!(Key::from_pem(Algorithm::Rs256, weak).unwrap_err(), KeyError::RsaSize);
    let weak = include_bytes!("keys/rsa-1024.pem");
    assert_eq!(SigningKey::from_pem(Algorithm::Rs256, weak).unwrap_err(), KeyError::RsaSize);
    let private = include_bytes!("keys/rsa.pem");
    assert_eq!(Key::from_pem(Algorithm::Rs256, private).unwrap_err(), KeyError::Pem);
    let certificate = include_bytes!("keys/p256.certificate.pem");
    assert_eq!(Key::from_pem(Algorithm::Es256, certificate).unwrap_err(), KeyError::Pem);
    let public = include_bytes!("keys/rsa.pub.pem");
    assert_eq!(Key::from_pem(Algorithm::Es256, public).unwrap_err(), KeyError::Pem);
    assert_eq!(Key::from_secret(Algorithm::Hs256, public).unwrap_err(), KeyError::PemAsSecret);
    assert!(matches!(Key::from_secret(Algorithm::Rs256, SECRET), Err(KeyError::OtherAlgorithm(_))));
    assert!(SigningKey::from_pem(Algorithm::Es384, include_bytes!("keys/p256.pem")).is_err());

    let builder = || JwtVerifier::<AccessClaims>::builder(Profile::rfc9068());
    let refused = |built: Result<JwtVerifier<AccessClaims>, JwtError>| built.unwrap_err();
    assert_eq!(refused(builder().build()), JwtError::Keys);
    assert_eq!(refused(builder().key(secret()).audience("kb").build()), JwtError::Issuer);
    assert_eq!(refused(builder().key(secret()).issuer("a").build()), JwtError::Audience);
    let late = builder().key(secret()).issuer("a").audience("b").leeway(Duration::from_secs(301));
    assert_eq!(refused(late.build()), JwtError::Leeway);
    let in_time =
        builder().key(secret()).issuer("a").audience("b").leeway(Duration::from_secs(300));
    assert!(in_time.build().is_ok());
    let (_, key, ..) = pairs().remove(0);
    let other = JwtVerifier::<LegacyClaims>::builder(Profile::legacy_hs256()).key(key).build();
    let other = other.unwrap_err();
    assert_eq!(other, JwtError::OtherAlgorithm(Algorithm::Rs256));
    assert_eq!(other.to_string(), "the profile takes no key of RS256");
}
