"""The template with the names and ARNs that its resources would have, and the policies by what they are of."""

from collections.abc import Mapping
from typing import Any

from tests.infrastructure.conftest import POLICIES_OF_RESOURCES, Template, as_list

STACK, REGION, ACCOUNT = "TextractPipeline", "us-east-1", "123456789012"
_HERE = f"{REGION}:{ACCOUNT}"
_PSEUDO_PARAMETERS = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS = {
    "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:{_HERE}:alarm:",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/",
    "AWS::Events::Rule": f"arn:aws:events:{_HERE}:rule/",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/",
    "AWS::KMS::Key": f"arn:aws:kms:{_HERE}:key/",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HERE}:function:",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:",
    "AWS::S3::Bucket": "arn:aws:s3:::",
    "AWS::SNS::Topic": f"arn:aws:sns:{_HERE}:",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HERE}:",
}
_STREAM = "/stream/2026-01-01T00:00:00.000"
Policy = dict[str, Any]


class Deployed(Template):
    """References read as CloudFormation gives them: names, URLs, and ARNs."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._kinds = {name: resource["Type"] for name, resource in content["Resources"].items()}
        super().__init__(content)
        named = [name for name, kind in self._kinds.items() if kind in _ARNS]
        self.arns = {self._ids[name]: self.arn_of(name) for name in named}
        assert len(self.arns) == len(named), "construct ids that differ"
        self._by_reference = {self._ref(name): self.arn_of(name) for name in named}

    def arn_of(self, logical_id: str) -> str:
        """The ARN of a resource."""
        return _ARNS[self._kinds[logical_id]] + self._name(logical_id)

    def arn(self, resource: str) -> str:
        """The ARN of what a need is done on, which names it by construct ids."""
        if resource == "*" or resource.startswith("arn:"):
            return self.told(resource)
        name, slash, rest = resource.partition("/")
        stream = _STREAM if name.endswith(".Stream") else ""
        arn = self.arns[name.removesuffix(".Stream")]
        if ":log-group:" in arn:
            return f"{arn}:log-stream:2026/11/01/[$LATEST]0123"
        return f"{arn}{stream}{slash}{rest}"

    def told(self, text: str) -> str:
        """The value of a condition key, in which construct ids and CloudFormation's own parameters are resolved."""
        for parameter, value in _PSEUDO_PARAMETERS.items():
            text = text.replace(parameter, value)
        return text

    def identity_policies(self, role: str) -> list[Policy]:
        """The policies of a role, by its construct id."""
        name = self.arns[role].rpartition("/")[2]
        found = [policy for policy in self.each("AWS::IAM::Policy") if name in policy["Roles"]]
        return [{"name": policy["PolicyName"], "policy": policy["PolicyDocument"]} for policy in found]

    def resource_policies(self) -> dict[str, Policy]:
        """The policies of resources, and the trust policies of roles, by the ARN of what they are of."""
        policies = {self.arns[name]: each["KeyPolicy"] for name, each in self.named("AWS::KMS::Key").items()}
        for name, each in self.named("AWS::IAM::Role").items():
            policies[self.arns[name]] = each["AssumeRolePolicyDocument"]
        for kind, attached_to in POLICIES_OF_RESOURCES.items():
            for each in self.each(kind):
                of = [self._by_reference[reference] for reference in as_list(each[attached_to])]
                policies |= dict.fromkeys(of, each["PolicyDocument"])
        for each in self.each("AWS::Lambda::Permission"):
            policy = policies.setdefault(each["FunctionName"], {"Version": "2012-10-17", "Statement": []})
            policy["Statement"].append(_permission(each))
        return policies

    def _ref(self, name: str) -> str:
        kind = self._kinds.get(name)
        if kind is None:
            return _PSEUDO_PARAMETERS.get(name, name)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self._name(name)}"
        return self.arn_of(name) if kind == "AWS::SNS::Topic" else self._name(name)

    def _attribute(self, name: str, attribute: str) -> str:
        if attribute == "StreamArn":
            return self.arn_of(name) + _STREAM
        if attribute == "Arn" and self._kinds[name] in _ARNS:
            # CloudFormation's ARN of a log group ends so: of it and of its streams.
            return self.arn_of(name) + (":*" if self._kinds[name] == "AWS::Logs::LogGroup" else "")
        return self._name(name) if attribute.endswith("Name") else f"{self._name(name)}.{attribute}"

    def _name(self, logical_id: str) -> str:
        name = f"{STACK}-{self._ids[logical_id]}"
        return name.lower() if self._kinds[logical_id] == "AWS::S3::Bucket" else name


def _permission(properties: dict[str, Any]) -> dict[str, Any]:
    """The statement that Lambda makes of a permission (Lambda API Reference, "AddPermission", 2026-11)."""
    condition: dict[str, Any] = {"ArnLike": {"AWS:SourceArn": properties["SourceArn"]}}
    if "SourceAccount" in properties:
        condition["StringEquals"] = {"AWS:SourceAccount": properties["SourceAccount"]}
    return {
        "Effect": "Allow",
        "Principal": {"Service": properties["Principal"]},
        "Action": properties["Action"],
        "Resource": properties["FunctionName"],
        "Condition": condition,
    }
