//! The tables beside the journal.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

mod toy;

use journal::entry::Flaw;
use journal::side::{Access, AccessFault, Draft, InvitationUse, MAX_DRAFTS, MAX_SESSIONS, Session, Side};
use journal::{InstallationKey, StoreFault, Vault, VaultFault};
use kernel::{Digest, Id, Seq};
use toy::{FEDERATION, account, second};

fn side() -> (tempfile::TempDir, Side) {
    let folder = tempfile::tempdir().unwrap();
    let side = Side::open(&folder.path().join("side.sqlite"), FEDERATION).unwrap();
    (folder, side)
}

fn session(number: u8, of: u128, seen: i64) -> Session {
    Session {
        token_hash: Digest([number; 32]),
        account: account(of),
        created_at: second(seen),
        last_seen: second(seen),
        expires_at: second(1000),
        label: "Firefox".into(),
    }
}

#[test]
fn another_federations_file_is_refused() {
    let (folder, side) = side();
    drop(side);
    let other = Side::open(&folder.path().join("side.sqlite"), Id::from_u128(1));
    assert!(matches!(other, Err(StoreFault::OtherFederation { .. })));
}

#[test]
fn a_new_password_ends_sessions_and_invitations() {
    let (_folder, side) = side();
    assert_eq!(side.credential(account(1)).unwrap(), None);
    side.add_session(&session(1, 1, 5)).unwrap();
    side.add_session(&session(2, 2, 5)).unwrap();
    side.invite(Digest([9; 32]), account(1), second(100)).unwrap();
    side.set_credential(account(1), "hash", second(6)).unwrap();
    assert_eq!(side.credential(account(1)).unwrap().as_deref(), Some("hash"));
    assert_eq!(side.session(Digest([1; 32]), second(7)).unwrap(), None);
    assert!(side.session(Digest([2; 32]), second(7)).unwrap().is_some());
    assert_eq!(side.use_invitation(Digest([9; 32]), second(7)).unwrap(), InvitationUse::Used);
    side.remove_credential(account(1)).unwrap();
    assert_eq!(side.credential(account(1)).unwrap(), None);
}

#[test]
fn an_invitation_is_good_once_and_for_a_time() {
    let (_folder, side) = side();
    let code = |number: u8| Digest([number; 32]);
    side.invite(code(1), account(1), second(100)).unwrap();
    side.invite(code(2), account(1), second(100)).unwrap();
    side.invite(code(3), account(3), second(100)).unwrap();
    let used = |number, now| side.use_invitation(code(number), second(now)).unwrap();
    assert_eq!(used(1, 50), InvitationUse::Unknown, "the second one withdrew it");
    assert_eq!(used(2, 50), InvitationUse::Accepted(account(1)));
    assert_eq!(used(2, 50), InvitationUse::Used);
    assert_eq!(used(3, 100), InvitationUse::Expired);
}

#[test]
fn sessions_are_listed_revoked_and_limited() {
    let (_folder, side) = side();
    for number in 0..=MAX_SESSIONS as u8 {
        side.add_session(&session(number, 1, i64::from(number) + 1)).unwrap();
    }
    side.add_session(&session(200, 2, 1)).unwrap();
    let list = side.sessions(account(1)).unwrap();
    assert_eq!(list.len(), MAX_SESSIONS as usize);
    assert!(list.iter().all(|session| session.token_hash != Digest([0; 32])), "the oldest gave way");
    side.touch_session(Digest([1; 32]), second(500)).unwrap();
    assert_eq!(side.sessions(account(1)).unwrap()[0].token_hash, Digest([1; 32]));
    assert!(side.revoke_session(Digest([1; 32])).unwrap());
    assert!(!side.revoke_session(Digest([1; 32])).unwrap());
    assert_eq!(side.revoke_sessions(account(1)).unwrap(), MAX_SESSIONS as usize - 1);
    assert_eq!(side.session(Digest([200; 32]), second(1000)).unwrap(), None, "it ran out");
    assert_eq!(side.sweep(second(1000)).unwrap(), 1);
}

#[test]
fn whoever_signs_in_stays_in_although_the_clock_stands_or_went_back() {
    let (_folder, side) = side();
    // The new one is the last in every other order.
    for number in (1..=3 * MAX_SESSIONS as u8).rev() {
        side.add_session(&session(number, 1, 5)).unwrap();
        assert!(side.session(Digest([number; 32]), second(6)).unwrap().is_some(), "{number}");
    }
    side.add_session(&session(255, 1, 4)).unwrap();
    assert!(side.session(Digest([255; 32]), second(6)).unwrap().is_some());
    assert_eq!(side.sessions(account(1)).unwrap().len(), MAX_SESSIONS as usize);
}

