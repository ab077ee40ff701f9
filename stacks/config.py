"""The settings of the pipeline: "context" of `cdk.json`, where `cdk … -c name=value` does not say otherwise."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from textract_pipeline.names import SHORTEST_TIMEOUT_SECONDS, Feature, OutputName

# The CDK CLI's own context keys without a namespace; all its others have a ":" or a "/".
_CDK_KEYS = {"acknowledged-issue-numbers", "cli-telemetry"}

# Lambda allows a function 4 KB of environment (Lambda quotas, 2026-11); the rest is for names and ARNs.
_MAX_FEATURES_AND_QUERIES = 3000


class ConfigError(Exception):
    """A setting is wrong, or there is none of that name; the message has a line for each."""


def _from_json(value: object) -> object:
    """What `-c name=value` gives as text; text that is no JSON is left for the field to refuse."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


_Outputs = Annotated[list[OutputName], Field(min_length=1)]
_Features = Annotated[list[Feature], Field(min_length=1)]
# What Textract accepts in a question: ASCII (QueryInput of its service model, botocore 1.43.106).
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
    """The CloudFormation stack's name: letters, digits and hyphens, a letter first."""

    features: Annotated[dict[str, _Features], BeforeValidator(_from_json)] = {
        "": [Feature.TEXT, Feature.FORMS, Feature.TABLES]
    }
    """What to look for in a document, by the prefix of its key: {"": ["text"], "invoices/": ["text", "tables"]}. The
    longest prefix wins and "" is all other documents. Text alone calls the API that costs a fortieth."""

    queries: Annotated[dict[str, _Questions], BeforeValidator(_from_json)] = {}
    """The questions that the feature "queries" asks, by key prefix: {"": ["What is the total?"]}; up to 15 of up to
    200 characters each."""

    outputs: Annotated[_Outputs, BeforeValidator(_from_json)] = [
        OutputName.TEXT,
        OutputName.MARKDOWN,
        OutputName.FORMS,
        OutputName.TABLES,
        OutputName.QUERIES,
        OutputName.SUMMARY,
    ]
    """What is written beside a document: any of text.txt, document.md, document.json, forms.csv, tables.csv,
    queries.csv, summary.json, and page-files, a set of files for each page; and, a little later, by a function of
    their own: document.html, searchable.pdf, tables.xlsx. Tables, forms and queries only where they were looked for."""

    prices: Annotated[dict[Feature, _Price], BeforeValidator(_from_json)] = {}
    """What Textract takes for a page, in dollars, where that is not what it takes in us-east-1 for the first million
    pages a month: {"forms": 0.04}."""

    source_buckets: Annotated[list[_BucketName], BeforeValidator(_from_json)] = []
    """Other buckets of the same account and region whose documents may be backfilled: ["scans-2019"]. The outputs are
    written beside the documents."""

    sync_concurrency: _Concurrency = 5
    """How many images are analyzed at once."""

    sync_backfill_concurrency: _Concurrency = 2
    """How many images of a backfill are analyzed at once, beside those."""

    sync_batch_size: _BatchSize = 1
    """How many images syncproc is given in one invocation."""

    results_concurrency: _Concurrency = 10
    """How many finished jobs' results are collected at once."""

    results_batch_size: _BatchSize = 1
    """How many finished jobs jobresultsproc is given in one invocation."""

    route_batch_size: _UpToThousand = 100
    """How many new documents docproc is given in one invocation."""

    async_schedule_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    """How many minutes pass until waiting async jobs are looked for, if nothing else starts them."""

    start_jobs_per_second: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0
    """How many async jobs may be started a second, as Textract's quota for the account says. 0: it is found out."""

    max_concurrent_jobs: Annotated[int, Field(ge=0, le=100_000)] = 0
    """How many async jobs may run at once, to leave a part of the quota to others. 0: as many as Textract takes."""

    max_documents_per_minute: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0
    """How many documents may complete a minute, to protect those who use the outputs. 0: no limit."""

    syncproc_timeout_seconds: _Timeout = 60
    """syncproc's time limit in seconds."""

    asyncproc_timeout_seconds: _Timeout = 900
    """asyncproc's time limit in seconds."""

    jobresultsproc_timeout_seconds: _Timeout = 300
    """jobresultsproc's time limit in seconds."""

    syncproc_memory_mb: _Memory = 512
    """syncproc's memory in MB, and with it CPU."""

    jobresultsproc_memory_mb: _Memory = 1024
    """jobresultsproc's memory in MB, and with it CPU."""

    queue_retention_days: Annotated[int, Field(ge=1, le=13)] = 10
    """How many days a document may wait in a queue; must be less than dlq_retention_days."""

    dlq_retention_days: Annotated[int, Field(ge=2, le=14)] = 14
    """How many days a dead-letter queue keeps a message, counted from when it was first sent."""

    max_receive_count: _UpToThousand = 10
    """How often a message is tried before it goes to the dead-letter queue. Waiting for a quota does not count."""

    log_retention_days: Annotated[LogRetentionDays, BeforeValidator(_from_json)] = 30
    """How long logs are kept: a number of days that CloudWatch Logs offers, such as 7, 30 or 365."""

    encryption: Literal["aws", "customer"] = "aws"
    """Whose keys encrypt documents, outputs, queues, topics, tables and logs: aws has AWS keep them; customer has the
    stack make one KMS key of your account, whose use you can watch and end."""

    bucket_versioning: bool = True
    """Whether the buckets keep what is overwritten or deleted, as an older version, for 30 days: a document is then
    read as it was when it was registered, whatever comes after it."""

    document_retention_days: Annotated[int, Field(ge=0, le=36500)] = 0
    """After how many days the documents in DocumentsBucket, and their outputs, are deleted. 0: never."""

    access_logs: bool = False
    """Whether each request to a bucket is logged, in one more bucket, AccessLogsBucket, for log_retention_days."""

    vpc: bool = False
    """Whether the functions run in a VPC of their own without a way out, which reaches AWS through endpoints; those
    cost about $60 a month. Set start_jobs_per_second then, as Service Quotas is not reached."""

    availability_zones: Annotated[list[_Zone], BeforeValidator(_from_json)] = []
    """With vpc: the availability zones that it spans, such as ["us-east-1a", "us-east-1c"]. [] is the first two of the
    region. Each must have an endpoint of every service that the functions call; `aws ec2
    describe-vpc-endpoint-services` says which do."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much the functions log: DEBUG, INFO, WARNING or ERROR."""

    architecture: Architecture = "arm64"
    """What the functions run on: arm64 (cheaper) or x86_64; host is this machine, for the local cloud alone."""

    removal_policy: Literal["retain", "destroy"] = "retain"
    """What becomes of the buckets and tables when the stack is destroyed: retain keeps them; destroy deletes them with
    every document, output and record."""

    @property
    def written_at_once(self) -> list[OutputName]:
        """The outputs that are a part of the flow."""
        return [name for name in self.outputs if not name.is_view]

    @property
    def views(self) -> list[OutputName]:
        """The outputs that are made when a document has been announced."""
        return [name for name in self.outputs if name.is_view]

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """The settings in the app's context; raises ConfigError for wrong and unknown ones."""
        try:
            return cls.model_validate({key: value for key, value in context.items() if not _is_cdks(key)})
        except ValidationError as error:
            raise ConfigError("\n".join(map(_explanation, error.errors()))) from None

    @field_validator("features")
    @classmethod
    def _cover_every_key(cls, features: dict[str, list[Feature]]) -> dict[str, list[Feature]]:
        if "" not in features:
            raise PydanticCustomError("features", 'has no prefix "", which says what all other documents get')
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
            raise PydanticCustomError("zones", "availability_zones is set, and vpc is not: they are those of the VPC")
        if self.queue_retention_days >= self.dlq_retention_days:
            raise PydanticCustomError(
                "retention",
                f"queue_retention_days is {self.queue_retention_days}: must be less than dlq_retention_days,"
                f" which is {self.dlq_retention_days}",
            )
        return self


