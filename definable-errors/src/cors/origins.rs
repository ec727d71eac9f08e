//! Types for the allowed origins, so that forbidden combinations do not compile.

/// A list of origins; [`credentials`](super::Cors::credentials) adds credentials.
#[derive(Debug, Clone, Copy)]
pub struct OriginList(());

/// A list of origins with credentials.
#[derive(Debug, Clone, Copy)]
pub struct CredentialedOrigins(());

/// Any page can have one of these origins, so none may send credentials.
#[derive(Debug, Clone, Copy)]
pub struct AnyOrigin(());
