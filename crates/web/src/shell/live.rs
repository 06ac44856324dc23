//! Live figures: painted once for each audience, at most five times a second, sent to any number.

use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use futures_core::Stream;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A piece of the page, by the id under which [`crate::look::live_part`] drew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePart {
    /// The id.
    pub id: String,
    /// Its content.
    pub html: String,
}

/// What an audience sees now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendering {
    /// The entry that it knows.
    pub entry: u64,
    /// The same in words, for the line above the figures.
    pub as_of: String,
    /// A short sentence for those who listen, when there is something to say.
    pub say: Option<String>,
    /// All parts; only those that changed travel.
    pub parts: Vec<LivePart>,
}

/// A feed for audiences of type `K`. Two viewers may share a key only if they may see the same.
pub struct LiveFeed<K> {
    shared: Arc<Shared<K>>,
}

impl<K> Clone for LiveFeed<K> {
    fn clone(&self) -> Self {
        LiveFeed { shared: Arc::clone(&self.shared) }
    }
}

struct Shared<K> {
    changed: watch::Sender<u64>,
    closed: watch::Sender<bool>,
    canvases: Mutex<BTreeMap<K, watch::Sender<Arc<Canvas>>>>,
    pause: Duration,
    life: Duration,
}

impl<K> Shared<K> {
    fn canvases(&self) -> MutexGuard<'_, BTreeMap<K, watch::Sender<Arc<Canvas>>>> {
        self.canvases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A rendering in the form in which it travels, each part with the stroke at which it last changed.
#[derive(Debug, Default)]
struct Canvas {
    stroke: u64,
    rendering: Rendering,
    parts: Vec<(u64, Arc<str>)>,
}

impl Canvas {
    fn next(&self, rendering: Rendering) -> Canvas {
        let stroke = self.stroke + 1;
        let parts = rendering
            .parts
            .iter()
            .map(|part| {
                let before = self.rendering.parts.iter().position(|old| old == part);
                match before.and_then(|index| self.parts.get(index)) {
                    Some(kept) => kept.clone(),
                    None => {
                        let json = serde_json::json!({ "part": part.id, "html": part.html });
                        (stroke, Arc::from(json.to_string()))
                    }
                }
            })
            .collect();
        Canvas { stroke, rendering, parts }
    }

    /// What somebody who has seen everything up to `seen` does not know yet.
    fn event(&self, seen: u64) -> Event {
        let parts: Vec<&str> =
            self.parts.iter().filter(|(stroke, _)| *stroke > seen).map(|(_, json)| &**json).collect();
        let say = if seen == 0 { None } else { self.rendering.say.as_deref() };
        Event::default().id(self.rendering.entry.to_string()).data(format!(
            "{{\"entry\":{},\"as_of\":{},\"say\":{},\"parts\":[{}]}}",
            self.rendering.entry,
            serde_json::json!(self.rendering.as_of),
            serde_json::json!(say),
            parts.join(",")
        ))
    }
}

impl<K: Ord + Clone + Send + 'static> Default for LiveFeed<K> {
    fn default() -> Self {
        LiveFeed::new(Duration::from_millis(200), Duration::from_secs(600))
    }
}

