"""Check a request's parameters against the service's model, and a new job against S3's rules for jobs."""

from typing import TYPE_CHECKING, cast

from botocore.model import OperationModel

from local.batch.exceptions import InvalidRequestError, UnsupportedOperationError
from local.service.constraints import WrongTypeError, broken_constraints, check_types

if TYPE_CHECKING:
    from mypy_boto3_s3control.type_defs import (
        CreateJobRequestTypeDef,
        JobManifestUnionTypeDef,
        JobReportTypeDef,
        S3JobManifestGeneratorOutputTypeDef,
        S3JobManifestGeneratorTypeDef,
    )

NOT_CHECKED = {"Tags"}  # their pattern is a Java regular expression; nothing here reads them
SCHEMAS = {"1.0", "2.0"}


def validate(parameters: dict[str, object], operation: OperationModel) -> None:
    """Raise InvalidRequestError with every broken constraint, or UnsupportedOperationError for other kinds of jobs."""
    if operation.name == "CreateJob":
        _check_kind(cast("CreateJobRequestTypeDef", parameters))
    checked = {name: value for name, value in parameters.items() if name not in NOT_CHECKED}
    if told := broken_constraints(checked, operation):
        raise InvalidRequestError(told)
    try:
        check_types(checked, operation)
    except WrongTypeError as error:
        raise InvalidRequestError(str(error)) from error
    if operation.name == "CreateJob":
        _check_job(cast("CreateJobRequestTypeDef", parameters))


def _check_kind(request: "CreateJobRequestTypeDef") -> None:
    others = set(request.get("Operation", {})) - {"LambdaInvoke"}
    if others:
        raise UnsupportedOperationError(f"The local S3 Batch Operations has LambdaInvoke, not {', '.join(others)}")


def _check_job(request: "CreateJobRequestTypeDef") -> None:
    invoke = request["Operation"].get("LambdaInvoke", {})
    if "FunctionArn" not in invoke:
        raise InvalidRequestError("Operation needs a LambdaInvoke with a FunctionArn")
    schema = invoke.get("InvocationSchemaVersion", "1.0")
    if schema not in SCHEMAS:
        raise InvalidRequestError(f"InvocationSchemaVersion is {schema!r}; it may be 1.0 or 2.0")
    if "UserArguments" in invoke and schema != "2.0":
        raise InvalidRequestError("UserArguments need InvocationSchemaVersion 2.0")
    if ("Manifest" in request) == ("ManifestGenerator" in request):
        raise InvalidRequestError("A job needs either Manifest or ManifestGenerator")
    if "Manifest" in request:
        _check_manifest(request["Manifest"])
    else:
        _check_generator(request["ManifestGenerator"].get("S3JobManifestGenerator"))
    _check_report(request["Report"])


def _check_generator(generator: "S3JobManifestGeneratorTypeDef | S3JobManifestGeneratorOutputTypeDef | None") -> None:
    if generator is None:
        raise InvalidRequestError("ManifestGenerator needs an S3JobManifestGenerator")
    if generator["EnableManifestOutput"] and "ManifestOutputLocation" not in generator:
        raise InvalidRequestError("EnableManifestOutput needs a ManifestOutputLocation")
    for name, values in generator.get("Filter", {}).get("KeyNameConstraint", {}).items():
        # "an array of strings with a length of 1 string" (Amazon S3 API Reference, KeyNameConstraint, 2026-11)
        if len(cast("list[str]", values)) != 1:
            raise InvalidRequestError(f"{name} takes one string")


def _check_manifest(manifest: "JobManifestUnionTypeDef") -> None:
    spec = manifest["Spec"]
    fields = spec.get("Fields", [])
    is_inventory = spec["Format"] == "S3InventoryReport_CSV_20161130"
    if is_inventory and fields:
        raise InvalidRequestError("Fields are not given for an S3 Inventory manifest: it has a schema of its own")
    if not is_inventory and not {"Bucket", "Key"} <= set(fields):
        raise InvalidRequestError("Fields of a CSV manifest must have Bucket and Key")


def _check_report(report: "JobReportTypeDef") -> None:
    missing = {"Bucket", "Format", "ReportScope"} - set(report)
    if report["Enabled"] and missing:
        raise InvalidRequestError(f"An enabled Report needs {', '.join(sorted(missing))}")
