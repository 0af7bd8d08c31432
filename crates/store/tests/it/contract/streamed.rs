//! What was told of streamed prices can be told again.

use market::{Bar, Slot, Source};

use crate::values::{answer, bar, daily, second};
use crate::{Backend, Taking as _};

pub(crate) async fn bars_that_went_on_are_reported_again_until_the_next_start(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let answered =
        answer(&question, vec![bar("2025-10-28", 1.0), bar("2025-10-29", 2.0)], second(0));
    store.take(&answered).await.unwrap();
    let (_, last) = answered.series.outer_slots().unwrap();
    let went_on = |close, seconds| {
        let newest = Bar { provisional: true, ..bar("2025-10-29", close) };
        answer(&question, vec![bar("2025-10-28", 1.0), newest], second(seconds))
    };
    store.note_start(second(-1)).await.unwrap();
    store.persist_streamed(&went_on(2.5, 9), last, second(10)).await.unwrap();
    store.persist_streamed(&went_on(2.75, 20), last, second(20)).await.unwrap();
    store.note_start(second(30)).await.unwrap();
    let yahoo = Source::new("yahoo");
    let told = async |seconds| {
        let told = store.streamed(&question, &yahoo, second(seconds)).await.unwrap();
        told.map(|(bars, received_at)| (bars[0].close.get(), bars[0].provisional, received_at))
    };
    assert_eq!(told(9).await, None);
    assert_eq!(told(10).await, Some((2.5, true, second(9))));
    assert_eq!(told(19).await, Some((2.5, true, second(9))));
    assert_eq!(told(29).await, Some((2.75, true, second(20))));
    assert_eq!(told(30).await, None, "the ticks of before are lost");
    let other = store.streamed(&daily("AAPL", "1mo"), &yahoo, second(20)).await.unwrap();
    assert_eq!(other, None, "nobody was told");
    assert!(last < Slot::MAX);
}
