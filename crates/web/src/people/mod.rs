//! Pages of people.

pub mod forms;
pub mod pages;

/// A text as a part of a query: everything but unreserved characters in percent form.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The set-up link of the very first person.
pub async fn set_up(
    _desk: &crate::desk::Desk,
    _name: &str,
    _now: kernel::Timestamp,
) -> Result<Option<String>, std::convert::Infallible> {
    Ok(None)
}
