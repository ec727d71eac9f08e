use std::fmt;

/// What is wrong with the address of a [`RedisStore`](super::RedisStore). It does not repeat the
/// address, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisUrlError {
    /// It is no URL of a Redis.
    Url,
    /// It asks for TLS, which is not compiled in.
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