impl<K: Ord + Clone + Send + 'static> LiveFeed<K> {
    /// A feed that paints at most once in `pause`, less often where painting itself takes long, and
    /// ends every stream after `life`: the browser comes again, and who may see what is asked again.
    pub fn new(pause: Duration, life: Duration) -> Self {
        let (changed, closed) = (watch::Sender::new(0), watch::Sender::new(false));
        let shared = Shared { changed, closed, canvases: Mutex::new(BTreeMap::new()), pause, life };
        LiveFeed { shared: Arc::new(shared) }
    }

    /// The state moved on to this entry: paint again where somebody looks.
    pub fn notify(&self, entry: u64) {
        self.shared.changed.send_replace(entry);
    }

    /// Ends all streams, now and later: the server stops, and would wait for them.
    pub fn close(&self) {
        self.shared.closed.send_replace(true);
    }

    /// How many audiences are being painted for.
    pub fn audiences(&self) -> usize {
        self.shared.canvases().len()
    }

    /// The stream for one browser. `paint` makes the whole rendering of the audience `key` from the
    /// state of the moment; it is called for the audience, not for the browser, and must take
    /// nothing from the viewer that the key does not say. `Last-Event-ID` is not needed: every
    /// stream begins with everything.
    pub fn subscribe(&self, key: K, paint: impl Fn() -> Rendering + Send + 'static) -> LiveResponse {
        let mut canvases = self.shared.canvases();
        let receiver = match canvases.get(&key) {
            Some(sender) => sender.subscribe(),
            None => {
                let (sender, receiver) = watch::channel(Arc::default());
                canvases.insert(key.clone(), sender.clone());
                tokio::spawn(painter(Arc::clone(&self.shared), key, sender, paint));
                receiver
            }
        };
        drop(canvases);
        let beat =
            KeepAlive::new().interval(Duration::from_secs(15)).event(Event::default().event("beat").data("1"));
        let (life, mut closed) = (Instant::now() + self.shared.life, self.shared.closed.subscribe());
        let end = Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep_until(life) => {}
                _ = closed.wait_for(|closed| *closed) => {}
            }
        });
        Sse::new(LiveStream { waiting: next(receiver), seen: 0, end }).keep_alive(beat)
    }
}

/// Takes the audience off the list however its painter ends, so that the next browser gets a new one.
struct Leaving<K: Ord> {
    shared: Arc<Shared<K>>,
    key: Option<K>,
}

impl<K: Ord> Drop for Leaving<K> {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.shared.canvases().remove(key);
        }
    }
}

async fn painter<K: Ord>(
    shared: Arc<Shared<K>>,
    key: K,
    sender: watch::Sender<Arc<Canvas>>,
    paint: impl Fn() -> Rendering,
) {
    let mut changed = shared.changed.subscribe();
    let mut leaving = Leaving { shared: Arc::clone(&shared), key: Some(key) };
    loop {
        changed.borrow_and_update();
        let begin = Instant::now();
        let rendering = paint();
        // However long painting takes: at most a fifth of the time is spent on one audience.
        let pause = shared.pause.max(begin.elapsed() * 4);
        sender.send_if_modified(|canvas| {
            let news = canvas.stroke == 0 || canvas.rendering != rendering;
            if news {
                *canvas = Arc::new(canvas.next(rendering));
            }
            news
        });
        tokio::time::sleep(pause).await;
        tokio::select! {
            moved = changed.changed() => if moved.is_err() { break },
            () = sender.closed() => {
                // Under the lock nobody can join between the count and the leaving.
                let mut canvases = shared.canvases();
                if sender.receiver_count() == 0 {
                    if let Some(key) = leaving.key.take() {
                        canvases.remove(&key);
                    }
                    return;
                }
            }
        }
    }
}

type Next = Pin<Box<dyn Future<Output = Option<watch::Receiver<Arc<Canvas>>>> + Send>>;

fn next(mut receiver: watch::Receiver<Arc<Canvas>>) -> Next {
    Box::pin(async move {
        let painted = receiver.wait_for(|canvas| canvas.stroke > 0).await.is_ok();
        painted.then_some(receiver)
    })
}

fn after(mut receiver: watch::Receiver<Arc<Canvas>>) -> Next {
    Box::pin(async move {
        let moved = receiver.changed().await.is_ok();
        moved.then_some(receiver)
    })
}

/// What a route of live figures answers.
pub type LiveResponse = Sse<KeepAliveStream<LiveStream>>;

/// The stream to one browser.
pub struct LiveStream {
    waiting: Next,
    seen: u64,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Stream for LiveStream {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.end.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        match self.waiting.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Ready(Some(mut receiver)) => {
                let canvas = Arc::clone(&receiver.borrow_and_update());
                let event = canvas.event(self.seen);
                self.seen = canvas.stroke;
                self.waiting = after(receiver);
                Poll::Ready(Some(Ok(event)))
            }
        }
    }
}
