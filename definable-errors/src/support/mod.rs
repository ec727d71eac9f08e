//! What several modules share and none of them owns. It knows no axum.

#[cfg(feature = "jwks")]
pub(crate) mod tls;
