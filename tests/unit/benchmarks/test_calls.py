"""The benchmark of AWS calls: it counts what the simulated pipeline does, and every call has a price."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.calls.counting import Kind, count
from benchmarks.calls.prices import CALLS
from benchmarks.outputs.corpus import write_parts
from tests.support.responses import two_field_form

IMAGE = Kind("image", 1, 1, is_image=True)
PDF = Kind("12 pages", 12, 3)


@pytest.mark.parametrize("kind", [IMAGE, PDF])
def test_every_call_that_a_document_makes_has_a_price(kind: Kind) -> None:
    assert {call for _, call in count(kind, 1).calls} <= CALLS.keys()


def test_a_part_of_a_response_is_a_call_and_a_page_is_none() -> None:
    assert count(Kind("more parts", 12, 12), 1).total == count(PDF, 1).total + 9
    assert count(Kind("more pages", 120, 3), 1).total == count(PDF, 1).total


def test_documents_that_come_together_share_calls() -> None:
    assert count(PDF, 5).total < count(PDF, 1).total


def test_a_document_makes_no_more_calls_than_it_did() -> None:
    assert count(IMAGE, 1).total <= 14
    assert count(Kind("10 pages", 10, 3), 1).total <= 31


def test_the_results_handler_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    write_parts(two_field_form()["Blocks"], 3, tmp_path / "3")
    command = [sys.executable, "-m", "benchmarks.calls.results_handler", str(tmp_path / "3")]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    figures = json.loads(ran.stdout)
    assert figures["cpu_s"] > 0
    assert figures["peak_mb"] > 0
