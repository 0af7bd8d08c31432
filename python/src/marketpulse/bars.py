"""Bars as frames. Arrow comes over the wire and stays inside the frame, so that no figure is read as text."""

import json
import urllib.error
from urllib.parse import quote, urlencode

from . import service

# As long as the service itself may wait for upstreams, and more.
_LONGEST_S = 120


class Refused(RuntimeError):
    """The service says why it has no answer. `status` is that of HTTP, `problem` all that it says."""

    def __init__(self, status, problem):
        super().__init__(problem.get("detail") or problem.get("title") or f"status {status}")
        self.status = status
        self.problem = problem


def bars(symbol, period=None, *, start=None, end=None, interval=None, adjust=None, frame="pandas", **parameters):
    """The bars of an instrument, one a row, the oldest first.

    `period` is such as "1y"; `start` and `end` are dates. `interval` and `adjust` are as in GET /v1/bars/{symbol}, as
    are all other parameters. `frame` is "pandas", "polars" or "arrow".

    Where the figures came from, how fresh they are and what is missing of them stands in `attrs`, by the names of
    the service: `source`, `freshness`, `complete`, `coverage`, `received_at` and so on.

    Raises Refused where the service has no answer, NoService where there is none to ask.
    """
    asked = {"period": period, "from": start, "to": end, "interval": interval, "adjust": adjust, **parameters}
    asked = {name: str(value) for name, value in asked.items() if value is not None}
    form = _FORMS.get(frame)
    if form is None:
        raise ValueError(f"frame={frame!r}: use one of {', '.join(_FORMS)}")
    query = urlencode({**asked, "format": "arrow"})
    table = _table(f"{service.address()}/marketpulse/v1/bars/{quote(symbol, safe='')}?{query}")
    words = table.schema.metadata or {}
    return form(table, {name.decode(): _meant(value.decode()) for name, value in words.items()})


def _table(url):
    from pyarrow import ipc

    try:
        with service.opened(url, _LONGEST_S) as answer:
            return ipc.open_stream(answer.read()).read_all()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, _problem(error)) from None
    except OSError as error:
        raise service.NoService(f"the service does not answer: {error}") from error


def _meant(word):
    """What a word of the schema means. Truth, nothing and objects are written as in JSON; all else is text, also where
    it looks like a number, as symbols of some exchanges do."""
    is_json = word in ("true", "false", "null") or word.startswith(("{", "["))
    return json.loads(word) if is_json else word


def _problem(error):
    try:
        problem = json.loads(error.read())
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _pandas(table, attrs):
    import pandas

    frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    frame.attrs = attrs
    return frame


def _polars(table, attrs):
    import polars

    frame = polars.from_arrow(table)
    # Polars has no place for it of its own: it stands on this frame, and not on those that are made of it.
    frame.attrs = attrs
    return frame


def _arrow(table, attrs):
    return table


_FORMS = {"pandas": _pandas, "polars": _polars, "arrow": _arrow}
