"""Writes when exchanges trade, out of the package exchange_calendars, in our own compact form.

    calendars.py data       the file that market/src/calendar reads (its mod.rs says what stands in it)
    calendars.py sessions   every session with its instants, for the test that compares

Only facts are taken: which days an exchange trades and at which hours. The package is under the
Apache licence 2.0, Copyright 2018 Quantopian, Inc. and the contributors to exchange_calendars.
"""

import importlib.metadata
import itertools
import re
import sys
import warnings

import exchange_calendars
import pandas
from exchange_calendars import calendar_utils

warnings.filterwarnings("ignore")

PACKAGE = "exchange_calendars"
FIRST = pandas.Timestamp("1990-01-01")
# Where the package sets no end, its rules go on for ever, and lose in worth.
LAST = pandas.Timestamp("2030-12-31")
# Not exchanges: ours for what never closes is a rule, and CMES is newer than us_futures.
LEFT_OUT = {"24/5", "24/7", "us_futures"}
# A change of the regular week pays when it saves more exceptions than this.
CHANGE = 3
CLOSED = "closed"


def codes():
    return sorted(set(exchange_calendars.get_calendar_names(include_aliases=False)) - LEFT_OUT)


def names():
    """What the package's own description calls them: | name | code | country |"""
    text = importlib.metadata.metadata(PACKAGE).get_payload()
    rows = re.findall(r"^\|\s*([^|]+?)\s*\|\s*([A-Z0-9]{4})\s*\|\s*([^|]+?)\s*\|", text, re.M)
    return {code: name for name, code, _ in rows}


def calendar(code):
    """As early as the package can: some of its rules do not reach back to 1990."""
    factory = calendar_utils._default_calendar_factories[code]
    last = factory.bound_max() or LAST
    first = max(FIRST, factory.bound_min() or FIRST)
    while True:
        try:
            return first, last, exchange_calendars.get_calendar(code, start=first, end=last)
        except ValueError:
            first = pandas.Timestamp(year=first.year + 1, month=1, day=1)


def clock(minutes):
    """Since midnight of the session's date; < is the day before, > the day after."""
    mark = "<" if minutes < 0 else ">" if minutes >= 1440 else ""
    return f"{mark}{minutes % 1440 // 60:02}:{minutes % 60:02}"


def hours(date, row, zone):
    def local(instant):
        there = instant.tz_convert(zone).tz_localize(None)
        seconds = (there - date).total_seconds()
        assert seconds % 60 == 0, (date, instant)
        return clock(int(seconds // 60))

    if pandas.isna(row.break_start):
        return f"{local(row.open)}-{local(row.close)}"
    return f"{local(row.open)}-{local(row.break_start)}/{local(row.break_end)}-{local(row.close)}"


def days_of(code):
    first, last, found = calendar(code)
    trading = {row.Index: hours(row.Index, row, found.tz) for row in found.schedule.itertuples()}
    days = [(day, trading.get(day, CLOSED)) for day in pandas.date_range(first, last)]
    return first, last, found.tz, days


def regular(days):
    """The rule for a weekday with the fewest changes and exceptions: (since, hours) in order."""
    kinds = sorted({kind for _, kind in days})
    cost, back = {kind: 0 for kind in kinds}, []
    for _, kind in days:
        cheapest = min(kinds, key=lambda k: cost[k])
        came = {k: k if cost[k] <= cost[cheapest] + CHANGE else cheapest for k in kinds}
        cost = {k: min(cost[k], cost[cheapest] + CHANGE) + (k != kind) for k in kinds}
        back.append(came)
    kind = min(kinds, key=lambda k: cost[k])
    rule = []
    for (day, _), came in zip(reversed(days), reversed(back)):
        rule.append((day, kind))
        kind = came[kind]
    rule.reverse()
    return [next(group) for _, group in itertools.groupby(rule, key=lambda it: it[1])]


def rules(days):
    """{rule: weekdays}, and the rule of each weekday."""
    weekdays = [[it for it in days if it[0].isoweekday() == weekday] for weekday in range(1, 8)]
    return [regular(of) for of in weekdays]


def lines(code, name):
    first, last, zone, days = days_of(code)
    yield f"{code}|{zone}|{first.date()}|{last.date()}|{name}"
    found = rules(days)
    # A change holds from the Monday on or before, so that weekdays that change together share a line.
    monday = lambda day: max(first, day - pandas.Timedelta(days=day.weekday()))
    shared = {}
    for weekday, rule in enumerate(found, 1):
        for since, kind in rule:
            shared.setdefault((monday(since), kind), []).append(str(weekday))
    for (since, kind), weekdays in sorted(shared.items()):
        if not (since == first and kind == CLOSED):
            yield f"{''.join(weekdays)} {since.date()} {kind}"
    yield from exceptions(first, days, found)


def exceptions(first, days, found):
    """Days that differ from the rule, by what they are: how many days after the one before."""
    differing = {}
    for day, kind in days:
        rule = [it for since, it in found[day.isoweekday() - 1] if since <= day][-1]
        if kind != rule:
            differing.setdefault(kind, []).append((day - first).days)
    for kind, at in sorted(differing.items()):
        steps = [later - earlier for earlier, later in zip([0, *at], at)]
        yield f"! {kind} {' '.join(map(str, steps))}"


def data():
    version = importlib.metadata.version(PACKAGE)
    print(f"# Out of {PACKAGE} {version} (Apache-2.0) by scripts/calendars; do not edit.")
    known = names()
    for code in codes():
        for line in lines(code, known.get(code, code)):
            print(line)


def sessions():
    at = lambda instant: "" if pandas.isna(instant) else int(instant.timestamp())
    for code in codes():
        _, _, found = calendar(code)
        for row in found.schedule.itertuples():
            print(code, row.Index.date(), at(row.open), at(row.break_start), at(row.break_end), at(row.close), sep=",")


if __name__ == "__main__":
    {"data": data, "sessions": sessions}[sys.argv[1]]()
