"""Indicators are what pandas makes of the same closes."""

import pandas
import pytest

ASKED = "sma:20,ema:30,bollinger:20:2.5,rsi:14,macd:12:26:9,roc:12"
STRETCHES = [
    "AAPL?period=5y&adjust=all",
    "AAPL?from=2019-06-01&to=2021-06-30&adjust=none",
    "CAC40?period=1mo",
    "BTC_EUR?period=5d&interval=1h",
]


def smoothed(values, n, **weight):
    """An exponential mean that begins with the plain mean of the first n values."""
    known = values.dropna()
    begin = pandas.Series(known.iloc[:n].mean(), index=known.index[n - 1 : n])
    return pandas.concat([begin, known.iloc[n:]]).ewm(adjust=False, **weight).mean().reindex(values.index)


def average(values, n):
    return smoothed(values, n, span=n)


def by_pandas(close):
    middle, deviation = close.rolling(20).mean(), close.rolling(20).std(ddof=0)
    change = close.diff()
    gain = smoothed(change.clip(lower=0), 14, alpha=1 / 14)
    loss = smoothed(-change.clip(upper=0), 14, alpha=1 / 14)
    line = average(close, 12) - average(close, 26)
    signal = average(line, 9)
    return {
        "sma_20": middle,
        "ema_30": average(close, 30),
        "bollinger_20_2_5_lower": middle - 2.5 * deviation,
        "bollinger_20_2_5_middle": middle,
        "bollinger_20_2_5_upper": middle + 2.5 * deviation,
        "rsi_14": 100 * gain / (gain + loss),
        "macd_12_26_9": line,
        "macd_12_26_9_signal": signal,
        "macd_12_26_9_histogram": line - signal,
        "roc_12": 100 * (close / close.shift(12) - 1),
    }


@pytest.mark.parametrize("stretch", STRETCHES)
def test_indicators_are_what_pandas_computes(service, stretch):
    table = pandas.read_parquet(f"{service}/marketpulse/v1/bars/{stretch}&indicators={ASKED}&format=parquet")
    expected = by_pandas(table["close"])
    assert list(table.columns[10 : 10 + len(expected)]) == list(expected)
    for name, column in expected.items():
        found = table[name].astype(float)
        pandas.testing.assert_series_equal(found, column, rtol=1e-9, atol=1e-9, check_names=False)
    assert table["sma_20"].notna().any(), "nothing but holes proves nothing"
