//! Texts of the demonstration, which lie in the vault: a command holds a stand-in for each until
//! whoever plays it has sealed the text. Nobody is named: functions stand for persons, and the
//! telephone numbers have an exchange that is given to no one (0000).

use federation::Command;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::rules::Command as Campaign;
use federation::contact::rules::Command as Contact;
use federation::crisis::rules::Command as Crisis;
use kernel::{Digest, Id, SealedText};

/// What the region asks back about the neighbour's answer.
const QUESTION: &str = "維持分は、実在者の集計から出した額ですか。目安の額なら、その旨に直してください。";
/// What the alert says besides its matter.
const ALERT: &str = "主要取引先への売掛金が譲渡されたとの通知を、会社の経理から聞いた。譲渡先と額は確認中。";
/// What was heard on the telephone.
const CALLS: [&str; 3] = [
    "団体交渉中。終わり次第、書記長から電話の約束。",
    "書記長は客先。組合事務所には誰もいない。",
    "昼休みにもう一度。",
];
const HOURS: [&str; 4] = ["9時〜17時", "昼休み（12時〜13時）", "17時半以降", "いつでも"];
/// Whom to ask for: functions only.
const FUNCTIONS: [&str; 4] = ["書記長", "書記次長", "執行委員長", "組合事務所（書記）"];

/// One of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// The question to the neighbour.
    Question,
    /// The remark of an alert.
    Alert,
    /// What was heard on the telephone.
    Call(usize),
    /// The telephone of the unit with this number.
    Telephone(usize),
    /// When to call.
    Hours(usize),
    /// Whom to ask for.
    Function(usize),
}

impl Text {
    fn parts(self) -> (u128, usize) {
        match self {
            Text::Question => (1, 0),
            Text::Alert => (2, 0),
            Text::Call(number) => (3, number % CALLS.len()),
            Text::Telephone(number) => (4, number),
            Text::Hours(number) => (5, number % HOURS.len()),
            Text::Function(number) => (6, number % FUNCTIONS.len()),
        }
    }

    /// What stands for it in a command.
    pub(super) fn stand_in(self) -> SealedText {
        let (kind, number) = self.parts();
        SealedText { object: Id::from_u128((kind << 64) | number as u128), digest: Digest([0; 32]) }
    }
}

/// The kind under which the text behind a stand-in lies in the vault, and the text.
pub fn text_of(stand_in: SealedText) -> Option<(&'static str, String)> {
    let bits = stand_in.object.as_u128();
    let number =
        usize::try_from(bits & u128::from(u64::MAX)).ok().filter(|_| stand_in.digest == Digest([0; 32]))?;
    let of = |list: &[&str]| list.get(number).map(|text| (*text).to_owned());
    Some(match bits >> 64 {
        1 => ("question", QUESTION.to_owned()),
        2 => ("remark", ALERT.to_owned()),
        3 => ("remark", of(&CALLS)?),
        4 => ("contact", format!("0{}0-0000-{:04}", 5 + number / 10_000 % 5, number % 10_000)),
        5 => ("contact", of(&HOURS)?),
        6 => ("contact", of(&FUNCTIONS)?),
        _ => return None,
    })
}

/// The texts of a command of the script, to be replaced by sealed ones.
pub fn texts_of(command: &mut Command) -> Vec<&mut SealedText> {
    match command {
        Command::Campaign(inner) => match inner.as_mut() {
            Campaign::Correction(correction) => match correction.as_mut() {
                Correction::SendBack { question, .. } => vec![question],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        Command::Contact(Contact::SetDetails(details)) => {
            [&mut details.telephone, &mut details.hours, &mut details.person].into_iter().flatten().collect()
        }
        Command::Contact(Contact::Call(call)) => call.remark.as_mut().into_iter().collect(),
        Command::Crisis(Crisis::Raise { remark, .. }) => remark.as_mut().into_iter().collect(),
        _ => Vec::new(),
    }
}
