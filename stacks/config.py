"""The settings of the pipeline: "context" in `cdk.json`, unless `cdk … -c name=value` overrides it."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from textract_pipeline.names import SHORTEST_TIMEOUT_SECONDS, Feature, OutputName

# The CDK CLI's own context keys that have no namespace; all its others contain a ":" or a "/".
_CDK_KEYS = {"acknowledged-issue-numbers", "cli-telemetry"}

# Lambda allows a function 4 KB of environment variables (Lambda quotas, 2026-11); the rest is for names and ARNs.
_MAX_FEATURES_AND_QUERIES = 3000


class ConfigError(Exception):
    """A setting is wrong or does not exist; the message has one line for each."""


def _from_json(value: object) -> object:
    """The value that `-c name=value` gives as text; the field rejects text that is not JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


_Outputs = Annotated[list[OutputName], Field(min_length=1)]
_Features = Annotated[list[Feature], Field(min_length=1)]
# Textract accepts only ASCII in a question (QueryInput of its service model, botocore 1.43.106).
_Question = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\t\n\v\f\r !-~]+$")]
_Questions = Annotated[list[_Question], Field(min_length=1, max_length=15)]
_Concurrency = Annotated[int, Field(ge=2, le=1000)]
_BatchSize = Annotated[int, Field(ge=1, le=10)]
_Timeout = Annotated[int, Field(ge=SHORTEST_TIMEOUT_SECONDS, le=900)]
_Memory = Annotated[int, Field(ge=256, le=10240)]
_Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
_Zone = Annotated[str, Field(pattern=r"^[a-z]{2,}(-[a-z0-9]+)+-[0-9][a-z]$")]
_UpToThousand = Annotated[int, Field(ge=1, le=1000)]
Architecture = Literal["arm64", "x86_64", "host"]
LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]  # fmt: skip


