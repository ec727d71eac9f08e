//! A service with logins: a token says who the user is and in which role, a role grants permissions, and
//! the first argument of each handler says which of them it needs. A handler without such a guard does
//! not compile, and `routes.txt`, which a test compares, lists who may call what.
//!
//! ```sh
//! JWT_SECRET=$(openssl rand -base64 32) cargo run -p jwt-roles
//! TOKEN=$(curl -s http://127.0.0.1:3000/login -H 'content-type: application/json' \
//!   -d '{"name": "grace", "password": "correct horse battery staple"}' | cut -d '"' -f 4)
//! curl http://127.0.0.1:3000/orders/7                                               # 401 missing_credentials
//! curl http://127.0.0.1:3000/orders/7 -H "authorization: Bearer $TOKEN"             # 200 "id":7
//! curl -X DELETE http://127.0.0.1:3000/orders/7 -H "authorization: Bearer $TOKEN"   # 403 insufficient_permissions
//! ```
use std::{env, error::Error, sync::Arc};

use argon2::{Argon2, PasswordVerifier, password_hash};
use axum::extract::{FromRef, State};
use axum::http::{HeaderName, header::CACHE_CONTROL};
use axum::response::NoContent;
use definable_errors::auth::jwt::{Algorithm, Issuer, JwtVerifier, Key, Profile, SigningKey};
use definable_errors::auth::{Authenticated, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::extract::{Json, Path};
use definable_errors::problem::{INVALID_CREDENTIALS, INVALID_TOKEN};
use definable_errors::rbac::{HasRights, Require, RequireLevel, Rights, Role, permissions};
use definable_errors::rbac::{RoleDefinition, RoleSet, RoleSetError};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, ApiErrorLayer, Declared, ResultExt};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

/// The issuer and the audience of the tokens. A token that another service signed with the same secret
/// is rejected.
const NAME: &str = "https://shop.example";

/// The claims of a token, apart from its times, its id, and its issuer and audience.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    role: String,
}

/// The caller of a handler.
struct User {
    name: String,
    role: Arc<Role>,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.name)
    }
}

impl HasRights for User {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(&self.role)
    }
}

permissions! {
    caller = Authenticated<User>;

    /// Permission to read orders.
    OrderRead = "order:read";
    /// Permission to delete orders.
    OrderDelete = "order:delete";
}

fn roles() -> Result<RoleSet, RoleSetError> {
    RoleSet::new([
        RoleDefinition::new("clerk", 10).with_grants(["order:read"]),
        RoleDefinition::new("manager", 50).with_inherited(["clerk"]).with_grants(["order:*"]),
    ])
}

/// Returns the role and the password hash of a user. A real service has them in a database.
#[rustfmt::skip]
fn account(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "ada" => Some(("manager", "$argon2id$v=19$m=19456,t=2,p=1$rLyfmlfxxWkzhuKaFtjxtA$soB1NRoA412mybKtcC5wOscPZwvmq7zaK3XIL/zu46A")),
        "grace" => Some(("clerk", "$argon2id$v=19$m=19456,t=2,p=1$cJjb40S3yaC2MJEY75WSyQ$2BjSenX/Ag6ZKDtNt+EOTqiy3eQkHKPHHbMuxppwSZg")),
        _ => None,
    }
}

/// The hash of a random password. The password of an unknown user is compared with it, so that the time
/// that a login takes does not reveal who has an account.
const UNKNOWN_USER: &str = "$argon2id$v=19$m=19456,t=2,p=1$y0t7IL6ZjbUm827Evwo8qg$ctbi2Oqe+IVP6HnYTGDpmsSzluP3KSbkXcH6W0ODJPg";