#[test]
fn drafts_are_limited_and_the_last_one_stays() {
    let (_folder, side) = side();
    let (vault, _) = Vault::create(FEDERATION, &InstallationKey::ephemeral().unwrap()).unwrap();
    let draft = Draft { body: b"1".to_vec().into(), updated_at: second(5), expires_at: second(50) };
    for number in (0..MAX_DRAFTS + 5).rev() {
        let form = format!("form {number:04}");
        side.put_draft(&vault, account(1), &form, &draft).unwrap();
        assert!(side.draft(&vault, account(1), &form, second(6)).unwrap().is_some(), "{form}");
    }
    assert_eq!(side.drafts(account(1), second(6)).unwrap().len(), MAX_DRAFTS as usize);
}

#[test]
fn drafts_are_encrypted_expire_and_belong_to_one() {
    let (folder, side) = side();
    let key = InstallationKey::ephemeral().unwrap();
    let (vault, _) = Vault::create(FEDERATION, &key).unwrap();
    let body = "回答 12,000円".as_bytes();
    let draft = Draft { body: body.to_vec().into(), updated_at: second(5), expires_at: second(50) };
    side.put_draft(&vault, account(1), "response", &draft).unwrap();
    side.put_draft(&vault, account(1), "response", &draft).unwrap();
    assert_eq!(side.draft(&vault, account(1), "response", second(6)).unwrap(), Some(draft.clone()));
    assert_eq!(side.draft(&vault, account(2), "response", second(6)).unwrap(), None);
    assert_eq!(side.draft(&vault, account(1), "response", second(50)).unwrap(), None);
    assert_eq!(side.drafts(account(1), second(6)).unwrap(), [("response".to_owned(), second(5))]);
    let long = Draft { body: vec![0; (1 << 20) + 1].into(), ..draft };
    assert!(matches!(side.put_draft(&vault, account(1), "x", &long), Err(VaultFault::TooLarge(_))));
    for item in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(item.unwrap().path()).unwrap();
        assert!(!bytes.windows(body.len()).any(|window| window == body));
    }
    // Moved to another account's row, it cannot be read.
    let db = rusqlite::Connection::open(folder.path().join("side.sqlite")).unwrap();
    db.execute("UPDATE draft SET account = ?1", [account(2).0.to_bytes()]).unwrap();
    assert_eq!(side.draft(&vault, account(2), "response", second(6)).unwrap(), None);
    side.delete_draft(account(2), "response").unwrap();
    assert!(side.drafts(account(2), second(6)).unwrap().is_empty());
}

#[test]
fn the_access_log_is_chained() {
    let (folder, side) = side();
    let access = |at, who, subject| Access {
        at: second(at),
        account: account(who),
        kind: "advice".into(),
        subject: Id::from_u128(subject),
    };
    side.log_access(&[access(10, 1, 7), access(11, 1, 8)]).unwrap();
    let (last, hash) = side.log_access(&[access(5, 2, 7)]).unwrap();
    assert_eq!((last, side.access_log(Seq(3), 9).unwrap()[0].access.at), (Seq(3), second(11)));
    let of: Vec<_> = side.accesses_of(Id::from_u128(7), 9).unwrap().iter().map(|a| a.number.0).collect();
    assert_eq!(of, [3, 1]);
    assert_eq!(side.verify_access(Some((last, hash))).unwrap(), (last, hash));
    let cut = side.verify_access(Some((Seq(4), hash))).unwrap_err();
    assert_eq!(cut, AccessFault::Broken { at: Seq(4), flaw: Flaw::CutOff { head: Seq(3) } });
    let db = rusqlite::Connection::open(folder.path().join("side.sqlite")).unwrap();
    db.execute_batch("UPDATE access_log SET account = zeroblob(16) WHERE number = 2").unwrap();
    let altered = side.verify_access(None).unwrap_err();
    assert_eq!(altered, AccessFault::Broken { at: Seq(2), flaw: Flaw::Altered });
    db.execute_batch("DELETE FROM access_log WHERE number = 2").unwrap();
    assert!(matches!(side.verify_access(None), Err(AccessFault::Broken { at: Seq(2), flaw: Flaw::Gap { .. } })));
}
