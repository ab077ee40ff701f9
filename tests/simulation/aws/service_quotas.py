"""Service Quotas: it tells what a benchmark wants known, and otherwise nothing."""

from collections.abc import Mapping
from typing import Any


class ServiceQuotas:
    """The service; `quotas` by their names."""

    def __init__(self, quotas: Mapping[str, float]) -> None:
        self._quotas = quotas

    def list_service_quotas(self, *, ServiceCode: str) -> dict[str, Any]:
        """ListServiceQuotas, in one page."""
        assert ServiceCode == "textract"
        return {"Quotas": [{"QuotaName": name, "Value": value} for name, value in self._quotas.items()]}
