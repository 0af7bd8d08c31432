"""Every format says the same as JSON, to the last digit, in the tools that people read it with."""

import datetime

import pyarrow
import pytest
from pyarrow import parquet

from readers import READERS, document, fetch

# Name: the address, and the key of the rows.
QUESTIONS = {
    "a year of days": ("bars/AAPL?period=1y", "bars"),
    "ten years with long digits": ("bars/AAPL?period=10y&adjust=all", "bars"),
    "days with holes between them": ("bars/CAC40?from=2025-12-20&to=2026-01-10", "bars"),
    "indicators, with holes at first": (
        "bars/AAPL?period=3mo&indicators=sma:20,bollinger:10:2.5,rsi:14,macd:5:13:4",
        "bars",
    ),
    "minutes": ("bars/AAPL?period=5d&interval=5m", "bars"),
    "closes alone": ("bars/EUR_USD?period=3mo&source=ecb", "bars"),
    "newest first, some columns": ("bars/AAPL?period=1mo&order=desc&fields=close,date", "bars"),
    "actions": ("actions/AAPL", "actions"),
    "quotes, one in vain": (
        "quotes?symbols=AAPL,^FCHI,EUR/USD,GONE&fields=symbol,name,kind,price_decimals,price,"
        "currency,previous,change,change_percent,volume,source,as_of,received_at,reason,detail",
        "quotes",
    ),
    "a quote": ("quotes/MSFT?fields=symbol,price,as_of,simulated,disputed_by", "quotes"),
    "instruments": ("instruments", "instruments"),
    "search": ("search?q=apple", "instruments"),
    "days side by side": ("bars?symbols=AAPL,CAC40,BTC/EUR&period=1mo", "bars"),
    "hours side by side": ("bars?symbols=AAPL,CAC40,EUR/USD&period=5d&interval=1h", "bars"),
}
INSTANTS = {"open_time", "as_of", "received_at", "known_at"}
DATES = {"date", "ex_date", "first_bar"}
# An answer may be refreshed between two readings; it is then read again.
ATTEMPTS = 5


def address_of(service, question):
    address, rows = QUESTIONS[question]
    mark = "&" if "?" in address else "?"
    return f"{service}/marketpulse/v1/{address}{mark}format=", rows


def beside_json(address, read):
    """What `read` gives, and the JSON document that was the same before and after, but for the
    instant of the answer itself."""
    before = settled(document(f"{address}json"))
    for _ in range(ATTEMPTS):
        given, after = read(address), settled(document(f"{address}json"))
        if before == after:
            return given, after
        before = after
    pytest.fail(f"{address}json changed {ATTEMPTS} times")


def settled(answer):
    return {name: value for name, value in answer.items() if name != "timestamp"}


def once(answer):
    """What JSON says once and a table repeats in every row."""
    said = {name: value for name, value in answer.items() if not isinstance(value, list)}
    if coverage := answer.get("coverage"):
        said["missing"] = coverage["missing"]
    if series := answer.get("series"):
        # Of several series, the worst.
        order = ["simulated", "stale", "fresh"]
        said["freshness"] = min((one["freshness"] for one in series), key=order.index)
        said["simulated"] = any(one["simulated"] for one in series)
        each = [one["complete"] for one in series]
        said["complete"] = False if False in each else None if None in each else True
        told = {"currencies": "currency", "sources": "source"}
        for many, single in told.items():
            said[many] = " ".join(f"{one['symbol']}={one[single] or 'unknown'}" for one in series)
    return said


def plain(name, value):
    """A cell as the Python value it means. A text is left alone where a text is meant."""
    if isinstance(value, str) and name in INSTANTS:
        return datetime.datetime.fromisoformat(value)
    if isinstance(value, str) and name in DATES:
        return datetime.date.fromisoformat(value)
    return value


def plain_rows(rows):
    return [{name: plain(name, value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_says_what_json_says(service, question, reader):
    address, name = address_of(service, question)
    table, answer = beside_json(address, READERS[reader])
    assert answer[name], "no rows prove nothing"
    columns = list(answer[name][0])
    repeated = [column for column in table[0] if column not in columns]
    assert list(table[0]) == columns + repeated
    said = {column: value for column, value in once(answer).items() if column in repeated}
    assert set(said) == set(repeated)
    expected = [row | said for row in answer[name]]
    assert plain_rows(table) == plain_rows(expected)


@pytest.mark.parametrize("question", QUESTIONS)
def test_columns_are_the_rows_turned(service, question):
    address, name = address_of(service, question)
    columns, answer = beside_json(address, lambda address: settled(document(f"{address}columns")))
    names, cells = zip(*columns.pop("columns").items())
    assert [dict(zip(names, row)) for row in zip(*cells, strict=True)] == answer.pop(name)
    # The rest lies at another address.
    assert columns | {"next": None} == answer | {"next": None}


@pytest.mark.parametrize("question", QUESTIONS)
def test_arrow_and_parquet_have_types(service, question):
    address, _ = address_of(service, question)
    stream = pyarrow.ipc.open_stream(fetch(f"{address}arrow")).read_all()
    for field in stream.schema:
        assert pyarrow.types.is_date32(field.type) == (field.name in DATES), field
        assert (getattr(field.type, "tz", None) == "UTC") == (field.name in INSTANTS), field
    file = parquet.read_table(pyarrow.BufferReader(fetch(f"{address}parquet")))
    assert file.schema.remove_metadata() == stream.schema.remove_metadata()


# Polars refuses NDJSON without a line, and without rows there is none.
@pytest.mark.parametrize("reader", READERS.keys() - {"ndjson by polars"})
def test_no_rows_are_no_error(service, reader):
    answer = f"{service}/marketpulse/v1/actions/CAC40?from=2026-01-01&to=2026-01-02&format="
    assert document(f"{answer}json")["actions"] == []
    assert READERS[reader](answer) == []
