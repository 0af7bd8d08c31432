"""yfinance as it is, answered by the service."""

import json
import os
import subprocess
import sys
import urllib.request

import marketpulse.yf as yf
import pytest
import yfinance


@pytest.fixture(autouse=True, scope="module")
def caches(tmp_path_factory):
    yf.set_tz_cache_location(str(tmp_path_factory.mktemp("yfinance")))


def test_a_history_is_the_services(service):
    history = yf.Ticker("AAPL").history(period="1mo", auto_adjust=False)
    with urllib.request.urlopen(f"{service}/v8/finance/chart/AAPL?range=1mo&interval=1d") as answer:
        chart = json.load(answer)["chart"]["result"][0]
    assert list(history["Close"]) == chart["indicators"]["quote"][0]["close"]
    assert chart["meta"]["marketpulse"]["simulated"] is True


def test_several_are_downloaded_also_by_a_session_of_ones_own():
    frame = yf.download(["AAPL", "MSFT"], period="5d", progress=False)
    assert frame["Close"].shape == (5, 2)
    session = type(yfinance.data.YfData()._session)()
    assert len(yf.Ticker("KO", session=session).history(period="5d")) == 5


def test_everything_of_yfinance_is_here_under_its_name():
    assert yf.Ticker is yfinance.Ticker and yf.__version__ == yfinance.__version__
    assert yf.Search("apple").quotes[0]["symbol"] == "AAPL"
    assert yf.Ticker("AAPL").fast_info["currency"] == "USD"


def test_a_streamer_is_the_services(service):
    assert yf.WebSocket(verbose=False).url == service.replace("http", "ws") + "/?version=2"


def test_requests_without_curl_are_led_as_well():
    script = "import marketpulse.yf as yf; print(len(yf.Ticker('AAPL').history(period='5d')))"
    environment = {**os.environ, "YF_DISABLE_CURL_CFFI": "1"}
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=300)
    assert told.stdout.strip() == "5", told.stderr


def test_a_proxy_that_is_set_is_not_asked_for_this_machine():
    script = "import marketpulse.yf as yf; print(len(yf.download('AAPL', period='5d', progress=False)))"
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=300)
    assert told.stdout.strip() == "5", told.stderr
