//! Sentences with places for arguments.

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// As it is.
    Text(&'t str),
    /// The argument of this name.
    Argument(&'t str),
    /// One of two forms, by the argument of this name.
    Plural { name: &'t str, one: &'t str, other: &'t str },
}

impl<'t> Piece<'t> {
    /// The argument that it needs.
    #[cfg(test)]
    pub(crate) fn argument(&self) -> Option<&'t str> {
        match self {
            Piece::Text(_) => None,
            Piece::Argument(name) | Piece::Plural { name, .. } => Some(name),
        }
    }
}

/// Takes a sentence apart, or says what is wrong with it.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        if from.starts_with("{{") || from.starts_with("}}") {
            pieces.push(Piece::Text(&from[..1]));
            rest = &from[2..];
            continue;
        }
        let inside = from.strip_prefix('{').ok_or_else(|| format!("a closing brace alone in {text:?}"))?;
        let (inside, behind) = inside.split_once('}').ok_or_else(|| format!("an open brace in {text:?}"))?;
        pieces.push(place(inside).ok_or_else(|| format!("{{{inside}}} is neither an argument nor two forms"))?);
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

fn place(inside: &str) -> Option<Piece<'_>> {
    let mut parts = inside.split('|');
    let name = parts.next()?;
    let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !well_formed {
        return None;
    }
    match (parts.next(), parts.next(), parts.next()) {
        (None, _, _) => Some(Piece::Argument(name)),
        (Some(one), Some(other), None) if !inside.contains('{') => Some(Piece::Plural { name, one, other }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_are_taken_apart() {
        use Piece::{Argument, Plural, Text};
        let check =
            |text: &str, expected: &[Piece<'_>]| assert_eq!(pieces(text).as_deref(), Ok(expected), "{text}");
        check("", &[]);
        check("{n}件", &[Argument("n"), Text("件")]);
        check("{{n}}", &[Text("{"), Text("n"), Text("}")]);
        check("{n} {n|row|rows}", &[Argument("n"), Text(" "), Plural { name: "n", one: "row", other: "rows" }]);
        for broken in ["{", "}", "{}", "{N}", "{n|a}", "{n|a|b|c}", "{a b}", "{n", "{n{m}}"] {
            assert!(pieces(broken).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[{}|a-zあ ]{0,20}") {
            let _ = pieces(&text);
        }
    }
}
