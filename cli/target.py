"""Which pipeline a command uses: the local cloud of this checkout if it is up, else a stack in AWS."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import boto3
import click
from botocore.exceptions import ClientError

from local.cloud import Cloud, LocalCloud
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, document_id
from textract_pipeline.names import Feature
from textract_pipeline.prices import agreed

DEFAULT_STACK = "TextractPipeline"

# botocore's own time-outs are 60 s. A part of an upload that fails is tried again, but not the parts before it.
_PATIENCE = clients.Patience(connect_seconds=60, read_seconds=60, attempts=6)

_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")


class TargetError(click.ClickException):
    """The pipeline cannot be found or reached."""

    exit_code = 3


class NoSuchDocumentError(click.ClickException):
    """The pipeline has no such document."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Target:
    """A deployed pipeline, described by its stack outputs."""

    name: str
    stack_outputs: Mapping[str, str]

    @property
    def bucket(self) -> str:
        """The bucket for documents."""
        return self.output("DocumentsBucketName")

    @property
    def documents(self) -> DocumentsTable:
        """The state of every document."""
        return DocumentsTable(self.output("DocumentsTableName"))

    @property
    def outputs(self) -> OutputTable:
        """The outputs of every document."""
        return OutputTable(self.output("OutputTableName"))

    @property
    def account(self) -> str:
        """The id of the AWS account that the pipeline is in."""
        return self.output("S3BatchOperationsRoleArn").split(":")[4]

    @property
    def prices(self) -> Mapping[Feature, float]:
        """What Textract charges per page, in dollars: from the stack's settings, else as in us-east-1."""
        return agreed(json.loads(self.output("Prices")))

    def find(self, name: str) -> Document:
        """Find a document by its id, by `s3://bucket/key`, or by its key in the documents' bucket.

        A bucket and key refer to the object's current content, not to an earlier one. Raises NoSuchDocumentError, or
        UsageError if the name is not text.
        """
        check_text(name)
        identifier = name if _DOCUMENT_ID.fullmatch(name) else self._identify(name)
        document = self.documents.get(identifier)
        if document is None:
            raise NoSuchDocumentError(f"{name} is not registered with {self.name}: submit it, or wait a moment.")
        return document

    def _identify(self, name: str) -> str:
        bucket, _, key = (
            name.removeprefix("s3://").partition("/") if name.startswith("s3://") else (self.bucket, "", name)
        )
        try:
            etag = clients.s3().head_object(Bucket=bucket, Key=key)["ETag"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            raise NoSuchDocumentError(
                f"There is no object s3://{bucket}/{key}: name the document by its id, which `status` shows."
            ) from error
        return document_id(bucket, key, etag)

    def output(self, name: str) -> str:
        """An output of the stack; raises TargetError if there is no such output."""
        try:
            return self.stack_outputs[name]
        except KeyError:
            raise TargetError(f"{self.name} has no output {name}: is its deployment complete?") from None


def check_text(name: str) -> None:
    """Raise UsageError if a name from the command line is not UTF-8, as every name in AWS is."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise click.UsageError(
            f"{name} is not valid UTF-8, so nothing in AWS has this name: use an id, or a prefix."
        ) from error


def caller() -> str:
    """The IAM identity that runs the command; call this after a target is chosen."""
    return boto3.client("sts").get_caller_identity()["Arn"]


def be_patient() -> None:
    """Give this process's calls to AWS the time of a command on a slow line, not that of a function."""
    clients.patience = _PATIENCE


def target_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose a pipeline to a command, and pass it that pipeline as `target`."""

    @click.option("--stack", default=DEFAULT_STACK, show_default=True, help="Name of the stack in AWS.")
    @click.option("--region", help="AWS region of the stack; implies --aws.")
    @click.option("--profile", help="AWS profile to use; implies --aws.")
    @click.option("--aws", "in_aws", is_flag=True, help="Use the stack in AWS even if a local cloud is up.")
    @functools.wraps(command)
    def with_target(*, stack: str, region: str | None, profile: str | None, in_aws: bool, **options: object) -> None:
        be_patient()
        local = None if in_aws or region or profile else _local_target()
        command(target=local or _target_in_aws(stack, region, profile), **options)

    return with_target


def local_target(cloud: Cloud) -> Target:
    """The pipeline in the local cloud, which this process must be using."""
    be_patient()
    return Target("the local cloud", cloud.outputs)


def _local_target() -> Target | None:
    local_cloud = LocalCloud()
    cloud = local_cloud.current()
    if cloud is None:
        return None
    click.echo(f"Using the local cloud at {cloud.endpoint} (--aws for the stack in AWS).", err=True)
    local_cloud.use(cloud)
    return local_target(cloud)


def _target_in_aws(stack: str, region: str | None, profile: str | None) -> Target:
    boto3.setup_default_session(profile_name=profile, region_name=region)
    cloudformation = boto3.client("cloudformation")
    name = f"the stack {stack} in {cloudformation.meta.region_name}"
    try:
        (description,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"]["Message"]:
            raise
        raise TargetError(
            f"There is no stack {stack} in {cloudformation.meta.region_name}: deploy it (cdk deploy), choose another "
            "with --stack or --region, or start the local cloud (textract-pipeline local up)."
        ) from error
    return Target(name, {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", ())})
