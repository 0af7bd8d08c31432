use market::{HistoryResult, Quote, Showing, Shown, StoreError};

const SIMULATED: &str = "a simulated value is never stored";

/// Refuses a quote that must not be stored.
pub(crate) fn accept_quote(quote: &Quote) -> Result<(), StoreError> {
    refuse(quote.simulated, SIMULATED)
}

/// Refuses what is shown where it must not be stored.
pub(crate) fn accept_shown(shown: &Shown) -> Result<(), StoreError> {
    shown.rivals.iter().try_for_each(accept_quote)?;
    match &shown.showing {
        Showing::Quote(quote) => accept_quote(quote),
        Showing::Nothing | Showing::MadeUp => Ok(()),
    }
}

/// Refuses an answer that must not be stored.
pub(crate) fn accept_answer(answer: &HistoryResult) -> Result<(), StoreError> {
    refuse(answer.simulated, SIMULATED)?;
    refuse(answer.superseded, "what was read as superseded is never stored again")?;
    refuse(!is_of_one_instrument(answer), "an answer about one instrument names another")?;
    refuse(!is_of_the_source_asked(answer), "a question to one source was answered by another")
}

fn refuse(is_wrong: bool, why: &'static str) -> Result<(), StoreError> {
    if is_wrong { Err(StoreError::Refused(why)) } else { Ok(()) }
}

fn is_of_one_instrument(answer: &HistoryResult) -> bool {
    let (question, head) = (&answer.query, &answer.series.head);
    head.symbol == question.symbol
        && head.interval == question.interval
        && answer.instrument.symbol == question.symbol
}

fn is_of_the_source_asked(answer: &HistoryResult) -> bool {
    answer.query.source.as_ref().is_none_or(|source| *source == answer.series.head.source)
}

#[cfg(test)]
mod tests {
    use market::Source;

    use super::*;
    use crate::rules::samples::{answer, quote};

    #[test]
    fn what_is_made_up_is_refused() {
        let real = quote("AAPL", jiff::Timestamp::UNIX_EPOCH);
        assert!(accept_quote(&real).is_ok());
        let refused = accept_quote(&Quote { simulated: true, ..real });
        assert!(matches!(refused, Err(StoreError::Refused(_))));
    }

    #[test]
    fn an_answer_that_contradicts_itself_is_refused() {
        let right = || answer("1mo", vec![]);
        assert!(accept_answer(&right()).is_ok());
        let spoil: [fn(&mut HistoryResult); 6] = [
            |it| it.simulated = true,
            |it| it.superseded = true,
            |it| it.series.head.symbol = "MSFT".parse().unwrap(),
            |it| it.series.head.interval = market::Interval::Wk1,
            |it| it.instrument.symbol = "MSFT".parse().unwrap(),
            |it| it.query.source = Some(Source::new("ecb")),
        ];
        for spoil in spoil {
            let mut wrong = right();
            spoil(&mut wrong);
            assert!(matches!(accept_answer(&wrong), Err(StoreError::Refused(_))), "{wrong:?}");
        }
    }
}
