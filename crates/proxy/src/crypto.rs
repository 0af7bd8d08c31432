use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

/// What all cryptography here is done by.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Has HTTP clients do theirs by it as well.
pub(crate) fn install() {
    // An error means that a provider is installed already, which is as good.
    let _ = ring::default_provider().install_default();
}

/// Bytes that nobody can guess.
pub(crate) fn random<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    let filled = provider().secure_random.fill(&mut bytes);
    filled.expect("a system that cannot give random bytes can do no TLS either");
    bytes
}
