//! A service in an office: all that leaves it passes a proxy that asks for a password and
//! reads what passes, under a certificate that only the office trusts.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use simulator::{Market, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::check::ran;
use crate::service::marketpulse;

/// No such name is resolved: who asks it without the proxy gets nowhere.
const HOST: &str = "upstream.invalid";

/// `user:password`, as the header has it.
const LET_IN: &str = "proxy-authorization: basic dxnlcjpwyxnzd29yza==";

struct Office {
    upstream: Upstream,
    proxy: String,
    passed: Arc<AtomicUsize>,
    folder: tempfile::TempDir,
}

impl Office {
    async fn open() -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let upstream = Upstream::start(Market::new(7), now).await;
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        std::fs::write(folder.path().join("office.pem"), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let tls =
            ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into());
        let tls = tls.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let tls = tls.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = listener.local_addr().unwrap().to_string();
        let passed = Arc::new(AtomicUsize::new(0));
        let (to, count) = (upstream.url().replace("http://", ""), Arc::clone(&passed));
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(tls));
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, acceptor.clone(), to.clone(), Arc::clone(&count)));
            }
        });
        Self { upstream, proxy, passed, folder }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("office.pem")
    }

    /// What `marketpulse check` says, with these settings besides.
    async fn check(&self, settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut command = marketpulse();
        command
            .envs(testkit::upstreams::at(&format!("https://{HOST}")))
            .env("MARKETPULSE_UPSTREAM_TIMEOUT", "5m")
            .env("MARKETPULSE_STREAMS", "True")
            .env("MARKETPULSE_DATA_DIR", self.folder.path())
            .envs(settings.iter().copied())
            .arg("check");
        let ran = ran(command, &self.upstream).await;
        let said = [ran.stdout, ran.stderr].concat();
        (ran.status.code(), String::from_utf8(said).unwrap())
    }
}

/// One connection through the proxy.
async fn pass(mut stream: TcpStream, acceptor: TlsAcceptor, to: String, passed: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    if !head.contains(LET_IN) {
        let refused = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        let _ = stream.write_all(refused).await;
        return;
    }
    assert!(head.starts_with(&format!("connect {HOST}:443 ")), "{head}");
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
    // Who does not trust the certificate leaves here.
    let Ok(mut inner) = acceptor.accept(stream).await else { return };
    passed.fetch_add(1, Ordering::Relaxed);
    let mut outer = TcpStream::connect(to).await.unwrap();
    let _ = copy_bidirectional(&mut inner, &mut outer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_leaves_passes_the_proxy_under_the_certificate_of_the_office() {
    let office = Office::open().await;
    let (proxy, ca) = (format!("http://user:password@{}", office.proxy), office.certificate());
    let ca = ca.to_str().unwrap();
    let (status, report) =
        office.check(&[("HTTPS_PROXY", &proxy), ("MARKETPULSE_CA_FILE", ca)]).await;
    assert_eq!(status, Some(0), "{report}");
    for line in
        ["yahoo      ok, ", "ecb        ok, ", "streams    kraken: ok, ", "streams    yahoo: ok, "]
    {
        assert!(report.contains(line), "{line}: {report}");
    }
    // One for each stream, and one or more for all that is asked.
    assert!(office.passed.load(Ordering::Relaxed) > 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_part_that_fails_on_the_way_is_said_and_no_password() {
    let office = Office::open().await;
    let ca = office.certificate();
    let ca = ("MARKETPULSE_CA_FILE", ca.to_str().unwrap());
    let check = async |proxy: &str, more: &[(&str, &str)]| {
        let settings = [&[("HTTPS_PROXY", proxy)], more].concat();
        let (status, report) = office.check(&settings).await;
        assert_eq!(status, Some(1), "{report}");
        assert!(!report.contains("s3cret") && !report.contains("password"), "{report}");
        report
    };
    let wrong = check(&format!("http://user:s3cret@{}", office.proxy), &[ca]).await;
    assert!(wrong.contains("yahoo      cannot be reached: no way through the proxy ("), "{wrong}");
    let line = format!(
        "streams    kraken: cannot be reached: no way through the proxy (the proxy {} says \"HTTP/1.1 407 ",
        office.proxy
    );
    assert!(wrong.contains(&line), "{wrong}");
    let untrusted = check(&format!("http://user:password@{}", office.proxy), &[]).await;
    assert!(
        untrusted.contains("yahoo      cannot be reached: no secure connection ("),
        "{untrusted}"
    );
    assert!(untrusted.contains("kraken: cannot be reached: no secure connection ("), "{untrusted}");
    let nobody = testkit::Nobody::listens();
    let away = check(&format!("http://user:s3cret@{}", nobody.address), &[ca]).await;
    assert!(away.contains("yahoo      cannot be reached: no way through the proxy ("), "{away}");
    assert!(away.contains("is not reached: "), "{away}");
    let excepted =
        check(&format!("http://user:s3cret@{}", office.proxy), &[("NO_PROXY", HOST), ca]).await;
    assert!(excepted.contains("its name could not be resolved"), "{excepted}");
}

#[test]
fn what_cannot_be_used_on_the_way_is_said_at_the_start_and_no_password() {
    let ran = marketpulse()
        .args(["check"])
        .env("HTTPS_PROXY", "socks5://user:s3cret@proxy.example:1080")
        .env("MARKETPULSE_CA_FILE", "/nowhere/office.pem")
        .output()
        .unwrap();
    let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
    assert!(!ran.status.success(), "{said}");
    assert!(
        said.contains("HTTPS_PROXY names no proxy that can be used; name one such as"),
        "{said}"
    );
    assert!(said.contains("no certificates can be read from /nowhere/office.pem"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}
