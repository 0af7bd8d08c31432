use std::collections::BTreeMap;

use crate::client::Client;

/// Where more than so many ask for the same, the part of each is too small to count.
const MANY: usize = 64;

/// For whom an upstream is called.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OnBehalf {
    /// To keep the watchlist fresh, for which a part of the budget is kept.
    Watchlist,
    /// For clients, who share the rest.
    Clients(Bill),
}

/// Which clients pay for a call, and which part of it each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bill {
    parts: Vec<(Client, f64)>,
    is_known: bool,
}

impl Bill {
    /// For what one call asks for: each thing with the clients who want it, and
    /// whether all of them are known to exist. Each thing costs as much as any other,
    /// and those who want it share that.
    pub(crate) fn of(wanted: &[Vec<Client>], is_known: bool) -> Self {
        let mut parts = BTreeMap::<Client, f64>::new();
        for clients in wanted.iter().filter(|clients| clients.len() <= MANY) {
            for client in clients {
                let part = 1.0 / (wanted.len() * clients.len()) as f64;
                *parts.entry(client.clone()).or_default() += part;
            }
        }
        Self { parts: parts.into_iter().collect(), is_known }
    }

    /// For what one client wants.
    #[cfg(test)]
    pub(crate) fn one(client: &Client) -> Self {
        Self::of(&[vec![client.clone()]], true)
    }

    /// Whether all that is asked for is known to exist.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }

    /// What each has to pay.
    pub(crate) fn parts(&self) -> &[(Client, f64)] {
        &self.parts
    }

    /// Those whose standing decides: who pay the largest part. A single client must
    /// not have what it wants let in by others who want little of it. `None` where
    /// that is a part that nobody need pay.
    pub(crate) fn deciding(&self) -> Option<impl Iterator<Item = &(Client, f64)>> {
        const ROUNDING: f64 = 1e-9;
        let paid: f64 = self.parts.iter().map(|(_, part)| part).sum();
        let largest = self.parts.iter().map(|(_, part)| *part).fold(0.0, f64::max);
        let is_paid = largest > 0.0 && largest + ROUNDING >= 1.0 - paid;
        is_paid.then(|| self.parts.iter().filter(move |(_, part)| part + ROUNDING >= largest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(n: u8) -> Client {
        Client::at([192, 0, 2, n].into())
    }

    #[test]
    fn those_who_want_the_same_share_what_it_costs() {
        let bill = Bill::of(&[vec![client(1), client(2)], vec![client(1)]], true);
        assert_eq!(bill.parts(), [(client(1), 0.75), (client(2), 0.25)]);
        let deciding: Vec<_> = bill.deciding().unwrap().map(|(client, _)| client).collect();
        assert_eq!(deciding, [&client(1)], "the other's standing is not lent");
    }

    #[test]
    fn what_many_want_costs_nobody_anything() {
        let many: Vec<_> = (0..=MANY as u8).map(client).collect();
        assert!(Bill::of(std::slice::from_ref(&many), true).deciding().is_none());
        let mixed = Bill::of(&[many, vec![client(1)], vec![client(1)]], true);
        let deciding: Vec<_> = mixed.deciding().unwrap().collect();
        assert_eq!(deciding.len(), 1, "who wants more of it than many do decides");
    }
}
