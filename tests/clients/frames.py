"""Whether yfinance gives the same frames through the service as straight from Yahoo, for twenty instruments in all
periods and intervals: index, zone, types and every value, to the last digit. Upstreams are simulated, and their time stands.

    python tests/clients/frames.py

Prints how many frames were compared, by what was asked, and how many differ for a reason that is known. The exit status is 1
where any differs for none."""

import logging
import multiprocessing
import sys
import tempfile
import time
import warnings
from collections import defaultdict

import pandas
import yfinance
from stage import PATIENCE, Elsewhere, service, upstream

# The one with a second source first: once the requests to Yahoo are used up the other stands in, and its answer stays while time stands.
INSTRUMENTS = (
    "EURUSD=X AAPL MSFT IBM KO GE BRK-B SPY AIR.PA VOD.L SAP.DE 7203.T BHP.AX RY.TO ^GSPC ^FCHI GBPUSD=X JPY=X BTC-EUR ETH-USD"
).split()
# The longest first: the service has the others out of it.
PERIODS = "max 10y 5y 2y 1y ytd 6mo 3mo 1mo 5d 1d".split()
# Of each interval the longest period that Yahoo has, and one within it. The simulated Yahoo has none of 90 minutes and 5 days.
INTERVALS = {
    "1m": ("5d", "1d"), "2m": ("1mo", "5d"), "5m": ("1mo", "1d"), "15m": ("1mo", "5d"), "30m": ("1mo", "5d"), "60m": ("1y", "1mo"),
    "1h": ("1y", "5d"), "1wk": ("5y", "1y"), "1mo": ("10y", "ytd"), "3mo": ("max", "5y"),
}  # fmt: skip
# So many instruments are asked about at once.
AT_ONCE = 4
# A session waits so often for its turn before that is a failure.
TURNS = 60


def questions():
    """What is asked of each instrument, by a name."""
    for period in PERIODS:
        yield f"1d, {period}", lambda it, period=period: it.history(period=period)
    for interval, periods in INTERVALS.items():
        for period in periods:
            yield f"{interval}, {period}", lambda it, **asked: it.history(**asked), dict(interval=interval, period=period)
    asked = {
        "start and end": dict(start="2020-01-02", end="2021-02-01"),
        "start alone, weeks": dict(start="2021-03-03", interval="1wk"),
        "no adjustment": dict(period="5y", auto_adjust=False, actions=True),
        "adjusted back": dict(period="1y", auto_adjust=False, back_adjust=True),
        "before and after hours": dict(period="5d", interval="5m", prepost=True),
        "no rounding, no NaN": dict(period="1y", rounding=True, keepna=True),
        "repaired": dict(period="3mo", repair=True),
    }
    for name, words in asked.items():
        yield name, lambda it, **asked: it.history(**asked), words
    yield "dividends", lambda it: it.get_dividends(period="max")
    yield "splits", lambda it: it.get_splits(period="max")
    yield "quote", lambda it: pandas.Series({key: it.fast_info[key] for key in ("currency", "exchange", "timezone", "quoteType")})


class Patient(Elsewhere):
    """Comes back when it is told to: the service asks Yahoo no more than it may. It waits longer for an answer than yfinance by itself,
    whose patience depends on how fast the machine is."""

    def request(self, *args, **kwargs):
        for _ in range(TURNS):
            response = super().request(*args, **kwargs | {"timeout": PATIENCE})
            if response.status_code != 429:
                return response
            time.sleep(float(response.headers.get("retry-after", 1)))
        return response


def main():
    logging.disable()
    warnings.showwarning = lambda *_, **__: None
    with upstream("--still") as (address, _), service(address, MARKETPULSE_STREAMS="False") as base:
        straight, through = answers(address), answers(base)
    differences, explained = defaultdict(list), defaultdict(int)
    for name in names():
        for symbol in INSTRUMENTS:
            answers_of_both = straight[symbol][name], through[symbol][name]
            why = difference(*answers_of_both)
            if why and (reason := known_reason(*answers_of_both)):
                explained[reason] += 1
            elif why:
                differences[name].append(f"{symbol}: {why}")
    for name in names():
        print(f"{name:28}{len(INSTRUMENTS):>4} compared{len(differences[name]):>4} differ", *differences[name][:2], sep="  ", flush=True)
    for reason, count in explained.items():
        print(f"{count} differ and should: {reason}")
    compared, differ = len(INSTRUMENTS) * len(names()), sum(map(len, differences.values()))
    print(f"\n{compared} frames compared, {differ} differ, and {sum(explained.values())} more for a reason that is known")
    sys.exit(1 if differ else 0)


def names():
    return [name for name, *_ in questions()]


def answers(base):
    """By instrument, what is answered to each question."""
    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        return dict(zip(INSTRUMENTS, pool.starmap(answers_about, [(base, symbol) for symbol in INSTRUMENTS], chunksize=1)))


def answers_about(base, symbol):
    session = Patient(base)
    with tempfile.TemporaryDirectory() as folder:
        yfinance.set_tz_cache_location(folder)
        instrument = yfinance.Ticker(symbol, session=session)
        return {name: answered(ask, instrument, *words) for name, ask, *words in questions()}


def answered(ask, instrument, words={}):
    try:
        return ask(instrument, **words)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def difference(straight, through):
    """How an answer differs; `None` where it is the same."""
    if isinstance(straight, str) or isinstance(through, str):
        are_same = isinstance(straight, str) and isinstance(through, str) and straight == through
        return None if are_same else f"{said(straight)} and {said(through)}"
    check = pandas.testing.assert_frame_equal if straight.ndim == 2 else pandas.testing.assert_series_equal
    try:
        check(straight, through, check_exact=True, check_freq=False)
    except AssertionError as error:
        return " ".join(str(error).split())[:200]


def known_reason(straight, through):
    """Why two frames should differ; `None` where that is not known."""
    if isinstance(straight, str) or isinstance(through, str) or straight.ndim == 1:
        return None
    spacing = straight.index.to_series().diff()
    if set(straight.index) > set(through.index):
        left_out = straight.loc[straight.index.difference(through.index)]
        of_day = through.loc[through.index.date == left_out.index[0].date()]
        # Where nothing has a volume, a row without one may be any.
        is_traded = len(of_day) > 0 and (of_day["Volume"] > 0).all()
        is_beyond = is_traded and left_out.index[0] > of_day.index[-1] + spacing.min()
        is_alone = len(left_out) == 1 and left_out["Volume"].iloc[0] == 0
        if is_alone and is_beyond and difference(straight.loc[through.index], through) is None:
            return "a row without volume, stamped after the close of a short day, is no bar"
    is_long = len(straight) > 1 and spacing.median() >= pandas.Timedelta(days=5)
    if is_long and len(straight) == len(through) and straight["Volume"].iloc[-1] > through["Volume"].iloc[-1]:
        alike = straight.copy()
        alike.iloc[-1, alike.columns.get_loc("Volume")] = through["Volume"].iloc[-1]
        if difference(alike, through) is None:
            return "yfinance adds the volume of the latest trade's row to the bar that counts it already"
    return None


def said(answer):
    return answer if isinstance(answer, str) else f"{len(answer)} rows"


if __name__ == "__main__":
    main()
