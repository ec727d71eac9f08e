use serde::Deserialize;
use validator::Validate;

/// What somebody logs in with. Longer ones are nobody's, and a password is work to hash.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    #[validate(length(max = 254))]
    pub(super) email: String,
    #[validate(length(max = 1024))]
    pub(super) password: String,
}

/// The refresh token of a login that goes on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    pub(super) refresh_token: String,
}
