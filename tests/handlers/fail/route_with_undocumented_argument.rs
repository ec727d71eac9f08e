use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use definable_errors::router::{GuardedRouter, Public};

struct Locale(String);

impl<S: Sync> FromRequestParts<S> for Locale {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self("en".to_owned()))
    }
}

async fn greet(_: Public, locale: Locale) -> String {
    locale.0
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", greet);
}
