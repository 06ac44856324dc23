//! The session's cookie, in and out.

use axum::http::{HeaderMap, HeaderValue, header};

/// The name of a cookie on this connection: bound to the host when it is encrypted.
fn full_name(name: &str, https: bool) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of the cookie `name`; nothing when it is absent, or sent twice.
pub fn read(headers: &HeaderMap, name: &str, https: bool) -> Option<String> {
    let name = full_name(name, https);
    let mut found = None;
    for header in headers.get_all(header::COOKIE) {
        for pair in header.to_str().ok()?.split(';') {
            if let Some((key, value)) = pair.trim().split_once('=')
                && key == name
                && found.replace(value.to_owned()).is_some()
            {
                return None;
            }
        }
    }
    found
}

/// The `Set-Cookie` value that keeps `value` for `max_age` seconds, or, without, until the browser
/// is closed. Nothing when the value is no cookie text (ASCII letters, digits, `-`, `_`, `.`).
pub fn set(name: &str, value: &str, max_age: Option<u32>, https: bool) -> Option<HeaderValue> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !value.bytes().all(plain) {
        return None;
    }
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", full_name(name, https));
    if let Some(seconds) = max_age {
        text.push_str(&format!("; Max-Age={seconds}"));
    }
    if https {
        text.push_str("; Secure");
    }
    HeaderValue::from_str(&text).ok()
}

/// The `Set-Cookie` value that ends the cookie.
pub fn clear(name: &str, https: bool) -> Option<HeaderValue> {
    set(name, "", Some(0), https)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let set = set("danketsu", "abc-1", Some(60), true).expect("cookie");
        assert_eq!(
            set.to_str().expect("ascii"),
            "__Host-danketsu=abc-1; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; __Host-danketsu=abc-1"));
        assert_eq!(read(&headers, "danketsu", true).as_deref(), Some("abc-1"));
        assert_eq!(read(&headers, "danketsu", false), None);
    }

    #[test]
    fn neither_twice_nor_torn() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("s=1; s=2"));
        assert_eq!(read(&headers, "s", false), None);
        assert_eq!(set("s", "a; Domain=x", None, false), None);
    }
}
