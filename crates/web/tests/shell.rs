//! The shell from outside: headers, hosts, limits, files, and the live feed.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tower::ServiceExt;
use web::shell::guard::CONTENT_SECURITY_POLICY;
use web::shell::{LiveFeed, LivePart, Rendering, Shell, assets, wrap};

fn app(shell: Shell) -> Router {
    let weak = || async { ([("content-security-policy", "default-src *"), ("cache-control", "public")], "page") };
    let router = Router::new()
        .route("/weak", get(weak))
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .route("/body", post(|body: Bytes| async move { body.len().to_string() }))
        .merge(assets::routes());
    wrap(router, shell)
}

async fn send(
    shell: Shell,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body)).expect("request");
    let response = app(shell).oneshot(request).await.expect("never fails").into_response();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("body");
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn no_page_weakens_the_headers() {
    for path in ["/weak", "/nowhere"] {
        let (_, headers, _) = send(Shell::default(), "GET", path, &[], vec![]).await;
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], CONTENT_SECURITY_POLICY);
        assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(headers.contains_key("x-request-id"));
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
    let shell = Shell { https: true, ..Shell::default() };
    assert!(send(shell, "GET", "/weak", &[], vec![]).await.1.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn only_our_names() {
    let status = async |hosts: &[&str], host: &str| {
        let shell = Shell { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Shell::default() };
        send(shell, "GET", "/weak", &[("host", host)], vec![]).await.0
    };
    assert_eq!(status(&[], "localhost").await, StatusCode::OK);
    assert_eq!(status(&[], "127.0.0.1:9000").await, StatusCode::OK);
    assert_eq!(status(&[], "[::1]:9000").await, StatusCode::OK);
    assert_eq!(status(&[], "evil.example").await, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(&[], "localhost.evil.example").await, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(&["union.example"], "Union.Example:443").await, StatusCode::OK);
    assert_eq!(status(&["union.example:8443"], "union.example").await, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(&["union.example"], "localhost").await, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(&["union.example"], "").await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn changes_come_from_our_own_pages() {
    let status = async |headers: &[(&str, &str)]| send(Shell::default(), "POST", "/body", headers, vec![]).await.0;
    assert_eq!(status(&[]).await, StatusCode::OK);
    assert_eq!(status(&[("sec-fetch-site", "same-origin")]).await, StatusCode::OK);
    assert_eq!(status(&[("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&[("sec-fetch-site", "same-site")]).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&[("origin", "http://localhost:8080")]).await, StatusCode::OK);
    assert_eq!(status(&[("origin", "http://localhost:9090")]).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&[("origin", "null")]).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn bodies_have_limits() {
    let status = async |shell: Shell, size: usize| send(shell, "POST", "/body", &[], vec![b'x'; size]).await.0;
    assert_eq!(status(Shell::default(), 256 << 10).await, StatusCode::OK);
    assert_eq!(status(Shell::default(), (256 << 10) + 1).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status(Shell { largest_body: 10, ..Shell::default() }, 11).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(start_paused = true)]
async fn routes_have_time() {
    assert_eq!(send(Shell::default(), "GET", "/slow", &[], vec![]).await.0, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn files_are_kept_for_ever_under_their_digest_only() {
    let get = async |path: &str| send(Shell::default(), "GET", path, &[], vec![]).await;
    let (status, headers, body) = get(&assets::url("main.js")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    // What a module imports is served beside it.
    for import in body.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(get(&assets::url(import)).await.0, StatusCode::OK, "{import}");
    }
    assert_eq!(get("/static/0000/skin.css").await.1[header::CACHE_CONTROL], "public, max-age=0");
    assert_eq!(get(&assets::url("../Cargo.toml")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&assets::url("nothing.js")).await.1[header::CACHE_CONTROL], "no-store");
}

struct Viewer {
    body: axum::body::BodyDataStream,
}

impl Viewer {
    fn of(response: impl IntoResponse) -> Self {
        Viewer { body: response.into_response().into_body().into_data_stream() }
    }

    /// The next piece of the stream that is not a beat; nothing at its end.
    async fn next(&mut self) -> Option<String> {
        use futures_core::Stream;
        loop {
            let item =
                std::future::poll_fn(|context| std::pin::Pin::new(&mut self.body).poll_next(context)).await?;
            let text = String::from_utf8_lossy(&item.expect("stream")).into_owned();
            if !text.starts_with("event: beat") {
                return Some(text);
            }
        }
    }
}

fn painting(painted: &Arc<AtomicU64>, state: &Arc<AtomicU64>) -> impl Fn() -> Rendering + Send + 'static {
    let (painted, state) = (Arc::clone(painted), Arc::clone(state));
    move || {
        painted.fetch_add(1, Ordering::SeqCst);
        let entry = state.load(Ordering::SeqCst);
        let part = |id: &str, html: String| LivePart { id: id.into(), html };
        Rendering {
            entry,
            as_of: format!("to {entry}"),
            say: None,
            parts: vec![part("still", "<p>\"same\"\n</p>".into()), part("moving", format!("<b>{entry}</b>"))],
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_painting_for_all_who_may_see_the_same() {
    let feed = LiveFeed::new(Duration::from_millis(500), Duration::from_secs(600));
    let (painted, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(5)));
    let mut viewers: Vec<Viewer> =
        (0..50).map(|_| Viewer::of(feed.subscribe("region", painting(&painted, &state)))).collect();
    for viewer in &mut viewers {
        let first = viewer.next().await.expect("initial event");
        assert!(first.contains("id: 5\n"), "{first}");
        assert!(
            first.contains(r#""entry":5,"as_of":"to 5""#) && first.contains("still") && first.contains("<b>5</b>"),
            "{first}"
        );
    }
    assert_eq!((painted.load(Ordering::SeqCst), feed.audiences()), (1, 1));

    // Many entries at once: painted once more, not sooner than the pause; only what changed travels.
    let before = tokio::time::Instant::now();
    for entry in 6..=100 {
        state.store(entry, Ordering::SeqCst);
        feed.notify(entry);
    }
    for viewer in &mut viewers {
        let news = viewer.next().await.expect("news");
        assert!(news.contains("<b>100</b>") && !news.contains("still"), "{news}");
    }
    assert_eq!(painted.load(Ordering::SeqCst), 2);
    assert!(before.elapsed() >= Duration::from_millis(450));

    // A latecomer gets everything at once, without a new painting.
    let mut late = Viewer::of(feed.subscribe("region", painting(&painted, &state)));
    assert!(late.next().await.expect("initial event").contains("still"));
    assert_eq!(painted.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_is_closed_ends_all_streams() {
    let feed = LiveFeed::default();
    let (painted, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
    let mut before = Viewer::of(feed.subscribe("region", painting(&painted, &state)));
    assert!(before.next().await.is_some());
    feed.close();
    assert_eq!(before.next().await, None);
    let mut after = Viewer::of(feed.subscribe("region", painting(&painted, &state)));
    assert_eq!(after.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn audiences_are_kept_apart_and_leave() {
    let feed = LiveFeed::default();
    let (painted, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
    let mut region = Viewer::of(feed.subscribe("region", painting(&painted, &state)));
    let mut bureau = Viewer::of(feed.subscribe("bureau", painting(&painted, &state)));
    assert!(region.next().await.is_some() && bureau.next().await.is_some());
    assert_eq!((painted.load(Ordering::SeqCst), feed.audiences()), (2, 2));

    drop(region);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(feed.audiences(), 1);

    // Every stream ends, so that permission is asked again.
    assert!(bureau.next().await.is_none());
    drop(bureau);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(feed.audiences(), 0);
    assert!(Viewer::of(feed.subscribe("bureau", painting(&painted, &state))).next().await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_painter_that_fails_does_not_take_the_audience_with_it() {
    let feed: LiveFeed<u8> = LiveFeed::default();
    assert!(Viewer::of(feed.subscribe(1, || panic!("a fault"))).next().await.is_none());
    let (painted, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
    assert!(Viewer::of(feed.subscribe(1, painting(&painted, &state))).next().await.is_some());
}
