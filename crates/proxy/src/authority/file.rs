//! The file of the authority. Its first lines say whose it is and until when; then its key
//! and its certificate follow. Only its user may read it.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::civil::Date;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::AuthorityError;

/// How a file of ours begins.
const OURS: &str = "Certificate authority of marketpulse, until ";

const FOR: &str = "For nothing but ";

/// What the file says.
pub(super) struct Written {
    /// The day on which it ends.
    pub(super) until: Date,
    /// The domains that it may speak for, with spaces between them.
    pub(super) domains: String,
    /// Its key, and its certificate, as text.
    pub(super) key: String,
    pub(super) certificate: String,
}

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

impl Written {
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix(OURS).ok_or("it does not begin as one of ours does")?;
        let (until, rest) = rest.split_once('\n').ok_or("it breaks off")?;
        let until = until.parse().map_err(|_| "it does not say until when")?;
        let rest = rest.strip_prefix(FOR).ok_or("it does not say what for")?;
        let (domains, rest) = rest.split_once('\n').ok_or("it breaks off")?;
        let at = rest.find(CERTIFICATE).ok_or("it holds no certificate")?;
        let (key, certificate) = rest.split_at(at);
        let [domains, key, certificate] = [domains, key, certificate].map(str::to_owned);
        Ok(Self { until, domains, key, certificate })
    }

    pub(super) fn certificate(&self) -> Result<CertificateDer<'static>, &'static str> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes())
            .map_err(|_| "its certificate cannot be read")
    }

    fn text(&self) -> String {
        let Self { until, domains, key, certificate } = self;
        format!("{OURS}{until}\n{FOR}{domains}\n{key}{certificate}")
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> AuthorityError + '_ {
    |why| AuthorityError::File { path: path.to_owned(), why }
}

/// What stands there; `None` where there is nothing.
pub(super) fn read(path: &Path) -> Result<Option<String>, AuthorityError> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(failed(path))?,
    };
    if !found.is_file() {
        let why = "it is no file";
        return Err(AuthorityError::NotOurs { path: path.to_owned(), why });
    }
    let text = fs::read(path).map_err(failed(path))?;
    if found.permissions().mode() & 0o077 != 0 && text.starts_with(OURS.as_bytes()) {
        return Err(AuthorityError::Open(path.to_owned()));
    }
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

/// Makes the file, and its folder; gives what stands there afterwards, which may be what
/// another program made meanwhile.
pub(super) fn create(path: &Path, written: &Written) -> Result<String, AuthorityError> {
    // Unlike a renaming this replaces nothing that has come meanwhile.
    let link = |unfinished: &Path| fs::hard_link(unfinished, path);
    match kept::write(path, &written.text(), kept::PRIVATE, link) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(path)(error)),
        _ => read(path)?.ok_or_else(|| failed(path)(ErrorKind::NotFound.into())),
    }
}

/// Puts a renewed one in the place of one that is ours.
pub(super) fn replace(path: &Path, written: &Written) -> Result<(), AuthorityError> {
    kept::replace(path, &written.text(), kept::PRIVATE).map_err(failed(path))
}
