//! Who asks, and what stands: made once for each request, before any page.

use crate::desk::Desk;
use crate::exchange::export::{self, Taken};
use crate::look::{Table, Words};
use crate::shell::{cookie, csrf};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use federation::campaign::Campaign;
use federation::kit::Kit;
use federation::policy::{Action, Subject};
use federation::{State, Viewer};
use journal::Published;
use journal::side::Session;
use kernel::{AccountId, Date, Digest, Timestamp};
use law::{Book, Law};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use texts::{Locale, Speaker};

/// The name of the session's cookie.
pub const SESSION_COOKIE: &str = "danketsu";
/// The name of the language's cookie.
pub const LANGUAGE_COOKIE: &str = "language";

/// A signed-in person's session.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Whose.
    pub account: AccountId,
    /// The secret that the browser holds; never logged.
    token: String,
    /// The session as it is kept.
    pub session: Session,
}

/// A request with who asks and what stands.
#[derive(Clone)]
pub struct Asked {
    /// The federation.
    pub desk: Arc<Desk>,
    /// Now, on the engine's clock.
    pub now: Timestamp,
    /// What stands.
    pub published: Arc<Published<State>>,
    /// Who looks.
    pub viewer: Viewer,
    /// In which language.
    pub speaker: Speaker,
    /// The session, where somebody is signed in.
    pub signed: Option<Signed>,
    /// The address that was asked for.
    pub path: String,
    /// The tables of the page, where its address asks for a file of them.
    pub files: Arc<Taken>,
}

impl Words for Asked {
    fn text(&self, key: &str) -> String {
        self.speaker.text(key).to_owned()
    }

    fn files(&self, table: &Table) -> Vec<(String, String)> {
        export::offer(self, table)
    }
}

/// SHA-256 of a secret that only the browser or a piece of paper holds.
pub fn secret_digest(secret: &str) -> Digest {
    Digest(Sha256::digest(secret.as_bytes()).into())
}

impl Asked {
    /// The dated law as this house has it: what is published, and what was laid over it.
    pub fn law(&self) -> Law<'_> {
        Law::new(self.desk.options.law.as_deref().unwrap_or_else(|| Book::published()))
    }

    /// Reads cookies and looks the session up.
    pub fn new(desk: Arc<Desk>, headers: &HeaderMap, path: String) -> Asked {
        let published = desk.now();
        let now = desk.instant();
        let https = desk.options.https;
        let signed = cookie::read(headers, SESSION_COOKIE, https).and_then(|token| {
            let found = desk.side.session(secret_digest(&token), now);
            let session = found.unwrap_or_else(|fault| {
                tracing::error!(%fault, "the session store failed");
                None
            })?;
            // A session ends with its account.
            let open = published.state.people.accounts.get(&session.account).is_some_and(|account| account.open);
            open.then_some(Signed { account: session.account, token, session })
        });
        let state = &published.state;
        let today = state.today(now);
        let viewer = match &signed {
            Some(signed) => Viewer::of(state, signed.account, today),
            None => Viewer::public(today),
        };
        let chosen = cookie::read(headers, LANGUAGE_COOKIE, https).and_then(|tag| Locale::from_tag(&tag));
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let locale = chosen.or_else(|| accepted.map(Locale::negotiate)).unwrap_or_default();
        let speaker = Speaker::new(locale, state.zone());
        Asked { desk, now, published, viewer, speaker, signed, path, files: Arc::default() }
    }

    /// The same viewer, with what stands now and the duties of today: for a stream that outlives
    /// its request.
    pub fn refreshed(&self) -> Asked {
        let published = self.desk.now();
        let now = self.desk.instant();
        let today = published.state.today(now);
        let viewer = match self.viewer.account() {
            Some(account) => Viewer::of(&published.state, account, today),
            None => Viewer::public(today),
        };
        Asked { published, now, viewer, ..self.clone() }
    }

    /// What stands.
    pub fn state(&self) -> &State {
        &self.published.state
    }

    /// Today on the federation's clock.
    pub fn today(&self) -> Date {
        self.viewer.today()
    }

    /// The current campaign.
    pub fn campaign(&self) -> Option<&Campaign> {
        self.state().campaigns.current()
    }

    /// The kit of the current campaign; the federation's while there is none.
    pub fn kit(&self) -> Option<&Kit> {
        let state = self.state();
        self.campaign().map_or_else(|| state.kit(), |campaign| state.kit_of(campaign.id)).ok()
    }

    /// May this viewer do that?
    pub fn may(&self, action: Action, subject: Subject) -> bool {
        self.viewer.may(self.state(), action, subject)
    }

    /// A token for the forms of this page; empty for the public.
    pub fn csrf(&self) -> String {
        let token = self.signed.as_ref().and_then(|signed| csrf::fresh(signed.token.as_bytes()).ok());
        token.unwrap_or_default()
    }

    /// Was the form made for this session?
    pub fn csrf_holds(&self, token: &str) -> bool {
        self.signed.as_ref().is_some_and(|signed| csrf::holds(signed.token.as_bytes(), token))
    }

    /// The duties in their written order: viewers with the same may see the same.
    pub fn duties_key(&self) -> String {
        let duties = self.viewer.duties().iter();
        duties.map(|duty| format!("{}:{}", duty.role.word(), duty.organisation)).collect::<Vec<_>>().join(",")
    }

    /// The language tag.
    pub fn language(&self) -> &'static str {
        self.speaker.locale.tag()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = crate::answer::Stop;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Asked, Self::Rejection> {
        // Put there by the guard of the route; a route without one answers nothing.
        parts
            .extensions
            .get::<Asked>()
            .cloned()
            .ok_or_else(|| crate::answer::Stop::fault("a route without a guard"))
    }
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("viewer", &self.viewer).finish_non_exhaustive()
    }
}
