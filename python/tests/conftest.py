"""The package as it was installed from its wheel, and a service that its own command starts on the simulator."""

import os
import re
import shutil
import subprocess
import sysconfig

import pytest

# The market stands still, so that two answers can be compared.
AT = "2026-03-04T15:30:00Z"


@pytest.fixture(scope="session")
def program():
    found = shutil.which("marketpulse", path=sysconfig.get_path("scripts"))
    assert found, "the wheel brings the command"
    return found


@pytest.fixture(scope="session", autouse=True)
def service(program, tmp_path_factory):
    """Its address. Whatever is asked in these tests is asked of it."""
    data = tmp_path_factory.mktemp("data")
    settings = {"APP_ENV": "development", "MARKETPULSE_LISTEN": "127.0.0.1:0", "MARKETPULSE_DATA_DIR": str(data)}
    serving = subprocess.Popen(
        [program, "serve", "--demo", "--at", AT], env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True
    )
    for line in serving.stderr:
        if found := re.search(r"serving (http://[^/\s\"]+)", line):
            os.environ["MARKETPULSE_URL"] = found[1]
            break
    else:
        pytest.fail("no service could be started")
    yield os.environ["MARKETPULSE_URL"]
    serving.terminate()
    serving.wait()
