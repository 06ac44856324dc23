//! The few files that the pages need, out of the binary, under an address with their digest.
//!
//! One digest covers all of them: the modules import each other by relative address, so they must
//! change together.

use super::Caching;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Name, content type, content.
const FILES: &[(&str, &str, &str)] = &[
    ("skin.css", "text/css; charset=utf-8", include_str!("../../static/skin.css")),
    ("main.js", "text/javascript; charset=utf-8", include_str!("../../static/main.js")),
    ("words.js", "text/javascript; charset=utf-8", include_str!("../../static/words.js")),
    ("live.js", "text/javascript; charset=utf-8", include_str!("../../static/live.js")),
    ("outbox.js", "text/javascript; charset=utf-8", include_str!("../../static/outbox.js")),
    ("outbox-queue.js", "text/javascript; charset=utf-8", include_str!("../../static/outbox-queue.js")),
    ("draft.js", "text/javascript; charset=utf-8", include_str!("../../static/draft.js")),
    ("fields.js", "text/javascript; charset=utf-8", include_str!("../../static/fields.js")),
    ("sort.js", "text/javascript; charset=utf-8", include_str!("../../static/sort.js")),
    ("numbers.js", "text/javascript; charset=utf-8", include_str!("../../static/numbers.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../static/icon.svg")),
    ("manifest.webmanifest", "application/manifest+json", include_str!("../../static/manifest.webmanifest")),
];

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for (name, _, content) in FILES {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name.as_bytes());
        hasher.update((content.len() as u64).to_be_bytes());
        hasher.update(content.as_bytes());
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
});

/// The address of a file.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", *DIGEST)
}

/// The routes that serve the files. Public: there is nothing of a federation in them.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/static/{digest}/{name}", get(serve))
        .route("/favicon.ico", get(|| serve(Path((DIGEST.clone(), "icon.svg".to_owned())))))
}

async fn serve(Path((digest, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, content)) = FILES.iter().find(|(file, _, _)| *file == name) else {
        return (StatusCode::NOT_FOUND, Caching::Private.tag()).into_response();
    };
    // A page from before an update asks under the old digest: it gets today's file, not for keeps.
    let caching = if digest == *DIGEST { Caching::Immutable } else { Caching::Seconds(0) };
    ([(header::CONTENT_TYPE, *kind)], caching.tag(), *content).into_response()
}
