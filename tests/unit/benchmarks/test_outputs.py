"""The benchmark of the outputs: its responses have the stated length, and its figures are complete."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.outputs.corpus import BLOCKS_A_PART, write_parts
from benchmarks.outputs.measuring import Parts
from tests.support.responses import two_field_form
from textract_pipeline.response.parser import read_pages


def test_a_page_is_repeated_with_ids_of_its_own(tmp_path: Path) -> None:
    page = two_field_form()["Blocks"]
    write_parts(page, 200, tmp_path / "200")
    parts = [part["Blocks"] for part in Parts(tmp_path / "200")]
    blocks = [block for part in parts for block in part]
    assert {len(part) for part in parts[:-1]} == {BLOCKS_A_PART}
    assert len({block["Id"] for block in blocks}) == len(blocks) == 200 * len(page)
    pages = list(read_pages(blocks))
    assert [found.number for found in pages] == list(range(1, 201))
    assert all([field.value for field in found.fields] == ["Ada", ""] for found in pages)


def test_a_process_measures_itself(tmp_path: Path) -> None:
    write_parts(two_field_form()["Blocks"], 2, tmp_path / "2")
    command = [sys.executable, "-m", "benchmarks.outputs.ours", str(tmp_path / "2")]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    figures = json.loads(ran.stdout)
    assert figures.keys() == {"cpu_s", "json_s", "peak_mb"}
    assert figures["peak_mb"] > 0
