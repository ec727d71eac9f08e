//! Our rows: a JSON body of a sign-up whose rules are written by hand, or derived by validator or garde.

use definable_errors::extract::{Garde, Json, Rules, Valid, Violations};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ByHand {
    full_name: String,
    about: String,
    age: u8,
}

impl Rules for ByHand {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("full_name", &self.full_name).length(1..=80);
        violations.field("about", &self.about).length(..=500);
        violations.field("age", &self.age).range(18..=99);
    }
}

#[derive(Deserialize, validator::Validate)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ByValidator {
    #[validate(length(min = 1, max = 80))]
    full_name: String,
    #[validate(length(max = 500))]
    about: String,
    #[validate(range(min = 18, max = 99))]
    age: u8,
}

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

pub(crate) async fn unchecked(sign_up: Json<ByHand>) -> &'static str {
    let _ = std::hint::black_box(sign_up);
    "ok"
}

pub(crate) async fn by_hand(sign_up: Valid<Json<ByHand>>) -> &'static str {
    std::hint::black_box(sign_up);
    "ok"
}

pub(crate) async fn by_validator(sign_up: Valid<Json<ByValidator>>) -> &'static str {
    std::hint::black_box(sign_up);
    "ok"
}

pub(crate) async fn by_garde(sign_up: Valid<Json<Garde<ByGarde>>>) -> &'static str {
    std::hint::black_box(sign_up);
    "ok"
}
