//! The parts of the container: which sheets there are and where, the texts that cells share, and
//! which styles are days. Whatever is unpacked is counted, whatever the container says of its size.

use super::pieces::Pieces;
use super::tokens::{Attributes, Token, Tokens, plain};
use super::value::Kind;
use crate::book::{BROKEN, NO_WORKBOOK, UNPACKS_TOO_LARGE};
use crate::read::{Limits, count, fault};
use kernel::Finding;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use zip::ZipArchive;

/// Why a part cannot be read.
#[derive(Debug)]
pub(super) struct Broken;

impl<E: std::error::Error> From<E> for Broken {
    fn from(_: E) -> Broken {
        Broken
    }
}

/// What may still be unpacked.
#[derive(Debug)]
pub(super) struct Budget {
    left: AtomicU64,
    exceeded: AtomicBool,
    limit: u64,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Budget {
        let limit = limits.unpacked_bytes;
        Budget { left: AtomicU64::new(limit), exceeded: AtomicBool::new(false), limit }
    }

    /// The finding for a part that could not be read: it was too much, or it is broken.
    pub(super) fn why(&self, otherwise: Finding) -> Finding {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        match self.exceeded.load(Ordering::Relaxed) {
            true => fault(UNPACKS_TOO_LARGE, "").with("limit", count(limit)),
            false => otherwise,
        }
    }
}

/// A part that is counted while it is unpacked.
pub(super) struct Counted<'a, R> {
    part: R,
    budget: &'a Budget,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(buffer)?;
        let spent = |left: u64| left.checked_sub(read as u64);
        match self.budget.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent) {
            Ok(_) => Ok(read),
            Err(_) => {
                self.budget.exceeded.store(true, Ordering::Relaxed);
                Err(std::io::Error::other("unpacks to more than the limit"))
            }
        }
    }
}

/// A sheet of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetOf {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// The number of its part in the container.
    pub(super) part: usize,
}

/// What all sheets of a workbook share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) strings: Strings,
    /// What the numbers of a style are, by its number.
    pub(super) kinds: Vec<Kind>,
    /// Do days count from 1904?
    pub(super) from_1904: bool,
}

/// Texts behind one another.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let until = *self.ends.get(number)?;
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(from..until)
    }
}

/// A workbook, opened.
pub(super) struct Opened<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The number of each part, by its name in small letters.
    numbers: BTreeMap<String, usize>,
    budget: &'a Budget,
    pub(super) macros: bool,
}

