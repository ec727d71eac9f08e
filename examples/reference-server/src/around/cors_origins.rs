use std::str::FromStr;

use definable_errors::auth::SocketPolicy;
use definable_errors::context::OriginError;
use definable_errors::cors::{Cors, CredentialedOrigins};

/// The origins whose pages may read responses and open sockets, separated by commas.
#[derive(Debug, Clone)]
pub struct CorsOrigins {
    pub(super) cors: Cors<CredentialedOrigins>,
    pub(crate) sockets: SocketPolicy,
}

impl FromStr for CorsOrigins {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origins = || text.split(',').map(str::trim);
        Ok(Self {
            cors: Cors::origins(origins())?.credentials(),
            sockets: SocketPolicy::origins(origins())?,
        })
    }
}
