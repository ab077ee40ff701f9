"""docs/local-textract.md keeps its word: its example runs, its table has every operation, its options are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.textract.api.service_model import load_model
from local.textract.command import textract

DOCUMENT = (Path(__file__).parents[3] / "docs/local-textract.md").read_text()


@pytest.mark.ocr
def test_the_example_of_a_test_suite_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    (tmp_path / "test_example.py").write_text(example)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_example.py"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_operation_is_in_the_table_once() -> None:
    rows = [line.split("|") for line in DOCUMENT.splitlines() if re.match(r"\| `[A-Z]\w+`", line)]
    named = [operation for row in rows for operation in re.findall(r"`(\w+)`", row[1])]
    assert sorted(named) == sorted(load_model().operation_names)
    assert {row[2].strip() for row in rows} == {"supported", "partial", "no"}


def test_every_option_that_is_named_exists_and_every_knob_is_named() -> None:
    options = {name for parameter in textract.params for name in [*parameter.opts, *parameter.secondary_opts]}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", DOCUMENT))
    assert named <= options
    assert options - named <= {"--region", "--cache", "--help"}
