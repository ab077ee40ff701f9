"""The operations on adapters: there are none here, and none can be created, because no model is trained.

Lists are empty, and any adapter that a request names does not exist; Textract has an error for that.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from local.textract.exceptions import ResourceNotFoundError, UnsupportedOperationError

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import AdapterOverviewTypeDef, AdapterVersionOverviewTypeDef


class AdapterList(TypedDict):
    """The reply of ListAdapters."""

    Adapters: "list[AdapterOverviewTypeDef]"


class AdapterVersionList(TypedDict):
    """The reply of ListAdapterVersions."""

    AdapterVersions: "list[AdapterVersionOverviewTypeDef]"


def create_adapter(_: Mapping[str, object]) -> AdapterList:
    """Raise UnsupportedOperationError."""
    raise UnsupportedOperationError(
        "The local Textract has no adapters: an adapter is a model trained by Amazon. "
        "Leave out AdaptersConfig, or let the endpoint replay a recorded answer of AWS: see its recordings."
    )


def list_adapters(_: Mapping[str, object]) -> AdapterList:
    """An empty list."""
    return {"Adapters": []}


def list_adapter_versions(request: Mapping[str, object]) -> AdapterVersionList:
    """An empty list; raises ResourceNotFoundError if the request names an adapter."""
    if "AdapterId" in request:
        no_such_resource(request)
    return {"AdapterVersions": []}


def no_such_resource(request: Mapping[str, object]) -> AdapterList:
    """Raise ResourceNotFoundError: whatever the request names does not exist."""
    named = request.get("AdapterId", request.get("ResourceARN"))
    raise ResourceNotFoundError(f"{ResourceNotFoundError.default}: {named}; the local Textract has no adapters")
