//! The connection to Redis that all calls share.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::io::tcp::TcpSettings;
use ::redis::{Client, IntoConnectionInfo, RedisResult, Value, cmd};
use tokio::runtime::Handle;

use super::script::{Script, ScriptCall};
use crate::support::lock;

/// A connection that all calls share, which the crate `redis` establishes when it is first needed
/// and again after it broke.
pub(super) struct SharedConnection {
    client: Client,
    /// `None` until a call needs it, because it belongs to the runtime of that call.
    manager: Mutex<Option<ConnectionManager>>,
}

impl SharedConnection {
    /// The maximum time of a connection attempt. No call waits for it beyond its own deadline.
    const CONNECT: Duration = Duration::from_millis(500);

    /// Creates a connection that is not established yet.
    pub(super) fn new(url: &str) -> Result<Self, RedisUrlError> {
        let client = url.into_connection_info().and_then(|info| {
            // A call is one small packet, which must not wait for more.
            let tcp = TcpSettings::default().set_nodelay(true);
            Client::open(info.set_tcp_settings(tcp))
        });
        let is_tls = url.starts_with("rediss:") || url.starts_with("valkeys:");
        let client = client.map_err(|_| {
            if is_tls && !cfg_tls() { RedisUrlError::Tls } else { RedisUrlError::Url }
        })?;
        Ok(Self { client, manager: Mutex::default() })
    }

    /// Runs a script. A broken connection is replaced immediately, so that a call fails only if
    /// Redis is down. The retry may count a request twice: too much, but never too little.
    pub(super) async fn run(&self, script: &Script, call: &ScriptCall) -> RedisResult<Value> {
        let mut manager = self.manager()?;
        match script.run(&mut manager, call).await {
            Err(error) if error.is_io_error() => script.run(&mut manager, call).await,
            answer => answer,
        }
    }

    /// Drops the connection, so that the next call connects again.
    ///
    /// The crate `redis` connects again by itself if the server cannot be reached or closes the
    /// connection, but not if it does not answer, or if it refuses a new connection with an error:
    /// a wrong password, or too many clients.
    pub(super) fn disconnect(&self) {
        let manager = lock(&self.manager).take();
        // It is dropped after the lock is released.
        drop(manager);
    }

    /// Begins to connect without waiting for it, if there is a runtime.
    pub(super) fn begin(&self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let Ok(mut manager) = self.manager() else { return };
        // Any command connects. If that fails, so does the first call, which reports it.
        runtime.spawn(async move { manager.send_packed_command(&cmd("PING")).await });
    }

    fn manager(&self) -> RedisResult<ConnectionManager> {
        let mut manager = lock(&self.manager);
        if let Some(manager) = &*manager {
            return Ok(manager.clone());
        }
        // Every call has a deadline of its own.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(Self::CONNECT))
            .set_response_timeout(None);
        let new = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
        Ok(manager.insert(new).clone())
    }
}

/// Returns whether TLS is enabled in the crate `redis`.
fn cfg_tls() -> bool {
    "rediss://localhost".into_connection_info().is_ok()
}

impl fmt::Debug for SharedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedConnection")
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_one_of_a_redis() {
        for right in ["redis://localhost", "redis://:secret@[::1]:1/2", "unix:///run/redis.sock"] {
            assert!(SharedConnection::new(right).is_ok(), "{right}");
        }
        for wrong in ["", "localhost:6379", "http://localhost", "redis://", "redis://localhost/x"] {
            assert_eq!(SharedConnection::new(wrong).err(), Some(RedisUrlError::Url), "{wrong}");
        }
    }

    #[test]
    fn tls_that_is_not_compiled_in_is_told() {
        let expected = (!cfg_tls()).then_some(RedisUrlError::Tls);
        assert_eq!(SharedConnection::new("rediss://localhost").err(), expected);
    }
}