impl<'a> Opened<'a> {
    pub(super) fn new(bytes: &'a [u8], budget: &'a Budget) -> Result<Opened<'a>, Finding> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| fault(BROKEN, ""))?;
        let mut numbers = BTreeMap::new();
        for (number, name) in archive.file_names().enumerate() {
            // Some programs write the separators of Windows.
            let name = name.map_err(|_| fault(BROKEN, ""))?.replace('\\', "/").to_lowercase();
            numbers.insert(name, number);
        }
        let macros = numbers.keys().any(|name| name.ends_with("vbaproject.bin"));
        // A binary workbook, a document, a presentation: a ZIP too.
        if !numbers.contains_key(WORKBOOK) {
            return Err(fault(NO_WORKBOOK, ""));
        }
        Ok(Opened { archive, numbers, budget, macros })
    }

    /// Another handle to the same container.
    pub(super) fn again(&self) -> Opened<'a> {
        let (archive, numbers) = (self.archive.clone(), BTreeMap::new());
        Opened { archive, numbers, budget: self.budget, macros: self.macros }
    }

    /// Bytes of a part as it is packed.
    pub(super) fn packed_bytes(&mut self, part: usize) -> u64 {
        self.archive.by_index_raw(part).map_or(0, |part| part.compressed_size())
    }

    pub(super) fn part(&mut self, number: usize) -> Result<Counted<'_, impl Read + use<'_, 'a>>, Broken> {
        Ok(Counted { part: self.archive.by_index(number)?, budget: self.budget })
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(&name.to_lowercase()).copied()
    }

    /// The sheets in their order, and what they share.
    pub(super) fn contents(&mut self) -> Result<(Vec<SheetOf>, Shared), Broken> {
        let relations = match self.number(RELATIONS) {
            Some(number) => relations(BufReader::new(self.part(number)?))?,
            None => Vec::new(),
        };
        let targets: BTreeMap<&str, usize> =
            relations.iter().filter_map(|one| Some((one.id.as_str(), self.number(&one.path)?))).collect();
        let mut sheets = Vec::new();
        let mut shared = Shared::default();
        let workbook = self.number(WORKBOOK).ok_or(Broken)?;
        elements(BufReader::new(self.part(workbook)?), |name, element| {
            match (name, element) {
                ("workbookPr", Some(element)) => {
                    let told = attribute(element, "date1904");
                    shared.from_1904 |= told.is_some_and(|told| is_true(&told));
                }
                ("sheet", Some(element)) => {
                    let id = attribute(element, "id").unwrap_or_default();
                    if let (Some(name), Some(part)) = (attribute(element, "name"), targets.get(id.as_ref())) {
                        let hidden = attribute(element, "state").is_some_and(|state| state != "visible");
                        sheets.push(SheetOf { name: name.into_owned(), hidden, part: *part });
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        let of_kind = |kind: &str| relations.iter().find(|one| one.kind.ends_with(kind));
        let place = |kind: &str, usual: &str| {
            of_kind(kind).and_then(|one| self.number(&one.path)).or_else(|| self.number(usual))
        };
        let strings_at = place("/sharedStrings", "xl/sharedStrings.xml");
        let styles_at = place("/styles", "xl/styles.xml");
        if let Some(number) = strings_at {
            shared.strings = strings(self.part(number)?)?;
        }
        if let Some(number) = styles_at {
            shared.kinds = kinds(BufReader::new(self.part(number)?))?;
        }
        Ok((sheets, shared))
    }
}

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";

struct Relation {
    id: String,
    kind: String,
    path: String,
}

fn relations(source: impl BufRead) -> Result<Vec<Relation>, Broken> {
    let mut found = Vec::new();
    elements(source, |name, element| {
        if let ("Relationship", Some(element)) = (name, element)
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            let kind = attribute(element, "Type").unwrap_or_default().into_owned();
            found.push(Relation { id: id.into_owned(), kind, path });
        }
        Ok(())
    })?;
    Ok(found)
}

/// The value of an attribute, by its name without the name of its space.
fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name)?;
    if memchr::memchr3(b'&', b'\n', b'\t', found.value.as_bytes()).is_none() {
        return Some(found.value);
    }
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(Cow::Owned(value.into_owned()))
}

pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true")
}

