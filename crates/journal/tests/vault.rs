//! The vault, erasure, rotation of the installation key, backup and restore.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

mod toy;

use journal::backup::{BackupFault, BackupReport, BackupSource, backup, check, sweep_keys};
use journal::restore::restore;
use journal::side::Draft;
use journal::sqlite::KeyStore;
use journal::store::StoreFault;
use journal::vault::{CHUNK_BYTES, InstallationKey, Reading, Vault, VaultFault};
use journal::verify::verify;
use journal::{Engine, EngineOptions, Home, Places, Side, SystemClock};
use kernel::{CommandId, Id, SealedText, Seq};
use std::path::Path;
use toy::{FEDERATION, Place, Toy, account, add, recorded, second};

/// An open federation with its engine.
struct Open {
    engine: Engine<Toy>,
    vault: Vault,
    side: Side,
    places: Places,
}

fn open(home: Home) -> Open {
    let Home { places, journal, vault, side } = home;
    let engine = Engine::open(journal, SystemClock, EngineOptions::default()).unwrap();
    Open { engine, vault, side, places }
}

impl Open {
    /// Records a command with a text in the vault.
    fn write(&self, number: u128, text: &[u8]) -> SealedText {
        let sealed = self.vault.seal("name", text).unwrap();
        let reference = sealed.text;
        let mut submission = add(number, "a", 1);
        submission.sealed.push(sealed);
        recorded(&self.engine.submit_blocking(submission));
        reference
    }
    fn read(&self, text: &SealedText) -> Result<Reading, VaultFault> {
        self.engine.with_reader(|reader| self.vault.read(reader, "name", text))
    }
    fn plain(&self, text: &SealedText) -> Vec<u8> {
        match self.read(text).unwrap() {
            Reading::Plain(plain) => plain.to_vec(),
            Reading::Erased(at) => panic!("erased at {at}"),
        }
    }
    fn erase(&self, text: &SealedText) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            self.engine.erase(text.object).await.unwrap();
        });
    }
    fn backup(&self, dest: &Path) -> Result<BackupReport, BackupFault> {
        self.engine.with_reader(|reader| {
            let source = BackupSource { reader, places: &self.places, side: &self.side };
            backup(&source, dest, second(1_710_380_400))
        })
    }
}

fn erased(reading: Result<Reading, VaultFault>) -> bool {
    matches!(reading.unwrap(), Reading::Erased(_))
}

