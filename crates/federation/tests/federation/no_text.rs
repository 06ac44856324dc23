//! Events hold codes, numbers, dates and ids; every free text is a `SealedText` (design §6). This
//! reads the sources of all events and their contents and looks at the type of every field.

use std::collections::BTreeSet;
use std::path::Path;

/// What a field of an event may be made of, besides the types that the scanned files declare
/// themselves (those are looked at in turn).
const ALLOWED: &[&str] = &[
    // Containers.
    "Option",
    "Vec",
    "Box",
    "BTreeMap",
    // Numbers and truth.
    "bool",
    "u8",
    "u16",
    "u32",
    "u64",
    "i16",
    "i64",
    // Of the kernel.
    "Id",
    "AccountId",
    "Seq",
    "Date",
    "Timestamp",
    "Digest",
    "Zone",
    "Yen",
    "Percent",
    "Months",
    "SealedText",
    // Ids and closed lists of the areas.
    "OrganisationId",
    "CensusRoundId",
    "CensusBookId",
    "BargainingUnitId",
    "WorksiteId",
    "OrganisationKind",
    "LeavingReason",
    "DutyId",
    "Role",
    "CampaignId",
    "StatementId",
    "Track",
    "Moment",
    "SharingSet",
    "ReleaseId",
    "RecipientId",
    "RecipientKind",
    "Receiver",
    "Way",
    "Product",
    "DisclosureRule",
    "CallId",
    "CaseId",
    "AlertId",
    "SuspensionCondition",
    "ImportId",
    "CollectionId",
    "FormKind",
    // Checked and short: a federation's codes, an organisation's public name, a prefecture's number.
    "CodeName",
    "PublicName",
    "Prefecture",
    // The kit, whole in the entry that adopts it; checked at adoption.
    "Kit",
];

/// What may stand in the content of a release besides, for it is printed for everybody.
const ALLOWED_IN_RELEASES: &[&str] = &["LocaleText", "Decimal"];

/// Types of the scanned files that wrap a text and check it; their inside is not looked at.
const CHECKED_TEXTS: &[&str] = &["Decimal"];

/// The source without comments, attributes and literals: identifiers and signs.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let mut end = first.len_utf8();
        if rest.starts_with("//") {
            end = rest.find('\n').unwrap_or(rest.len());
        } else if first == '"' {
            let close = rest[1..].char_indices().scan(false, |escaped, (at, c)| {
                let closes = c == '"' && !*escaped;
                *escaped = c == '\\' && !*escaped;
                Some((at, closes))
            });
            end = close.into_iter().find(|(_, closes)| *closes).map_or(rest.len(), |(at, _)| at + 2);
        } else if rest.starts_with("#[") {
            // Attributes nest brackets only in pairs.
            let mut depth = 0;
            end = rest
                .char_indices()
                .find(|(_, c)| {
                    depth += i32::from(*c == '[') - i32::from(*c == ']');
                    *c == ']' && depth == 0
                })
                .map_or(rest.len(), |(at, _)| at + 1);
        } else if first.is_alphanumeric() || first == '_' {
            end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
        } else if !first.is_whitespace() {
            tokens.push(first.to_string());
        }
        rest = &rest[end..];
    }
    tokens
}

/// `struct` and `enum` items: name, generic parameters, body.
fn items(tokens: &[String]) -> Vec<(String, Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < tokens.len() {
        if tokens[at] != "struct" && tokens[at] != "enum" {
            at += 1;
            continue;
        }
        let name = tokens[at + 1].clone();
        let open = (at + 2..tokens.len())
            .find(|i| matches!(tokens[*i].as_str(), "{" | "(" | ";"))
            .unwrap_or(tokens.len());
        let generics =
            tokens[at + 2..open].iter().filter(|t| t.chars().all(char::is_alphanumeric)).cloned().collect();
        let mut depth = 0;
        let close = (open..tokens.len())
            .find(|i| {
                depth += i32::from(matches!(tokens[*i].as_str(), "{" | "("));
                depth -= i32::from(matches!(tokens[*i].as_str(), "}" | ")"));
                depth == 0
            })
            .unwrap_or(tokens.len() - 1);
        let body = if tokens[open] == ";" { Vec::new() } else { tokens[open..=close].to_vec() };
        found.push((name, generics, body));
        at = close + 1;
    }
    found
}

