//! The connection to Redis that all calls share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::io::tcp::TcpSettings;
use ::redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, Value};
use tokio::sync::watch;
use tokio::time::timeout;

use super::script::{Failure, Script, ScriptCall};
use crate::support::lock;

/// A connection that all calls share, created when it is needed and again after it broke.
pub(super) struct SharedConnection {
    client: Client,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Connection>,
    /// Receives the result of the connection attempt in progress.
    attempt: Option<watch::Receiver<Ended>>,
    attempts: u64,
}

/// A connection and its sequence number.
#[derive(Clone)]
struct Connection {
    inner: MultiplexedConnection,
    number: u64,
}

type Ended = Option<Result<Connection, Arc<RedisError>>>;

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
        let client = client.map_err(|_| match is_tls && !cfg_tls() {
            true => RedisUrlError::Tls,
            false => RedisUrlError::Url,
        })?;
        Ok(Self { client, state: Mutex::default() })
    }

    /// Runs a script. A broken connection is replaced immediately, so that a call fails only if
    /// Redis is down. The retry may count a request twice: too much, but never too little.
    pub(super) async fn run(
        self: &Arc<Self>,
        script: &Script,
        call: &ScriptCall,
    ) -> Result<Value, Failure> {
        match self.run_once(script, call).await {
            Err(Failure::Redis(error)) if error.is_io_error() => self.run_once(script, call).await,
            answer => answer,
        }
    }

    async fn run_once(
        self: &Arc<Self>,
        script: &Script,
        call: &ScriptCall,
    ) -> Result<Value, Failure> {
        let mut connection = self.connection().await?;
        script.run(&mut connection.inner, call).await.map_err(|error| {
            if error.is_io_error() {
                self.disconnect_if(|current| current.number == connection.number);
            }
            error.into()
        })
    }

    /// Drops the connection, so that the next call connects again.
    pub(super) fn disconnect(&self) {
        self.disconnect_if(|_| true);
    }

    fn disconnect_if(&self, is_broken: impl FnOnce(&mut Connection) -> bool) {
        let connection = self.state().current.take_if(is_broken);
        // Anything that is dropped with it is dropped after the lock is released.
        drop(connection);
    }

    /// Begins to connect if there is no connection, without waiting for it.
    pub(super) fn begin(self: &Arc<Self>) {
        let mut state = self.state();
        if state.current.is_none() {
            self.attempt(&mut state);
        }
    }

    async fn connection(self: &Arc<Self>) -> Result<Connection, Failure> {
        let mut attempt = {
            let mut state = self.state();
            if let Some(connection) = &state.current {
                return Ok(connection.clone());
            }
            self.attempt(&mut state)
        };
        let ended = attempt.wait_for(Ended::is_some).await.map(|ended| ended.clone());
        match ended {
            Ok(Some(Ok(connection))) => Ok(connection),
            Ok(Some(Err(error))) => Err(Failure::Unreachable(error)),
            // The runtime of the connection attempt is gone.
            _ => Err(Failure::Late),
        }
    }

    /// Joins the attempt in progress, or begins one in a task of its own, so that a client that
    /// disconnects does not end it.
    fn attempt(self: &Arc<Self>, state: &mut State) -> watch::Receiver<Ended> {
        if let Some(attempt) = state.attempt.as_ref().filter(|it| it.has_changed().is_ok()) {
            return attempt.clone();
        }
        let (sender, receiver) = watch::channel(None);
        state.attempt = Some(receiver.clone());
        state.attempts += 1;
        let (shared, number) = (self.clone(), state.attempts);
        tokio::spawn(async move {
            let ended = shared.connect(number).await.map_err(Arc::new);
            let mut state = shared.state();
            state.current = ended.as_ref().ok().cloned();
            state.attempt = None;
            sender.send_replace(Some(ended));
        });
        receiver
    }

    async fn connect(&self, number: u64) -> Result<Connection, RedisError> {
        // Every call has a deadline of its own.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(Self::CONNECT))
            .set_response_timeout(None);
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let late = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        let inner = timeout(Self::CONNECT, connecting).await.map_err(late)??;
        Ok(Connection { inner, number })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
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
