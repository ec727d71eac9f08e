use std::fmt;

/// The error for the URL of a [`RedisStore`](super::RedisStore). It does not contain the URL, which
/// may include a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisUrlError {
    /// The text is not the URL of a Redis server.
    Url,
    /// The URL requires TLS, which is not compiled in.
    Tls,
}

impl fmt::Display for RedisUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "the URL of a Redis is redis://[[user]:password@]host[:port][/database]",
            Self::Tls => {
                "rediss:// needs TLS: switch on `tokio-rustls-comp` or `tokio-native-tls-comp` of \
                 the crate `redis`"
            }
        })
    }
}

impl std::error::Error for RedisUrlError {}
