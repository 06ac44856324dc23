//! A federation opened for work, and its server.

use crate::message::Trouble;
use axum::Router;
use journal::{Clock, Engine, EngineOptions, Home, InstallationKey};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use web::shell::Shell;
use web::{Desk, DeskOptions};

/// Where the installation key lies: outside the federation's folder, so that a copy of the folder
/// does not hold it.
pub fn key_path(data: &Path, given: Option<&Path>) -> PathBuf {
    given.map_or_else(
        || {
            let mut name = data.file_name().unwrap_or_default().to_os_string();
            name.push(".key");
            data.with_file_name(name)
        },
        Path::to_path_buf,
    )
}

/// Opens a federation that exists.
pub fn open_home(data: &Path, key: Option<&Path>) -> Result<Home, Trouble> {
    let path = key_path(data, key);
    let key = InstallationKey::load(&path)
        .map_err(Trouble::because("cli.key-unreadable"))?
        .ok_or_else(|| Trouble::new("cli.key-missing", path.display()))?;
    Home::open(data, &key).map_err(Trouble::because("cli.not-opened"))
}

/// Starts the engine of an open home and makes its desk.
pub fn open_desk(home: Home, clock: impl Clock + 'static, options: DeskOptions) -> Result<Arc<Desk>, Trouble> {
    let Home { places, journal, vault, side } = home;
    let engine_options = EngineOptions { snapshot: Some(places.snapshot()), ..EngineOptions::default() };
    let engine = Engine::open(journal, clock, engine_options).map_err(Trouble::because("cli.not-opened"))?;
    Ok(Arc::new(Desk::new(engine, vault, side, options)))
}

/// How long requests that have begun may take until the end, once we are asked to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// How a server listens.
#[derive(Debug, Clone)]
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// Under which host names it answers; loopback names where empty.
    pub hosts: Vec<String>,
    /// Is it reached by HTTPS?
    pub https: bool,
}

/// Serves until the process is asked to stop, then lets the writer finish.
pub async fn serve(
    desk: Arc<Desk>,
    listening: &Listening,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), Trouble> {
    let listener =
        tokio::net::TcpListener::bind(listening.address).await.map_err(Trouble::because("cli.no-port"))?;
    let address = listener.local_addr().map_err(Trouble::because("cli.no-port"))?;
    let shell = Shell { hosts: listening.hosts.clone(), https: listening.https, ..Shell::default() };
    let app: Router = web::shell::wrap(web::router(&desk), shell);
    let feed = web::spawn_feed(&desk);
    let runner = desk.engine.spawn_runner();
    let sweeper = web::wage_census::rows::spawn_sweeper(&desk);
    web::exchange::import_run::resume_all(&desk);
    let stop = asked_to_stop()?;
    announce(address);
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let live = desk.feed.clone();
    let stop = async move {
        stop.await;
        live.close();
        // An error means that the server has ended by itself.
        let _ = stopping.send(());
    };
    // Whoever is slow is not waited for, the browser comes again.
    let cut = async move {
        if stopped.await.is_ok() {
            tokio::time::sleep(LAST_ANSWERS).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let served = tokio::select! {
        served = async { axum::serve(listener, app).with_graceful_shutdown(stop).await } => served,
        () = cut => Ok(()),
    };
    drop(runner);
    feed.abort();
    sweeper.abort();
    let engine = desk.engine.clone();
    let closed = tokio::task::spawn_blocking(move || engine.shut_down()).await;
    served.map_err(Trouble::because("cli.server-failed"))?;
    closed.map_err(Trouble::because("cli.server-failed"))
}

/// Ends on Ctrl+C or SIGTERM. The signals are caught from the call on, not from the first poll:
/// whoever reads that we listen may stop us at once, and then we end in order.
#[cfg(unix)]
fn asked_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, Trouble> {
    use tokio::signal::unix::{SignalKind, signal};
    let catch = |kind| signal(kind).map_err(Trouble::because("cli.server-failed"));
    let (mut interrupt, mut terminate) = (catch(SignalKind::interrupt())?, catch(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// Ends on Ctrl+C.
#[cfg(not(unix))]
fn asked_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, Trouble> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
