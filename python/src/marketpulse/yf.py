"""yfinance, answered by the service instead of Yahoo.

    import marketpulse.yf as yf
    yf.download("AAPL")

Everything of yfinance is here under its own name. From this import on, what any yfinance session of this program asks
of Yahoo's hosts is asked of the service, also where a session is given to it, and `WebSocket` follows the service's
stream. Other hosts are asked as before.
"""

from urllib.parse import urlsplit, urlunsplit

import yfinance
from yfinance import *  # noqa: F403
from yfinance import live as _live
from yfinance.data import requests as _requests

from . import service as _service

__all__ = yfinance.__all__


def __getattr__(name):
    return getattr(yfinance, name)


def _is_yahoos(host):
    return host is not None and (host == "yahoo.com" or host.endswith(".yahoo.com"))


def _led(url):
    """The service's address for one of Yahoo's, and the host that was meant; the address as it is for any other."""
    asked = urlsplit(str(url))
    if not _is_yahoos(asked.hostname):
        return url, None
    there = urlsplit(_service.address())
    path = there.path.rstrip("/") + (asked.path or "/")
    scheme = {"wss": {"http": "ws", "https": "wss"}[there.scheme]}.get(asked.scheme, there.scheme)
    return urlunsplit((scheme, there.netloc, path, asked.query, "")), asked.hostname


def _lead_session(session):
    """Wraps the class, not a session: yfinance makes new ones by itself."""
    plain = session.request

    def request(self, method, url, *args, **kwargs):
        url, host = _led(url)
        if host is not None:
            # What a path means may depend on its host.
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "X-Forwarded-Host": host}
            if _service.is_here(url):
                kwargs["proxies"] = {"http": "", "https": ""}
        return plain(self, method, url, *args, **kwargs)

    session.request = request


def _lead_streamer(streamer):
    plain = streamer.__init__

    def __init__(self, url="wss://streamer.finance.yahoo.com/?version=2", verbose=True):
        plain(self, _led(url)[0], verbose)

    streamer.__init__ = __init__


_lead_session(_requests.Session)
_lead_streamer(_live.BaseWebSocket)
