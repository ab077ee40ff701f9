"""Faults for tests: delayed answers, and errors at a given rate, by operation."""

import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from local.textract.api.service_model import load_model
from local.textract.exceptions import InternalServerError, TextractError

EVERY_OPERATION = "*"
ERRORS = {error.code: error for error in TextractError.__subclasses__()}
_LATENCY = re.compile(r"(?:(?P<operation>\w+|\*)=)?(?P<seconds>\d+(\.\d+)?)")
_FAULT = re.compile(r"(?:(?P<operation>\w+|\*)=)?(?P<rate>0(\.\d+)?|1(\.0+)?)(?::(?P<code>\w+))?")


@dataclass(frozen=True, slots=True)
class Latency:
    """Delay the answers of an operation, or of all operations."""

    operation: str
    seconds: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """`0.5`, or `AnalyzeDocument=0.5`; raises ValueError."""
        found = _LATENCY.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a latency: give SECONDS, or OPERATION=SECONDS as in AnalyzeDocument=0.5")
        return cls(_operation(found["operation"]), float(found["seconds"]))


@dataclass(frozen=True, slots=True)
class Fault:
    """Answer this share (0–1) of an operation's calls, or of all calls, with this error."""

    operation: str
    rate: float
    error: type[TextractError]

    @classmethod
    def parse(cls, text: str) -> Self:
        """`0.1`, `AnalyzeDocument=0.1` or `AnalyzeDocument=0.1:ThrottlingException`; raises ValueError."""
        found = _FAULT.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is not a fault: give RATE (0 to 1), OPERATION=RATE or OPERATION=RATE:EXCEPTION, "
                "as in AnalyzeDocument=0.1:ThrottlingException"
            )
        code = found["code"] or InternalServerError.code
        if code not in ERRORS:
            raise ValueError(f"{code} is not an exception of Textract: {', '.join(sorted(ERRORS))}")
        return cls(_operation(found["operation"]), float(found["rate"]), ERRORS[code])


class Faults:
    """Latencies and faults. The same seed gives the same faults for the same calls in the same order."""

    def __init__(
        self,
        latencies: Iterable[Latency] = (),
        faults: Iterable[Fault] = (),
        seed: int = 0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._latencies = tuple(latencies)
        self._faults = tuple(faults)
        self._random = random.Random(seed)  # noqa: S311 # nosec B311 - chance, not a secret
        self._sleep = sleep

    def apply(self, operation: str) -> None:
        """Delay one call of the operation, and raise its fault if it gets one."""
        for latency in self._latencies:
            if latency.operation in {operation, EVERY_OPERATION}:
                self._sleep(latency.seconds)
        for fault in self._faults:
            if fault.operation in {operation, EVERY_OPERATION} and self._random.random() < fault.rate:
                raise fault.error


def _operation(name: str | None) -> str:
    if name and name != EVERY_OPERATION and name not in load_model().operation_names:
        raise ValueError(f"{name} is not an operation of Textract: {', '.join(load_model().operation_names)}")
    return name or EVERY_OPERATION
