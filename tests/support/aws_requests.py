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
    _check(_operations(SERVICES.get(client, client)).get(operation), operation, request)
    if operation == "start_document_analysis":
        for question in request.get("QueriesConfig", {}).get("Queries", ()):
            if "Pages" not in question:
                raise WrongRequestError(f"{operation}: {question} would be asked of the first page only")


def check_all_clients() -> None:
    """From now on, check what every client of boto3 is told that is made in this process."""
    handler = ("provide-client-params", check_client_params)
    if handler not in BUILTIN_HANDLERS:
        BUILTIN_HANDLERS.append(handler)


def check_client_params(params: dict[str, Any], model: OperationModel, **_: object) -> None:
    """Check what a client of boto3 is told.

    What botocore itself refuses is left to it: a person may have told the command line an empty key.
    """
    if model.input_shape and not ParamValidator().validate(params, model.input_shape).has_errors():
        _check(model, xform_name(model.name), params)


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
        _refuse_as_botocore_does(self._client, operation, request)
        check_request(self._client, operation, request)
        return getattr(self._substitute, operation)(**request)


class CheckedPaginator:
    """See Checked."""

    def __init__(self, check: Callable[[Mapping[str, Any]], None], paginate: Callable[..., Iterator[Any]]) -> None:
        self._check, self._paginate = check, paginate

    def paginate(self, **request: Any) -> Iterator[Any]:
        """The pages of the substitute's answer."""
        self._check(request)
        return self._paginate(**request)


def _refuse_as_botocore_does(client: str, operation: str, request: Mapping[str, Any]) -> None:
    """Raise ParamValidationError for a wrong type or name, and for what is too short: a person may have told it."""
    model = _operations(SERVICES.get(client, client)).get(operation)
    if model and model.input_shape:
        report = ParamValidator().validate({**_tokens(model), **request}, model.input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())


def _check(model: OperationModel | None, operation: str, request: Mapping[str, Any]) -> None:
    if model is None:
        raise WrongRequestError(f"{operation} is no operation of the service")
    if model.input_shape is None:
        return
    request = {**_tokens(model), **request}
    report = ParamValidator().validate(request, model.input_shape)
    if report.has_errors():
        raise WrongRequestError(f"{operation}: {report.generate_report()}")
    if broken := broken_constraints(request, model):
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
    if operation == "invoke" and request.get("InvocationType") != "Event":
        yield "the caller would wait for the function"


@cache
def _operations(service: str) -> Mapping[str, OperationModel]:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}
