use super::*;
use crate::Hosts;

const HOSTS: Hosts = Hosts::new(&["*.data.example"]);

fn authority(folder: &Path) -> Authority {
    Authority::open(folder, HOSTS, "2026-03-04".parse().unwrap()).unwrap()
}

fn nothing_named(_: &str) -> Option<String> {
    None
}

#[test]
fn what_was_trusted_before_is_trusted_still() {
    let folder = tempfile::tempdir().unwrap();
    let own = authority(folder.path());
    let office = authority(&folder.path().join("office"));
    let of_office = office.certificate().to_vec();
    let named = folder.path().join("office.pem");
    fs::write(&named, pem(&of_office)).unwrap();
    let variable = |name: &str| (name == "REQUESTS_CA_BUNDLE").then(|| named.display().to_string());
    let bundle = Bundle::with(&own, variable).unwrap();
    let written = bundle.write(folder.path()).unwrap();
    let read = egress::certificates(&written).unwrap();
    let holds = |der: &[u8]| read.iter().any(|it| &**it == der);
    assert!(holds(&of_office) && holds(own.certificate()));
    assert!(TLS_SERVER_ROOT_CERTS.iter().all(|root| holds(root)));
    // Made of itself it says nothing twice.
    let again = Bundle::with(&own, |_| Some(written.display().to_string())).unwrap();
    assert_eq!(again.write(folder.path()).unwrap(), written);
}

#[test]
fn a_folder_of_certificates_counts_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let own = authority(folder.path());
    let roots = folder.path().join("roots");
    fs::create_dir(&roots).unwrap();
    let office = authority(&folder.path().join("office")).certificate().to_vec();
    fs::write(roots.join("office.pem"), pem(&office)).unwrap();
    let bundle = Bundle::with(&own, |_| Some(roots.display().to_string())).unwrap();
    assert!(bundle.0.contains(&office));
}

#[test]
fn what_cannot_be_read_is_said_with_the_variable_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let own = authority(folder.path());
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "no certificate").unwrap();
    for named in [empty, folder.path().join("gone.pem")] {
        let variable = |name: &str| (name == "SSL_CERT_FILE").then(|| named.display().to_string());
        let said = Bundle::with(&own, variable).err().unwrap().to_string();
        assert!(said.starts_with("SSL_CERT_FILE names "), "{said}");
    }
}

#[test]
fn two_programs_do_not_write_beneath_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"]
        .map(|name| Bundle::with(&authority(&folder.path().join(name)), nothing_named));
    let place = folder.path().join("bundles");
    let first = one.unwrap().write(&place).unwrap();
    let before = fs::read(&first).unwrap();
    assert_ne!(other.unwrap().write(&place).unwrap(), first);
    assert_eq!(fs::read(&first).unwrap(), before);
}
