//! Passwords: what may be one, and their hashes.

use super::secret;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{AccountId, Timestamp};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The fewest characters.
pub const SHORTEST: usize = 10;
/// The most characters.
pub const LONGEST: usize = 200;

/// Each hash takes 19 MiB and a core for a while; more wait.
static PLACES: Semaphore = Semaphore::const_new(4);

/// Why a text may not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Too few characters.
    Short,
    /// Too many.
    Long,
    /// The 利用者番号, which is on the card.
    Number,
    /// What everybody tries first.
    Trivial,
}

/// May it be the password of this account? There are no rules about kinds of characters.
pub fn unfit(account: AccountId, password: &str) -> Option<Unfit> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(Unfit::Short);
    }
    if length > LONGEST {
        return Some(Unfit::Long);
    }
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (typed, number) = (plain(password), plain(&secret::number(account)));
    if typed.contains(&number) && typed.len() < number.len() + SHORTEST {
        return Some(Unfit::Number);
    }
    is_trivial(&typed).then_some(Unfit::Trivial)
}

/// One character or a short group repeated, a row of the keyboard or of digits, or a common word
/// with a few digits.
fn is_trivial(typed: &str) -> bool {
    let letters: Vec<char> = typed.chars().collect();
    let repeats = (1..=3).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b));
    let rows = [
        "01234567890123456789",
        "98765432109876543210",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
    ];
    let words = [
        "password",
        "passw0rd",
        "danketsu",
        "kumiai",
        "roudoukumiai",
        "union",
        "welcome",
        "letmein",
        "qwerty",
        "admin",
    ];
    let bare = typed.trim_matches(|c: char| c.is_ascii_digit());
    repeats
        || rows.iter().any(|row| row.contains(typed))
        || words.contains(&bare)
        || words.iter().any(|word| word.repeat(2) == bare)
}

fn argon() -> Argon2<'static> {
    // 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password, as a PHC string.
pub async fn hash(password: &str) -> Result<String, String> {
    let _place = PLACES.acquire().await.map_err(|closed| closed.to_string())?;
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        argon().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

/// Is it the password of one of these hashes? Without a hash the same work is done for nothing, so
/// that the time does not tell whether there was one.
pub async fn verify<T: Send + 'static>(password: &str, hashes: Vec<(T, String)>) -> Result<Option<T>, String> {
    if password.chars().count() > LONGEST {
        return Ok(None);
    }
    let _place = PLACES.acquire().await.map_err(|closed| closed.to_string())?;
    let password = password.to_owned();
    let verified = tokio::task::spawn_blocking(move || {
        if hashes.is_empty() {
            let _ = std::hint::black_box(argon().verify_password(password.as_bytes(), NOBODYS.as_str()));
            return None;
        }
        let mut found = None;
        for (whose, hash) in hashes {
            if argon().verify_password(password.as_bytes(), hash.as_str()).is_ok() {
                found = Some(whose);
            }
        }
        found
    });
    verified.await.map_err(|error| error.to_string())
}

/// A hash that no password has: that of a secret which nobody keeps.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    let nobodys = secret::token().unwrap_or_default();
    argon().hash_password(nobodys.as_bytes()).map(|hash| hash.to_string()).unwrap_or_default()
});

/// How often somebody may be wrong before the number pauses.
const SLIPS: u32 = 10;
const PAUSE_SECONDS: i64 = 60;
const FORGOTTEN_SECONDS: i64 = 3600;
const MOST_NUMBERS: usize = 10_000;

/// Wrong passwords by 利用者番号, whether anybody has it or not.
static WRONG: Mutex<BTreeMap<String, (u32, i64)>> = Mutex::new(BTreeMap::new());

fn wrong() -> std::sync::MutexGuard<'static, BTreeMap<String, (u32, i64)>> {
    WRONG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// After ten wrong passwords a number rests for a minute after each further one.
pub fn rests(number: &str, now: Timestamp) -> bool {
    wrong().get(number).is_some_and(|(slips, last)| *slips >= SLIPS && now.as_second() - last < PAUSE_SECONDS)
}

/// A wrong password was tried.
pub fn was_wrong(number: &str, now: Timestamp) {
    let (mut wrong, now) = (wrong(), now.as_second());
    if wrong.len() >= MOST_NUMBERS {
        wrong.retain(|_, (_, last)| now - *last < FORGOTTEN_SECONDS);
    }
    if wrong.len() >= MOST_NUMBERS {
        wrong.pop_first();
    }
    let entry = wrong.entry(number.to_owned()).or_insert((0, now));
    *entry = if now - entry.1 < FORGOTTEN_SECONDS { (entry.0.saturating_add(1), now) } else { (1, now) };
}

/// The right one was given.
pub fn was_right(number: &str) {
    wrong().remove(number);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    #[test]
    fn length_counts_and_the_most_trivial_are_refused() {
        let account = AccountId(Id::from_u128(0x1234_5678_9abc));
        let number = secret::number(account);
        let check =
            |password: &str, expected: Option<Unfit>| assert_eq!(unfit(account, password), expected, "{password}");
        check("みじかい", Some(Unfit::Short));
        check(&"あい".repeat(101), Some(Unfit::Long));
        check(&format!("{number}!!"), Some(Unfit::Number));
        check(&format!("{}12", number.to_lowercase().replace('-', "")), Some(Unfit::Number));
        for trivial in [
            "1234567890",
            "0000000000",
            "abcabcabcabc",
            "password123",
            "Password2004",
            "ああああああああああ",
            "qwertyuiop",
        ] {
            check(trivial, Some(Unfit::Trivial));
        }
        for fit in ["harukaze no uta", "あおいそらしろいくもの", "kumiai wa tanoshii", "Xk3!vn20-qq"] {
            check(fit, None);
        }
    }

    #[test]
    fn a_number_rests_after_ten_slips() {
        let (number, at) =
            ("test-number-of-its-own", |second| Timestamp::from_second(second).expect("an instant"));
        for _ in 0..SLIPS {
            assert!(!rests(number, at(0)));
            was_wrong(number, at(0));
        }
        assert!(rests(number, at(59)) && !rests(number, at(60)));
        was_right(number);
        assert!(!rests(number, at(0)));
    }

    #[tokio::test]
    async fn a_password_is_known_again() {
        let hash = hash("harukaze no uta").await.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let hashes = || vec![("who", hash.clone())];
        assert_eq!(verify("harukaze no uta", hashes()).await, Ok(Some("who")));
        assert_eq!(verify("harukaze no utb", hashes()).await, Ok(None));
        assert_eq!(verify::<()>("harukaze no uta", Vec::new()).await, Ok(None));
    }
}
