"""Plans that are made without the command line."""

from collections.abc import Callable
from typing import Any

import pytest

from cli.backfill.planning.plan_file import Plan
from cli.backfill.planning.planner import make_plan
from cli.backfill.planning.source import find_source
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.conftest import BUCKET


@pytest.fixture
def planned(pipeline, told, tmp_path) -> Callable[..., Plan]:
    def of(source: str = BUCKET, **options: Any) -> Plan:
        return make_plan(TARGET, find_source(source), out=tmp_path / "plan.json", **options)

    return of
