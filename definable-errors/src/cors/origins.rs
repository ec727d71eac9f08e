//! Whose pages they are, as types: what must not be combined cannot be written.

/// The origins that were named; with credentials if you say so.
#[derive(Debug, Clone, Copy)]
pub struct OriginList(());

/// The origins that are known, with credentials.
#[derive(Debug, Clone, Copy)]
pub struct CredentialedOrigins(());

/// Any page can be one of these, so none gets credentials.
#[derive(Debug, Clone, Copy)]
pub struct AnyOrigin(());
