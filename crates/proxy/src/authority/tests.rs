use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

const HOSTS: Hosts = Hosts::new(&["*.data.example", "data.example", "www.example"]);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

const TODAY: &str = "2026-03-04";

fn open(folder: &Path, today: &str) -> Result<Authority, AuthorityError> {
    Authority::open(folder, HOSTS, day(today))
}

fn said(folder: &Path) -> String {
    open(folder, TODAY).err().expect("it is no authority of ours").to_string()
}

#[test]
fn it_is_made_once_for_its_user_alone() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("proxy");
    let made = open(&folder, TODAY).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("authority.pem")), 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing half written is left");
    let again = open(&folder, "2027-01-01").unwrap();
    assert_eq!(made.certificate(), again.certificate());
}

/// What is tried is what clients do: a certificate that it gives to another host or
/// to a machine's address is refused by them.
#[test]
fn it_is_trusted_for_its_hosts_and_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let authority = open(folder.path(), TODAY).unwrap();
    let check = |names: &'static [&'static str], expected: Result<(), &str>| {
        assert_eq!(trial::stand(&authority, Hosts::new(names), day(TODAY)), expected, "{names:?}");
    };
    check(&["query1.data.example", "a.b.data.example", "data.example", "www.example"], Ok(()));
    for foreign in [&["evil.example"], &["data.example.com"], &["127.0.0.1"], &["localhost"]] {
        check(foreign, Err("its key and its certificate do not belong together"));
    }
}

#[test]
fn it_is_renewed_in_its_last_year_under_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let made = open(folder.path(), TODAY).unwrap();
    let kept = open(folder.path(), "2030-03-04").unwrap();
    assert_eq!(made.certificate(), kept.certificate());
    let renewed = open(folder.path(), "2030-03-05").unwrap();
    assert_ne!(made.certificate(), renewed.certificate());
    assert_eq!(renewed.until, day("2035-03-05"));
    // Who was given the former certificate goes on trusting it.
    let former = Authority { certificate: made.certificate.clone(), ..renewed };
    assert_eq!(trial::stand(&former, HOSTS, day("2030-03-05")), Ok(()));
}

#[test]
fn one_of_a_clock_that_was_ahead_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), "2080-01-01").unwrap();
    assert_eq!(open(folder.path(), TODAY).unwrap().until, day("2031-03-04"));
}

#[test]
fn one_for_other_hosts_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let few = Authority::open(folder.path(), Hosts::new(&["www.example"]), day(TODAY)).unwrap();
    let all = open(folder.path(), TODAY).unwrap();
    assert_ne!(few.certificate(), all.certificate());
}

#[test]
fn what_is_broken_or_foreign_is_said_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authority.pem");
    open(folder.path(), TODAY).unwrap();
    let good = fs::read_to_string(&path).unwrap();
    let other = tempfile::tempdir().unwrap();
    open(other.path(), TODAY).unwrap();
    let others = fs::read_to_string(other.path().join("authority.pem")).unwrap();
    let at = |text: &str| text.find("-----BEGIN CERTIFICATE").unwrap();
    for (text, reason) in [
        ("someone's notes\n".to_owned(), "does not begin as one of ours does"),
        (String::new(), "does not begin"),
        (good[..100].to_owned(), "it holds no certificate"),
        (good[..good.len() - 200].to_owned(), "its certificate cannot be read"),
        (good.replacen("MIG", "AAA", 1), "its key cannot be read"),
        (good[..at(&good)].to_owned() + &others[at(&others)..], "do not belong together"),
    ] {
        fs::write(&path, &text).unwrap();
        let said = said(folder.path());
        assert!(said.contains(reason) && said.contains("left as it is"), "{reason}: {said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn an_authority_that_may_speak_for_anybody_is_none_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = description();
    lasting(&mut params, day(TODAY), day("2031-03-04"));
    let certificate = params.self_signed(&key).unwrap().pem();
    let until = day("2031-03-04");
    let domains = HOSTS.domains().join(" ");
    let written = Written { until, domains, key: key.serialize_pem(), certificate };
    file::create(&folder.path().join("authority.pem"), &written).unwrap();
    assert!(said(folder.path()).contains("it may speak for other hosts"));
}

#[test]
fn what_others_may_read_or_what_is_no_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authority.pem");
    open(folder.path(), TODAY).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(said(folder.path()).contains("chmod 600"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(said(folder.path()).contains("it is no file"));
}
