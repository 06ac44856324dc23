//! What a form sends: fields by name, read from a urlencoded body within limits.

use crate::answer::Stop;
use crate::asked::Asked;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;

/// The most fields that a form may send.
pub const MAX_FIELDS: usize = 2_000;
/// The longest field, in bytes of text.
pub const MAX_FIELD_BYTES: usize = 64 << 10;
/// The name of the field that holds the token against forged forms.
pub const CSRF: &str = "csrf";

/// The fields of a form, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    csrf: String,
    raw: Vec<u8>,
}

impl Fields {
    /// Reads a urlencoded body; nothing when it is torn or too large.
    pub fn read(body: &[u8]) -> Option<Fields> {
        let mut fields = Fields::default();
        for part in body.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
            let cut = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            let name = decode(&part[..cut])?;
            let value = decode(part.get(cut + 1..).unwrap_or_default())?;
            if name == CSRF {
                fields.csrf = value;
                continue;
            }
            if fields.pairs.len() == MAX_FIELDS {
                return None;
            }
            if !fields.raw.is_empty() {
                fields.raw.push(b'&');
            }
            fields.raw.extend_from_slice(part);
            fields.pairs.push((name, value));
        }
        Some(fields)
    }

    /// The first value under that name; empty where it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Every value under that name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Was it sent at all?
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(found, _)| found == name)
    }

    /// The body without the token, which differs on every page: what was said, for
    /// [`crate::Sending::content`].
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// All names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Percent-decoded text. Line ends are written as one character, whatever the browser sent.
fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [*rest.next()?, *rest.next()?];
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    if bytes.len() > MAX_FIELD_BYTES {
        return None;
    }
    String::from_utf8(bytes).ok().map(|text| text.replace("\r\n", "\n"))
}

async fn body(request: Request) -> Result<Fields, Stop> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.is_empty() && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Stop::BadRequest);
    }
    let bytes = Bytes::from_request(request, &()).await.map_err(|_| Stop::BadRequest)?;
    Fields::read(&bytes).ok_or(Stop::BadRequest)
}

/// The fields of a form that was made for this session.
#[derive(Debug, Clone)]
pub struct Checked(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Checked {
    type Rejection = Stop;

    async fn from_request(request: Request, _state: &S) -> Result<Checked, Stop> {
        let asked = request.extensions().get::<Asked>().cloned();
        let asked = asked.ok_or_else(|| Stop::fault("a route without a guard"))?;
        let fields = body(request).await?;
        if asked.csrf_holds(&fields.csrf) { Ok(Checked(fields)) } else { Err(Stop::BadRequest) }
    }
}

/// The fields of a form of somebody who is not signed in yet. The shell has refused it already if
/// a browser said that it comes from another site.
#[derive(Debug, Clone)]
pub struct Open(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Open {
    type Rejection = Stop;

    async fn from_request(request: Request, _state: &S) -> Result<Open, Stop> {
        body(request).await.map(Open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order() {
        let fields = Fields::read("a=1&csrf=x&a=%E5%9B%A3+%E7%B5%90&b&c=1%0D%0A2".as_bytes()).expect("a form");
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("z")), ("1", "", ""));
        assert_eq!(fields.all("a"), ["1", "団 結"]);
        assert!(fields.has("b") && !fields.has("csrf"));
        assert_eq!(fields.get("c"), "1\n2");
        assert_eq!(fields.raw(), b"a=1&a=%E5%9B%A3+%E7%B5%90&b&c=1%0D%0A2");
        assert_eq!(fields.iter().count(), 4);
    }

    #[test]
    fn torn_and_oversized_forms_are_none() {
        for torn in ["a=%", "a=%2", "a=%zz", "a=%+1", "a=%ff"] {
            assert_eq!(Fields::read(torn.as_bytes()), None, "{torn}");
        }
        assert_eq!(Fields::read("a=1&".repeat(MAX_FIELDS + 1).as_bytes()), None);
        assert_eq!(Fields::read(format!("a={}", "x".repeat(MAX_FIELD_BYTES + 1)).as_bytes()), None);
        assert_eq!(Fields::read(b""), Some(Fields::default()));
    }
}
