"""Convert AWS JSON 1.1 to an operation's parameters, and its result or error back to AWS JSON 1.1.

botocore's model of Textract lists `smithy-rpc-v2-cbor` first from boto3 1.44 on, but botocore picks `json` wherever a
service offers it (`PRIORITY_ORDERED_SUPPORTED_PROTOCOLS`), so JSON 1.1 is what every boto3 sends.
"""

import base64
import json
from typing import cast

from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from werkzeug.wrappers import Request, Response

from local.textract.exceptions import SerializationError, TextractError, UnknownOperationError

CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET_PREFIX = "Textract."


def operation_of(request: Request, model: ServiceModel) -> OperationModel:
    """The operation that X-Amz-Target names; raises UnknownOperationError if it names none."""
    target = request.headers.get("X-Amz-Target", "")
    name = target.removeprefix(TARGET_PREFIX)
    if not target.startswith(TARGET_PREFIX) or name not in model.operation_names:
        raise UnknownOperationError(
            f"{request.method} {request.path} with X-Amz-Target {target!r} is not a Textract operation: "
            "the local Textract speaks AWS JSON 1.1, POST / with X-Amz-Target Textract.<Operation>"
        )
    return model.operation_model(name)


def parameters_of(body: bytes, operation: OperationModel) -> dict[str, object]:
    """A request's parameters as passed to boto3; raises SerializationError if the body is not JSON."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:  # RecursionError: lists in lists in lists, thousands of them
        raise SerializationError(f"The request's body is not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise SerializationError("The request's body is not a JSON object")
    return cast("dict[str, object]", _from_json(parsed, operation.input_shape))


def _from_json(value: object, shape: Shape | None) -> object:
    """Decode blobs from base64, and omit nulls, which mean the same."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _from_json(member, shape.members[name]) if name in shape.members else member
            for name, member in value.items()
            if member is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_from_json(member, shape.member) for member in value]
    if shape is not None and shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError as error:  # binascii.Error, or text beyond ASCII
            raise SerializationError(f"{shape.name} is not base64: {error}") from error
    return value


def result_response(result: object, request_id: str) -> Response:
    """200 and the operation's result."""
    headers = {"x-amzn-RequestId": request_id}
    return Response(json.dumps(result), status=200, headers=headers, content_type=CONTENT_TYPE)


def error_response(error: TextractError, request_id: str) -> Response:
    """The error's status, code, and message as in Textract: SDKs accept `Message` as well as `message`."""
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    body = json.dumps({"__type": error.code, "Message": error.message})
    return Response(body, status=error.status, headers=headers, content_type=CONTENT_TYPE)
