//! What every store must do, as tests that any store can be put under.
//!
//! They panic with a sentence where a store does not conform, so call [`conform`] from a test.

use crate::entry::{Entry, GENESIS, Head};
use crate::store::{Batch, Journal, JournalRead, ObjectKey, SealedObject, StoreFault};
use crate::vault::{InstallationKey, Reading, Vault, VaultFault};
use crate::verify::verify;
use kernel::{AccountId, Channel, CommandId, Digest, Id, Seq, Timestamp};

/// Makes stores for the suite.
pub trait StoreFactory {
    /// The store under test.
    type Store: Journal;
    /// An empty store of that federation.
    fn fresh(&self, federation: Id) -> Self::Store;
    /// The same store, closed and opened again.
    fn reopen(&self, store: Self::Store) -> Self::Store;
}

/// Puts a kind of store under the whole suite.
///
/// # Panics
/// It does not conform.
pub fn conform(factory: &impl StoreFactory) {
    empty_then_appended_then_reopened(factory);
    all_or_nothing(factory);
    commands_are_found(factory);
    instants_are_found(factory);
    readers_follow(factory);
    vault_commits_and_erases(factory);
}

/// The federation of the suite.
const FEDERATION: Id = Id::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

/// The `part_count` entries of command `number`, chained after `head`, recorded at `second`.
pub fn sample_entries(head: Head, number: u128, part_count: u32, second: i64) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut previous = head;
    for part in 0..part_count {
        let mut entry = Entry {
            federation: FEDERATION,
            seq: Seq(previous.seq.0 + 1),
            command_id: CommandId(Id::from_u128(number)),
            part,
            recorded_at: Timestamp::from_second(second).unwrap_or(Timestamp::MIN),
            account: AccountId(Id::from_u128(7)),
            on_behalf_of: number.is_multiple_of(2).then(|| Id::from_u128(number)),
            channel: Channel::ALL[(number % 5) as usize],
            kind: "sample".to_owned(),
            version: 1,
            body: format!(r#"{{"text":"第{number}の記録","part":{part}}}"#),
            command_digest: Digest([(number % 251) as u8; 32]),
            hash: GENESIS,
        };
        entry.hash = entry.hash_after(previous.hash);
        previous = entry.head();
        entries.push(entry);
    }
    entries
}

/// Commands 1, 2, 3 … with as many entries as `parts` says, a second apart.
fn fill(store: &mut impl Journal, parts: &[u32]) -> Vec<Entry> {
    let mut head = must(store.head(), "head");
    let mut all = Vec::new();
    let batches: Vec<Batch> = (1..)
        .zip(parts)
        .map(|(number, parts)| {
            let entries = sample_entries(head, number, *parts, 1000 + number as i64);
            head = entries.last().map_or(head, Entry::head);
            all.extend(entries.clone());
            Batch { entries, sealed: Vec::new() }
        })
        .collect();
    must(store.append(&batches), "append");
    all
}

fn empty_then_appended_then_reopened(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    assert_eq!(store.federation(), FEDERATION);
    assert_eq!(must(store.head(), "head"), Head::EMPTY, "an empty journal");
    assert!(must(store.read(Seq(1), 10), "read").is_empty());
    must(store.append(&[]), "appending nothing");
    let entries = fill(&mut store, &[1, 3, 1, 2]);
    for _ in 0..2 {
        assert_eq!(must(store.read(Seq(1), 100), "read"), entries, "all columns come back");
        assert_eq!(must(store.read(Seq(3), 2), "read"), entries[2..4], "a page");
        assert_eq!(Some(must(store.head(), "head")), entries.last().map(Entry::head));
        let report = must(verify(&store, None), "verify");
        assert_eq!((report.head.seq, report.commands), (Seq(7), 4));
        store = factory.reopen(store);
    }
    let next = sample_entries(must(store.head(), "head"), 9, 1, 2000);
    must(store.append(&[Batch { entries: next, sealed: vec![] }]), "append after reopening");
}

fn all_or_nothing(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    let entries = fill(&mut store, &[1, 1]);
    let head = must(store.head(), "head");
    let good = sample_entries(head, 5, 2, 3000);
    let after = good.last().map_or(head, Entry::head);
    let mut altered = sample_entries(after, 6, 1, 3000);
    altered[0].body.push(' ');
    let old = sample_entries(after, 6, 1, 1);
    let gap = sample_entries(Head { seq: Seq(99), ..after }, 6, 1, 3000);
    let middle = sample_entries(after, 6, 2, 3000).split_off(1);
    for (what, bad) in [("altered", altered), ("old", old), ("a gap", gap), ("a middle", middle)] {
        let batches = [good.clone(), bad].map(|entries| Batch { entries, sealed: vec![] });
        let answer = store.append(&batches);
        assert!(matches!(answer, Err(StoreFault::NotNext { .. })), "{what}: {answer:?}");
        assert_eq!(must(store.read(Seq(1), 100), "read"), entries, "{what}: nothing of it is in");
    }
    // The same command once more, properly chained.
    let again = sample_entries(after, 1, 1, 3000);
    let batches = [good.clone(), again].map(|entries| Batch { entries, sealed: vec![] });
    assert!(matches!(store.append(&batches), Err(StoreFault::Conflict(_))), "a command twice");
    assert_eq!(must(store.head(), "head"), head, "nothing of it is in");
    must(store.append(&[Batch { entries: good, sealed: vec![] }]), "append after refusals");
}

