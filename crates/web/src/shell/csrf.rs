//! The token against forged forms.
//!
//! A token is a nonce and an HMAC-SHA-256 of it under the session's secret. It needs no storage,
//! holds for the session and no other, and differs on every page, so that compression tells nothing
//! about it.

use sha2::{Digest, Sha256};

const PURPOSE: &[u8] = b"danketsu/csrf/1";

/// A token for the session with this secret, from sixteen random bytes.
pub fn issue(session_secret: &[u8], nonce: [u8; 16]) -> String {
    let mac = mac(session_secret, &nonce);
    nonce.iter().chain(&mac).map(|byte| format!("{byte:02x}")).collect()
}

/// A token with a nonce from the system.
pub fn fresh(session_secret: &[u8]) -> Result<String, getrandom::Error> {
    let mut nonce = [0u8; 16];
    getrandom::fill(&mut nonce)?;
    Ok(issue(session_secret, nonce))
}

/// Whether the token was issued for the session with this secret.
pub fn holds(session_secret: &[u8], token: &str) -> bool {
    let Some(nonce) = token.get(..32).and_then(unhex) else {
        return false;
    };
    same(issue(session_secret, nonce).as_bytes(), token.as_bytes())
}

/// Whether two texts are the same, in a time that depends only on their lengths.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && std::hint::black_box(left.iter().zip(right).fold(0u8, |difference, (a, b)| difference | (a ^ b))) == 0
}

fn mac(secret: &[u8], nonce: &[u8]) -> [u8; 32] {
    let message: Vec<u8> = [PURPOSE, nonce].concat();
    hmac_sha256(secret, &message)
}

/// HMAC (RFC 2104) with SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0u8; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_hmac() {
        // RFC 4231, test case 2.
        let mac: String = hmac_sha256(b"Jefe", b"what do ya want for nothing?")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        // Case 6: a key longer than a block.
        let mac: String = hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn a_token_holds_for_its_session_only() {
        let token = issue(b"one", [7; 16]);
        assert!(holds(b"one", &token));
        assert_ne!(token, issue(b"one", [8; 16]));
        assert!(!holds(b"two", &token));
        assert!(!holds(b"one", ""));
        assert!(!holds(b"one", &token[..64]));
        assert!(!holds(b"one", &"０".repeat(32)));
        assert!(!holds(b"one", &token.to_uppercase()));
    }
}
