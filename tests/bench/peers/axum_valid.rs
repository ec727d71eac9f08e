//! axum-valid 0.25: `Valid` for validator 0.20 and `Garde` for garde 0.23, which respond with the
//! JSON of those crates, including validator's submitted values.

use std::hint::black_box;

use axum::Json;
use axum_valid::{Garde, Valid};
use serde::Deserialize;

use super::axum_api_kit::SignUp;

#[derive(Deserialize, garde::Validate)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ByGarde {
    #[garde(length(chars, min = 1, max = 80))]
    full_name: String,
    #[garde(length(chars, max = 500))]
    about: String,
    #[garde(range(min = 18, max = 99))]
    age: u8,
}

pub(crate) async fn by_validator(sign_up: Valid<Json<SignUp>>) -> &'static str {
    black_box(sign_up);
    "ok"
}

pub(crate) async fn by_garde(sign_up: Garde<Json<ByGarde>>) -> &'static str {
    black_box(sign_up);
    "ok"
}
