"""What clients are tried over: simulated upstreams, a service that asks them, and sessions of yfinance that are led to either."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from curl_cffi import requests

ROOT = Path(__file__).parents[2]
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
SERVICE = Path(os.environ.get("MARKETPULSE_BIN", TARGET / "debug/marketpulse"))
UPSTREAM = TARGET / "debug/examples/upstream"
# Far longer than any machine needs: to wait so long is a failure.
PATIENCE = 300


class Elsewhere(requests.Session):
    """A session that asks another address for whatever Yahoo is asked for."""

    def __init__(self, base):
        super().__init__(impersonate="chrome")
        self.base, self.requests, self.refused = urlsplit(base), 0, 0

    def request(self, method, url, *args, **kwargs):
        asked = urlsplit(str(url))
        if asked.hostname and asked.hostname.endswith("yahoo.com"):
            url = urlunsplit((self.base.scheme, self.base.netloc, asked.path, asked.query, ""))
        response = super().request(method, url, *args, **kwargs)
        self.requests += 1
        self.refused += response.status_code == 429
        return response


@contextmanager
def upstream(*options):
    """The address of simulated upstreams, and how often their Yahoo was asked, which they say when they have ended, where
    that is an option."""
    process = subprocess.Popen([UPSTREAM, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told = []

    def asked():
        if not told:
            process.stdin.close()
            told.append(int(process.stdout.read() or 0))
        return told[0]

    try:
        yield process.stdout.readline().strip(), asked
    finally:
        asked()
        process.wait(PATIENCE)


@contextmanager
def service(address, **further):
    """The address of the service over those upstreams, its store new and empty, with further settings."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        settings = {"APP_ENV": "production", "MARKETPULSE_LISTEN": "127.0.0.1:0", "MARKETPULSE_DATA_DIR": f"{folder}/data"}
        with log.open("w") as output:
            process = subprocess.Popen([SERVICE, "serve"], env=settings | moved(address) | further, stdout=output, stderr=output)
        try:
            yield until_it_serves(process, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def moved(address):
    """Every setting whose default is an address elsewhere, set to the simulated upstreams."""
    told = subprocess.run([SERVICE, "--help"], capture_output=True, text=True, check=True).stdout
    defaults = re.findall(r"^ +(\w+) \(default (http|ws)s?://", told, re.MULTILINE)
    assert defaults, "--help no longer tells the settings as it did"
    return {name: address.replace("http", scheme, 1) for name, scheme in defaults}


def until_it_serves(process, log):
    """Where it listens, on a port that the system chose: its log says so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"serving (http://[\d.:]+)/", log.read_text()):
            return found[1]
        time.sleep(0.05)
    sys.exit(f"the service did not start:\n{log.read_text()}")


def budget_of_yahoo(base):
    with urllib.request.urlopen(f"{base}/marketpulse/v1/sources") as answer:
        return next(source["budget"] for source in json.load(answer)["sources"] if source["source"] == "yahoo")
