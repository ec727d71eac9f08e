use serde::Deserialize;
use validator::Validate;

/// The credentials of a login. Their lengths are bounded, because hashing a password is expensive.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    #[validate(length(max = 254))]
    pub(super) email: String,
    #[validate(length(max = 1024))]
    pub(super) password: String,
}

/// The refresh token with which a client continues its login.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    pub(super) refresh_token: String,
}