/// Whether a file of the folder holds these bytes.
fn on_disk(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().map(Result::unwrap).any(|item| {
        if item.file_type().unwrap().is_dir() {
            return on_disk(&item.path(), bytes);
        }
        let content = std::fs::read(item.path()).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[test]
fn a_text_comes_back_until_it_is_erased() {
    let place = Place::new();
    let home = open(place.home());
    let name = "組合員 山田花子の相談".as_bytes();
    let (first, second) = (home.write(1, name), home.write(2, "another".as_bytes()));
    let long: Vec<u8> = (0..2 * CHUNK_BYTES + 5).map(|byte| byte as u8).collect();
    let exact = home.write(3, &long[..2 * CHUNK_BYTES]);
    let long_text = home.write(4, &long);
    assert_eq!(home.plain(&first), name);
    assert!(home.plain(&long_text) == long && home.plain(&exact) == long[..2 * CHUNK_BYTES]);
    assert!(!on_disk(home.places.folder(), name), "plaintext never touches the disk");
    let wrapped = {
        let db = rusqlite::Connection::open(home.places.keys()).unwrap();
        let sql = "SELECT wrapped FROM object_key WHERE object = ?1";
        db.query_row(sql, [first.object.to_bytes()], |row| row.get::<_, Vec<u8>>(0)).unwrap()
    };
    assert!(on_disk(home.places.folder(), &wrapped));
    home.erase(&first);
    home.erase(&first);
    assert!(erased(home.read(&first)));
    assert!(!on_disk(home.places.folder(), &wrapped), "the key is nowhere on the disk");
    assert_eq!(home.plain(&second), b"another");
    home.engine.with_reader(|reader| verify(reader, None).map_err(|f| StoreFault::Io(f.to_string()))).unwrap();
    drop(home);
    let home = open(place.home());
    assert!(erased(home.read(&first)));
    assert_eq!(home.plain(&second), b"another");
}

#[test]
fn what_a_refused_or_repeated_command_sealed_is_dropped() {
    let place = Place::new();
    let home = open(place.home());
    let text = home.write(1, b"first");
    let again = home.vault.seal("name", b"first").unwrap();
    let (mut repeated, mut refused) = (add(1, "a", 1), add(2, "b", -1));
    repeated.sealed.push(again.clone());
    refused.sealed.push(again.clone());
    assert_eq!(recorded(&home.engine.submit_blocking(repeated)), (1, 1, true));
    home.engine.submit_blocking(refused);
    assert_eq!(home.read(&again.text), Err(VaultFault::NotThere(again.text.object)));
    assert_eq!(home.plain(&text), b"first");
}

#[test]
fn objects_cannot_be_altered_swapped_or_cut() {
    let place = Place::new();
    let long = vec![7_u8; 3 * CHUNK_BYTES];
    let (one, other, cut) = {
        let home = open(place.home());
        (home.write(1, b"one"), home.write(2, b"two"), home.write(3, &long))
    };
    let damaged = |sql: &str, text: &SealedText| {
        let copy = place.path("copy");
        toy::copy_folder(&place.path("toy"), &copy);
        let db = rusqlite::Connection::open(copy.join("journal.sqlite")).unwrap();
        db.execute_batch(&format!("ATTACH '{}' AS k;", copy.join("keys/keys.sqlite").display())).unwrap();
        db.execute_batch(&sql.replace("$1", &hex(&one)).replace("$2", &hex(&other)).replace("$3", &hex(&cut)))
            .unwrap();
        drop(db);
        let answer = open(Home::open(&copy, &place.key).unwrap()).read(text);
        std::fs::remove_dir_all(&copy).unwrap();
        answer
    };
    let bad = |text: &SealedText| Err(VaultFault::Damaged(text.object));
    let swap_bytes =
        "UPDATE vault_chunk SET bytes = (SELECT bytes FROM vault_chunk WHERE object = $2) WHERE object = $1";
    assert_eq!(damaged(swap_bytes, &one), bad(&one));
    let swap_keys =
        "UPDATE k.object_key SET wrapped = (SELECT wrapped FROM k.object_key WHERE object = $2) WHERE object = $1";
    assert_eq!(damaged(swap_keys, &one), bad(&one));
    let shorter = "DELETE FROM vault_chunk WHERE object = $3 AND number = 2;
                   UPDATE vault_object SET chunks = 2, size = 2097152 WHERE object = $3";
    assert_eq!(damaged(shorter, &cut), bad(&cut));
    let order = "UPDATE vault_chunk SET number = number + 9 WHERE object = $3 AND number < 2;
                 UPDATE vault_chunk SET number = 10 - number WHERE object = $3 AND number > 8";
    assert_eq!(damaged(order, &cut), bad(&cut));
    assert_eq!(
        damaged("UPDATE vault_object SET kind = 'file' WHERE object = $1", &one),
        Err(VaultFault::OtherKind(one.object))
    );
    assert_eq!(damaged("DELETE FROM k.object_key WHERE object = $1", &one), Err(VaultFault::KeyLost(one.object)));
    assert!(erased(damaged("UPDATE k.object_key SET wrapped = NULL, erased_at = 1 WHERE object = $1", &one)));
}

fn hex(text: &SealedText) -> String {
    format!("x'{}'", text.object.to_string().replace('-', ""))
}

#[test]
fn the_installation_key_is_private_and_can_be_changed() {
    let place = Place::new();
    let file = place.path("key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let home = open(place.home());
    let text = home.write(1, b"kept");
    let both = InstallationKey::rotate(&file).unwrap();
    // Cut off here: the former key still opens everything.
    drop(home);
    let home = open(Home::open(&place.path("toy"), &InstallationKey::load(&file).unwrap().unwrap()).unwrap());
    Home::rewrap(&home.places, &home.vault, &both).unwrap();
    drop(home);
    let new = InstallationKey::forget_former(&file).unwrap();
    assert_eq!(open(Home::open(&place.path("toy"), &new).unwrap()).plain(&text), b"kept");
    let refused = Home::open(&place.path("toy"), &place.key).err();
    assert_eq!(refused, Some(VaultFault::WrongInstallationKey));
    std::fs::write(&file, "# nothing\n").unwrap();
    assert!(matches!(InstallationKey::load_or_create(&file), Err(VaultFault::KeyFile { .. })));
    std::fs::write(&file, "secret\n").unwrap();
    let fault = InstallationKey::load(&file).unwrap_err();
    assert!(!fault.to_string().contains("secret"), "{fault}");
}

#[test]
fn a_content_digest_needs_the_federations_key() {
    let key = InstallationKey::ephemeral().unwrap();
    let (one, _) = Vault::create(FEDERATION, &key).unwrap();
    let (other, _) = Vault::create(FEDERATION, &key).unwrap();
    let (first, second) = (CommandId(Id::from_u128(1)), CommandId(Id::from_u128(2)));
    assert_eq!(one.content_digest(first, b"x"), one.content_digest(first, b"x"));
    assert_ne!(one.content_digest(first, b"x"), one.content_digest(first, b"y"));
    assert_ne!(one.content_digest(first, b"x"), one.content_digest(second, b"x"));
    assert_ne!(one.content_digest(first, b"x"), other.content_digest(first, b"x"));
}

#[test]
fn a_backup_is_taken_while_others_write_and_comes_back() {
    let place = Place::new();
    let home = open(place.home());
    let (kept, gone) = (home.write(1, b"kept"), home.write(2, &vec![1; CHUNK_BYTES + 1]));
    let early = home.write(3, b"erased before");
    home.erase(&early);
    home.side.set_credential(account(1), "$argon2id$…", second(1)).unwrap();
    let draft = Draft { body: b"draft".to_vec().into(), updated_at: second(1), expires_at: second(9) };
    home.side.put_draft(&home.vault, account(1), "form", &draft).unwrap();
    let dest = place.path("backup");
    let report = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 100..400 {
                recorded(&home.engine.submit_blocking(add(number, "a", 1)));
            }
        });
        let report = home.backup(&dest).unwrap();
        writer.join().unwrap();
        report
    });
    assert!(report.keys.ends_with("backup.keys-2024-03-14.jsonl"), "{:?}", report.keys);
    assert!(matches!(home.backup(&dest), Err(BackupFault::NotEmpty(_))));
    assert!(!on_disk(&dest, b"wrapped") && check(&dest, Some(&report.keys)).unwrap().seq == report.head.seq);
    // The end of every row: the chain up to the copy's number is the live one's.
    let expect = Some((report.head.seq, report.head.hash));
    let live = home.engine.with_reader(|r| verify(r, expect).map_err(|f| StoreFault::Io(f.to_string())));
    assert!(live.unwrap().expected_found);

    // Erased after the backup. On another machine, the file of keys would bring it back for its
    // 30 days; where the key store is still there, it stays erased.
    home.erase(&gone);
    drop(home);
    let elsewhere = place.path("elsewhere");
    assert_eq!(restore(&dest, None, &elsewhere), Err(BackupFault::NoKeys));
    let restored = restore(&dest, Some(&report.keys), &elsewhere).unwrap();
    assert_eq!((restored.head, restored.objects, restored.erased, restored.kept_keys), (report.head, 2, 1, false));
    assert!(matches!(restore(&dest, Some(&report.keys), &elsewhere), Err(BackupFault::NotEmpty(_))));
    let home = open(Home::open(&elsewhere, &place.key).unwrap());
    assert_eq!((home.plain(&kept), home.plain(&gone).len()), (b"kept".to_vec(), CHUNK_BYTES + 1));
    assert!(erased(home.read(&early)));
    assert_eq!(home.engine.now().head, report.head);
    assert_eq!(home.side.credential(account(1)).unwrap().unwrap(), "$argon2id$…");
    assert_eq!(home.side.draft(&home.vault, account(1), "form", second(2)).unwrap(), None);
    drop(home);

    let here = place.path("here");
    std::fs::create_dir(&here).unwrap();
    std::fs::rename(place.path("toy").join("keys"), here.join("keys")).unwrap();
    let restored = restore(&dest, Some(&report.keys), &here).unwrap();
    assert_eq!((restored.objects, restored.erased, restored.kept_keys), (1, 2, true));
    let home = open(Home::open(&here, &place.key).unwrap());
    assert!(erased(home.read(&gone)) && erased(home.read(&early)));
    assert_eq!(home.plain(&kept), b"kept");
    // And it goes on.
    assert_eq!(recorded(&home.engine.submit_blocking(add(9000, "a", 1))).0, report.head.seq.0 + 1);
}

