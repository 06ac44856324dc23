//! The tokens of a piece of XML, borrowed from it. A sheet of a hundred thousand rows has seven
//! million of them; the reader of XML that reads all other parts takes twice as long for them.
//!
//! A piece may begin and end anywhere outside of a tag, so nothing here knows which end belongs to
//! which beginning. Names are told without the name of their space.

use super::parts::Broken;
use std::borrow::Cow;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An element begins.
    Begin(&'a str, Attributes<'a>),
    /// An element that begins and ends.
    Whole(&'a str, Attributes<'a>),
    /// An element ends.
    End(&'a str),
    /// Text as it is written, entities and all.
    Text(&'a str),
    /// Text without entities.
    Plain(&'a str),
}

/// The attributes of an element, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attributes<'a>(&'a str);

impl<'a> Attributes<'a> {
    /// The value of the attribute with this name.
    pub(super) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.into_iter().find(|(key, _)| *key == name).map(|(_, value)| plain(value))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    /// Name and value, entities and all; nothing behind what is no attribute.
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let bytes = self.0.as_bytes();
        let equals = bytes.iter().position(|byte| *byte == b'=')?;
        let key = self.0[..equals].trim_ascii();
        let blanks = bytes[equals + 1..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        let from = equals + 1 + blanks;
        let quote = Some(bytes[from]).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let length = bytes[from + 1..].iter().position(|byte| *byte == quote)?;
        let value = &self.0[from + 1..from + 1 + length];
        self.0 = &self.0[from + length + 2..];
        Some((local(key), value))
    }
}

/// The tokens of a piece.
pub(super) struct Tokens<'a> {
    piece: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(piece: &'a str) -> Tokens<'a> {
        Tokens { piece, at: 0 }
    }

    /// The next token; nothing at the end of the piece.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Broken> {
        loop {
            let rest = &self.piece[self.at..];
            match rest.as_bytes().first() {
                None => return Ok(None),
                Some(b'<') => {}
                Some(_) => {
                    let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                    self.at += end;
                    return Ok(Some(Token::Text(&rest[..end])));
                }
            }
            match rest.as_bytes().get(1) {
                Some(b'?') => self.skip(rest, "?>")?,
                Some(b'!') if rest.starts_with("<!--") => self.skip(rest, "-->")?,
                Some(b'!') if rest.starts_with("<![CDATA[") => {
                    let end = memchr::memmem::find(rest.as_bytes(), b"]]>").ok_or(Broken)?;
                    self.at += end + 3;
                    return Ok(Some(Token::Plain(&rest[9..end])));
                }
                // A document that declares entities of its own is none of these.
                Some(b'!') | None => return Err(Broken),
                Some(_) => return self.tag(rest).map(Some),
            }
        }
    }

    fn skip(&mut self, rest: &str, end: &str) -> Result<(), Broken> {
        self.at += memchr::memmem::find(rest.as_bytes(), end.as_bytes()).ok_or(Broken)? + end.len();
        Ok(())
    }

    fn tag(&mut self, rest: &'a str) -> Result<Token<'a>, Broken> {
        let bytes = rest.as_bytes();
        let (mut end, mut quote) = (1, 0u8);
        loop {
            match bytes.get(end) {
                None => return Err(Broken),
                Some(b'>') if quote == 0 => break,
                Some(b'<') if quote == 0 => return Err(Broken),
                Some(byte @ (b'"' | b'\'')) => match quote {
                    0 => quote = *byte,
                    open if open == *byte => quote = 0,
                    _ => {}
                },
                Some(_) => {}
            }
            end += 1;
        }
        self.at += end + 1;
        let inside = &rest[1..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Ok(Token::End(local(name.trim_ascii_end())));
        }
        let (inside, is_whole) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let name = inside.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = (local(&inside[..name]), Attributes(&inside[name..]));
        Ok(if is_whole { Token::Whole(name, attributes) } else { Token::Begin(name, attributes) })
    }
}

/// A name without the name of its space.
fn local(name: &str) -> &str {
    match name.bytes().position(|byte| byte == b':') {
        Some(at) => &name[at + 1..],
        None => name,
    }
}

/// The text behind entities; what is no entity stays as it is written.
pub(super) fn plain(written: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'\r', written.as_bytes()).is_none() {
        return Cow::Borrowed(written);
    }
    // XML knows one end of a line.
    let lines = written.replace("\r\n", "\n").replace('\r', "\n");
    match quick_xml::escape::unescape(&lines) {
        Ok(plain) => Cow::Owned(plain.into_owned()),
        Err(_) => Cow::Owned(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    /// The tokens, told in words.
    fn told(piece: &str) -> Option<Vec<String>> {
        let mut tokens = Tokens::new(piece);
        let mut told = Vec::new();
        let of = |attributes: Attributes<'_>| {
            let each = attributes.map(|(key, value)| format!(" {key}={}", plain(value)));
            each.collect::<String>()
        };
        loop {
            match tokens.next().ok()? {
                None => return Some(told),
                Some(Token::Begin(name, attributes)) => told.push(format!("<{name}{}", of(attributes))),
                Some(Token::Whole(name, attributes)) => {
                    told.push(format!("<{name}{}", of(attributes)));
                    told.push(format!(">{name}"));
                }
                Some(Token::End(name)) => told.push(format!(">{name}")),
                Some(Token::Text(text)) => told.push(plain(text).into_owned()),
                Some(Token::Plain(text)) => told.push(text.to_owned()),
            }
        }
    }

    /// The same by the reader of XML that is used by many.
    fn told_by_quick_xml(piece: &str) -> Option<Vec<String>> {
        let mut xml = Reader::from_str(piece);
        xml.config_mut().expand_empty_elements = true;
        let mut told: Vec<String> = Vec::new();
        let mut in_text = false;
        loop {
            let event = xml.read_event().ok()?;
            let text = match &event {
                Event::Text(text) => Some(text.xml10_content().into_owned()),
                Event::GeneralRef(name) => Some(plain(&format!("&{};", &**name)).into_owned()),
                _ => None,
            };
            if let Some(text) = text {
                match told.last_mut().filter(|_| in_text) {
                    Some(last) => last.push_str(&text),
                    None => told.push(text),
                }
                in_text = true;
                continue;
            }
            in_text = false;
            match event {
                Event::Start(element) => {
                    let attributes: Result<Vec<_>, _> = element.attributes().collect();
                    let attributes = attributes.ok()?;
                    let each = attributes
                        .iter()
                        .map(|one| format!(" {}={}", one.key.local_name().as_ref(), plain(&one.value)));
                    told.push(format!("<{}{}", element.local_name().as_ref(), each.collect::<String>()));
                }
                Event::End(element) => told.push(format!(">{}", element.local_name().as_ref())),
                Event::CData(text) => told.push(text.xml10_content().into_owned()),
                Event::Eof => return Some(told),
                _ => {}
            }
        }
    }

    /// Is that the beginning of an element with a name that swallowed what comes after it?
    fn is_no_name(token: &str) -> bool {
        token.strip_prefix('<').is_some_and(|rest| rest.contains('<'))
    }

    proptest! {
        /// Whatever both readers take for XML is the same to both.
        #[test]
        fn tokens_are_those_of_another_reader(pieces in proptest::collection::vec(prop_oneof![
            Just("<c r=\"A1\" t='s'>"), Just("</c>"), Just("<x:v >"), Just("</x:v>"), Just("<v/>"),
            Just("<a b=\">\" />"), Just("text"), Just(" a &amp; &#x41;&lt;"), Just("<!-- <c> -->"),
            Just("<![CDATA[ <c> & ]]>"), Just("<?p <c>?>"), Just("row>"), Just("髙"), Just("\r\n"), Just("<"), Just("&"),
        ], 0..12)) {
            let piece = format!("<r>{}</r>", pieces.concat());
            // Where a name holds what no name holds, theirs tells it and ours is broken.
            let theirs = told_by_quick_xml(&piece).filter(|told| !told.iter().any(|one| is_no_name(one)));
            if let Some(theirs) = theirs {
                prop_assert_eq!(told(&piece), Some(theirs));
            }
        }

        /// No text makes it panic or loop.
        #[test]
        fn any_text_is_read_or_refused(piece in "[<>/!?&;'\"= \\[\\]ac:-]{0,40}") {
            let _ = told(&piece);
        }
    }
}
