"""yfinance's own tests of prices, actions and search, as its author publishes them, over the service. No line of them is
changed: `marketpulse run` leads them here. Upstreams are simulated.

    python tests/clients/own_tests.py FOLDER

FOLDER is where the source of yfinance lies. `own_tests.txt` lists the tests that cannot pass, each with the reason. The exit
status is 1 where another fails, or where one of those passes."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

from stage import SERVICE, service, upstream

FILES = "prices search lookup multi download_concurrency live market price_repair ticker".split()
# Symbols that its tests take for unknown.
UNKNOWN = ["ATVI", "TICKER_DOES_NOT_EXIST_XYZ", "DJI", "0Q3.DE"]
# The published source lacks what its tests import of each other.
CONTEXT = """import tempfile

import yfinance

yfinance.set_tz_cache_location(tempfile.mkdtemp())
session_gbl = None
"""


def main():
    folder = Path(sys.argv[1])
    cannot = reasons()
    (folder / "tests/__init__.py").touch()
    (folder / "tests/context.py").write_text(CONTEXT)
    with upstream(*UNKNOWN) as (address, _), service(address, MARKETPULSE_DOCUMENTS="True") as base, tempfile.TemporaryDirectory() as data:
        failed, passed = outcomes(folder, base, Path(data))
    for name in sorted(failed & cannot.keys()):
        print(f"cannot pass  {name}: {cannot[name]}")
    for name in sorted(failed - cannot.keys()):
        print(f"FAILED       {name}")
    for name in sorted(passed & cannot.keys()):
        print(f"PASSES       {name}, although it is listed as one that cannot")
    print(f"\n{len(passed)} tests of yfinance passed, {len(failed)} failed, of which {len(failed & cannot.keys())} cannot pass")
    sys.exit(1 if failed - cannot.keys() or passed & cannot.keys() or not passed else 0)


def reasons():
    """By test, why it cannot pass."""
    lines = Path(__file__).with_suffix(".txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def outcomes(folder, base, data):
    """The names of the tests that fail, and of those that pass."""
    report = data / "report.xml"
    tests = [f"tests/test_{name}.py" for name in FILES]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests]
    settings = {"MARKETPULSE_URL": base, "MARKETPULSE_DATA_DIR": str(data / "data"), "XDG_CACHE_HOME": str(data / "cache")}
    # What it prints is in the report as well.
    subprocess.run([SERVICE, "run", "--", *pytest], cwd=folder, env=os.environ | settings, stdout=subprocess.DEVNULL)
    failed, passed = set(), set()
    for case in xml.parse(report).iter("testcase"):
        name = f"{case.get('classname').removeprefix('tests.test_')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
        elif case.find("skipped") is None:
            passed.add(name)
    return failed, passed


if __name__ == "__main__":
    main()
