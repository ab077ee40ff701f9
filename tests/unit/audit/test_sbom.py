"""`make sbom` writes a file for each environment and each layer. The tool itself is in the audit environment."""

import tomllib
from pathlib import Path

import pytest

from audit import sbom


@pytest.mark.parametrize(
    ("lock", "name"), [("locks/deploy.txt", "deploy"), ("layers/rendering/requirements.lock", "layer-rendering")]
)
def test_a_bill_of_materials_is_named_after_what_is_installed(lock: str, name: str) -> None:
    assert sbom.sbom_name(Path(lock)) == name


def test_it_says_which_part_of_which_version_of_this_project_it_is_about() -> None:
    ours = tomllib.loads((sbom.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    project = tomllib.loads(sbom._main_component("layer-shared"))["project"]
    assert project == {"name": "textract-pipeline-layer-shared", "version": ours["version"]}
