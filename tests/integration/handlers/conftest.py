"""The environment of the functions, and their log."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest

from tests.integration.conftest import Cloud
from textract_pipeline import pipeline


@pytest.fixture(autouse=True)
def environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "TextractPipeline")
    for settings in (cloud.register, cloud.route, cloud.analyze, cloud.start, cloud.collect, cloud.status):
        for name, value in settings._asdict().items():
            monkeypatch.setenv(name.upper(), value if isinstance(value, str) else json.dumps(value))
    monkeypatch.setattr(pipeline, "wake_job_starter", lambda _settings: None)


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the functions have logged."""
    written = StringIO()
    handler: Any = pipeline.logger.registered_handler
    was, handler.stream = handler.stream, written  # setStream() flushes the old one, which an earlier run has closed
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.stream = was
