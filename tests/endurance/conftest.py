"""A local cloud of its own for what takes minutes, with an engine that reads nothing and answers at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from cli.target import local_target
from local.cloud import Cloud, LocalCloud
from local.environment import STATE_DIRECTORY
from tests.e2e.conftest import RunningPipeline, unchanged_environment


@dataclass(frozen=True, slots=True)
class InstantCloud:
    """The cloud, and the pipeline in it."""

    directory: Path
    cloud: Cloud
    pipeline: RunningPipeline

    def textract_log(self) -> str:
        """All that the local Textract has logged."""
        return (self.directory / "textract.log").read_text()

    def dead_letters(self) -> dict[str, int]:
        """How many messages are in each dead-letter queue that has any."""
        found = {}
        for name, url in self.cloud.outputs.items():
            if name.endswith("DLQUrl"):
                attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
                found[name] = int(attributes["Attributes"]["ApproximateNumberOfMessages"])
        return {name: count for name, count in found.items() if count}


@pytest.fixture(scope="session")
def instant_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstantCloud]:
    directory = STATE_DIRECTORY / "tests-endurance"
    local_cloud = LocalCloud(directory)
    with unchanged_environment():
        cloud = local_cloud.up(["--engine=instant"], print)
        try:
            yield InstantCloud(
                directory, cloud, RunningPipeline(local_target(cloud), tmp_path_factory.mktemp("uploads"))
            )
        finally:
            local_cloud.down(print)
