use definable_errors::ApiError;

/// An error of an account. Only a client that presented the right password receives one.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "account")]
pub(crate) enum AccountError {
    /// The account is locked. An administrator can unlock it.
    #[error("The account is locked. Ask an administrator to unlock it.")]
    #[api(status = 403)]
    Locked,
}
