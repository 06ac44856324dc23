//! What people type from paper: 利用者番号 and first-time codes, in Crockford's base 32, which has
//! no letters that look alike.

use kernel::AccountId;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many characters of a code are chance.
const CODE_LENGTH: usize = 16;
/// How many characters a 利用者番号 has.
const NUMBER_LENGTH: usize = 8;

/// The values of what was typed. Capital or small, full width or half, with blanks and any kind
/// of hyphen; O is 0, I and L are 1. Nothing where another character stands.
fn values(typed: &str) -> Option<Vec<u8>> {
    let mut values = Vec::new();
    for c in typed.chars() {
        let c = match super::narrow(c).to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            '-' | '_' | '.' | '・' | '−' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' | 'ー' | 'ｰ' | '﹣' =>
            {
                continue;
            }
            c if c.is_whitespace() => continue,
            c => c,
        };
        let value = ALPHABET.iter().position(|known| char::from(*known) == c)?;
        values.push(u8::try_from(value).ok()?);
        if values.len() > CODE_LENGTH + 1 {
            return None;
        }
    }
    Some(values)
}

fn letters(values: &[u8]) -> String {
    values.iter().map(|value| char::from(ALPHABET[usize::from(value & 31)])).collect()
}

/// In groups of four, as one reads it aloud.
fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The 利用者番号 of an account: the last 40 bits of its id.
pub fn number(account: AccountId) -> String {
    let bits = account.0.as_u128();
    let values: Vec<u8> = (0..NUMBER_LENGTH).rev().map(|at| ((bits >> (at * 5)) & 31) as u8).collect();
    grouped(&letters(&values))
}

/// A 利用者番号 as it was typed, in its written form.
pub fn read_number(typed: &str) -> Option<String> {
    let values = values(typed)?;
    (values.len() == NUMBER_LENGTH).then(|| grouped(&letters(&values)))
}

/// A first-time code: eighty bits of chance and a character that shows a slip.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// A new one.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn fresh() -> Result<InvitationCode, getrandom::Error> {
        let mut bytes = [0; CODE_LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(InvitationCode(letters(&bytes)))
    }

    /// A code as it was typed; nothing where it has a slip.
    pub fn read(typed: &str) -> Option<InvitationCode> {
        let values = values(typed)?;
        let whole = values.len() == CODE_LENGTH + 1 && check(&values) == 0;
        whole.then(|| InvitationCode(letters(&values[..CODE_LENGTH])))
    }

    /// What is hashed and looked up.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// `7KQ2-M0XD-…-C`: in groups, the check character last.
    pub fn written(&self) -> String {
        let mut values = values(&self.0).unwrap_or_default();
        values.push(0);
        let last = check(&values);
        grouped(&format!("{}{}", self.0, letters(&[last])))
    }
}

impl std::fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationCode")
    }
}

/// The values as digits of a number over the field of 32 elements, at 2 but for the last: a wrong
/// character always shows, and two that changed places next to each other.
fn check(values: &[u8]) -> u8 {
    let Some((last, rest)) = values.split_last() else { return 0 };
    rest.iter().fold(0, |sum, value| twice(sum ^ value)) ^ last
}

/// Times 2, modulo x⁵ + x² + 1.
fn twice(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { (doubled ^ 0b10_0101) & 31 }
}

/// A secret of 256 bits in hexadecimal digits, for a cookie.
///
/// # Errors
/// There are no random numbers.
pub fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        let account = AccountId(Id::from_u128(0xffff_0000_0001_0123_4567_89ab));
        let written = number(account);
        assert_eq!(written.len(), 9);
        for typed in [
            written.clone(),
            written.to_lowercase(),
            written.replace('-', ""),
            written.replace('-', "　"),
            written.replace('-', "ー").replace('0', "O").replace('1', "l"),
            written.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("full width")).collect(),
        ] {
            assert_eq!(read_number(&typed), Some(written.clone()), "{typed}");
        }
        for wrong in ["", "1234", "1234-56789", "1234-567U", "番号"] {
            assert_eq!(read_number(wrong), None, "{wrong}");
        }
        assert_eq!(number(AccountId(Id::from_u128(31))), "0000-000Z");
    }

    #[test]
    fn a_code_shows_every_slip_and_every_swap() {
        let code = InvitationCode::fresh().expect("chance");
        let written = code.written();
        assert_eq!(written.len(), 17 + 4);
        assert_eq!(InvitationCode::read(&written.to_lowercase().replace('-', " ")), Some(code.clone()));
        assert_ne!(InvitationCode::fresh().expect("chance"), code);
        let plain: Vec<u8> = written.bytes().filter(|byte| *byte != b'-').collect();
        for at in 0..plain.len() {
            for other in ALPHABET.iter().filter(|other| **other != plain[at]) {
                let mut slipped = plain.clone();
                slipped[at] = *other;
                assert_eq!(InvitationCode::read(&String::from_utf8(slipped).expect("ASCII")), None);
            }
            if at > 0 && plain[at] != plain[at - 1] {
                let mut swapped = plain.clone();
                swapped.swap(at, at - 1);
                assert_eq!(
                    InvitationCode::read(&String::from_utf8(swapped).expect("ASCII")),
                    None,
                    "{at} {written}"
                );
            }
        }
        assert_eq!(InvitationCode::read(code.secret()), None);
    }
}
