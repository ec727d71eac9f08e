//! Starts the service, and ends it at a signal.

use std::io;
use std::time::Duration;

use definable_errors::Mode;
use tokio::net::TcpListener;

use crate::{
    AppState, Documents, Embeddings, Limits, OAuth, Settings, StartError, TokenKeys, app, catalog,
    errors, logging, seed, stack, welcome,
};

/// Resolves when the process receives a stop signal. Signals are caught from the call on.
#[cfg(unix)]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("terminated, finishing requests in flight"),
            _ = interrupt.recv() => tracing::info!("interrupted, finishing requests in flight"),
        }
    })
}

/// Resolves when the process receives a stop signal.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// The time beyond the longest request for which a connection may stay open after the stop signal.
const GRACE: Duration = Duration::from_secs(3);

/// The time that running jobs get after the last request.
const JOBS: Duration = Duration::from_millis(1500);

/// Serves until the process receives a stop signal, then finishes the requests in flight.
///
/// # Errors
///
/// Returns an error if the server cannot start.
pub async fn serve(settings: Settings) -> Result<(), StartError> {
    let address = settings.address();
    logging::install(settings.log, settings.log_format);
    let mode = Mode::from_env();

    let oauth = OAuth::new(&settings.oauth, mode)?;
    let keys = TokenKeys::new(settings.jwt_secret.as_ref(), settings.jwks_url.as_ref())?;
    let limits = Limits::new(settings.rate_limit, settings.redis_url.as_ref())?;
    let embeddings = Embeddings::connect(settings.embeddings_url.as_ref()).await?;
    let Settings { problem_base, cors_origins, deadline, .. } = settings;
    let errors = errors(mode, problem_base);
    let documents = Documents::new(mode, &errors);
    let reporter = errors.reporter();
    let catalog = catalog(mode, &errors);
    let sockets = cors_origins.as_ref().map(|origins| origins.sockets.clone()).unwrap_or_default();
    let stack = stack(errors, cors_origins, deadline, &limits);
    let database = settings.database_url.open().await?;
    seed::plant(&database.pool).await?;
    let pool = database.pool.clone();
    let failed_logins = limits.failed_logins;
    let provider = oauth.clone();
    let state =
        AppState::new(pool, keys, failed_logins, reporter, embeddings, provider, documents).await?;
    let state = state.sockets(sockets).catalog(catalog);
    let app = app(state.clone(), mode, stack);

    let watch = state.clone();
    let watch = tokio::spawn(async move { watch.watch_jobs().await });

    // The signals are caught before the address is printed, so that none is missed.
    let stop = signal()?;
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|error| StartError::Listen(address, error))?;
    oauth.listens_on(listener.local_addr()?)?;
    welcome::print(listener.local_addr()?, mode)?;
    definable_errors::serve(listener, app)
        .with_graceful_shutdown(stop)
        .shutdown_timeout(deadline.duration().saturating_add(GRACE))
        .await?;
    // Jobs that take longer fail when their lease runs out, as they do after a crash.
    let _ = tokio::time::timeout(JOBS, state.jobs_finished()).await;
    watch.abort();
    Ok(())
}
