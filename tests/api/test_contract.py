"""The service keeps to its OpenAPI document, whatever it is asked."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# How many questions are made up for each operation, beside those that its parameters' limits suggest.
QUESTIONS = os.environ.get("API_QUESTIONS", "10")


def test_every_answer_is_in_the_document(service, tmp_path):
    command = [Path(sys.executable).with_name("schemathesis")]
    command += ["--config-file", HERE / "schemathesis.toml", "--no-color"]
    command += ["run", f"{service}/marketpulse/openapi.json", "--max-examples", QUESTIONS]
    if seed := os.environ.get("API_SEED"):
        command += ["--seed", seed]
    # It leaves its notes where it runs.
    run = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(HERE)})
    assert run.returncode == 0, "what it found is told above"
