//! Which histories were disputed at any instant can be read again.

use market::{Dispute, Interval, Source};

use crate::Backend;
use crate::values::second;

pub(crate) async fn a_dispute_is_known_until_it_ends(backend: &dyn Backend) {
    let store = backend.open();
    let begun = Dispute {
        symbol: "AAPL".parse().unwrap(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        factor: Some(100.0),
        since: second(0),
    };
    let other = Dispute { interval: Interval::Wk1, since: second(5), ..begun.clone() };
    let ended = Dispute { factor: None, since: second(60), ..begun.clone() };
    for dispute in [&begun, &other, &ended] {
        store.persist_dispute(dispute).await.unwrap();
    }
    drop(store);
    let store = backend.open();
    let at = async |seconds| store.disputes(Some(&begun.symbol), Some(second(seconds))).await;
    assert_eq!(at(-1).await.unwrap(), []);
    assert_eq!(at(0).await.unwrap(), std::slice::from_ref(&begun));
    assert_eq!(at(59).await.unwrap(), [begun.clone(), other.clone()]);
    assert_eq!(at(60).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(store.disputes(None, None).await.unwrap(), [other]);
    let msft = "MSFT".parse().unwrap();
    assert_eq!(store.disputes(Some(&msft), Some(second(59))).await.unwrap(), []);
}
