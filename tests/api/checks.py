"""What this service promises beyond what schemathesis checks of any."""

import schemathesis

# Nobody was asked because the budget is spent; or the simulated upstream priced an invented
# currency, which the service refuses to read.
EXPECTED_REASONS = {"withheld", "unreadable"}


@schemathesis.check
def being_away_says_why_and_for_how_long(ctx, response, case):
    if response.status_code == 503:
        assert response.json()["reason"] in EXPECTED_REASONS, response.text
        assert int(response.headers["retry-after"][0]) > 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """A period beside dates is refused, as are two names of one parameter, and most questions
    that are made up have both."""
    if not (case.meta and case.meta.generation.mode.is_positive):
        return
    if {"from", "to"} & set(case.query):
        case.query.pop("period", None)
    if "as_of" in case.query:
        case.query.pop("known_at", None)


@schemathesis.hook
def filter_query(context, query):
    """In an address a number where texts belong is the same text, and as good: `symbols=7`."""
    lists = ("symbols", "fields", "indicators")
    return not any(isinstance((query or {}).get(name), (int, float)) for name in lists)
