"""Map each operation to its code, and limit how often it may be called."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.textract.adapters import create_adapter, list_adapter_versions, list_adapters, no_such_resource
from local.textract.api.faults import Faults
from local.textract.api.job_kinds import JobKind
from local.textract.api.limits import Quotas, RateLimit
from local.textract.asynchronous import AsyncOperations
from local.textract.synchronous import SYNC_OPERATIONS, SyncOperations


class Operations:
    """What the service does, by operation name. Parameters have been validated against the model."""

    def __init__(
        self,
        synchronous: SyncOperations,
        asynchronous: AsyncOperations,
        rates: Mapping[str, RateLimit],
        faults: Faults,
    ) -> None:
        self._rates = rates
        self._faults = faults
        self._handlers: dict[str, Callable[[Any], Mapping[str, object]]] = {
            "GetLendingAnalysisSummary": asynchronous.lending_summary,
            "CreateAdapter": create_adapter,
            "CreateAdapterVersion": create_adapter,
            "ListAdapters": list_adapters,
            "ListAdapterVersions": list_adapter_versions,
        }
        for kind in JobKind:
            self._handlers[kind] = partial(asynchronous.start, kind)
            self._handlers[kind.reply.operation] = partial(asynchronous.results, kind)
        for operation in SYNC_OPERATIONS:
            self._handlers[operation] = partial(synchronous.handle, operation)

    def handle(self, operation: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """The operation's reply. All operations not listed are about one adapter."""
        return self._handlers.get(operation, no_such_resource)(parameters)

    def admit(self, operation: str) -> None:
        """Count one call; raise ProvisionedThroughputExceededError beyond its quota, or a configured fault."""
        if rate := self._rates.get(operation):
            rate.take()
        self._faults.apply(operation)


def rate_limits(quotas: Quotas, clock: Callable[[], float]) -> dict[str, RateLimit]:
    """A separate rate limit for each operation that has a quota here."""
    rates = dict.fromkeys(SYNC_OPERATIONS, quotas.sync_tps) | dict.fromkeys(JobKind, quotas.start_tps)
    return {operation: RateLimit(per_second, clock) for operation, per_second in rates.items()}
