//! Names of unions that do not exist: an invented stem, a trade, 労働組合.
//!
//! The stems are put together from syllables and signs of which Japanese companies like to be
//! made. Whatever contains the name of a well-known company or federation is thrown away.

use super::rng::Rng;
use std::collections::BTreeSet;

const FIRST: &[&str] = &[
    "三", "大", "東", "光", "協", "丸", "新", "昭", "富", "豊", "信", "栄", "明", "北", "南", "長", "高", "旭",
    "泉", "清", "共", "正", "美", "千", "岩", "福", "吉", "若", "青", "朝", "双", "常", "恵", "瑞", "真", "永",
    "太", "成",
];
const SECOND: &[&str] = &[
    "栄", "光", "信", "和", "陽", "進", "伸", "友", "星", "峰", "盛", "邦", "昭", "豊", "央", "興", "隆", "誠",
    "研", "潤", "輝", "恒", "葉", "栄光", "信和",
];
const PLACE: &[&str] =
    &["葦", "霧", "雁", "鷺", "萩", "楠", "椿", "桐", "淵", "霞", "漣", "榎", "樫", "楢", "橡", "鴨", "鵜", "蓮"];
const GROUND: &[&str] = &["瀬", "浜", "塚", "窪", "倉", "堀", "越", "里", "畑", "渡", "ヶ丘", "ヶ谷"];
const SOUND: &[&str] =
    &["カネ", "マル", "ヤマ", "ミツ", "アサ", "ヒサ", "タツ", "トキ", "ハル", "ナガ", "ユキ", "スミ"];
const ENDING: &[&str] = &["セイ", "トク", "エイ", "ムラ", "ミネ", "コー", "セン", "ソー", "ネツ"];

/// What companies of an industry call themselves after, in the order of the kit's industries.
const TRADES: [&[&str]; 9] = [
    &["機械", "機械製作所", "鉄工所", "産業機械", "ポンプ製作所", "農機", "重機", "搬送機"],
    &["工機", "工具製作所", "精機", "歯車工業", "機工", "マシナリー"],
    &["計測", "計器", "精工", "精密", "光学", "計装"],
    &["電機", "電子", "電機製作所", "制御", "電装", "電器"],
    &["部品工業", "自動車部品", "車輌", "発條", "ブレーキ工業", "輸送機"],
    &["金属", "金属工業", "製鋲", "バルブ", "プレス工業", "スチール"],
    &["鋳造", "鋳工", "鍛工", "鋳造所", "鍛造"],
    &["製鋼", "伸銅", "特殊鋼", "鋼管", "軽金属"],
    &["工業", "産業", "化成", "技研", "製作所"],
];

