//! Serves the gallery on a loopback port: `cargo run -p web --example gallery [PORT]`.

#![allow(clippy::disallowed_methods, reason = "an example reads its own argument")]

#[path = "../tests/gallery/mod.rs"]
mod gallery;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use gallery::Catalogue;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use web::shell::{LiveFeed, LivePart, Rendering, Shell, assets, wrap};

static WORDS: LazyLock<Catalogue> = LazyLock::new(Catalogue::japanese);

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(4180);
    let feed: LiveFeed<&'static str> = LiveFeed::default();
    let ticks = Arc::new(AtomicU64::new(0));

    let (ticking, counted) = (feed.clone(), Arc::clone(&ticks));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(7)).await;
            ticking.notify(4812 + counted.fetch_add(1, Ordering::Relaxed) % 20 + 1);
        }
    });
    let live = move || async move {
        feed.subscribe("aichi", move || {
            let now = ticks.load(Ordering::Relaxed);
            Rendering {
                entry: 4812 + now,
                as_of: format!("記録{}まで", 4812 + now),
                say: None,
                parts: vec![LivePart {
                    id: "figures".into(),
                    html: gallery::figures_part(now % 20).into_string(),
                }],
            }
        })
    };
    let report = |headers: axum::http::HeaderMap| async move {
        if headers.contains_key("x-danketsu-outbox") {
            Json(serde_json::json!({ "location": "/parts" })).into_response()
        } else {
            (StatusCode::SEE_OTHER, [(header::LOCATION, "/parts")]).into_response()
        }
    };
    let router = Router::new()
        .route("/", get(|| async { gallery::board(&WORDS) }))
        .route("/board", get(|| async { gallery::board(&WORDS) }))
        .route("/today", get(|| async { gallery::today(&WORDS) }))
        .route("/form", get(|| async { gallery::report(&WORDS) }))
        .route("/parts", get(|| async { gallery::parts(&WORDS) }))
        .route("/live", get(live))
        .route("/gallery/report", post(report))
        .route(
            "/gallery/draft",
            put(|| async { StatusCode::NO_CONTENT }).delete(|| async { StatusCode::NO_CONTENT }),
        )
        .merge(assets::routes());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, wrap(router, Shell::default())).await
}
