use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

/// Whose certificates are trusted beside the machine's own: as a rule those of a proxy that
/// reads what passes.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    certificates: Vec<CertificateDer<'static>>,
    tls: Option<Arc<ClientConfig>>,
}

/// What is named holds nothing that could be trusted.
#[derive(Debug, thiserror::Error)]
#[error("no certificates can be read from {}: {why}; name a file of them in PEM", .path.display())]
pub struct TrustError {
    path: PathBuf,
    why: String,
}

impl Trust {
    /// What a file of certificates in PEM says, or all files of a folder.
    ///
    /// # Errors
    ///
    /// [`TrustError`] where there are none, or what is there is no certificate.
    pub fn read(path: &Path) -> Result<Self, TrustError> {
        let failed = |why: String| TrustError { path: path.to_owned(), why };
        let certificates = certificates(path).map_err(failed)?;
        let tls = tls(&certificates).map_err(|error| failed(error.to_string()))?;
        Ok(Self { certificates, tls: Some(Arc::new(tls)) })
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }

    pub(crate) fn tls(&self) -> Option<Arc<ClientConfig>> {
        self.tls.clone()
    }
}

fn tls(more: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    for certificate in more {
        roots.add(certificate.clone())?;
    }
    // One of the machine's that is of no use is none of our business.
    roots.add_parsable_certificates(load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config?.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates in a file, or in all files of a folder.
///
/// # Errors
///
/// What is wrong where there are none.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = if path.is_dir() {
        load_certs_from_paths(None, Some(path))
    } else {
        load_certs_from_paths(Some(path), None)
    };
    if found.certs.is_empty() {
        let why = found.errors.first().map_or("it holds none".to_owned(), ToString::to_string);
        return Err(why);
    }
    Ok(found.certs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_certificate_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let said = |path: &Path| Trust::read(path).unwrap_err().to_string();
        assert!(said(&path).contains("ca.pem"));
        std::fs::write(&path, "no certificate").unwrap();
        assert!(said(&path).contains("it holds none"), "{}", said(&path));
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
            .unwrap();
        assert!(said(&path).contains("ca.pem"), "{}", said(&path));
    }
}