#[derive(Debug, thiserror::Error, ApiError)]
#[api(declares(INVALID_CREDENTIALS))]
enum LoginError {
    #[error("a stored password hash is malformed")]
    #[api(status = 500)]
    Hash(#[from] password_hash::Error),
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

#[derive(Serialize)]
struct Token {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
}

/// Logs in. A real service also limits the failed attempts, with `RateLimit::attempt`, and how many hashes
/// are computed at once.
async fn login(
    _: Public,
    State(issuer): State<Issuer>,
    Json(login): Json<Login>,
) -> Result<([(HeaderName, &'static str); 1], Json<Token>), Declared<LoginError>> {
    let (role, hash) =
        account(&login.name).map_or((None, UNKNOWN_USER), |(role, hash)| (Some(role), hash));
    // Hashing takes tens of milliseconds, during which other requests are to be served.
    let check = move || Argon2::default().verify_password(login.password.as_bytes(), hash);
    match (spawn_blocking(check).await.or_internal()?, role) {
        (Ok(()), Some(role)) => {
            let token = issuer.issue(Claims { sub: login.name, role: role.into() })?;
            let (access_token, expires_in) = (token.as_str().to_owned(), token.expires_in());
            let token = Token { access_token, token_type: "Bearer", expires_in };
            Ok(([(CACHE_CONTROL, "no-store")], Json(token)))
        }
        (Ok(()) | Err(password_hash::Error::PasswordInvalid), _) => {
            Err(ApiError::invalid_credentials().into())
        }
        (Err(error), _) => Err(LoginError::from(error).into()),
    }
}

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    /// The order does not exist, or was deleted.
    #[error("order {id} does not exist")]
    #[api(status = 404, code = "order_not_found")]
    NotFound { id: u64 },
}

#[derive(Serialize)]
struct Order {
    id: u64,
}

fn find(id: u64) -> Result<Order, OrderError> {
    if id == 7 { Ok(Order { id }) } else { Err(OrderError::NotFound { id }) }
}

async fn read(_: Require<OrderRead>, Path(id): Path<u64>) -> Result<Json<Order>, OrderError> {
    Ok(Json(find(id)?))
}

async fn remove(user: Require<OrderDelete>, Path(id): Path<u64>) -> Result<NoContent, OrderError> {
    let order = find(id)?;
    tracing::info!("order {} was deleted by {}", order.id, user.name);
    Ok(NoContent)
}

/// Lists the roles, for managers and every role that is above them.
async fn list_roles(
    _: RequireLevel<50, Authenticated<User>>,
    State(roles): State<Arc<RoleSet>>,
) -> Json<Vec<String>> {
    Json(roles.iter().map(|role| role.name().to_owned()).collect())
}

#[derive(Clone, FromRef)]
struct AppState {
    issuer: Issuer,
    roles: Arc<RoleSet>,
    verifier: Arc<dyn Verify<User>>,
}

impl AppState {
    fn new(secret: &str) -> Result<Self, Box<dyn Error>> {
        let signing_key = SigningKey::from_secret(Algorithm::Hs256, secret.as_bytes())?;
        let roles = Arc::new(roles()?);
        let known_roles = roles.clone();
        // The keys of another issuer are `.keys(Jwks::builder(url).build()?)`, with the feature `jwks`.
        let verifier = JwtVerifier::<Claims>::builder(Profile::general())
            .issuer(NAME)
            .audience(NAME)
            .key(Key::from_secret(Algorithm::Hs256, secret.as_bytes())?)
            .build()?
            .map(move |claims| {
                let role = known_roles.get(&claims.role).or_problem(&INVALID_TOKEN)?;
                Ok(User { name: claims.sub, role })
            });
        let issuer = Issuer::new(signing_key).issuer(NAME).audience(NAME);
        Ok(Self { issuer, roles, verifier: Arc::new(verifier) })
    }
}

fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .post("/login", login)
        .get("/orders/{id}", read)
        .delete("/orders/{id}", remove)
        .get("/roles", list_roles)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let secret = env::var("JWT_SECRET").map_err(|_| "set JWT_SECRET to 32 random bytes or more")?;
    let state = AppState::new(&secret)?;
    let app = routes().into_router().layer(ApiErrorLayer::new()).with_state(state);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_EXPECT=1 cargo test` writes the file anew; its diff shows reviewers what has changed.
    #[test]
    fn table_of_routes_is_the_reviewed_one() {
        expect_test::expect_file!["../routes.txt"].assert_eq(&routes().table().to_string());
    }
}