class PipelineConfig(BaseModel):
    """Every setting, with its default. Immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    stack_name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,99}$")] = "TextractPipeline"
    """The name of the CloudFormation stack: letters, digits, and hyphens, starting with a letter."""

    features: Annotated[dict[str, _Features], BeforeValidator(_from_json)] = {
        "": [Feature.TEXT, Feature.FORMS, Feature.TABLES]
    }
    """What to look for in a document, by key prefix: {"": ["text"], "invoices/": ["text", "tables"]}. The longest
    matching prefix is used; "" is for all other documents. Looking only for text costs about one fortieth as
    much as the default."""

    queries: Annotated[dict[str, _Questions], BeforeValidator(_from_json)] = {}
    """The questions for the feature "queries", by key prefix: {"": ["What is the total?"]}. Up to 15 per prefix, of up
    to 200 ASCII characters each. Every page is asked. Write single quotes: Textract has been reported to refuse double
    quotes."""

    outputs: Annotated[_Outputs, BeforeValidator(_from_json)] = [
        OutputName.TEXT,
        OutputName.MARKDOWN,
        OutputName.FORMS,
        OutputName.TABLES,
        OutputName.QUERIES,
        OutputName.SUMMARY,
    ]
    """What is written next to a document: any of text.txt, document.md, document.json, forms.csv, tables.csv,
    queries.csv, summary.json, and page-files (one set of files per page). A separate function makes document.html,
    searchable.pdf, and tables.xlsx a little later. Forms, tables, and queries are written only if looked for."""

    prices: Annotated[dict[Feature, _Price], BeforeValidator(_from_json)] = {}
    """What Textract charges per page, in dollars, if that is not the us-east-1 price for the first million pages a
    month: {"forms": 0.04}."""

    source_buckets: Annotated[list[_BucketName], BeforeValidator(_from_json)] = []
    """Other buckets in the same account and region whose documents may be backfilled: ["scans-2019"]. The outputs are
    written next to the documents."""

    sync_concurrency: _Concurrency = 5
    """The maximum number of images analyzed at the same time."""

    sync_backfill_concurrency: _Concurrency = 2
    """The maximum number of backfill images analyzed at the same time, in addition to sync_concurrency."""

    sync_batch_size: _BatchSize = 1
    """The maximum number of images per invocation of syncproc."""

    results_concurrency: _Concurrency = 10
    """The maximum number of finished jobs whose results are collected at the same time."""

    results_batch_size: _BatchSize = 1
    """The maximum number of finished jobs per invocation of jobresultsproc."""

    route_batch_size: _UpToThousand = 100
    """The maximum number of new documents per invocation of docproc."""

    async_schedule_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    """How often, in minutes, asyncproc looks for waiting jobs and lost documents."""

    start_jobs_per_second: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0
    """How many async jobs may be started per second: your account's Textract quota. 0: the pipeline determines it."""

    max_concurrent_jobs: Annotated[int, Field(ge=0, le=100_000)] = 0
    """How many async jobs may run at the same time, to leave part of the quota to others. 0: as many as Textract
    allows."""

    max_documents_per_minute: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0
    """How many documents may complete per minute, to protect the systems that use the outputs. 0: no limit."""

    syncproc_timeout_seconds: _Timeout = 60
    """The time limit of syncproc, in seconds. Textract answers for an image within seconds."""

    asyncproc_timeout_seconds: _Timeout = 900
    """The time limit of asyncproc, in seconds. By default Lambda's own limit: one invocation starts jobs for as long as
    there is room for them."""

    jobresultsproc_timeout_seconds: _Timeout = 300
    """The time limit of jobresultsproc, in seconds. A document with more pages than it can read in that time
    is continued by the next invocation."""

    syncproc_memory_mb: _Memory = 512
    """The memory of syncproc, in MB. More memory also means more CPU."""

    jobresultsproc_memory_mb: _Memory = 1024
    """The memory of jobresultsproc, in MB. More memory also means more CPU."""

    queue_retention_days: Annotated[int, Field(ge=1, le=13)] = 10
    """How many days a document may wait in a queue; must be less than dlq_retention_days."""

    dlq_retention_days: Annotated[int, Field(ge=2, le=14)] = 14
    """How many days a dead-letter queue keeps a message, counted from when the message was first sent."""

    max_receive_count: _UpToThousand = 10
    """How many times a message is tried before it goes to the dead-letter queue. Waiting for a quota does not count."""

    log_retention_days: Annotated[LogRetentionDays, BeforeValidator(_from_json)] = 30
    """How many days logs are kept: a value that CloudWatch Logs offers, such as 7, 30, or 365."""

    encryption: Literal["aws", "customer"] = "aws"
    """Whose keys encrypt documents, outputs, queues, topics, tables, and logs. aws: AWS's own. customer: one KMS key
    that the stack creates in your account; you can monitor its use and disable it."""

    bucket_versioning: bool = True
    """Whether the buckets keep overwritten and deleted objects as older versions for 30 days. A document is then read
    as it was when it was registered, even if it is overwritten later."""

    document_retention_days: Annotated[int, Field(ge=0, le=36500)] = 0
    """After how many days the documents in DocumentsBucket and their outputs are deleted. 0: never."""

    access_logs: bool = False
    """Whether requests to the buckets are logged, in another bucket, AccessLogsBucket, for log_retention_days."""

    vpc: bool = False
    """Whether the functions run in their own VPC, with no route to the internet. They reach AWS through endpoints,
    which cost about $60 a month. Set start_jobs_per_second too, because Service Quotas cannot be reached."""

    availability_zones: Annotated[list[_Zone], BeforeValidator(_from_json)] = []
    """With vpc: the availability zones of the VPC, such as ["us-east-1a", "us-east-1c"]. []: the first two of the
    region. Each must have an endpoint for every service that the functions call; `aws ec2
    describe-vpc-endpoint-services` shows which zones do."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much the functions log: DEBUG, INFO, WARNING, or ERROR."""

    architecture: Architecture = "arm64"
    """The functions' processor: arm64 (cheaper) or x86_64. host: that of this machine, only for the local cloud."""

    removal_policy: Literal["retain", "destroy"] = "retain"
    """What happens to the buckets and tables when the stack is destroyed. retain: they are kept. destroy: they are
    deleted, with every document, output, and record."""

    @property
    def written_at_once(self) -> list[OutputName]:
        """The outputs that are written as part of the flow."""
        return [name for name in self.outputs if not name.is_view]

    @property
    def views(self) -> list[OutputName]:
        """The outputs that are made after a document has been announced."""
        return [name for name in self.outputs if name.is_view]

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """The settings in the app's context. Raises ConfigError if any is wrong or unknown."""
        try:
            return cls.model_validate({key: value for key, value in context.items() if not _is_cdks(key)})
        except ValidationError as error:
            raise ConfigError("\n".join(map(_explanation, error.errors()))) from None

    @field_validator("features")
    @classmethod
    def _cover_every_key(cls, features: dict[str, list[Feature]]) -> dict[str, list[Feature]]:
        if "" not in features:
            raise PydanticCustomError("features", 'has no prefix "", which is for all other documents')
        return features

    @model_validator(mode="after")
    def _agree(self) -> Self:
        for prefix, features in self.features.items():
            if Feature.QUERIES in features and not any(prefix.startswith(asked) for asked in self.queries):
                raise PydanticCustomError("queries", f'queries has no questions for features prefix "{prefix}"')
        if len(json.dumps([self.features, self.queries])) > _MAX_FEATURES_AND_QUERIES:
            raise PydanticCustomError(
                "size", f"features and queries together exceed {_MAX_FEATURES_AND_QUERIES} characters of JSON"
            )
        if self.availability_zones and not self.vpc:
            raise PydanticCustomError("zones", "availability_zones is set, but vpc is not: set both, or neither")
        if self.queue_retention_days >= self.dlq_retention_days:
            raise PydanticCustomError(
                "retention",
                f"queue_retention_days is {self.queue_retention_days}: must be less than dlq_retention_days,"
                f" which is {self.dlq_retention_days}",
            )
        return self


def meaning(name: str) -> str:
    """What a setting means, in one to three sentences, and its bounds, if it has any."""
    field = PipelineConfig.model_fields[name]
    text = " ".join((field.description or "").split())
    bounds = [str(getattr(each, side)) for side in ("ge", "le") for each in field.metadata if hasattr(each, side)]
    return f"{text} From {' to '.join(bounds)}." if bounds else text


def _is_cdks(key: str) -> bool:
    return ":" in key or "/" in key or key in _CDK_KEYS


def _explanation(error: ErrorDetails) -> str:
    """One line: the setting, its value, what is wrong, what was probably meant, and what is allowed."""
    if not error["loc"]:
        return f"{error['msg']}."
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{name} is not a setting of this stack.{_suggestion(name, PipelineConfig.model_fields)}"
    wrong = re.sub(r"^\w+ should", "should", error["msg"]).replace("dictionary", "JSON object")
    choices = re.findall(r"'([^']+)'", error.get("ctx", {}).get("expected", ""))
    return f"{name} is {error['input']!r}: {wrong}.{_suggestion(error['input'], choices)} ({meaning(name)})"


def _suggestion(word: object, choices: Iterable[str]) -> str:
    close = get_close_matches(str(word), choices, n=1)
    return f" Did you mean {close[0]}?" if close else ""