/// The identifiers of the types in a body, each with the field that it belongs to. What stands
/// before a colon is a field; what stands before a bracket, a comma or the end is a variant.
fn types(name: &str, body: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut field = name.to_owned();
    let tuple_struct = body.first().is_some_and(|token| token == "(");
    // In a type: behind a field's colon, or within round brackets.
    let (mut after_colon, mut round, mut angle) = (false, 0, 0);
    for (at, token) in body.iter().enumerate() {
        let next = body.get(at + 1).map_or("", String::as_str);
        match token.as_str() {
            "<" => angle += 1,
            ">" => angle -= 1,
            "(" => round += 1,
            ")" => round -= 1,
            "," if angle == 0 && round == 0 => after_colon = false,
            "{" | "}" => after_colon = false,
            ":" => after_colon = true,
            "pub" => {}
            word if word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') => {
                if after_colon || round > 0 || tuple_struct {
                    found.push((field.clone(), word.to_owned()));
                } else {
                    field = format!("{name}.{word}");
                    // A unit variant has no type; a name before a colon or bracket is followed by one.
                    debug_assert!(matches!(next, ":" | "(" | "{" | "," | "}" | "="), "{name}: {word} {next}");
                }
            }
            "'" | "&" | "[" | "*" => found.push((field.clone(), token.clone())),
            _ => {}
        }
    }
    found
}

/// What is wrong in these sources (file name, text).
fn complaints(sources: &[(String, String)]) -> Vec<String> {
    let read: Vec<_> = sources.iter().map(|(file, text)| (file, items(&tokens(text)))).collect();
    let declared: BTreeSet<&str> =
        read.iter().flat_map(|(_, items)| items).map(|(name, ..)| name.as_str()).collect();
    let mut complaints = Vec::new();
    for (file, items) in &read {
        let of_release = file.ends_with("release/content.rs");
        for (name, generics, body) in items.iter().filter(|(name, ..)| !CHECKED_TEXTS.contains(&name.as_str())) {
            for (field, word) in types(name, body) {
                let known = ALLOWED.contains(&word.as_str())
                    || (of_release && ALLOWED_IN_RELEASES.contains(&word.as_str()))
                    || (declared.contains(word.as_str())
                        && (of_release || !CHECKED_TEXTS.contains(&word.as_str())))
                    || generics.contains(&word);
                if !known {
                    complaints.push(format!(
                        "{file}: {field} holds `{word}`. Events hold no free text: make it a code of the kit \
                         (CodeName), a closed enum, a number or an id, or seal it in the vault (SealedText). If \
                         `{word}` cannot hold free text, add it to ALLOWED in this test and say why."
                    ));
                }
            }
        }
    }
    complaints
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.ends_with("events.rs") || path.ends_with("content.rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            found.push((path.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

#[test]
fn no_event_holds_free_text() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // The reader reads: every event that exists was looked at.
    let declared: usize =
        found.iter().filter(|(file, _)| file.ends_with("events.rs")).map(|(_, t)| items(&tokens(t)).len()).sum();
    assert!(declared >= federation::Event::kinds().len(), "{declared} types read");
    let complaints = complaints(&found);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_reader_finds_what_it_looks_for() {
    let check = |source: &str, expected: &[(&str, &str)]| {
        let told = complaints(&[("bad/events.rs".to_owned(), source.to_owned())]);
        let wanted: Vec<String> = expected.iter().map(|(field, word)| format!("{field} holds `{word}`")).collect();
        let same =
            told.len() == wanted.len() && told.iter().zip(&wanted).all(|(told, wanted)| told.contains(wanted));
        assert!(same, "{source}\nfound {told:#?}\nwanted {wanted:?}");
    };
    check("pub struct A { pub remark: String }", &[("A.remark", "String")]);
    check("pub struct A { pub on: Date, pub remark: Option<String>, pub n: u32 }", &[("A.remark", "String")]);
    check("struct A { map: BTreeMap<CodeName, Arc<str>> }", &[("A.map", "Arc"), ("A.map", "str")]);
    check(
        "struct A { word: &'static str }",
        &[("A.word", "&"), ("A.word", "'"), ("A.word", "static"), ("A.word", "str")],
    );
    check("pub struct A(pub String);", &[("A", "String")]);
    check(
        "enum A { None, Other(Date, String), Named { name: serde_json::Value } }",
        &[("A.Other", "String"), ("A.name", "serde_json"), ("A.name", "Value")],
    );
    check("struct A { by: LocaleText }", &[("A.by", "LocaleText")]);
    check("struct A<T> { value: Stated<T> } enum Stated<T> { Exact(T), Range { low: T, high: T }, Words }", &[]);
    check(
        "/// A String.\n#[serde(default = \"String::new\")]\npub struct A { pub on: Option<Date> } // String",
        &[],
    );
}
