//! A service behind a reverse proxy with two quotas: one for each client address around all routes, which
//! rejects a flood before any other work is done, and one for each API key around the reports. The address is taken from `X-Forwarded-For`, but only as far as proxies wrote it that are named in
//! `TRUSTED_PROXIES`: what a client puts into the field itself has no effect. `/health` has no limit.
//!
//! ```sh
//! TRUSTED_PROXIES=127.0.0.0/8 cargo run -p behind-a-proxy   # separated by commas; none by default
//! curl -i http://127.0.0.1:3000/ -H 'x-forwarded-for: 198.51.100.7'    # 200 "address";r=19, of that client
//! curl -i http://127.0.0.1:3000/reports -H 'x-api-key: demo-4xKq9'     # 200 "key";r=2, of the key
//! curl http://127.0.0.1:3000/reports -H 'x-api-key: guessed'           # 401 invalid_api_key
//! ```
use std::collections::HashMap;
use std::{env, error::Error, time::Duration};

use axum::{Router, routing::get};
use definable_errors::auth::{ApiKey, ApiKeyRecord, ApiKeyStore, ApiKeys, Principal, SecretDigest};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::guard;
use definable_errors::rate_limit::{Address, Caller, Quota, RateLimit, TrustedProxies};
use definable_errors::stack::Stack;

/// At most 20 requests of an address in any minute. The names are those in the header fields.
const ADDRESS: Quota = Quota::per_minute(20).with_name("address");

/// At most 3 reports of an API key in any minute, from however many addresses.
const KEY: Quota = Quota::per_minute(3).with_name("key");

/// The program that an API key belongs to.
#[derive(Clone)]
struct Client(&'static str);

impl Principal for Client {
    fn subject(&self) -> Subject {
        Subject::api_key(self.0)
    }
}

/// The API keys, by digest: whoever reads this table cannot use it. A real service has it in a database,
/// and its keys from `NewApiKey`, because the digest of a short word can be guessed.
struct KeyTable(HashMap<SecretDigest, ApiKeyRecord<Client>>);

impl KeyTable {
    fn new() -> Self {
        // `printf %s demo-4xKq9 | sha256sum`, and the same of `demo-7mWz2`.
        let rows = [
            ("accounting", "52533aa5e8044d2b6f2258f17b1132fb3ae9adbf73f7b2deba6c883938ce23ac"),
            ("warehouse", "b4a07fe21b4b5163917dc3b83b95da5d4b4142ad8489ffa59ad4136721151f11"),
        ];
        let records = rows.into_iter().map(|(name, digest)| {
            let digest = SecretDigest::from_hex(digest).expect("a digest is 64 hex digits");
            (digest, ApiKeyRecord::new(digest, Client(name)))
        });
        Self(records.collect())
    }
}

impl ApiKeyStore<Client> for KeyTable {
    fn find<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, Option<ApiKeyRecord<Client>>> {
        ApiFuture::ready(Ok(self.0.get(digest).cloned()))
    }
}

fn app(proxies: TrustedProxies) -> Router {
    let address = Address::behind(proxies);
    let by_key = RateLimit::new(Caller::or_address(address.clone()), KEY);
    let reports = Router::new()
        .route("/reports", get(|| async { "all of them" }))
        // The layer that is added last is the outermost. The key is verified before it is counted, so
        // that a client cannot use up the quota of another one by guessing.
        .route_layer(by_key)
        .route_layer(guard::from_extractor::<ApiKey<Client>, _>(ApiKeys::new(KeyTable::new())));
    let stack = Stack::new()
        .timeout(Duration::from_secs(10))
        .rate_limit(RateLimit::new(address, ADDRESS))
        .exempt(["/health"]);
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/health", get(|| async { "ok" }))
        .merge(reports)
        .layer(stack)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let proxies = env::var("TRUSTED_PROXIES").unwrap_or_default();
    let proxies = proxies.split(',').map(str::trim).filter(|network| !network.is_empty());
    let app = app(TrustedProxies::networks(proxies)?);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    // Unlike `axum::serve(listener, app)`, it adds the address of the peer to every request.
    Ok(definable_errors::serve(listener, app).await?)
}
