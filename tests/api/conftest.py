"""Starts the service with simulated upstreams, in production mode, for as long as the tests run."""

import glob
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
SERVICE = Path(os.environ.get("MARKETPULSE_BIN", TARGET / "debug/marketpulse"))
UPSTREAM = TARGET / "debug/examples/upstream"
# Far longer than any machine needs: to wait so long is a failure.
PATIENCE = 300


@pytest.fixture(scope="module")
def upstream():
    """The address of the simulated upstreams, which know any symbol but one. They end when
    their standard input does."""
    with subprocess.Popen([UPSTREAM, "GONE"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture(scope="module")
def service(upstream, tmp_path_factory):
    """The address of the service, its store new and empty."""
    folder = tmp_path_factory.mktemp("service")
    settings = {
        "APP_ENV": "production",
        "MARKETPULSE_LISTEN": "127.0.0.1:0",
        "MARKETPULSE_DATA_DIR": str(folder / "data"),
        **moved(upstream),
    }
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen([SERVICE, "serve"], env=settings, stdout=output, stderr=output)
    try:
        base = until(process, log, lambda: address(log))
        until(process, log, lambda: is_ready(base))
        yield base
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
    assert "panicked" not in log.read_text(), f"the service panicked: see {log}"


@pytest.fixture(scope="module")
def duck():
    """DuckDB as it reads addresses."""
    folder = Path(find_spec("duckdb_extension_httpfs").submodule_search_locations[0])
    [extension] = glob.glob(str(folder / "extensions/*/httpfs.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


def moved(upstream):
    """Every setting whose default is an address elsewhere, set to the simulated upstreams:
    a source added later must not be asked over the internet by a test."""
    told = subprocess.run([SERVICE, "--help"], capture_output=True, text=True, check=True).stdout
    addresses = re.findall(r"^ +(\w+) \(default (?:http|ws)s?://", told, re.MULTILINE)
    assert "MARKETPULSE_YAHOO_URL" in addresses, "--help no longer tells the settings as it did"
    scheme = {name: "ws" if f"{name} (default ws" in told else "http" for name in addresses}
    return {name: upstream.replace("http", scheme[name], 1) for name in addresses}


def until(process, log, ask):
    """Asks until there is an answer, which never comes where the service has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if answer := ask():
            return answer
        time.sleep(0.05)
    pytest.fail(f"the service did not start:\n{log.read_text()}")


def address(log):
    """Where the service listens, on a port that the system chose: its log says so."""
    found = re.search(r"serving (http://[\d.:]+)/", log.read_text())
    return found and found[1]


def is_ready(base):
    try:
        urllib.request.urlopen(f"{base}/readyz").close()
    except urllib.error.URLError:
        return False
    return True
