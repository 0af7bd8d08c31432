//! The certificates that a program is to trust: those that it would trust without us, and
//! our own authority's.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_native_certs::load_native_certs;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use crate::authority::Authority;
use crate::variables::named_before;

/// Nothing in it is secret, and the user within a container may be another one.
const READABLE: u32 = 0o644;

/// Certificates to trust, each once.
///
/// One file takes the place of what each client trusts by itself, so it holds all of that:
/// Mozilla's list, what this machine trusts, and what somebody named before.
pub struct Bundle(BTreeSet<Vec<u8>>);

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// What a variable names is of no use.
    #[error("{variable} names {}, in which there are no certificates to be read: {why}", .path.display())]
    Named {
        /// The variable.
        variable: &'static str,
        /// What it names.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It cannot be written.
    #[error("{} cannot be written", .path.display())]
    File {
        /// Where to.
        path: PathBuf,
        /// What the system says.
        #[source]
        why: io::Error,
    },
}

impl Bundle {
    /// What is trusted without us, and an authority of ours. The variables of an
    /// environment may name files or folders of certificates.
    ///
    /// # Errors
    ///
    /// [`BundleError::Named`] for one that cannot be read: a client would have refused it
    /// as well, and without it what it holds would not be trusted.
    pub fn with(
        authority: &Authority,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BundleError> {
        let mut all: BTreeSet<Vec<u8>> =
            TLS_SERVER_ROOT_CERTS.iter().map(|it| it.to_vec()).collect();
        // A machine without any is none the worse: then Mozilla's are there.
        all.extend(load_native_certs().certs.iter().map(|it| it.to_vec()));
        for (variable, path) in named_before(variable) {
            let found = egress::certificates(&path);
            let told = |why| BundleError::Named { variable, path: path.clone(), why };
            all.extend(found.map_err(told)?.iter().map(|it| it.to_vec()));
        }
        all.insert(authority.certificate().to_vec());
        Ok(Self(all))
    }

    /// Writes it into a folder, under a name that stands for what it holds: one that a
    /// program reads is never changed beneath it.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, BundleError> {
        let text = self.text();
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        let path = folder.join(format!("bundle-{:016x}.pem", hasher.finish()));
        let failed = |why| BundleError::File { path: path.clone(), why };
        // A bundle is begun under another name, so one that is there is whole.
        if !fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
            kept::replace(&path, &text, READABLE).map_err(failed)?;
        }
        // Programs that move into other folders still find it.
        path.canonicalize().map_err(failed)
    }

    fn text(&self) -> String {
        self.0.iter().map(|der| pem(der)).collect()
    }
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap_or_default());
    let lines: Vec<_> = lines.collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests;
