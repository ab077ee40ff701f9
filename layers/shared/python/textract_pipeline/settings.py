"""What each function is told by its environment. No other module reads it.

The stack writes these variables; a test holds its template against the classes here, field by field.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar, get_type_hints


class SettingsError(Exception):
    """A variable that the function cannot do without is missing or unreadable."""


_Settings = TypeVar("_Settings")


def from_environment(kind: Callable[..., _Settings], environment: Mapping[str, str] = os.environ) -> _Settings:
    """The settings of a kind: each from the variable of its name in capitals; any other than text is read as JSON.

    Raises SettingsError naming the variable that is wrong.
    """
    return kind(**{name: _read(environment, name.upper(), its) for name, its in get_type_hints(kind).items()})


def _read(environment: Mapping[str, str], name: str, kind: object) -> object:
    try:
        text = environment[name]
        return text if kind is str else json.loads(text)
    except KeyError:
        raise SettingsError(f"The environment variable {name} is not set: deploy the stack again.") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"The environment variable {name} is not JSON: {error}.") from error


class RegisterSettings(NamedTuple):
    """Of s3proc. Features and queries are by key prefix; the longest prefix wins."""

    documents_table: str
    features: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]


class BackfillSettings(NamedTuple):
    """Of s3batchproc: those of s3proc, and more."""

    documents_table: str
    features: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]
    control_table: str


class StatusSettings(NamedTuple):
    """Of statusproc. Prices are those that are not as in us-east-1."""

    backfills_table: str
    prices: Mapping[str, float]


class RouteSettings(NamedTuple):
    """Of docproc."""

    documents_table: str
    sync_queue_url: str
    sync_backfill_queue_url: str
    async_queue_url: str
    async_backfill_queue_url: str
    start_jobs_function: str


class OutputSettings(NamedTuple):
    """Of syncproc and jobresultsproc, which write the outputs. Prices are those that are not as in us-east-1."""

    documents_table: str
    output_table: str
    control_table: str
    max_receive_count: int
    max_documents_per_minute: float
    outputs: list[str]
    prices: Mapping[str, float]


class StartSettings(NamedTuple):
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
    asks_service_quotas: bool
    output_key_arn: str
    dead_letter_queues: Mapping[str, list[str]]


class ViewSettings(NamedTuple):
    """Of viewproc."""

    documents_table: str
    output_table: str
    views: list[str]
