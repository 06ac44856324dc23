//! The look as a whole: what the policy forbids, what everybody must find on every page.

mod gallery;

use gallery::Catalogue;

fn pages() -> Vec<(&'static str, String)> {
    let words = Catalogue::japanese();
    vec![
        ("today", gallery::today(&words).into_string()),
        ("report", gallery::report(&words).into_string()),
        ("board", gallery::board(&words).into_string()),
        ("parts", gallery::parts(&words).into_string()),
    ]
}

#[test]
fn nothing_that_the_policy_would_drop() {
    for (name, page) in pages() {
        for forbidden in
            [" style=", "<style", " onclick=", " onload=", "javascript:", "src=\"http", "href=\"http", "url(data:"]
        {
            assert!(!page.contains(forbidden), "{name} has {forbidden}");
        }
        assert_eq!(page.matches("<script").count(), 1, "{name}");
    }
    let sheet = include_str!("../static/skin.css");
    for forbidden in ["data:", "http:", "https:", "@import"] {
        assert!(!sheet.contains(forbidden), "the sheet has {forbidden}");
    }
}

#[test]
fn every_page_has_its_frame() {
    for (name, page) in pages() {
        for needed in [
            "<html lang=\"ja\"",
            "class=\"skip\"",
            "<main id=\"main\"",
            "架空データ",
            "取扱注意",
            "9f2c 41d0",
            "data-account=\"018f",
            "<meta name=\"csrf\"",
        ] {
            assert!(page.contains(needed), "{name} lacks {needed}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
    }
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    for (name, page) in pages() {
        let attribute = |key: &str| -> Vec<String> {
            page.split(&format!(" {key}=\""))
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned)
                .collect()
        };
        let ids = attribute("id");
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(ids.len(), sorted.len(), "{name}: an id twice");
        for key in ["for", "aria-describedby", "aria-labelledby", "data-reading"] {
            for target in attribute(key).iter().flat_map(|value| value.split(' ')) {
                assert!(
                    sorted.iter().any(|id| id == target),
                    "{name}: {key} leads to {target}, which is not there"
                );
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_and_all_are_used() {
    let japanese = Catalogue::japanese();
    let english: toml::Table =
        toml::from_str(include_str!("../../texts/catalogue/en/look.toml")).expect("catalogue");
    let sources = [
        include_str!("../src/look/page.rs"),
        include_str!("../src/look/form.rs"),
        include_str!("../src/look/parts.rs"),
        include_str!("../src/look/table.rs"),
    ]
    .concat();
    for key in japanese.keys() {
        assert!(english.contains_key(key), "no English for {key}");
        assert!(sources.contains(&format!("text(\"{key}\")")), "{key} is not used");
    }
    assert_eq!(japanese.keys().count(), english.len());
}
