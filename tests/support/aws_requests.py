"""What tests ask of AWS is checked as AWS checks it: by botocore's model, and by what the situation calls for.

A substitute for a client that takes any operation with any argument proves nothing about the calls that it gets.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

from local.service.constraints import broken_constraints

SERVICES = {"lambda_": "lambda", "textract_start": "textract", "service_quotas": "service-quotas"}  # by client


class WrongRequestError(BaseException):
    """AWS would refuse the request, or it is not what the situation calls for. No handler takes it for a failure."""


def check_request(client: str, operation: str, request: Mapping[str, Any]) -> None:
    """Raise WrongRequestError unless AWS would take the request; client and operation as boto3 names them."""
    model = _model(client, operation)
    if refused := _refused_by_botocore(model, request):
        raise WrongRequestError(f"{operation}: {refused}")
    _check_by_service(model, request)


def check_all_clients() -> None:
    """From now on, check what every client of boto3 is told that is made in this process."""
    handler = ("provide-client-params", check_client_params)
    if handler not in BUILTIN_HANDLERS:
        BUILTIN_HANDLERS.append(handler)


def check_client_params(params: dict[str, Any], model: OperationModel, **_: object) -> None:
    """Check what a client of boto3 is told.

    What botocore itself refuses is left to it: a person may have told the command line an empty key.
    """
    if not _refused_by_botocore(model, params):
        _check_by_service(model, params)


class Checked:
    """A substitute for a client of boto3 that checks each request before it answers."""

    def __init__(self, client: str, substitute: object) -> None:
        self._client, self._substitute = client, substitute

    def __getattr__(self, name: str) -> Any:
        if name in {"meta", "exceptions"}:
            return getattr(self._substitute, name)
        return partial(self._call, name)

    def get_paginator(self, operation: str) -> "CheckedPaginator":
        """A paginator of the substitute's, which checks its request."""
        paginate = getattr(self._substitute, "get_paginator")(operation).paginate  # noqa: B009 - an object's
        return CheckedPaginator(partial(check_request, self._client, operation), paginate)

    def _call(self, operation: str, **request: Any) -> Any:
        model = _model(self._client, operation)
        if refused := _refused_by_botocore(model, request):  # as a client does: a person may have told it
            raise ParamValidationError(report=refused)
        _check_by_service(model, request)
        return getattr(self._substitute, operation)(**request)


class CheckedPaginator:
    """See Checked."""

    def __init__(self, check: Callable[[Mapping[str, Any]], None], paginate: Callable[..., Iterator[Any]]) -> None:
        self._check, self._paginate = check, paginate

    def paginate(self, **request: Any) -> Iterator[Any]:
        """The pages of the substitute's answer."""
        self._check(request)
        return self._paginate(**request)


def _model(client: str, operation: str) -> OperationModel:
    found = _operations(SERVICES.get(client, client)).get(operation)
    if found is None:
        raise WrongRequestError(f"{operation} is no operation of {client}")
    return found


def _refused_by_botocore(model: OperationModel, request: Mapping[str, Any]) -> str:
    """The wrong types and names that botocore reports, and what is too short; empty if there are none."""
    if model.input_shape is None:
        return ""
    report = ParamValidator().validate({**_tokens(model), **request}, model.input_shape)
    return str(report.generate_report()) if report.has_errors() else ""


def _check_by_service(model: OperationModel, request: Mapping[str, Any]) -> None:
    """Raise WrongRequestError for what only the service would refuse, and for what is out of place."""
    operation = xform_name(model.name)
    if model.input_shape and (broken := broken_constraints({**_tokens(model), **request}, model)):
        raise WrongRequestError(f"{operation}: {broken}")
    for wrong in _out_of_place(operation, request):
        raise WrongRequestError(f"{operation}: {wrong}")


def _tokens(model: OperationModel) -> dict[str, str]:
    """Those that botocore makes itself."""
    return dict.fromkeys(model.idempotent_members, "0" * 36)


def _out_of_place(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    """What AWS's model allows, but not its documentation, or what this system never means."""
    if operation in {"analyze_document", "start_document_analysis"}:
        asks = "QUERIES" in request["FeatureTypes"]
        if asks != bool(request.get("QueriesConfig", {}).get("Queries")):
            yield "QUERIES without questions, or questions without QUERIES"
        if len({*request["FeatureTypes"]}) < len(request["FeatureTypes"]):
            yield "a feature stands twice"
    if operation == "start_document_analysis":
        for question in request.get("QueriesConfig", {}).get("Queries", ()):
            if "Pages" not in question:
                yield f"{question} would be asked of the first page only"
    if operation == "invoke" and request.get("InvocationType") != "Event":
        yield "the caller would wait for the function"


@cache
def _operations(service: str) -> Mapping[str, OperationModel]:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}
