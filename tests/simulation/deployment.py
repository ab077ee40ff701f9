"""The wiring and its numbers, read from the synthesized template: what is simulated is what is deployed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Properties = Mapping[str, Any]

PROJECT = Path(__file__).parents[2]

# Plain text for letters, so that both of Textract's APIs are called.
SETTINGS: dict[str, object] = {
    "features": {"": ["text", "forms", "tables"], "letters/": ["text"]},
    "outputs": ["text.txt", "document.md", "document.json", "forms.csv", "tables.csv"],  # not those that tell the time
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The resources' properties, by construct id if they have one. References to others are shown as their ids."""

    functions: Mapping[str, Properties]
    queues: Mapping[str, Properties]
    tables: Mapping[str, Properties]
    sources: Sequence[Properties]  # event source mappings
    subscriptions: Sequence[Properties]
    event_invocations: Sequence[Properties]
    schedules: Sequence[Properties]
    outputs: Mapping[str, str]
    uploads: Sequence[Properties]  # bucket notifications
    roles: Mapping[str, Sequence[Properties]]  # the statements of each
    policies: Mapping[str, Sequence[Properties]]  # the statements of those that resources have themselves
    keys: Mapping[str, str]  # that encrypt resources, by the resource
    template: Properties  # all of it, as CloudFormation gets it


def deployment(**settings: object) -> Deployment:
    """The deployment of the stacks as they are now; synthesized again only when they have changed.

    `settings` are those that are not as in SETTINGS.
    """
    settings = SETTINGS | settings
    names = PROJECT / "layers/shared/python/textract_pipeline/names.py"
    sources = [*sorted((PROJECT / "stacks").rglob("*.py")), names]
    read = [source.read_bytes() for source in [*sources, Path(__file__), PROJECT / "tests/infrastructure/conftest.py"]]
    version = sha256(b"".join([*read, json.dumps(settings).encode()])).hexdigest()[:16]
    kept = PROJECT / "build" / "simulation" / f"{version}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(_synthesized(settings))), encoding="utf-8")
    return Deployment(**json.loads(kept.read_text(encoding="utf-8")))


def _synthesized(settings: dict[str, object]) -> Deployment:
    from tests.infrastructure.conftest import Template  # has the CDK library find its Node

    # isort: split
    from aws_cdk import App

    from stacks.config import PipelineConfig
    from stacks.pipeline_stack import PipelineStack

    with TemporaryDirectory() as assembly:
        context: dict[str, object] = {"aws:cdk:bundling-stacks": [], "aws:cdk:enable-path-metadata": True}
        app = App(context=context, outdir=assembly)
        PipelineStack(app, PipelineConfig.from_context(settings))
        content = json.loads(json.dumps(app.synth().stacks[0].template))
        template = Template(content)
    return Deployment(
        functions=template.named("AWS::Lambda::Function"),
        queues=template.named("AWS::SQS::Queue"),
        tables=template.named("AWS::DynamoDB::Table"),
        sources=template.each("AWS::Lambda::EventSourceMapping"),
        subscriptions=template.each("AWS::SNS::Subscription"),
        event_invocations=template.each("AWS::Lambda::EventInvokeConfig"),
        schedules=[rule for rule in template.each("AWS::Events::Rule") if "ScheduleExpression" in rule],
        outputs=template.outputs,
        uploads=template.each("Custom::S3BucketNotifications"),
        roles={role: template.role_statements(role) for role in template.named("AWS::IAM::Role")},
        policies=template.resource_statements(),
        keys=template.encrypting_keys(),
        template=content,
    )
