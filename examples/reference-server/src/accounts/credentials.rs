use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

/// The credentials of a login. Their lengths are bounded, because hashing a password is expensive.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    #[validate(length(max = 254))]
    #[schema(max_length = 254)]
    pub(super) email: String,
    #[validate(length(max = 1024))]
    #[schema(max_length = 1024, format = Password)]
    pub(super) password: String,
}

/// The refresh token with which a client continues its login.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    pub(super) refresh_token: String,
}
