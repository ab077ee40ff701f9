"""Step 3 of a request: which operation does it, and whether it may be called once more.

synchronous.py recognises at once, asynchronous.py starts jobs and reads them, adapters.py says that there are none.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.textract.adapters import create_adapter, list_adapter_versions, list_adapters, no_such_resource
from local.textract.asynchronous import AsyncOperations
from local.textract.job import JobKind
from local.textract.limits import Quotas, RateLimit
from local.textract.synchronous import SyncOperations


class Operations:
    """What the service does, by operation name. Parameters have been validated against the model."""

    def __init__(
        self, synchronous: SyncOperations, asynchronous: AsyncOperations, rates: Mapping[str, RateLimit]
    ) -> None:
        self._rates = rates
        self._handlers: dict[str, Callable[[Any], Mapping[str, object]]] = {
            "DetectDocumentText": synchronous.detect_document_text,
            "AnalyzeDocument": synchronous.analyze_document,
            "AnalyzeExpense": synchronous.analyze_expense,
            "AnalyzeID": synchronous.analyze_id,
            "GetLendingAnalysisSummary": asynchronous.lending_summary,
            "CreateAdapter": create_adapter,
            "CreateAdapterVersion": create_adapter,
            "ListAdapters": list_adapters,
            "ListAdapterVersions": list_adapter_versions,
        }
        for kind in JobKind:
            self._handlers[kind] = partial(asynchronous.start, kind)
            self._handlers[kind.reply.operation] = partial(asynchronous.results, kind)

    def handle(self, operation: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """The operation's reply. All others than these are about one adapter."""
        return self._handlers.get(operation, no_such_resource)(parameters)

    def count_call(self, operation: str) -> None:
        """Raise ProvisionedThroughputExceededError when the operation is called more often than its quota."""
        if rate := self._rates.get(operation):
            rate.take()


def rate_limits(quotas: Quotas, clock: Callable[[], float]) -> dict[str, RateLimit]:
    """A rate for each operation that has a quota here, counted by itself."""
    synchronous = ("DetectDocumentText", "AnalyzeDocument", "AnalyzeExpense", "AnalyzeID")
    rates = dict.fromkeys(synchronous, quotas.sync_tps) | dict.fromkeys(JobKind, quotas.start_tps)
    return {operation: RateLimit(per_second, clock) for operation, per_second in rates.items()}
