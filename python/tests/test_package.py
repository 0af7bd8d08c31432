import json
import os
import subprocess
import sys
import urllib.request
from importlib.metadata import version

import marketpulse
import pytest


def test_the_command_is_that_of_the_package(program):
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["marketpulse", version("marketpulse")]


def asked(service, query):
    with urllib.request.urlopen(f"{service}/marketpulse/v1/bars/AAPL?{query}") as answer:
        return json.load(answer)


def test_bars_are_those_of_the_service_with_where_they_came_from(service):
    frame = marketpulse.bars("AAPL", "1mo")
    told = asked(service, "period=1mo")
    assert list(frame["close"]) == [bar["close"] for bar in told["bars"]]
    for name in ("symbol", "source", "freshness", "simulated", "complete", "coverage", "received_at"):
        assert frame.attrs[name] == told[name], name
    assert "pyarrow" in str(frame["close"].dtype)


def test_polars_and_arrow_hold_the_same():
    pandas = marketpulse.bars("AAPL", "1mo")
    polars = marketpulse.bars("AAPL", "1mo", frame="polars")
    arrow = marketpulse.bars("AAPL", "1mo", frame="arrow")
    assert polars["close"].to_list() == list(pandas["close"]) == arrow["close"].to_pylist()
    assert polars.attrs == pandas.attrs


def test_dates_and_other_parameters_are_handed_on():
    frame = marketpulse.bars("EUR/USD", start="2026-01-05", end="2026-01-09", adjust="none")
    assert 4 <= len(frame) <= 5


def test_a_refusal_says_why():
    with pytest.raises(marketpulse.Refused, match="period") as refused:
        marketpulse.bars("AAPL", "fortnight")
    assert refused.value.status == 400
    with pytest.raises(ValueError, match="polars"):
        marketpulse.bars("AAPL", frame="spreadsheet")


def apart(script, **settings):
    """Runs a script in a program of its own."""
    environment = {**os.environ, **settings}
    return subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=300)


def test_a_service_that_was_named_is_the_only_one_that_is_asked():
    told = apart("import marketpulse; marketpulse.bars('AAPL')", MARKETPULSE_URL="http://127.0.0.1:1")
    assert "no service answers at http://127.0.0.1:1, which MARKETPULSE_URL names" in told.stderr


def test_where_none_runs_one_is_started_and_ends_with_the_program(tmp_path):
    script = "import marketpulse; print(len(marketpulse.bars('AAPL', '5d')), marketpulse.address())"
    settings = {"MARKETPULSE_LISTEN": "127.0.0.1:0", "MARKETPULSE_DATA_DIR": str(tmp_path), "MARKETPULSE_URL": ""}
    told = apart(script, APP_ENV="development", MARKETPULSE_OFFLINE="True", **settings)
    assert told.returncode == 0, told.stderr
    count, address = told.stdout.split()
    assert int(count) == 5
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{address}/healthz", timeout=5)


def test_why_none_can_be_started_is_said(tmp_path):
    settings = {"MARKETPULSE_LISTEN": "127.0.0.1:0", "MARKETPULSE_URL": "", "APP_ENV": "staging"}
    told = apart("import marketpulse; marketpulse.address()", MARKETPULSE_DATA_DIR=str(tmp_path), **settings)
    assert "no service could be started" in told.stderr and "APP_ENV" in told.stderr