#[test]
fn a_bad_backup_is_found_and_not_restored() {
    let place = Place::new();
    let home = open(place.home());
    home.write(1, b"text");
    let dest = place.path("backup");
    let report = home.backup(&dest).unwrap();
    drop(home);
    for file in ["entries.jsonl", "objects.jsonl", "objects.bin", "side.sqlite", "manifest.json"] {
        let good = std::fs::read(dest.join(file)).unwrap();
        let mut bad = good.clone();
        let at = bad.len() / 2;
        bad[at] ^= 1;
        std::fs::write(dest.join(file), &bad).unwrap();
        let there = place.path("there");
        let answer = restore(&dest, Some(&report.keys), &there);
        assert!(answer.is_err(), "{file}");
        assert!(!Places::new(&there).journal().exists(), "{file}");
        std::fs::write(dest.join(file), &good).unwrap();
        let _ = std::fs::remove_dir_all(&there);
    }
    restore(&dest, Some(&report.keys), &place.path("there")).unwrap();
    assert_eq!(report.head.seq, Seq(1));

    let thirty_days = 1_710_380_400 + 30 * 86_400;
    assert!(sweep_keys(place.folder.path(), second(thirty_days - 1)).unwrap().is_empty());
    assert_eq!(sweep_keys(place.folder.path(), second(thirty_days)).unwrap(), std::slice::from_ref(&report.keys));
    assert!(!report.keys.exists() && dest.exists());
}

#[test]
fn keys_without_an_object_can_be_swept() {
    let place = Place::new();
    let home = open(place.home());
    let (kept, gone) = (home.write(1, b"kept"), home.write(2, b"gone"));
    let orphan = home.vault.seal("name", b"never committed").unwrap();
    home.erase(&gone);
    drop(home);
    let mut home = place.home();
    KeyStore::open(&home.places.keys(), FEDERATION).unwrap().put(&[&orphan]).unwrap();
    assert_eq!(home.journal.sweep_orphan_keys().unwrap(), 1);
    assert_eq!(home.journal.sweep_orphan_keys().unwrap(), 0);
    let home = open(home);
    assert_eq!(home.plain(&kept), b"kept");
    assert!(erased(home.read(&gone)), "the mark stays");
}
