//! Answers that are no page of an area: why not, and where to.

use crate::asked::Asked;
use crate::frame;
use crate::look::{Tone, notice};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use journal::Fault;
use maud::html;

/// Why a request ends without its page. The guard of the route paints it in the viewer's language.
#[derive(Debug, Clone)]
pub enum Stop {
    /// There is no such thing, or not for this viewer: the two look the same on purpose.
    NotFound,
    /// The duty is missing.
    Forbidden,
    /// Sign in first.
    SignIn,
    /// The form is not from this session, or torn.
    BadRequest,
    /// The rules do not allow it.
    Refused(Refusal),
    /// The command id was used for something else.
    CommandIdReused,
    /// The machine failed.
    Fault(String),
}

impl Stop {
    /// The machine failed, and why, for the log.
    pub fn fault(why: impl ToString) -> Stop {
        Stop::Fault(why.to_string())
    }

    fn status(&self) -> StatusCode {
        match self {
            Stop::NotFound => StatusCode::NOT_FOUND,
            Stop::Forbidden | Stop::Refused(Refusal::NotPermitted { .. }) => StatusCode::FORBIDDEN,
            Stop::SignIn => StatusCode::UNAUTHORIZED,
            Stop::BadRequest => StatusCode::BAD_REQUEST,
            Stop::Refused(_) | Stop::CommandIdReused => StatusCode::CONFLICT,
            Stop::Fault(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::fault(fault)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        (self.status(), axum::Extension(self)).into_response()
    }
}

/// The page of a [`Stop`].
pub fn stop_page(asked: &Asked, stop: &Stop) -> Response {
    let speaker = &asked.speaker;
    let (key, sentence) = match stop {
        Stop::NotFound => ("stop.not-found", speaker.text("stop.not-found.text").to_owned()),
        Stop::Forbidden => ("stop.forbidden", speaker.text("stop.forbidden.text").to_owned()),
        Stop::SignIn => ("stop.sign-in", speaker.text("stop.sign-in.text").to_owned()),
        Stop::BadRequest => ("stop.bad-request", speaker.text("stop.bad-request.text").to_owned()),
        Stop::Refused(refusal) => ("stop.refused", speaker.refusal(refusal.code(), &refusal.args())),
        Stop::CommandIdReused => ("stop.refused", speaker.text("stop.command-id-reused").to_owned()),
        Stop::Fault(why) => {
            tracing::error!(why, "a request ended in a fault");
            ("stop.fault", speaker.text("stop.fault.text").to_owned())
        }
    };
    let title = speaker.text(key);
    let page = frame::page(asked, title).render(html! {
        (notice(asked, Tone::Warn, title, html! { p { (sentence) } }))
        p { a href="/" { (speaker.text("stop.home")) } }
    });
    (stop.status(), page).into_response()
}

/// See there: after a command that was carried out.
pub fn see(location: &str) -> Response {
    let value = HeaderValue::from_str(location).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, value)]).into_response()
}
