"""Check a request's parameters against Textract's own model in botocore.

For documents and jobs, Textract only says "Request has invalid parameters" (InvalidParameterException); here the broken
constraint follows, in the words that other AWS services use. Only operations on adapters have a ValidationException.
"""

from botocore.model import OperationModel

from local.service.constraints import WrongTypeError, broken_constraints, check_types
from local.textract.exceptions import InvalidParameterError, SerializationError, ValidationError


def validate(parameters: dict[str, object], operation: OperationModel) -> None:
    """Raise InvalidParameterError (for adapters: ValidationError) with every broken constraint.

    Raises SerializationError for a wrong type or name.
    """
    told = broken_constraints(parameters, operation)
    if told and any(error.name == ValidationError.code for error in operation.error_shapes):
        raise ValidationError(told)
    if told:
        raise InvalidParameterError(f"{InvalidParameterError.default}: {told}")
    try:
        check_types(parameters, operation)
    except WrongTypeError as error:
        raise SerializationError(str(error)) from error
