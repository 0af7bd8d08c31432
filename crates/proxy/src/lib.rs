//! A proxy for clients whose code nobody changes. It answers a protocol's own hosts from
//! the service, under certificates of an authority that only the programs that are given
//! it trust, and tunnels every other host untouched.
//!
//! Knows neither which protocol nor which hosts: both are told to it. Whoever does not
//! name its token gets nothing, so it is no open proxy.

mod authority;
mod bundle;
mod crypto;
mod door;
mod headers;
mod hosts;
mod relay;
mod standing;
#[cfg(test)]
mod tests;
mod token;
mod variables;

pub use authority::{Authority, AuthorityError};
pub use bundle::{Bundle, BundleError};
pub use door::{Proxy, Today};
pub use hosts::Hosts;
pub use relay::{Refusal, Service, ServiceError};
pub use standing::{Standing, StandingError};
pub use token::Token;
pub use variables::{CA_VARIABLES, Variables};