fn commands_are_found(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    let entries = fill(&mut store, &[2, 1, 3]);
    for (number, first, last) in [(1, 1, 2), (2, 3, 3), (3, 4, 6)] {
        let id = CommandId(Id::from_u128(number));
        let found = must(store.find_command(id), "find").unwrap_or_else(|| panic!("{number}"));
        assert_eq!((found.first, found.last), (Seq(first), Seq(last)));
        let entry = &entries[first as usize - 1];
        assert_eq!(
            (found.account, found.on_behalf_of, found.digest),
            (entry.account, entry.on_behalf_of, entry.command_digest)
        );
    }
    assert_eq!(must(store.find_command(CommandId(Id::from_u128(4))), "find"), None);
}

fn instants_are_found(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    let at = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MIN);
    assert_eq!(must(store.last_at(at(0)), "last_at"), Seq(0));
    fill(&mut store, &[2, 1, 3]);
    for (milliseconds, seq) in
        [(0, 0), (1_000_999, 0), (1_001_000, 2), (1_001_999, 2), (1_002_000, 3), (9_000_000, 6)]
    {
        assert_eq!(must(store.last_at(at(milliseconds)), "last_at"), Seq(seq), "{milliseconds}");
    }
}

fn readers_follow(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    let reader = must(store.another(), "another");
    let entries = fill(&mut store, &[1, 2]);
    let second = must(reader.another(), "another");
    for reader in [reader, second] {
        assert_eq!(must(reader.read(Seq(1), 10), "read"), entries);
        assert_eq!(must(reader.head(), "head"), must(store.head(), "head"));
    }
}

fn vault_commits_and_erases(factory: &impl StoreFactory) {
    let mut store = factory.fresh(FEDERATION);
    let key = must(InstallationKey::ephemeral(), "key");
    let (vault, _) = must(Vault::create(FEDERATION, &key), "vault");
    let long: Vec<u8> = (0..3_000_000_u32).map(|byte| byte as u8).collect();
    let texts: [&[u8]; 3] = [b"", "山田花子".as_bytes(), &long];
    let sealed: Vec<SealedObject> = texts.iter().map(|text| must(vault.seal("name", text), "seal")).collect();
    let refused =
        Batch { entries: sample_entries(Head { seq: Seq(9), ..Head::EMPTY }, 1, 1, 1), sealed: sealed.clone() };
    assert!(store.append(&[refused]).is_err());
    let answer = vault.read(&store, "name", &sealed[0].text);
    assert_eq!(answer, Err(VaultFault::NotThere(sealed[0].text.object)), "nothing of it is in");
    let entries = sample_entries(Head::EMPTY, 1, 1, 1);
    must(store.append(&[Batch { entries, sealed: sealed.clone() }]), "append");
    let mut store = factory.reopen(store);
    for (text, sealed) in texts.iter().zip(&sealed) {
        match must(vault.read(&store, "name", &sealed.text), "read") {
            Reading::Plain(plain) => assert!(plain.as_slice() == *text, "the text comes back"),
            Reading::Erased(_) => panic!("nothing was erased"),
        }
        let record = must(store.object(sealed.text.object), "object");
        let chunks = sealed.chunks.len() as u32;
        assert_eq!(record.map(|r| (r.chunks, r.seq)), Some((chunks, Seq(1))));
    }
    let first = must(store.objects(None, 2), "objects");
    let rest = must(store.objects(first.last().map(|o| o.text.object), 9), "objects");
    assert_eq!((first.len(), rest.len()), (2, 1), "paged");

    let (name, at) = (sealed[1].text, Timestamp::UNIX_EPOCH);
    must(store.erase(name.object, at), "erase");
    must(store.erase(name.object, Timestamp::MAX), "erase again");
    let mut store = factory.reopen(store);
    assert_eq!(must(vault.read(&store, "name", &name), "read"), Reading::Erased(at));
    assert_eq!(must(store.object_key(name.object), "key"), ObjectKey::Erased(at));
    assert_eq!(must(store.chunk(name.object, 0), "chunk"), None, "the bytes are gone too");
    must(verify(&store, None), "the journal still verifies");
    let head = must(store.head(), "head");
    let again = Batch { entries: sample_entries(head, 2, 1, 2), sealed: vec![sealed[1].clone()] };
    assert!(matches!(store.append(&[again]), Err(StoreFault::Conflict(_))), "it stays erased");
    assert_eq!(must(store.head(), "head"), head);
}

/// The value, or a panic that says what went wrong.
fn must<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}
