"""What each function is told by its environment. No other module reads it.

The stack writes these variables; a test holds its template against the classes here, field by field.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


class SettingsError(Exception):
    """A variable that the function cannot do without is missing or unreadable."""


@dataclass(frozen=True, slots=True)
class _Settings:
    """Fields are read from the variables of the same name in capitals; any other than text is read as JSON."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; raises SettingsError naming the variable that is wrong."""
        return cls(**{field.name: _read(environment, field.name.upper(), field.type) for field in fields(cls)})


def _read(environment: Mapping[str, str], name: str, kind: object) -> object:
    try:
        text = environment[name]
        return text if kind is str else json.loads(text)
    except KeyError:
        raise SettingsError(f"The environment variable {name} is not set: deploy the stack again.") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"The environment variable {name} is not JSON: {error}.") from error


@dataclass(frozen=True, slots=True)
class RegisterSettings(_Settings):
    """Of s3proc. Features and queries are by key prefix; the longest prefix wins."""

    documents_table: str
    features: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class BackfillSettings(RegisterSettings):
    """Of s3batchproc."""

    control_table: str


@dataclass(frozen=True, slots=True)
class StatusSettings(_Settings):
    """Of statusproc. Prices are those that are not as in us-east-1."""

    backfills_table: str
    prices: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RouteSettings(_Settings):
    """Of docproc."""

    documents_table: str
    sync_queue_url: str
    sync_backfill_queue_url: str
    async_queue_url: str
    async_backfill_queue_url: str
    start_jobs_function: str


@dataclass(frozen=True, slots=True)
class OutputSettings(_Settings):
    """Of syncproc and jobresultsproc, which write the outputs. Prices are those that are not as in us-east-1."""

    documents_table: str
    output_table: str
    control_table: str
    max_receive_count: int
    max_documents_per_minute: float
    outputs: list[str]
    prices: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StartSettings(_Settings):
    """Of asyncproc. A limit of 0 is not known; dead-letter queues' URLs are by the stage that gave messages up.

    The key encrypts what Textract writes; none is S3's own.
    """

    documents_table: str
    control_table: str
    async_queue_url: str
    async_backfill_queue_url: str
    job_completion_topic_arn: str
    textract_role_arn: str
    job_results_queue_url: str
    start_jobs_per_second: float
    max_concurrent_jobs: int
    max_receive_count: int
    queue_retention_days: int
    output_key_arn: str
    dead_letter_queues: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class ViewSettings(_Settings):
    """Of viewproc."""

    documents_table: str
    output_table: str
    views: list[str]
