"""What the settings accept, and the error messages for everything else."""

import json
import os
import subprocess
import sys

import pytest

from stacks.config import ConfigError, PipelineConfig
from tests.infrastructure.conftest import PROJECT

CDK_JSON = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))


def test_cdk_json_shows_every_setting_with_its_default() -> None:
    shown = {name: value for name, value in CDK_JSON["context"].items() if not name.startswith("@aws-cdk/")}
    assert shown == PipelineConfig().model_dump(mode="json")


def test_every_setting_says_what_it_is() -> None:
    fields = PipelineConfig.model_fields
    assert [name for name, field in fields.items() if not (field.description or "").endswith(".")] == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sync_concurrency", "20", 20),
        ("features", '{"": ["text"], "forms/": ["forms"]}', {"": ["text"], "forms/": ["forms"]}),
        ("log_retention_days", "365", 365),
        ("architecture", "x86_64", "x86_64"),
        ("stack_name", "Invoices", "Invoices"),
    ],
)
def test_a_setting_on_the_command_line_is_text_and_is_read_as_what_it_is(name: str, text: str, value: object) -> None:
    assert getattr(PipelineConfig.from_context({name: text}), name) == value


@pytest.mark.parametrize(
    "key",
    ["@aws-cdk/core:checkSecretUsage", "aws:cdk:bundling-stacks", "availability-zones:account=1", "cli-telemetry"],
)
def test_what_cdk_keeps_in_the_context_is_no_setting(key: str) -> None:
    assert PipelineConfig.from_context({key: True}) == PipelineConfig()


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"sync_concurency": 3}, ["sync_concurency is not a setting", "Did you mean sync_concurrency?"]),
        ({"sync-concurrency": 3}, ["sync-concurrency is not a setting", "Did you mean sync_concurrency?"]),
        ({"sync_concurrency": "1"}, ["sync_concurrency is '1'", "2 to 1000"]),
        ({"sync_batch_size": "many"}, ["sync_batch_size is 'many'", "1 to 10"]),
        ({"architecture": "arm"}, ["architecture is 'arm'", "'arm64', 'x86_64' or 'host'", "Did you mean arm64?"]),
        ({"removal_policy": "retian"}, ["removal_policy is 'retian'", "Did you mean retain?"]),
        ({"log_retention_days": "31"}, ["log_retention_days is 31", "30, 60"]),
        ({"stack_name": "my stack"}, ["stack_name is 'my stack'", "letters, digits, and hyphens"]),
        ({"features": "text"}, ["features is 'text'", "should be a valid JSON object"]),
        ({"features": '{"": ["tabels"]}'}, ["features is 'tabels'", "Did you mean tables?"]),
        ({"features": '{"a/": ["text"]}'}, ["features is", 'has no prefix ""']),
        ({"features": '{"": ["queries"]}'}, ['queries has no questions for features prefix ""']),
        ({"queries": json.dumps({"": ["Who?"] * 16})}, ["queries is", "at most 15", "Up to 15"]),
        ({"queries": json.dumps({f"{n}/": ["x" * 200] for n in range(20)})}, ["features and queries", "3000"]),
        ({"prices": '{"forms": NaN}'}, ["prices is nan", "finite number"]),
        ({"prices": '{"forms": Infinity}'}, ["prices is inf", "finite number"]),
        ({"prices": '{"forms": -0.01}'}, ["prices is -0.01", "greater than or equal to 0"]),
        ({"start_jobs_per_second": "nan"}, ["start_jobs_per_second is 'nan'", "finite number"]),
        ({"start_jobs_per_second": float("inf")}, ["start_jobs_per_second is inf", "finite number"]),
        ({"max_documents_per_minute": "NaN"}, ["max_documents_per_minute is 'NaN'", "finite number"]),
        ({"max_documents_per_minute": "-1"}, ["max_documents_per_minute is '-1'", "0 to 100000"]),
        ({"queue_retention_days": 13, "dlq_retention_days": 13}, ["queue_retention_days is 13", "less than dlq"]),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(context: dict[str, object], said: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        PipelineConfig.from_context(context)
    message = str(refused.value)
    assert [words for words in said if words not in message] == []
    assert "\n" not in message


def test_each_wrong_setting_has_a_line() -> None:
    with pytest.raises(ConfigError) as refused:
        PipelineConfig.from_context({"log_level": "loud", "sync_batch_size": 11})
    assert [line.split()[0] for line in str(refused.value).splitlines()] == ["sync_batch_size", "log_level"]


def test_questions_for_a_shorter_prefix_are_enough() -> None:
    context = {"features": {"": ["text"], "invoices/2026/": ["queries"]}, "queries": {"invoices/": ["Total?"]}}
    assert PipelineConfig.from_context(context).queries == {"invoices/": ["Total?"]}


def test_the_app_ends_with_the_message_and_nothing_else() -> None:
    environment = os.environ | {"CDK_CONTEXT_JSON": '{"removal_policy": "retian"}'}
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("removal_policy is 'retian'")
    assert ended.stderr.count("\n") == 1


def test_a_question_that_textract_would_refuse_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="queries is"):
        PipelineConfig.from_context({"queries": {"": ["Wie hoch ist die Prämie?"]}})
