use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::{Mode, Settings, StartError, app, logging, seed, shutdown, welcome};

/// Serves until it is told to stop, then finishes the requests in flight.
///
/// # Errors
///
/// When it cannot start.
pub async fn serve(settings: Settings) -> Result<(), StartError> {
    let (mode, address) = (settings.mode(), settings.address());
    logging::install(settings.log, settings.log_format);
    Mode::warn_if_unknown(&settings.app_env);

    let database = settings.database_url.open().await?;
    seed::plant(&database.pool).await?;
    let app = app(database.pool.clone(), mode, settings.problem_base);

    // Before anybody can know the address, so that no signal is missed.
    let stop = shutdown::signal()?;
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|error| StartError::Listen(address, error))?;
    welcome::print(listener.local_addr()?, mode)?;
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop)
        .await?;
    Ok(())
}
