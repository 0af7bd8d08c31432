"""How people read the service's answers, every value as it comes out.

Each reader takes an address and gives the rows as a list of dicts; what is unknown is None.
"""

import io
import json
import tempfile
import urllib.request
from datetime import datetime, timezone

import duckdb
import pandas
import polars
import pyarrow


def fetch(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def duckdb_rows(read, address):
    """A file, as test_parts.py has DuckDB read addresses."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(fetch(address))
        file.flush()
        return [{name: in_utc(cell) for name, cell in row.items()} for row in read(file.name).to_arrow_table().to_pylist()]


def in_utc(cell):
    """DuckDB 1.5 reads instants of JSON into UTC and leaves the zone out."""
    is_naive = isinstance(cell, datetime) and cell.tzinfo is None
    return cell.replace(tzinfo=timezone.utc) if is_naive else cell


def polars_rows(read, address):
    """The bytes, as test_parts.py has Polars read addresses."""
    return read(io.BytesIO(fetch(address))).to_dicts()


def looking_at_all(read):
    """Polars guesses a column's type by its first hundred rows. A share's first split may come later."""
    return lambda source: read(source, infer_schema_length=None)


def pandas_rows(read, address):
    frame = read(address)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def pyarrow_rows(address):
    return pyarrow.ipc.open_stream(fetch(address)).read_all().to_pylist()


READERS = {
    "csv by pandas": lambda address: pandas_rows(pandas.read_csv, f"{address}csv"),
    "csv by polars": lambda address: polars_rows(looking_at_all(polars.read_csv), f"{address}csv"),
    "csv by duckdb": lambda address: duckdb_rows(duckdb.read_csv, f"{address}csv"),
    "ndjson by polars": lambda address: polars_rows(looking_at_all(polars.read_ndjson), f"{address}ndjson"),
    "ndjson by duckdb": lambda address: duckdb_rows(duckdb.read_json, f"{address}ndjson"),
    "parquet by pandas": lambda address: pandas_rows(pandas.read_parquet, f"{address}parquet"),
    "parquet by polars": lambda address: polars_rows(polars.read_parquet, f"{address}parquet"),
    "parquet by duckdb": lambda address: duckdb_rows(duckdb.read_parquet, f"{address}parquet"),
    "arrow by pyarrow": lambda address: pyarrow_rows(f"{address}arrow"),
    "arrow by polars": lambda address: polars_rows(polars.read_ipc_stream, f"{address}arrow"),
}


def document(address):
    return json.loads(fetch(address))