/// The elements of a part, each with its attributes where it begins, without where it ends.
fn elements<R: BufRead>(
    source: R,
    mut take: impl FnMut(&str, Option<&BytesStart<'_>>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut xml = Reader::from_reader(source);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer)? {
            Event::Start(element) => take(element.local_name().as_ref(), Some(&element))?,
            Event::Empty(element) => {
                take(element.local_name().as_ref(), Some(&element))?;
                take(element.local_name().as_ref(), None)?;
            }
            Event::End(element) => take(element.local_name().as_ref(), None)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// A text in the making: its pieces (a run of letters each), without what is only for the ear.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) value: String,
    /// Where the present piece began; nothing outside of one.
    piece: Option<usize>,
    keeps_blanks: bool,
    phonetic: bool,
}

impl Text {
    pub(super) fn clear(&mut self) {
        *self = Text { value: std::mem::take(&mut self.value), ..Text::default() };
        self.value.clear();
    }

    pub(super) fn begin(&mut self, name: &str, attributes: Attributes<'_>) {
        match name {
            "t" if !self.phonetic => {
                self.piece = Some(self.value.len());
                self.keeps_blanks = attributes.get("space").is_some_and(|told| told == "preserve");
            }
            "rPh" => self.phonetic = true,
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match (name, self.piece) {
            ("t", Some(from)) => {
                self.piece = None;
                if !self.keeps_blanks {
                    let blank = [' ', '\t', '\r', '\n'];
                    let piece = self.value[from..].trim_end_matches(blank);
                    self.value.truncate(from + piece.len());
                    let blanks = self.value.len() - from - self.value[from..].trim_start_matches(blank).len();
                    self.value.drain(from..from + blanks);
                }
                unescape(&mut self.value, from);
            }
            ("rPh", _) => self.phonetic = false,
            _ => {}
        }
    }

    /// Is what comes part of the text?
    pub(super) fn is_open(&self) -> bool {
        self.piece.is_some()
    }
}

/// Takes out the format's own escapes (`_x000D_`) from here on.
pub(super) fn unescape(text: &mut String, from: usize) {
    if memchr::memmem::find(&text.as_bytes()[from..], b"_x").is_none() {
        return;
    }
    let escaped = text.split_off(from);
    let mut units: Vec<u16> = Vec::new();
    let mut rest = escaped.as_str();
    let put = |text: &mut String, units: &mut Vec<u16>| {
        text.extend(char::decode_utf16(units.drain(..)).map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER)));
    };
    while let Some(next) = rest.chars().next() {
        let digits =
            rest.strip_prefix("_x").and_then(|rest| rest.get(..5)).and_then(|code| code.strip_suffix('_'));
        let unit = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match unit {
            Some(unit) => {
                units.push(unit);
                rest = &rest[7..];
            }
            None => {
                put(text, &mut units);
                text.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    put(text, &mut units);
}

fn strings(source: impl Read) -> Result<Strings, Broken> {
    let mut pieces = Pieces::new(source, "si>");
    let mut found = Strings::default();
    let mut text = Text::default();
    while let Some(piece) = pieces.next()? {
        let length = piece.len();
        let mut tokens = Tokens::new(piece);
        while let Some(token) = tokens.next()? {
            match token {
                Token::Begin("si", _) => text.clear(),
                Token::Begin(name, attributes) => text.begin(name, attributes),
                Token::Whole("si", _) => found.ends.push(found.text.len()),
                Token::Text(written) if text.is_open() => text.value.push_str(&plain(written)),
                Token::Plain(written) if text.is_open() => text.value.push_str(written),
                Token::End("si") => {
                    found.text.push_str(&text.value);
                    found.ends.push(found.text.len());
                }
                Token::End(name) => text.end(name),
                _ => {}
            }
        }
        pieces.done(length);
    }
    Ok(found)
}

/// What the numbers of each style are.
fn kinds(source: impl BufRead) -> Result<Vec<Kind>, Broken> {
    let mut own: BTreeMap<u32, Kind> = BTreeMap::new();
    let mut kinds = Vec::new();
    let mut of_cells = false;
    elements(source, |name, element| {
        let number = |element: &BytesStart<'_>| attribute(element, "numFmtId").and_then(|id| id.parse().ok());
        match (name, element) {
            ("numFmt", Some(element)) => {
                if let (Some(id), Some(code)) = (number(element), attribute(element, "formatCode")) {
                    own.insert(id, Kind::of_code(&code));
                }
            }
            ("cellXfs", element) => of_cells = element.is_some(),
            ("xf", Some(element)) if of_cells => {
                let id = number(element).unwrap_or(0);
                kinds.push(own.get(&id).copied().unwrap_or_else(|| Kind::of_builtin(id)));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_of_the_format_are_characters() {
        let check = |text: &str, expected: &str| {
            let mut text = format!("_x0041_{text}");
            unescape(&mut text, 7);
            assert_eq!(text, format!("_x0041_{expected}"));
        };
        check("a_x000D_\nb", "a\r\nb");
        check("_x005F_x0041_", "_x0041_");
        check("_xD842__xDFB7_野家", "𠮷野家");
        check("_xD842_x", "\u{fffd}x");
        check("_x00g1_ _x004 _x髙", "_x00g1_ _x004 _x髙");
    }
}
