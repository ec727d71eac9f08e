use std::str::FromStr;

use definable_errors::context::OriginError;
use definable_errors::cors::{Cors, CredentialedOrigins};

/// The origins whose pages may read responses, separated by commas.
#[derive(Debug, Clone)]
pub struct CorsOrigins(pub(super) Cors<CredentialedOrigins>);

impl FromStr for CorsOrigins {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origins = Cors::origins(text.split(',').map(str::trim))?;
        Ok(Self(origins.credentials()))
    }
}
