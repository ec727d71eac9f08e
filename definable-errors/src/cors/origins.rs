//! Types for the allowed origins, so that forbidden combinations do not compile.

/// A list of origins; [`credentials`](super::Cors::credentials) adds credentials.
#[derive(Debug, Clone, Copy)]
pub struct OriginList(());

/// A list of origins whose pages may send credentials.
#[derive(Debug, Clone, Copy)]
pub struct CredentialedOrigins(());

/// Origins that any page can have, so pages of them may not send credentials.
#[derive(Debug, Clone, Copy)]
pub struct AnyOrigin(());
