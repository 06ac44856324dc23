//! The words that stand in cells for what is no number. A sheet comes back years later, out of
//! another language and another program: so the words belong to the file format and not to the
//! screens, both languages are read whichever was written, and the code itself is always read.

/// A word of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As the journal writes it.
    pub code: &'static str,
    /// As a Japanese sheet writes it.
    pub ja: &'static str,
    /// As an English sheet writes it.
    pub en: &'static str,
    /// What offices write for it besides.
    pub also: &'static [&'static str],
}

const fn word(code: &'static str, ja: &'static str, en: &'static str, also: &'static [&'static str]) -> Word {
    Word { code, ja, en, also }
}

impl Word {
    /// The word in this language (`"ja"`, `"en"`).
    pub fn of(&self, language: &str) -> &'static str {
        if language == "en" { self.en } else { self.ja }
    }

    /// Is this the word? Compared as [`normal`] writes both.
    pub fn is(&self, text: &str) -> bool {
        let text = normal(text);
        [self.code, self.ja, self.en].iter().chain(self.also).any(|known| normal(known) == text)
    }
}

/// The word of a list that a text means.
pub fn find<'a>(words: &'a [Word], text: &str) -> Option<&'a Word> {
    words.iter().find(|word| word.is(text))
}

/// The word of a list with that code.
pub fn coded<'a>(words: &'a [Word], code: &str) -> Option<&'a Word> {
    words.iter().find(|word| word.code == code)
}

/// A text as it is compared: full-width forms are plain ones, blanks and line breaks are gone,
/// brackets and letters are of one kind.
pub fn normal(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).map_or(c, |plain| plain.to_ascii_lowercase())
        }
        '〔' | '【' => '(',
        '〕' | '】' => ')',
        '_' => '-',
        '〜' => '~',
        'ヶ' | 'ケ' | 'カ' => 'ヵ',
        _ => c.to_ascii_lowercase(),
    };
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').map(fold).collect()
}

/// What a demand says before any figure.
pub const DEMAND: &[Word] = &[
    word("known", "内容判明", "known", &["判明"]),
    word("unknown", "内容不明", "content unknown", &["不明"]),
    word("elsewhere", "この取り組みの要求なし", "not on this track", &["この要求はない"]),
    word("none", "要求なし", "no demand", &["要求せず"]),
    word("abandoned", "要求断念", "given up", &["断念"]),
];

/// 継続・再交渉.
pub const CONTINUED: &[Word] = &[word("yes", "継続", "continued", &["継続・再交渉", "再交渉", "はい", "○", "〇"])];

/// The stage of a settlement.
pub const STAGE: &[Word] = &[
    word("provisional", "仮妥結", "provisional", &["仮"]),
    word("confirmed", "妥結確認", "confirmed", &["妥結", "確認", "機関確認"]),
];

/// Where a maintenance amount comes from.
pub const BASIS: &[Word] =
    &[word("observed", "確認", "observed", &["実額", "プロット図"]), word("stand_in", "目安", "stand-in", &[])];

/// 個別賃金方式.
pub const METHOD: &[Word] = &[word("a", "A方式", "A", &["A"]), word("b", "B方式", "B", &["B"])];

/// 一時金の型.
pub const PATTERN: &[Word] = &[
    word("annual", "年間", "annual", &["年間型"]),
    word("summer_winter", "夏冬型", "summer–winter", &["夏冬"]),
    word("winter_summer", "冬夏型", "winter–summer", &["冬夏"]),
    word("seasonal", "季別", "seasonal", &["季別型"]),
    word("performance", "業績連動", "performance", &["業績連動型"]),
];

/// 企業内最低賃金協定.
pub const AGREEMENT: &[Word] = &[
    word("none", "なし", "none", &["無", "無し", "×"]),
    word("exists", "あり", "exists", &["有", "有り", "○", "〇"]),
    word("revised", "改定", "revised", &["改訂"]),
    word("new", "新規", "new", &[]),
];

/// How a clause stands.
pub const CLAUSE: &[Word] = &[
    word("demanded", "要求", "demanded", &["要求中"]),
    word("under_discussion", "協議継続", "under discussion", &["協議中", "継続"]),
    word("agreed", "協定化", "agreed", &["協定", "合意"]),
    word("refused", "拒否", "refused", &[]),
];

/// What is bargained as one package.
pub const MATTER: &[Word] = &[
    word("wage_freeze", "賃金凍結", "wage freeze", &[]),
    word("regular_raise_stopped", "定昇停止", "regular raise stopped", &[]),
    word("employment", "雇用問題", "employment", &["雇用"]),
    word("restructuring", "企業再編", "restructuring", &["再編"]),
];

/// An answer in words, without a number.
pub const IN_WORDS: Word =
    word("words", "言葉", "in words", &["言葉のみ", "言葉だけ", "言葉による回答", "有額なし"]);
/// There is a number, and it is not told.
pub const WITHHELD: Word = word("withheld", "非公開", "withheld", &["非開示", "言えない"]);
/// Suspended until a condition is met.
pub const SUSPENDED: Word = word("suspended", "保留", "suspended", &["保留中"]);
/// Takes out what stands: an empty cell leaves it as it is.
pub const CLEARED: Word = word("clear", "消去", "clear", &["削除"]);

/// On what a suspended answer waits.
pub const CONDITION: &[Word] = &[
    word("results", "業績の確定待ち", "results", &["業績", "業績の確定"]),
    word("restructuring", "再建計画待ち", "restructuring", &["再建計画"]),
    word("renegotiation", "再交渉", "renegotiation", &[]),
    word("other", "その他", "other", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_means_two_words_of_one_list() {
        let figure_words = [IN_WORDS, WITHHELD, SUSPENDED, CLEARED];
        let lists = [
            DEMAND,
            CONTINUED,
            STAGE,
            BASIS,
            METHOD,
            PATTERN,
            AGREEMENT,
            CLAUSE,
            MATTER,
            CONDITION,
            &figure_words,
        ];
        for list in lists {
            for word in list {
                for text in [word.code, word.ja, word.en].iter().chain(word.also) {
                    let meant: Vec<&str> = list.iter().filter(|other| other.is(text)).map(|w| w.code).collect();
                    assert_eq!(meant, [word.code], "{text}");
                }
            }
        }
    }

    #[test]
    fn spelling_of_a_machine_is_no_difference() {
        for text in ["Ａ方式", " a方式 ", "A\n方式", "ａ"] {
            assert_eq!(find(METHOD, text).map(|word| word.code), Some("a"), "{text}");
        }
        assert_eq!(normal("賃上げ計（円）\r\n 2004"), "賃上げ計(円)2004");
    }
}
