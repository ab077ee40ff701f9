"""A plan is saved in a file, and read back from it."""

import pytest

from cli.backfill.manifest import ManifestError
from cli.backfill.planning.plan_file import Plan
from tests.unit.cli.backfill.sources import pdf, put


def test_a_plan_is_read_back_from_its_file(planned, tmp_path):
    put("a.pdf", pdf(1))
    plan = planned()
    assert Plan.load(tmp_path / "plan.json") == plan


def test_a_plan_may_be_moved_with_its_list(planned, tmp_path):
    put("a.pdf", pdf(1))
    planned()
    elsewhere = tmp_path / "elsewhere" / "mine.json"
    elsewhere.parent.mkdir()
    (tmp_path / "plan.json").rename(elsewhere)
    assert Plan.load(elsewhere).rows_path == elsewhere.with_name("plan.csv")


@pytest.mark.parametrize("content", [None, "", "{}", "not JSON", '{"source": 1}'])
def test_a_file_that_is_no_plan_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ManifestError, match="is not a backfill plan"):
        Plan.load(path)