/// Names, and parts of names, of real companies and bodies that no generated name may contain.
pub const WELL_KNOWN: &[&str] = &[
    "トヨタ",
    "豊田",
    "日産",
    "ホンダ",
    "本田",
    "マツダ",
    "松田",
    "スズキ",
    "鈴木",
    "スバル",
    "富士",
    "三菱",
    "三井",
    "住友",
    "日立",
    "東芝",
    "松下",
    "パナソニック",
    "ソニー",
    "シャープ",
    "三洋",
    "日電",
    "富士通",
    "オムロン",
    "立石",
    "キヤノン",
    "キャノン",
    "ニコン",
    "オリンパス",
    "リコー",
    "コニカ",
    "ミノルタ",
    "セイコー",
    "シチズン",
    "カシオ",
    "エプソン",
    "コマツ",
    "小松",
    "クボタ",
    "久保田",
    "ヤンマー",
    "井関",
    "島津",
    "横河",
    "山武",
    "アズビル",
    "安川",
    "ファナック",
    "オークマ",
    "大隈",
    "森精機",
    "マザック",
    "山崎",
    "牧野",
    "ジェイテクト",
    "光洋",
    "不二越",
    "ナチ",
    "日本精工",
    "ミネベア",
    "ダイキン",
    "ダイハツ",
    "日野",
    "いすゞ",
    "ヤマハ",
    "カワサキ",
    "川崎",
    "神戸",
    "新日鐵",
    "新日鉄",
    "大同",
    "愛知製鋼",
    "アイシン",
    "デンソー",
    "曙",
    "カヤバ",
    "カルソニック",
    "ブリヂストン",
    "石橋",
    "タダノ",
    "加藤",
    "古河",
    "古川",
    "藤倉",
    "フジクラ",
    "荏原",
    "栗田",
    "月島",
    "千代田",
    "日揮",
    "東洋",
    "大和",
    "協和",
    "三和",
    "昭和",
    "明和",
    "豊和",
    "新明和",
    "新光",
    "東光",
    "大成",
    "鹿島",
    "清水",
    "大林",
    "竹中",
    "旭化成",
    "旭光",
    "旭精工",
    "明電",
    "三豊",
    "ミツトヨ",
    "三星",
    "三光",
    "大豊",
    "東陽",
    "東邦",
    "東和",
    "東栄",
    "東興",
    "太陽",
    "大栄",
    "大光",
    "中央",
    "共和",
    "共栄",
    "協栄",
    "北陽",
    "北星",
    "正和",
    "美和",
    "明星",
    "明光",
    "新興",
    "新和",
    "高千穂",
    "高砂",
    "栄光",
    "ヤマワ",
    "ヤマトク",
    "ミツワ",
    "ミツエイ",
    "スミセイ",
    "マルエイ",
    "滝沢",
    "滝澤",
    "椿本",
    "鷺宮",
    "津上",
    "北越",
    "福井",
    "長府",
    "太平",
    "成光",
    "三協",
    "三栄源",
    "東研",
    "JAM",
    "双葉",
    "光栄",
    "正栄",
    "泉陽",
    "三信",
    "三陽",
    "昭栄",
    "協豊",
    "豊興",
    "丸栄",
    "大興",
    "大信",
    "若葉",
    "三友",
    "協伸",
    "ヤマムラ",
    "新栄",
    "永和",
    "連合",
    "労連",
    "電機連合",
    "基幹",
];

/// Makes names, none of them twice.
pub(crate) struct Names {
    rng: Rng,
    given: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(seed: u64) -> Names {
        Names { rng: Rng::new(seed, "names"), given: BTreeSet::new() }
    }

    /// The next name of a union in that industry (its place in the kit's list).
    pub(crate) fn next(&mut self, industry: usize) -> String {
        loop {
            let company = self.company(industry);
            let name = format!("{company}労働組合");
            // 栄栄… reads like a slip of the pen.
            let stutters = company.chars().zip(company.chars().skip(1)).take(1).any(|(a, b)| a == b);
            if !stutters && !WELL_KNOWN.iter().any(|known| name.contains(known)) && self.given.insert(name.clone())
            {
                return name;
            }
        }
    }

    fn company(&mut self, industry: usize) -> String {
        let rng = &mut self.rng;
        let (first, second) = match rng.weighted(&[60, 22, 18]) {
            0 => (rng.pick(FIRST), rng.pick(SECOND)),
            1 => (rng.pick(PLACE), rng.pick(GROUND)),
            _ => (rng.pick(SOUND), rng.pick(ENDING)),
        };
        let trade = rng.pick(TRADES[industry % TRADES.len()]);
        format!("{first}{second}{trade}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_names_differ_and_none_is_well_known() {
        let mut names = Names::new(1);
        let all: BTreeSet<String> = (0..10_000).map(|index| names.next(index % 9)).collect();
        assert_eq!(all.len(), 10_000);
        for name in &all {
            assert!(name.ends_with("労働組合") && name.chars().count() <= 20, "{name}");
            assert!(!WELL_KNOWN.iter().any(|known| name.contains(known)), "{name}");
        }
    }
}
