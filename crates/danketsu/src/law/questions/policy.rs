//! `danketsu law age-minimum`: 一人前ミニマム and the minimum by age of the policy.

use super::super::answer::Answer;
use super::{day, minimum::prefecture};
use clap::{Args, ValueEnum};
use kernel::Date;
use law::Law;
use law::demand::{PriceIndex, age_minimum, skilled_minimum};
use law::selector::DecisionDate;

/// Which index of regional prices.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum IndexWord {
    /// 2000年（県庁所在市。方針のいう2002年の代用）
    #[value(name = "2000")]
    Capital2000,
    /// 2024年（全域）
    #[value(name = "2024")]
    Whole2024,
}

/// 年齢別最低賃金と一人前ミニマム（方針の基準）
#[derive(Args)]
pub(in super::super) struct AgeMinimumQuestion {
    /// 決定の日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 年齢
    #[arg(long)]
    age: u8,
    /// 都道府県（番号または名前）。一人前ミニマムに地域差指数をかけます
    #[arg(long, value_parser = prefecture)]
    prefecture: Option<String>,
    /// 地域差指数
    #[arg(long, value_enum, default_value = "2000")]
    index: IndexWord,
}

impl AgeMinimumQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let on = DecisionDate(self.on);
        let series = match self.index {
            IndexWord::Capital2000 => PriceIndex::Capital2000,
            IndexWord::Whole2024 => PriceIndex::Whole2024,
        };
        let region = self.prefecture.as_deref().map(|prefecture| (prefecture, series));
        let skilled = answer.take(skilled_minimum(law, on, self.age, region));
        answer.amount("skilled_minimum_yen", "law.rule-skilled-minimum", skilled);
        let minimum = age_minimum(law, on, self.age);
        answer.amount("age_minimum_yen", "law.rule-age-minimum", minimum.value.as_ref().ok().copied());
        answer.traces.push(minimum.trace);
        answer
    }
}
