"""What services do on their own behalf, from how the template connects them: principal, action, resource, source."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.infrastructure.conftest import as_list
from tests.simulation.other_engine.template import ACCOUNT, REGION, Deployed

ANOTHER = "210987654321"
_LOGS = f"logs.{REGION}.amazonaws.com"
_OF_LOGS = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey")
_SENDING = ("kms:Decrypt", "kms:GenerateDataKey")
# Who assumes a role, where it is not Lambda; the source is the resource that AWS names when it does.
_TEXTRACT_JOB = f"arn:aws:textract:{REGION}:{ACCOUNT}:/document-analysis/job"
_FLOW_LOG = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-flow-log/fl-0123"
_ASSUMED_BY = {
    "TextractServiceRole": ("textract.amazonaws.com", _TEXTRACT_JOB),
    "S3BatchOperationsRole": ("batchoperations.s3.amazonaws.com", ""),
    "FailedDocumentsRole": ("events.amazonaws.com", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/FailedDocuments"),
    "FlowLogsRole": ("vpc-flow-logs.amazonaws.com", _FLOW_LOG),
}


class Deed(NamedTuple):
    """Something that a service does, and what for: the ARN that AWS names as its source."""

    principal: str
    action: str
    resource: str
    source: str = ""
    account: str = ACCOUNT
    told: tuple[tuple[str, str], ...] = ()

    @property
    def is_bounded(self) -> bool:
        """Whether AWS says for which resource, or which account, the service does it."""
        return bool(self.source or self.told)

    def for_another_account(self) -> "Deed":
        """The same, for the same resource of somebody else."""
        told = tuple((key, value.replace(ACCOUNT, ANOTHER)) for key, value in self.told)
        source = self.source.replace(ACCOUNT, ANOTHER)
        return self._replace(source=source, told=told, account=ANOTHER)


def deeds(template: Deployed) -> Iterator[Deed]:
    """All that services do that the template connects."""
    yield from _assuming(template)
    yield from _uploads(template)
    yield from _completions(template)
    yield from _rules(template)
    yield from _alarms(template)
    yield from _logs(template)


def _assuming(template: Deployed) -> Iterator[Deed]:
    for role in template.named("AWS::IAM::Role"):
        service, source = _ASSUMED_BY.get(role, ("lambda.amazonaws.com", ""))
        yield Deed(service, "sts:AssumeRole", template.arns[role], source)


def _uploads(template: Deployed) -> Iterator[Deed]:
    for each in template.each("Custom::S3BucketNotifications"):
        bucket = f"arn:aws:s3:::{each['BucketName']}"
        for target in each["NotificationConfiguration"]["LambdaFunctionConfigurations"]:
            yield Deed("s3.amazonaws.com", "lambda:InvokeFunction", target["LambdaFunctionArn"], bucket)


def _completions(template: Deployed) -> Iterator[Deed]:
    doing = {"sqs": "sqs:SendMessage", "lambda": "lambda:InvokeFunction"}
    encrypted = template.encrypting_keys()
    for each in template.each("AWS::SNS::Subscription"):
        yield Deed("sns.amazonaws.com", doing[each["Protocol"]], each["Endpoint"], each["TopicArn"])
        for name, arn in template.arns.items():
            if arn == each["Endpoint"] and name in encrypted:
                yield from (Deed("sns.amazonaws.com", action, encrypted[name], each["TopicArn"]) for action in _SENDING)


def _rules(template: Deployed) -> Iterator[Deed]:
    for name, rule in template.named("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            if "RoleArn" not in target:
                yield Deed("events.amazonaws.com", "lambda:InvokeFunction", target["Arn"], template.arns[name])


def _alarms(template: Deployed) -> Iterator[Deed]:
    encrypted = template.encrypting_keys()
    for name, alarm in template.named("AWS::CloudWatch::Alarm").items():
        for topic in as_list(alarm["AlarmActions"]):
            yield Deed("cloudwatch.amazonaws.com", "sns:Publish", topic, template.arns[name])
            if "AlarmsTopic" in encrypted:
                key = encrypted["AlarmsTopic"]
                for action in _SENDING:
                    yield Deed("cloudwatch.amazonaws.com", action, key, template.arns[name])


def _logs(template: Deployed) -> Iterator[Deed]:
    """Access logs of buckets, and log groups that a key encrypts."""
    for name, bucket in template.named("AWS::S3::Bucket").items():
        if logged := bucket.get("LoggingConfiguration"):
            place = f"arn:aws:s3:::{logged['DestinationBucketName']}/{logged['LogFilePrefix']}2026-11-01-00-00-00-0123"
            yield Deed("logging.s3.amazonaws.com", "s3:PutObject", place, template.arns[name])
    for name, group in template.named("AWS::Logs::LogGroup").items():
        if "KmsKeyId" in group:
            of_group = (("kms:EncryptionContext:aws:logs:arn", template.arns[name]),)
            yield from (Deed(_LOGS, action, group["KmsKeyId"], told=of_group) for action in _OF_LOGS)
