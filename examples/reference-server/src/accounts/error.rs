use definable_errors::ApiError;

/// What can be wrong with an account. Only its owner hears it: whoever knows the password.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "account")]
pub(crate) enum AccountError {
    /// The account is locked. An administrator can unlock it.
    #[error("The account is locked. Ask an administrator to unlock it.")]
    #[api(status = 403)]
    Locked,
}
