"""DynamoDB's expressions, as far as the pipeline writes them; any other is refused.

Conditions: comparisons, IN, attribute_exists, attribute_not_exists, begins_with, AND, OR, NOT and parentheses.
Updates: `SET name = :value, …`, also with `if_not_exists(name, :value)`; `REMOVE name, …` and, of numbers,
`ADD name :value, …`.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from tests.simulation.aws.errors import service_error

AttributeValue = Mapping[str, Any]
WireItem = Mapping[str, AttributeValue]
Condition = Callable[["WireItem", "Operands"], bool]

T = TypeVar("T")

_TOKEN = re.compile(r"<=|>=|<>|[=<>(),]|[#:]?\w+")
_COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Operands:
    """What the `#names` and `:values` of a request stand for."""

    operation: str
    names: Mapping[str, str]
    values: Mapping[str, AttributeValue]

    def name(self, token: str) -> str:
        """The attribute that a token means."""
        return self._known(self.names, token) if token.startswith("#") else token

    def value(self, token: str) -> AttributeValue:
        """The value that a token means."""
        return self._known(self.values, token)

    def check_all_used(self, *expressions: str) -> None:
        """Refuse operands that no expression mentions, as DynamoDB does."""
        used = {token for expression in expressions for token in _tokens(expression)}
        if unused := [token for token in (*self.names, *self.values) if token not in used]:
            raise self._refusal(f"Value unused in expressions: {unused}")

    def _known(self, operands: Mapping[str, T], token: str) -> T:
        if token not in operands:
            raise self._refusal(f"An expression uses {token}, which is not defined")
        return operands[token]

    def _refusal(self, message: str) -> Exception:
        return service_error(self.operation, "ValidationException", message)


def holds(condition: str, item: WireItem | None, operands: Operands) -> bool:
    """Whether a condition holds of an item, or of there being none."""
    return _parsed(condition)(item or {}, operands)


def updated(update: str, item: WireItem, operands: Operands) -> dict[str, AttributeValue]:
    """The item after an update."""
    changed = dict(item)
    for action, clauses in re.findall(r"(SET|REMOVE|ADD)\s+(.*?)\s*(?=SET\s|REMOVE\s|ADD\s|$)", update, re.DOTALL):
        for clause in re.split(r",(?![^(]*\))", clauses):
            match action, _tokens(clause):
                case "SET", (name, "=", value):
                    changed[operands.name(name)] = operands.value(value)
                case "SET", (name, "=", "if_not_exists", "(", existing, ",", value, ")"):
                    changed[operands.name(name)] = item.get(operands.name(existing), operands.value(value))
                case "ADD", (name, value):
                    before = changed.get(operands.name(name), {"N": "0"})
                    total = Decimal(before["N"]) + Decimal(operands.value(value)["N"])
                    changed[operands.name(name)] = {"N": str(total)}
                case "REMOVE", (name,):
                    changed.pop(operands.name(name), None)
                case _:
                    raise NotImplementedError(f"The update expression {update!r}")
    return changed


@lru_cache
def _tokens(expression: str) -> tuple[str, ...]:
    tokens = tuple(_TOKEN.findall(expression))
    if "".join(tokens) != "".join(expression.split()):
        raise NotImplementedError(f"The expression {expression!r}")
    return tokens


@lru_cache
def _parsed(expression: str) -> Condition:
    parser = _Parser(list(_tokens(expression)))
    condition = parser.disjunction()
    if parser.rest:
        raise NotImplementedError(f"The condition {expression!r}, from {parser.rest[0]!r} on")
    return condition


class _Parser:
    """Recursive descent: OR binds less than AND, AND less than NOT."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def disjunction(self) -> Condition:
        either = [self._conjunction()]
        while self._took("OR"):
            either.append(self._conjunction())
        return lambda item, operands: any(condition(item, operands) for condition in either)

    def _conjunction(self) -> Condition:
        each = [self._term()]
        while self._took("AND"):
            each.append(self._term())
        return lambda item, operands: all(condition(item, operands) for condition in each)

    def _term(self) -> Condition:
        if self._took("NOT"):
            denied = self._term()
            return lambda item, operands: not denied(item, operands)
        if self._took("("):
            inner = self.disjunction()
            self._expect(")")
            return inner
        token = self.rest.pop(0)
        if self._took("("):
            return self._function(token)
        if self._took("IN"):
            return self._membership(token)
        compare, value = _COMPARISONS[self.rest.pop(0)], self.rest.pop(0)
        return lambda item, operands: _compares(compare, item.get(operands.name(token)), operands.value(value))

    def _function(self, function: str) -> Condition:
        name = self.rest.pop(0)
        value = self.rest.pop(0) if self._took(",") else ""
        self._expect(")")
        match function:
            case "attribute_exists":
                return lambda item, operands: operands.name(name) in item
            case "attribute_not_exists":
                return lambda item, operands: operands.name(name) not in item
            case "begins_with":
                return lambda item, operands: _begins(item.get(operands.name(name)), operands.value(value))
        raise NotImplementedError(f"The function {function}")

    def _membership(self, name: str) -> Condition:
        self._expect("(")
        values = [self.rest.pop(0)]
        while self._took(","):
            values.append(self.rest.pop(0))
        self._expect(")")
        return lambda item, operands: any(
            _compares(operator.eq, item.get(operands.name(name)), operands.value(value)) for value in values
        )

    def _took(self, token: str) -> bool:
        if self.rest and self.rest[0] == token:
            self.rest.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._took(token):
            raise NotImplementedError(f"Expected {token!r} before {self.rest}")


def _compares(compare: Callable[[Any, Any], Any], value: AttributeValue | None, other: AttributeValue) -> bool:
    """Compare values of the same type, strings or numbers; no other compares."""
    if value is None or value.keys() != other.keys():
        return False
    if "N" in value:
        return bool(compare(Decimal(value["N"]), Decimal(other["N"])))
    return bool(compare(value["S"], other["S"]))


def _begins(value: AttributeValue | None, start: AttributeValue) -> bool:
    return value is not None and "S" in value and bool(value["S"].startswith(start["S"]))
