"""What docs/recipes says is true: its programs run, and its settings find what they are to find."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import jinja2
import jsonpath_ng
import pytest
import yaml

from readers import document

RECIPES = Path(__file__).parents[2] / "docs/recipes"
HERE = "http://localhost:5000"
# What a program puts in place of its variables.
VARIABLES = {
    "{TICKER}": "AAPL",
    "${symbol:percentencode}": "AAPL",
    "${__from:date:YYYY-MM-DD}": "2025-01-02",
    "${__to:date:YYYY-MM-DD}": "2025-06-30",
}


def text(recipe):
    return (RECIPES / recipe).read_text()


def blocks(recipe, language):
    found = re.findall(rf"```{language}\n(.*?)```", text(recipe), re.S)
    assert found, f"{recipe} has nothing in {language}"
    return found


def address(service, written):
    for name, value in VARIABLES.items():
        written = written.replace(name, value)
    assert "{" not in written, f"nothing is put in place of a variable of {written}"
    return written.replace(HERE, service)


@pytest.mark.parametrize("program", blocks("data-frames.md", "python"))
def test_a_program_for_data_frames_runs(service, program):
    exec(program.replace(HERE, service), {})


def test_every_query_of_duckdb_has_rows(service, duck):
    for query in blocks("duckdb.md", "sql"):
        answer = duck.sql(query.replace(HERE, service))
        # What makes a table gives nothing.
        rows = duck.table("bars") if answer is None else answer
        assert rows.to_arrow_table().num_rows, query


def targets():
    for panel in json.loads(text("grafana-dashboard.json"))["panels"]:
        for target in panel["targets"]:
            yield pytest.param(target, id=f"{panel['id']} {panel['title']}")


@pytest.mark.parametrize("target", list(targets()))
def test_every_panel_of_the_dashboard_finds_its_columns(service, target):
    document(f"{service}/marketpulse/v1/quotes/AAPL")
    rows = document(address(service, target["url"]))[target["root_selector"]]
    assert rows
    for column in target["columns"]:
        cells = [row[column["selector"]] for row in rows]
        if column["type"] == "number":
            assert all(cell is None or isinstance(cell, (int, float)) for cell in cells), column


def test_the_paths_of_portfolio_performance_give_equally_many_values(service):
    table = dict(re.findall(r"^\| (Feed URL|Path to [^|]+?) \| `([^`]+)` \|$", text("portfolio-performance.md"), re.M))
    answer = document(address(service, table.pop("Feed URL")))
    found = {name: [match.value for match in jsonpath_ng.parse(path).find(answer)] for name, path in table.items()}
    assert len(found) == 5
    assert {len(values) for values in found.values()} == {len(answer["bars"])}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in found["Path to Date"])
    assert all(close > 0 for close in found["Path to Close"])


def shown(template, body):
    return jinja2.Template(template).render(value_json=body)


def test_the_sensor_of_home_assistant_has_a_price_or_is_not_available(service):
    [settings] = blocks("home-assistant.md", "yaml")
    [sensor] = yaml.safe_load(settings)["sensor"]
    body = document(address(service, sensor["resource"]))
    assert shown(sensor["availability"], body) == "True"
    [quote] = [match.value for match in jsonpath_ng.parse(sensor["json_attributes_path"]).find(body)]
    assert float(shown(sensor["value_template"], body)) == quote["price"]
    assert set(sensor["json_attributes"]) <= set(quote)
    assert quote["currency"] == sensor["unit_of_measurement"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{service}/marketpulse/v1/quotes/GONE")
    assert shown(sensor["availability"], json.load(refused.value)) == "False"
