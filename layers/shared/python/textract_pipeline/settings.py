"""The settings that each function reads from its environment. No other module reads it.

The stack writes these variables; a test compares its template with the classes here, field by field.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar, get_type_hints


class SettingsError(Exception):
    """A required variable is missing or unreadable."""


_Settings = TypeVar("_Settings")


def from_environment(kind: Callable[..., _Settings], environment: Mapping[str, str] = os.environ) -> _Settings:
    """The settings of a class: each field from the variable with its name in capitals; types other than text are JSON.

    Raises SettingsError with the name of the wrong variable.
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
    """For s3proc. Features and queries are by key prefix; the longest prefix wins."""

    documents_table: str
    features: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]


class BackfillSettings(NamedTuple):
    """For s3batchproc: those of s3proc, and more."""

    documents_table: str
    features: Mapping[str, list[str]]
    queries: Mapping[str, list[str]]
    control_table: str


class StatusSettings(NamedTuple):
    """For statusproc. Prices are only those that differ from us-east-1."""

    backfills_table: str
    prices: Mapping[str, float]


class RouteSettings(NamedTuple):
    """For docproc."""

    documents_table: str
    sync_queue_url: str
    sync_backfill_queue_url: str
    async_queue_url: str
    async_backfill_queue_url: str
    start_jobs_function: str


class OutputSettings(NamedTuple):
    """For syncproc and jobresultsproc, which write the outputs. Prices are only those that differ from us-east-1."""

    documents_table: str
    output_table: str
    control_table: str
    max_receive_count: int
    max_documents_per_minute: float
    outputs: list[str]
    prices: Mapping[str, float]


class StartSettings(NamedTuple):
    """For asyncproc. A limit of 0 is unknown; the URLs of dead-letter queues are by the stage that uses them.

    The key encrypts what Textract writes; if there is none, S3's own key does.
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
    """For viewproc."""

    documents_table: str
    output_table: str
    views: list[str]
