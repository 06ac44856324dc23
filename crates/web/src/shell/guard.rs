//! One layer around all routes. What it sets, it overwrites: a page cannot weaken it.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use std::sync::Arc;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;

/// Nothing but what we serve ourselves; no inline script, no inline style, no frame.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     manifest-src 'self'; worker-src 'self'";

/// How the shell is set up.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The names under which we are reached (`host`, or `host:port` for that port only). Empty:
    /// loopback names only.
    pub hosts: Vec<String>,
    /// Whether browsers reach us over https.
    pub https: bool,
    /// The largest body that any route takes.
    pub largest_body: usize,
    /// The largest body of a route that does not say otherwise (by `DefaultBodyLimit`).
    pub usual_body: usize,
    /// How long a route may take until it begins to answer.
    pub timeout: Duration,
}

impl Default for Shell {
    fn default() -> Self {
        Shell {
            hosts: Vec::new(),
            https: false,
            largest_body: 32 << 20,
            usual_body: 256 << 10,
            timeout: Duration::from_secs(30),
        }
    }
}

/// How long an answer may be kept. Without this extension nothing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Not at all.
    Private,
    /// For ever: its address changes with its content.
    Immutable,
    /// By anybody, for so many seconds: published things only.
    Seconds(u32),
}

impl Caching {
    /// As a part of a response.
    pub fn tag(self) -> Extension<Caching> {
        Extension(self)
    }

    fn header(self) -> HeaderValue {
        match self {
            Caching::Private => HeaderValue::from_static("no-store"),
            Caching::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Caching::Seconds(seconds) => HeaderValue::from_str(&format!("public, max-age={seconds}"))
                .unwrap_or_else(|_| HeaderValue::from_static("no-store")),
        }
    }
}

/// The id of a request, for the log and the person who telephones about it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The routes inside the shell. Call it once, last.
pub fn wrap(router: Router, shell: Shell) -> Router {
    let (largest, usual, timeout) = (shell.largest_body, shell.usual_body, shell.timeout);
    router
        .layer(DefaultBodyLimit::max(usual))
        .layer(RequestBodyLimitLayer::new(largest))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, timeout))
        // Leaves event streams alone.
        // The fastest level: the board is 26 KB on the wire instead of 19 and is there in 0.9 ms
        // instead of 2.9 (docs/benchmarks.md).
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(Arc::new(shell), guard))
}

async fn guard(State(shell): State<Arc<Shell>>, mut request: Request, next: Next) -> Response {
    let id = request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
        .unwrap_or("")
        .to_ascii_lowercase();

    let mut response = if !host_is_ours(&shell.hosts, &host) {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    } else if !request.method().is_safe() && comes_from_elsewhere(request.headers(), &host) {
        StatusCode::FORBIDDEN.into_response()
    } else {
        let path = logged_path(request.uri().path());
        let span = tracing::info_span!("request", %id, method = %request.method(), path);
        async move {
            let response = next.run(request).await;
            tracing::debug!(status = response.status().as_u16());
            response
        }
        .instrument(span)
        .await
    };

    let caching = response.extensions().get::<Caching>().copied().unwrap_or(Caching::Private);
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    set("content-security-policy", CONTENT_SECURITY_POLICY);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()");
    if shell.https {
        set("strict-transport-security", "max-age=31536000");
    }
    headers.insert(header::CACHE_CONTROL, caching.header());
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Addresses that end in a secret.
const SECRET_PATHS: [&str; 1] = ["/welcome/"];

/// What the log says of an address: no query, which may hold what people search for, and no
/// secret, which would let in whoever reads the log.
fn logged_path(path: &str) -> &str {
    SECRET_PATHS.into_iter().find(|secret| path.starts_with(secret)).unwrap_or(path)
}

/// Without chance from the system, requests are only harder to tell apart.
fn request_id() -> String {
    let mut bytes = [0u8; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => "unknown".to_owned(),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A page elsewhere may point its own name at our address; it may not use it.
fn host_is_ours(hosts: &[String], host: &str) -> bool {
    let name = without_port(host);
    if hosts.is_empty() {
        return matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    }
    hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host) || ours.eq_ignore_ascii_case(name))
}

/// Whether the browser says that another site sent this. Forms carry a token besides.
fn comes_from_elsewhere(headers: &HeaderMap, host: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("")) {
        Some(origin) => origin.split_once("://").is_none_or(|(_, from)| !from.eq_ignore_ascii_case(host)),
        None => false,
    }
}
