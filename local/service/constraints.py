"""Check a request's parameters against the service's own model in botocore.

botocore checks types, names, and required members before it sends a request, but no length, pattern, or choice: only
the service checks those. Here all of them are checked, because a caller may use another SDK. Pure.
"""

import re
from collections.abc import Iterator
from typing import cast

from botocore.model import ListShape, OperationModel, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

LONGEST_VALUE_SHOWN = 200


class WrongTypeError(Exception):
    """A parameter has a wrong type or an unknown name. The message is botocore's report."""


def broken_constraints(parameters: dict[str, object], operation: OperationModel) -> str:
    """A sentence with every broken length, pattern, choice, and required member; empty if there are none."""
    violations = list(_violations(parameters, _input(operation), ""))
    if not violations:
        return ""
    return f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected: " + "; ".join(violations)


def check_types(parameters: dict[str, object], operation: OperationModel) -> None:
    """Raise WrongTypeError for a wrong type or name."""
    try:
        report = ParamValidator().validate(parameters, _input(operation))
    except (RuntimeError, ArithmeticError) as error:  # of a time that is beyond any calendar
        raise WrongTypeError(str(error)) from error
    if report.has_errors():
        raise WrongTypeError(report.generate_report())


def _input(operation: OperationModel) -> StructureShape:
    return cast("StructureShape", operation.input_shape)  # every operation here has parameters


def _violations(value: object, shape: Shape, path: str) -> Iterator[str]:
    """One sentence per broken constraint; wrong types are left to botocore's validator."""
    if isinstance(shape, StructureShape):
        if isinstance(value, dict):
            yield from _violations_of_members(value, shape, path)
        return
    for constraint in _broken_constraints(value, shape):
        yield f"Value{_shown(value)} at '{path}' failed to satisfy constraint: {constraint}"
    if isinstance(shape, ListShape) and isinstance(value, list):
        for number, member in enumerate(value, start=1):
            yield from _violations(member, shape.member, f"{path}.{number}.member")


def _violations_of_members(value: dict[str, object], shape: StructureShape, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        member_path = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
        if name in value:
            yield from _violations(value[name], member, member_path)
        elif name in shape.required_members:
            yield f"Value null at '{member_path}' failed to satisfy constraint: Member must not be null"


def _broken_constraints(value: object, shape: Shape) -> Iterator[str]:
    metadata = shape.metadata
    if isinstance(value, int) and not isinstance(value, bool) and shape.type_name == "integer":
        yield from _broken_range(value, "value", metadata)
    elif isinstance(value, str | bytes | list):
        yield from _broken_range(len(value), "length", metadata)
    if isinstance(shape, StringShape) and isinstance(value, str):
        pattern = cast("str | None", metadata.get("pattern"))
        if pattern and not _is_kept(pattern, value):
            yield f"Member must satisfy regular expression pattern: {pattern}"
        if shape.enum and value not in shape.enum:
            yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _is_kept(pattern: str, value: str) -> bool:
    """Whether the value matches a pattern of the model, a Java expression with classes such as letters."""
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\w"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    return bool(re.fullmatch(pattern, value))


def _broken_range(size: int, noun: str, metadata: dict[str, object]) -> Iterator[str]:
    least, most = cast("int | None", metadata.get("min")), cast("int | None", metadata.get("max"))
    if least is not None and size < least:
        yield f"Member must have {noun} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Member must have {noun} less than or equal to {most}"


def _shown(value: object) -> str:
    """The value in quotes after a space; nothing for bytes."""
    if isinstance(value, bytes):
        return ""
    text = str(value)
    return f" '{text if len(text) <= LONGEST_VALUE_SHOWN else text[:LONGEST_VALUE_SHOWN] + '…'}'"
