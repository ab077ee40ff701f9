"""The README tells of every setting what the code says of it."""

import json
from pathlib import Path

import pytest

from stacks.config import PipelineConfig, meaning

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PipelineConfig.model_fields)
def test_every_setting_is_in_the_readme_with_its_default_and_its_meaning(name: str) -> None:
    field = PipelineConfig.model_fields[name]
    assert f"| `{name}` | `{json.dumps(field.get_default())}` | {meaning(name)} |" in README
