"""Tools that read an address in parts are given one version of it, while prices move."""

import urllib.request

import polars
import pytest

# Often enough that prices and ages move between two requests of one reader.
ROUNDS = 10
FORMS = {"csv": polars.scan_csv, "ndjson": polars.scan_ndjson, "parquet": polars.scan_parquet}
QUESTIONS = {
    "bars": ("bars/AAPL", "period=1y"),
    "bars side by side": ("bars", "symbols=AAPL,MSFT&period=1mo"),
    "quotes": ("quotes", "symbols=AAPL,EUR%2FUSD&fields=symbol,price,age_s,received_at"),
}


def by_ending(service, question, form):
    path, query = QUESTIONS[question]
    return f"{service}/marketpulse/v1/{path}.{form}?{query}"


def by_format(service, question, form):
    path, query = QUESTIONS[question]
    return f"{service}/marketpulse/v1/{path}?{query}&format={form}"


@pytest.mark.parametrize("address", [by_ending, by_format])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_polars_reads_an_address_in_parts(service, question, form, address):
    for _ in range(ROUNDS):
        assert FORMS[form](address(service, question, form)).collect().height > 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_duckdb_reads_an_address_in_parts(service, duck, question, form):
    for _ in range(ROUNDS):
        [(rows,)] = duck.sql(f"select count(*) from '{by_ending(service, question, form)}'").fetchall()
        assert rows > 1


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_head_tells_of_is_what_its_parts_are_of(service, question):
    address = by_ending(service, question, "csv")
    with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as head:
        length, tag = int(head.headers["content-length"]), head.headers["etag"]
    # Others ask for the whole meanwhile, and are given the newest.
    urllib.request.urlopen(address).close()
    parts = b""
    for range_ in ("bytes=0-9", f"bytes=10-{length - 1}"):
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Range": range_})) as part:
            assert (part.status, part.headers["etag"]) == (206, tag)
            parts += part.read()
    assert len(parts) == length
