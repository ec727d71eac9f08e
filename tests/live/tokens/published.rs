//! Keys that an issuer publishes and rotates.

use std::time::Duration;

use definable_errors::auth::jwks::{Jwks, JwksBuilder};
use support::needs;

use super::{Issuer, Service, builder};

const PUBLISHED: [&str; 5] = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

fn jwks(issuer: &Issuer) -> JwksBuilder {
    Jwks::builder(issuer.url()).on_failure(|_| ())
}

#[tokio::test]
async fn published_keys_of_every_kind_are_accepted() {
    needs!(Node);
    let issuer = Issuer::start();
    let service = Service::start(builder().keys(jwks(&issuer).build().unwrap())).await;
    for algorithm in PUBLISHED {
        assert_eq!(service.asks(&issuer.token(algorithm).await).await, "7", "{algorithm}");
    }
    assert_eq!(issuer.fetches().await, 1, "all tokens need one fetch");
}

#[tokio::test]
async fn rotation_takes_effect_at_once_and_the_old_keys_become_invalid() {
    needs!(Node);
    let issuer = Issuer::start();
    let keys = jwks(&issuer).refetch(2, Duration::from_secs(3600)).build().unwrap();
    keys.load().await.unwrap();
    let service = Service::start(builder().keys(keys)).await;
    let old = issuer.token("ES256").await;
    assert_eq!(service.asks(&old).await, "7");
    issuer.rotate().await;
    assert_eq!(service.asks(&old).await, "7", "the newer keys were not fetched yet");
    assert_eq!(service.asks(&issuer.token("ES256").await).await, "7");
    assert!(service.asks(&old).await.starts_with("401 invalid_token "));
    assert_eq!(issuer.fetches().await, 3, "of the start, of the new key, of the old one");
    for _ in 0..20 {
        assert!(service.asks(&old).await.starts_with("401 invalid_token "));
    }
    assert_eq!(issuer.fetches().await, 3, "a key that is not there is not looked for again");
}

#[tokio::test]
async fn unreachable_issuer_is_not_a_client_error() {
    needs!(Node);
    let issuer = Issuer::start();
    let service = Service::start(builder().keys(jwks(&issuer).build().unwrap())).await;
    let late = Service::start(builder().keys(jwks(&issuer).build().unwrap())).await;
    let token = issuer.token("EdDSA").await;
    assert_eq!(service.asks(&token).await, "7");
    drop(issuer);
    assert_eq!(service.asks(&token).await, "7", "keys that are there stay");
    assert_eq!(late.asks(&token).await.trim(), "503 keys_unavailable");
}
