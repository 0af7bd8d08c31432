use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// One who asks: the unit among which upstreams' budgets and places at streams are
/// shared.
///
/// Known by the key that it shows, and else by its address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Client(Identity);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Identity {
    Local,
    Address(Ipv4Addr),
    /// The first 64 bits of an address: what one subscriber is given.
    Network(u64),
    /// The id of a key, and its share in per cent.
    Key(Arc<str>, u8),
}

impl Client {
    /// The program itself, as where a command asks.
    pub const LOCAL: Self = Self(Identity::Local);

    /// Whoever asks from an address. All addresses of an IPv6 network of 64 bits are
    /// one client: its owner has all of them.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(Identity::Address(address)),
            IpAddr::V6(address) => Self(Identity::Network(network(address))),
        }
    }

    /// Whoever shows a key. It may have so many per cent of what another client may.
    pub fn holding(key: &str, per_cent: u8) -> Self {
        Self(Identity::Key(key.into(), per_cent.clamp(1, 100)))
    }

    /// How many requests one counts as that it causes.
    pub(crate) fn weight(&self) -> f64 {
        match &self.0 {
            Identity::Key(_, per_cent) => 100.0 / f64::from(*per_cent),
            Identity::Local | Identity::Address(_) | Identity::Network(_) => 1.0,
        }
    }
}

fn network(address: Ipv6Addr) -> u64 {
    (address.to_bits() >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client::at(address.parse().unwrap())
    }

    #[test]
    fn a_network_is_one_client_and_an_address_of_the_old_kind_is_one() {
        assert_eq!(client("2001:db8::1"), client("2001:db8::ffff:2"));
        assert_ne!(client("2001:db8::1"), client("2001:db8:0:1::1"));
        assert_ne!(client("127.0.0.1"), client("127.0.0.2"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
        assert_ne!(client("::1"), Client::LOCAL);
    }
}
