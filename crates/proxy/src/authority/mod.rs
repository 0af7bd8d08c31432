//! The certificate authority of this machine: it may speak for a protocol's hosts and for
//! nothing else, and only programs that are given its certificate trust it.

mod file;
#[cfg(test)]
mod tests;
mod trial;

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SerialNumber, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::{Hosts, crypto};
use file::Written;

/// How people see it among certificates.
const NAME: &str = "MarketPulse, this machine's own";

/// How many years it is good for.
const YEARS: i16 = 5;

/// In the last year it is renewed, under the same key: what was given the former
/// certificate goes on trusting it until that ends.
const RENEWED_IN_LAST_YEARS: i16 = 1;

/// Whoever signs it here may have a clock that is behind.
const BACK: i32 = 1;

/// A host's certificate is made for each connection, and lasts longer than that.
const HOST_DAYS: i32 = 30;

/// A certificate authority that may speak for some hosts and for nothing else.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    until: Date,
}

/// Why there is no authority. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The file cannot be read or written.
    #[error("{} cannot be used", .path.display())]
    File {
        /// Where it is, or its folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        why: io::Error,
    },
    /// Something else stands there.
    #[error(
        "{} is no certificate authority of ours and was left as it is: {why}; move it away, and a new one is made",
        .path.display()
    )]
    NotOurs {
        /// Where it is.
        path: PathBuf,
        /// What it lacks.
        why: &'static str,
    },
    /// Its key could be anybody's.
    #[error("{} may be read by others; make it yours alone (chmod 600)", .0.display())]
    Open(PathBuf),
    /// No certificate can be made.
    #[error("no certificate can be made")]
    Certificate(#[from] rcgen::Error),
}

impl Authority {
    /// The authority that a folder keeps, made there where there is none, and renewed in
    /// time before it ends or where it does not speak for one of the hosts.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`], where its file is broken or not ours: it is never overwritten.
    pub fn open(folder: &Path, hosts: Hosts, today: Date) -> Result<Self, AuthorityError> {
        let path = folder.join("authority.pem");
        let found = match file::read(&path)? {
            Some(found) => found,
            None => file::create(&path, &Self::anew(hosts, today)?.1)?,
        };
        let (ours, mut authority) = Self::read(&path, &found)?;
        if authority.is_due(today) || ours.domains != hosts.domains().join(" ") {
            let renewed = Self::with(authority.into_key(), hosts, today)?;
            file::replace(&path, &renewed.1)?;
            authority = renewed.0;
        }
        let told = |why| AuthorityError::NotOurs { path, why };
        trial::stand(&authority, hosts, today).map_err(told)?;
        Ok(authority)
    }

    /// Its certificate, for those who are to trust it.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// How one speaks TLS under the name of a host, in HTTP/1.1.
    pub(crate) fn speak_for(&self, host: &str, today: Date) -> Result<ServerConfig, rcgen::Error> {
        let (chain, key) = self.certify(host, today)?;
        let config = ServerConfig::builder_with_provider(crypto::provider())
            .with_safe_default_protocol_versions()
            .expect("ring has both versions")
            .with_no_client_auth()
            .with_single_cert(vec![chain], key);
        let mut config = config.expect("the certificate was made of this key");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    /// A certificate for a host, and its key.
    fn certify(
        &self,
        host: &str,
        today: Date,
    ) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new([host.to_owned()])?;
        params.distinguished_name = name(host);
        let end = today.saturating_add(HOST_DAYS.days()).min(self.until);
        lasting(&mut params, today, end);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        Ok((certificate.into(), key.into()))
    }

    fn anew(hosts: Hosts, today: Date) -> Result<(Self, Written), AuthorityError> {
        Self::with(KeyPair::generate()?, hosts, today)
    }

    /// An authority for the hosts under a key, and what is written of it.
    fn with(key: KeyPair, hosts: Hosts, today: Date) -> Result<(Self, Written), AuthorityError> {
        let until = today.saturating_add(Span::new().years(YEARS));
        let mut params = description();
        lasting(&mut params, today, until);
        params.name_constraints = Some(constraints(hosts));
        let certificate = params.self_signed(&key)?;
        let written = Written {
            until,
            domains: hosts.domains().join(" "),
            key: key.serialize_pem(),
            certificate: certificate.pem(),
        };
        let issuer = Issuer::new(params, key);
        Ok((Self { issuer, certificate: certificate.into(), until }, written))
    }

    fn read(path: &Path, found: &str) -> Result<(Written, Self), AuthorityError> {
        let told = |why| AuthorityError::NotOurs { path: path.to_owned(), why };
        let written = Written::read(found).map_err(told)?;
        let key = KeyPair::from_pem(&written.key).map_err(|_| told("its key cannot be read"))?;
        let certificate = written.certificate().map_err(told)?;
        let issuer = Issuer::new(description(), key);
        let until = written.until;
        Ok((written, Self { issuer, certificate, until }))
    }

    /// It ends soon, or later than one of today would: a clock was ahead when it was made.
    fn is_due(&self, today: Date) -> bool {
        let in_years = |years| today.saturating_add(Span::new().years(years));
        self.until < in_years(RENEWED_IN_LAST_YEARS) || self.until > in_years(YEARS)
    }

    fn into_key(self) -> KeyPair {
        let key = self.issuer.key().serialize_der();
        KeyPair::try_from(key).expect("it was one before")
    }
}

/// What stays the same when it is renewed.
fn description() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// The domains of the hosts, and no address of a machine: names alone would leave those
/// open.
fn constraints(hosts: Hosts) -> NameConstraints {
    let domain = |domain: &str| GeneralSubtree::DnsName(domain.to_owned());
    let addresses = [CidrSubnet::V4([0; 4], [0; 4]), CidrSubnet::V6([0; 16], [0; 16])];
    NameConstraints {
        permitted_subtrees: hosts.domains().into_iter().map(domain).collect(),
        excluded_subtrees: addresses.map(GeneralSubtree::IpAddress).to_vec(),
    }
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// From the day before until an end, under a number of its own.
fn lasting(params: &mut CertificateParams, today: Date, until: Date) {
    let instant = |day: Date| {
        let [month, day_of_month] = [day.month(), day.day()].map(i8::unsigned_abs);
        date_time_ymd(day.year().into(), month, day_of_month)
    };
    params.not_before = instant(today.saturating_sub(BACK.days()));
    params.not_after = instant(until);
    params.serial_number = Some(SerialNumber::from_slice(&crypto::random::<16>()));
}
