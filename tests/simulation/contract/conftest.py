"""Each test runs with the services in memory, and with moto."""

from collections.abc import Iterator

import pytest
import time_machine
from moto import mock_aws

from tests.simulation.contract.services import Services, by_moto, in_memory


@pytest.fixture(params=["in memory", "moto"])
def services(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    if request.param == "in memory":
        yield in_memory()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock, mock_aws():
        yield by_moto(clock)
