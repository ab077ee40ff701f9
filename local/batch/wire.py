"""Convert REST-XML to an operation's parameters, and its result or error back to REST-XML."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import cast
from xml.etree import ElementTree as ET  # nosec B405 - it is only written with

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import ResponseParser, ResponseParserError, ResponseParserFactory
from botocore.session import Session
from werkzeug.wrappers import Request, Response

from local.batch.exceptions import BatchError, InvalidRequestError, MalformedXMLError, UnsupportedOperationError

OPERATIONS = ("CreateJob", "DescribeJob", "ListJobs", "UpdateJobStatus", "UpdateJobPriority")
NAMESPACE = "http://awss3control.amazonaws.com/doc/2018-08-20/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 Characters


@cache
def load_model() -> ServiceModel:
    """S3 Control as described by botocore."""
    return Session().get_service_model("s3control")


@cache
def _parser() -> ResponseParser:
    """The REST-XML reply parser of botocore, which can parse requests, too; times stay text."""
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=str)
    return factory.create_parser("rest-xml")


def operation_of(request: Request, model: ServiceModel) -> tuple[OperationModel, dict[str, str]]:
    """The operation for the request's method and path, and the labels in its path."""
    for name in OPERATIONS:
        operation = model.operation_model(name)
        path = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", str(operation.http["requestUri"]))
        found = re.fullmatch(path, request.path)
        if found and operation.http["method"] == request.method:
            return operation, found.groupdict()
    raise UnsupportedOperationError(
        f"{request.method} {request.path} is no operation of the local S3 Batch Operations: "
        f"it has {', '.join(OPERATIONS)}"
    )


def parameters_of(request: Request, operation: OperationModel, labels: dict[str, str]) -> dict[str, object]:
    """The parameters as passed to boto3, with times as ISO 8601; raises MalformedXMLError."""
    shape = cast("StructureShape", operation.input_shape)
    parameters = _of_body(request.get_data(), shape)
    for name, member in shape.members.items():
        wire_name = str(member.serialization.get("name", name))
        match member.serialization.get("location"):
            case "header" if wire_name in request.headers:
                parameters[name] = request.headers[wire_name]
            case "uri":
                parameters[name] = labels[wire_name]
            case "querystring" if wire_name in request.args:
                parameters[name] = _of_query(request.args.getlist(wire_name), member)
    return parameters


def _of_body(body: bytes, shape: StructureShape) -> dict[str, object]:
    if not body:
        return {}
    try:
        parsed = _parser().parse({"status_code": 200, "headers": {}, "body": body}, shape)
    except (ResponseParserError, ValueError) as error:
        message = f"The XML you provided was not well-formed or did not validate against our published schema: {error}"
        raise MalformedXMLError(message) from error
    return {name: value for name, value in parsed.items() if name in shape.members}


def _of_query(values: list[str], shape: Shape) -> object:
    if isinstance(shape, ListShape):
        return values
    if shape.type_name != "integer":
        return values[0]
    try:
        return int(values[0])
    except ValueError as error:
        raise InvalidRequestError(f"{values[0]!r} is not a number, which {shape.name} must be") from error


def result_response(result: object, operation: OperationModel, request_id: str) -> Response:
    """200 and the operation's result."""
    root = ET.Element(f"{operation.name}Result", xmlns=NAMESPACE)
    _write(root, result, cast("StructureShape", operation.output_shape))
    return _response(root, 200, request_id)


def error_response(error: BatchError, request_id: str) -> Response:
    """The error's status, code, and message, in the format of AWS SDKs."""
    root = ET.Element("ErrorResponse")
    inner = ET.SubElement(root, "Error")
    ET.SubElement(inner, "Code").text = error.code
    ET.SubElement(inner, "Message").text = _writable(error.message)
    ET.SubElement(root, "RequestId").text = request_id
    return _response(root, error.status, request_id)


def _response(root: ET.Element, status: int, request_id: str) -> Response:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, status, {"x-amz-request-id": request_id}, content_type="application/xml")


def _write(element: ET.Element, value: object, shape: Shape) -> None:
    """Write a value according to its shape; members that the shape does not have are omitted."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in shape.members.items():
            if value.get(name) is not None:
                _write(ET.SubElement(element, member.serialization.get("name", name)), value[name], member)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for item in value:
            _write(ET.SubElement(element, shape.member.serialization.get("name", "member")), item, shape.member)
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, item in value.items():
            entry = ET.SubElement(element, "entry")
            _write(ET.SubElement(entry, "key"), key, shape.key)
            _write(ET.SubElement(entry, "value"), item, shape.value)
    else:
        element.text = _text(value, shape)


def _text(value: object, shape: Shape) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if shape.type_name == "timestamp" and isinstance(value, float):
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _writable(str(value))


def _writable(text: str) -> str:
    """The text without what no XML may contain, such as control characters of a path that it repeats."""
    return _NOT_XML.sub("\ufffd", text)