def meaning(name: str) -> str:
    """What a setting means, in a sentence or two, and its bounds, if it has any."""
    field = PipelineConfig.model_fields[name]
    text = " ".join((field.description or "").split())
    bounds = [str(getattr(each, side)) for side in ("ge", "le") for each in field.metadata if hasattr(each, side)]
    return f"{text} From {' to '.join(bounds)}." if bounds else text


def _is_cdks(key: str) -> bool:
    return ":" in key or "/" in key or key in _CDK_KEYS


def _explanation(error: ErrorDetails) -> str:
    """One line: the setting, its value, what is wrong, what may have been meant, and what is allowed."""
    if not error["loc"]:
        return f"{error['msg']}."
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{name} is no setting of this stack.{_suggestion(name, PipelineConfig.model_fields)}"
    wrong = re.sub(r"^\w+ should", "should", error["msg"]).replace("dictionary", "JSON object")
    choices = re.findall(r"'([^']+)'", error.get("ctx", {}).get("expected", ""))
    return f"{name} is {error['input']!r}: {wrong}.{_suggestion(error['input'], choices)} ({meaning(name)})"


def _suggestion(word: object, choices: Iterable[str]) -> str:
    close = get_close_matches(str(word), choices, n=1)
    return f" Did you mean {close[0]}?" if close else ""
