//! The languages of the catalogue.

/// A language. Another one is a line here, a row of the table and a folder of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locale {
    /// 日本語, in which everything can be said.
    #[default]
    Ja,
    /// English.
    En,
}

/// What is known of a language besides its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocaleInfo {
    /// Which.
    pub locale: Locale,
    /// Its language tag (`lang="ja"`).
    pub tag: &'static str,
    /// What its speakers call it.
    pub own_name: &'static str,
}

impl Locale {
    /// Every language, in the order of the switch on the screen.
    pub const ALL: [LocaleInfo; 2] = [
        LocaleInfo { locale: Locale::Ja, tag: "ja", own_name: "日本語" },
        LocaleInfo { locale: Locale::En, tag: "en", own_name: "English" },
    ];

    /// Its row of the table.
    pub fn info(self) -> LocaleInfo {
        match self {
            Locale::Ja => Locale::ALL[0],
            Locale::En => Locale::ALL[1],
        }
    }

    /// Its language tag.
    pub fn tag(self) -> &'static str {
        self.info().tag
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        self.info().own_name
    }

    /// The locale of a tag; regions and scripts do not count (`en-GB` is English).
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or("");
        Locale::ALL.iter().find(|info| info.tag.eq_ignore_ascii_case(language)).map(|info| info.locale)
    }

    /// The first language of an `Accept-Language` header that the catalogue has, else Japanese.
    /// The order is taken as the preference: browsers send it so, and weights add nothing.
    pub fn negotiate(accept_language: &str) -> Locale {
        let tags = accept_language.split(',').take(20).map(|part| part.split(';').next().unwrap_or(""));
        tags.filter_map(Locale::from_tag).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_order_decides() {
        let check = |header: &str, expected| assert_eq!(Locale::negotiate(header), expected, "{header:?}");
        check("ja,en;q=0.8", Locale::Ja);
        check("en-GB,en;q=0.9,ja;q=0.8", Locale::En);
        check("th, en;q=0.5", Locale::En);
        check("*", Locale::Ja);
        check("", Locale::Ja);
        for info in Locale::ALL {
            assert_eq!(info.locale.info(), info);
        }
    }
}
