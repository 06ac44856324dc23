//! Sessions: thirty days on one's own device, eight hours on one that others use too.

use super::{secret, store};
use crate::answer::{Stop, see};
use crate::asked::{Asked, SESSION_COOKIE, secret_digest};
use crate::shell::cookie;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use jiff::SignedDuration;
use journal::side::Session;
use kernel::AccountId;

const DAYS: i64 = 30;
const SHARED_HOURS: i64 = 8;
const TOUCH_SECONDS: i64 = 300;

/// Whose device it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// One's own: the session outlives the browser.
    Own,
    /// Others use it too: the session ends with the browser, and the same day.
    Shared,
}

/// Signs in: a new session, and off to `to`. The session that the browser had ends.
pub fn begin(
    asked: &Asked,
    headers: &HeaderMap,
    account: AccountId,
    device: Device,
    to: &str,
) -> Result<Response, Stop> {
    let token = secret::token().map_err(Stop::fault)?;
    let hours = match device {
        Device::Own => 24 * DAYS,
        Device::Shared => SHARED_HOURS,
    };
    let expires_at = asked.now.checked_add(SignedDuration::from_hours(hours)).map_err(Stop::fault)?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let session = Session {
        token_hash: secret_digest(&token),
        account,
        created_at: asked.now,
        last_seen: asked.now,
        expires_at,
        label: label(agent),
    };
    let side = &asked.desk.side;
    side.add_session(&session).map_err(store)?;
    if let Some(former) = &asked.signed {
        side.revoke_session(former.session.token_hash).map_err(store)?;
    }
    let max_age = (device == Device::Own).then(|| u32::try_from(hours * 3600).unwrap_or(u32::MAX));
    let cookie = cookie::set(SESSION_COOKIE, &token, max_age, asked.desk.options.https);
    let mut response = see(to);
    response.headers_mut().append(header::SET_COOKIE, cookie.ok_or_else(|| Stop::fault("a token is no cookie"))?);
    Ok(response)
}

/// Off to `to` without the cookie.
pub fn end(asked: &Asked, to: &str) -> Response {
    let mut response = see(to);
    if let Some(cookie) = cookie::clear(SESSION_COOKIE, asked.desk.options.https) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Notes that the session is in use, at most every five minutes.
pub fn touch(asked: &Asked) {
    let Some(signed) = &asked.signed else { return };
    if asked.now.as_second() - signed.session.last_seen.as_second() < TOUCH_SECONDS {
        return;
    }
    if let Err(fault) = asked.desk.side.touch_session(signed.session.token_hash, asked.now) {
        tracing::warn!(%fault, "a session could not be noted as used");
    }
}

/// What a device is called in the list: browser and system, nothing that tells it from others.
/// Empty where neither is known.
fn label(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 9] = [
        ("Line/", "LINE"),
        ("Edg", "Edge"),
        ("SamsungBrowser", "Samsung Internet"),
        ("OPR/", "Opera"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    [find(&BROWSERS), find(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_in_few_words() {
        let check = |agent: &str, expected: &str| assert_eq!(label(agent), expected);
        check(
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
            "Chrome, Android",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge, Windows",
        );
        check("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux");
        check("curl/8.5", "");
    }
}
