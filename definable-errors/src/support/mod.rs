//! What several modules share and none of them owns. It knows no axum.

#[cfg(any(feature = "jwks", feature = "upstream"))]
pub(crate) mod tls;
