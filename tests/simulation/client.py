"""A substitute for boto3's clients: inside an invocation, their calls go through the world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from greenlet import getcurrent

from tests.simulation.invocation import Call, Strand

_RESULT_KEYS = {"list_objects_v2": ("ContinuationToken", "NextContinuationToken")}
_MORE = ("ExclusiveStartKey", "LastEvaluatedKey")


class Client:
    """Stands in for a boto3 client; inside an invocation, its calls go through the world."""

    def __init__(self, name: str, perform: Callable[[Call], Any]) -> None:
        self._name = name
        self._perform = perform

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return partial(self._call, operation)

    def get_paginator(self, operation: str) -> "Paginator":
        return Paginator(self, operation)

    def _call(self, operation: str, **request: Any) -> Any:
        if hasattr(request.get("Body"), "read"):
            request["Body"] = request["Body"].read()
        call = Call(self._name, operation, request)
        strand = getcurrent()
        return strand.ask(call) if isinstance(strand, Strand) else self._perform(call)


@dataclass(frozen=True, slots=True)
class Paginator:
    """Stands in for boto3's: the pages of an operation's answer, a call each."""

    client: Client
    operation: str

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        after, more = _RESULT_KEYS.get(self.operation, _MORE)
        page = getattr(self.client, self.operation)(**request)
        yield page
        while more in page:
            page = getattr(self.client, self.operation)(**request | {after: page[more]})
            yield page
