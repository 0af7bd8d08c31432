"""What two hundred processes get that ask for the same few instruments with yfinance, as in an office, where Yahoo
answers twenty requests and refuses the rest: straight, and through the service. Upstreams are simulated.

    python tests/clients/immunity.py [PROCESSES]

Prints the numbers. The exit status is 1 where a call through the service fails, where its upstream was asked beyond
its budget, or where the calls succeed without it."""

import logging
import multiprocessing
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections import namedtuple

import yfinance
from stage import Elsewhere, budget_of_yahoo, service, upstream

# So many requests Yahoo answers.
ANSWERED = 20
# More than it is asked.
NEVER = 1_000_000
PROCESSES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
# So many of them run at once.
AT_ONCE = 8
Row = namedtuple("Row", "calls succeeded requests refused asked")
SYMBOLS = ["AAPL", "MSFT", "IBM", "KO", "GE"]


def main():
    # Calls that fail say so in the numbers. What filters warnings is no good where libraries change it in threads.
    logging.disable()
    warnings.showwarning = lambda *_, **__: None
    print(f"{PROCESSES} processes, {AT_ONCE} at once, with {len(SYMBOLS)} symbols; Yahoo answers {ANSWERED} requests\n", flush=True)
    row("", "calls", "succeeded", "requests", "refused (429)", "Yahoo was asked")
    patient = row("Yahoo, if it refused nobody", *without_us(AT_ONCE, NEVER))
    straight = row("straight to Yahoo", *without_us(PROCESSES, ANSWERED))
    *through, allowed = with_us()
    through = row("through the service", *through)
    print(f"\nthe service's budget for that time: {allowed:.0f} requests")
    is_immune = through.succeeded == through.calls and through.refused == 0 and through.asked <= allowed
    is_needed = patient.succeeded == patient.calls and straight.succeeded < straight.calls / 10
    sys.exit(0 if is_immune and is_needed else 1)


def row(name, *figures):
    print(f"{name:28}" + "".join(f"{figure:>16}" for figure in figures), flush=True)
    return Row(*figures) if name else None


def without_us(processes, answered):
    with upstream(f"--patience={answered}") as (address, asked):
        return *run(address, processes), asked()


def with_us():
    """The first processes find an upstream that answers. Then somebody else has it refuse everything, and what is
    held must do for all others."""
    with upstream(f"--patience={ANSWERED}") as (address, asked), service(address) as base:
        begun = time.monotonic()
        first = run(base, AT_ONCE)
        by_others = exhaust(address)
        rest = run(base, PROCESSES - AT_ONCE)
        budget = budget_of_yahoo(base)
        allowed = budget["burst"] + budget["per_hour"] * (time.monotonic() - begun) / 3600
        return *map(sum, zip(first, rest)), asked() - by_others, allowed


def run(base, processes):
    """Calls, those that succeeded, requests, and those that were refused with 429."""
    # Forked, they need not read their libraries again; each has a memory, a cookie and a cache of its own.
    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        outcomes = pool.map(process, [base] * processes, chunksize=1)
    return [sum(figures) for figures in zip(*outcomes)]


def process(base):
    """What one process does: three calls."""
    session = Elsewhere(base)
    share = yfinance.Ticker(SYMBOLS[0], session=session)

    def downloaded():
        frame = yfinance.download(SYMBOLS, period="1mo", progress=False, session=session)
        return all(frame["Close"][symbol].notna().any() for symbol in SYMBOLS)

    calls = [
        downloaded,
        lambda: share.history(period="1y")["Close"].notna().any(),
        lambda: share.fast_info["lastPrice"] > 0,
    ]
    with tempfile.TemporaryDirectory() as folder:
        yfinance.set_tz_cache_location(folder)
        succeeded = sum(map(has_succeeded, calls))
    return len(calls), succeeded, session.requests, session.refused


def has_succeeded(call):
    try:
        return bool(call())
    except Exception:
        return False


def exhaust(address):
    """Asks until nothing is answered any more. How many requests that took."""
    for n in range(1, ANSWERED + 2):
        try:
            urllib.request.urlopen(f"{address}/v8/finance/chart/OTHER?range=1d&interval=1d").close()
        except urllib.error.HTTPError as error:
            assert error.code == 429, error
            return n
    raise AssertionError("it goes on answering")


if __name__ == "__main__":
    main()
