//! Tests of the tokens that the provider issues: refreshed, verified by its keys, and introspected.

use std::time::Duration;

use definable_errors::auth::jwks::Jwks;
use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, Profile};
use definable_errors::auth::{Bearer, Principal, Verify};
use definable_errors::oauth::{IntrospectedToken, Introspection, IntrospectionBuilder, Tokens};
use support::{needs, send_to};

use super::provider::SECRET;
use super::{API, Agent, OPAQUE, Shop};

async fn logged_in(shop: &Shop, query: &str) -> Tokens {
    let mut agent = Agent::default();
    let callback = agent.log_in(shop, query).await;
    assert_eq!(agent.get(&callback).await.status, 303);
    shop.last_login().unwrap()
}

/// Returns the caller, or the code of the rejection.
async fn verified<P: Principal>(verifier: &impl Verify<P>, token: &str) -> String {
    match verifier.verify(&Bearer::new(token).unwrap()).await {
        Ok(caller) => caller.subject().id().to_owned(),
        Err(error) => error.problem().code().to_owned(),
    }
}

fn introspection(url: String) -> IntrospectionBuilder<IntrospectedToken> {
    Introspection::builder(url).client("shop", SECRET).max_age(Duration::ZERO)
}

#[tokio::test]
async fn access_tokens_are_verified_by_the_published_keys_and_id_tokens_are_refused() {
    needs!(Node);
    let shop = Shop::open().await;
    let metadata = shop.provider.metadata().await;
    let keys = Jwks::builder(metadata.jwks_uri.unwrap()).build().unwrap();
    let builder = || {
        JwtVerifier::<AccessClaims>::builder(Profile::rfc9068())
            .keys(keys.clone())
            .issuer(&metadata.issuer)
    };
    let verifier = builder().audience(API).build().unwrap();
    let tokens = logged_in(&shop, "").await;
    assert_eq!(verified(&verifier, tokens.access_token()).await, "ada");
    assert_eq!(verified(&verifier, tokens.id_token().unwrap()).await, "invalid_token");
    // Not even a service whose audience is the client accepts it.
    let careless = builder().audience("shop").build().unwrap();
    assert_eq!(verified(&careless, tokens.id_token().unwrap()).await, "invalid_token");
    let refresh_token = tokens.refresh_token().unwrap();
    assert_eq!(verified(&verifier, refresh_token).await, "invalid_token");

    let refreshed = shop.client.refresh(refresh_token).await.unwrap();
    assert_ne!(refreshed.access_token(), tokens.access_token());
    assert_eq!(verified(&verifier, refreshed.access_token()).await, "ada");
}

// The provider replaces refresh tokens, and revokes the login if an old one comes again.
#[tokio::test]
async fn concurrent_refreshes_do_not_end_the_login() {
    needs!(Node);
    let shop = Shop::with(|builder| builder.client_secret(SECRET)).await;
    let tokens = logged_in(&shop, "").await;
    let first = tokens.refresh_token().unwrap();
    let (one, two) = tokio::join!(shop.client.refresh(first), shop.client.refresh(first));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.access_token(), two.access_token());
    let late = shop.client.refresh(first).await.unwrap();
    assert_eq!(late.refresh_token(), one.refresh_token());
    let next = shop.client.refresh(one.refresh_token().unwrap()).await;
    assert!(next.is_ok());
}

#[tokio::test]
async fn introspected_token_is_accepted_until_it_is_revoked() {
    needs!(Node);
    let mut shop = Shop::open().await;
    let metadata = shop.provider.metadata().await;
    let tokens = logged_in(&shop, &format!("resource={OPAQUE}")).await;
    let url = metadata.introspection_endpoint.unwrap();
    let verifier = introspection(url.clone()).audience(OPAQUE).issuer(&metadata.issuer);
    let verifier = verifier.build().unwrap();
    assert_eq!(verified(&verifier, tokens.access_token()).await, "ada");
    assert_eq!(verified(&verifier, "made-up").await, "invalid_token");
    // A refresh token is active, too, but it is no access token for this service.
    assert_eq!(verified(&verifier, tokens.refresh_token().unwrap()).await, "invalid_token");
    let other = introspection(url.clone()).audience(API).build().unwrap();
    assert_eq!(verified(&other, tokens.access_token()).await, "invalid_token");
    let stranger = introspection(url).client("shop", "wrong").build().unwrap();
    assert_eq!(verified(&stranger, tokens.access_token()).await, "service_unavailable");

    revoke(&shop, tokens.access_token()).await;
    assert_eq!(verified(&verifier, tokens.access_token()).await, "invalid_token");
    shop.provider.kill();
    assert_eq!(verified(&verifier, "another").await, "service_unavailable");
}

/// Revokes a token (RFC 7009).
async fn revoke(shop: &Shop, token: &str) {
    let address = shop.provider.issuer.trim_start_matches("http://").parse().unwrap();
    let body = format!("token={token}&client_id=shop");
    let mut request =
        support::posting("/token/revocation", "application/x-www-form-urlencoded", body);
    let basic = "Basic c2hvcDp0aGUrc2VjcmV0KyUyNitpdHMrZnJpZW5kcw==".parse().unwrap();
    request.headers_mut().insert(http::header::AUTHORIZATION, basic);
    let answer = send_to(address, request).await;
    assert_eq!(answer.status, 200, "{answer}");
}
