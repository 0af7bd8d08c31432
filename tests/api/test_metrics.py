"""What /metrics tells is what Prometheus reads, and what the alerts and the dashboard ask for is there.

Prometheus's own promtool judges both. It comes out of Debian's package, which is not installed: that would start a server."""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from conftest import TARGET

GRAFANA = Path(__file__).parents[2] / "docs/grafana"
# What is told only once there is something to tell.
LATER = {"marketpulse_upstream_stream_live", "marketpulse_upstream_last_success_timestamp_seconds"}
# What Prometheus tells itself.
OF_PROMETHEUS = {"up"}


@pytest.fixture(scope="module")
def promtool():
    if found := shutil.which("promtool"):
        return found
    folder = TARGET / "promtool"
    tool = folder / "usr/bin/promtool"
    if not tool.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not shutil.which("apt-get"):
            pytest.skip("promtool is not here, and neither is Debian's package of it")
        subprocess.run(["apt-get", "download", "--quiet", "prometheus"], cwd=folder, check=True)
        [package] = folder.glob("prometheus_*.deb")
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
    return tool


@pytest.fixture(scope="module")
def told(service):
    for path in ["latest", "history", "v1/quotes/AAPL", "v1/bars/AAPL?period=1mo", "v1/nothing"]:
        try:
            urllib.request.urlopen(f"{service}/marketpulse/{path}").close()
        except urllib.error.HTTPError as refused:
            assert refused.code == 404
    with urllib.request.urlopen(f"{service}/metrics") as answer:
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return answer.read().decode()


def run(tool, *arguments, given=None):
    outcome = subprocess.run([tool, *arguments], input=given, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_prometheus_finds_nothing_amiss_with_the_figures(promtool, told):
    run(promtool, "check", "metrics", given=told)


def test_the_alerts_can_be_read_and_come_when_they_should(promtool):
    run(promtool, "check", "rules", GRAFANA / "alerts.yml")
    run(promtool, "test", "rules", GRAFANA / "alerts_test.yml")


def expressions():
    """Those of the alerts and of the dashboard, with its variable in place."""
    for rule in yaml.safe_load((GRAFANA / "alerts.yml").read_text())["groups"][0]["rules"]:
        yield rule["alert"], rule["expr"]
    for panel in json.loads((GRAFANA / "dashboard.json").read_text())["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$instance", ".*")


def test_every_query_of_the_dashboard_can_be_read(promtool, tmp_path):
    rules = [{"record": "asked", "expr": expr, "labels": {"n": str(n)}} for n, (_, expr) in enumerate(expressions())]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    run(promtool, "check", "rules", file)


def test_every_figure_that_is_asked_for_is_told(told):
    names = {line.split(" ")[2] for line in told.splitlines() if line.startswith("# TYPE")}
    for name in names.copy():
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    for title, expr in expressions():
        asked = re.findall(r"\b(up|(?:marketpulse|process)_\w+)\b(?=[{\[ )]|$)", re.sub(r'"[^"]*"', "", expr))
        assert asked, f"{title} asks for nothing"
        missing = set(asked) - names - LATER - OF_PROMETHEUS
        assert not missing, f"{title} asks for {missing}"


def test_every_alert_is_explained():
    text = (GRAFANA.parent / "operations.md").read_text()
    for rule in yaml.safe_load((GRAFANA / "alerts.yml").read_text())["groups"][0]["rules"]:
        assert f"| `{rule['alert']}` |" in text
