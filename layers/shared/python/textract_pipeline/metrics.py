"""The figures for the dashboard and the alarms, written as log lines that CloudWatch turns into metrics.

They use CloudWatch's Embedded Metric Format, so that no call is made. A document whose end is delivered twice counts
twice: these figures are for people. The exact figures of a backfill are in BackfillsTable.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from textract_pipeline.document import Document
from textract_pipeline.names import MetricName
from textract_pipeline.prices import agreed, cost


def documents_ended(documents: Iterable[Document], prices: Mapping[str, float]) -> None:
    """Log how many documents have ended, by state and pipeline, and their pages, dollars, and ages in seconds."""
    groups: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in documents:
        if document.status.is_terminal:
            groups[document.status, _pipeline(document)].append(document)
    per_page = agreed(prices)
    for (status, pipeline), ended in groups.items():
        metrics = EphemeralMetrics()
        metrics.add_dimension("status", status)
        metrics.add_dimension("pipeline", pipeline)
        metrics.add_metric(MetricName.DOCUMENTS, MetricUnit.Count, len(ended))
        metrics.add_metric(MetricName.PAGES, MetricUnit.Count, sum(document.pages or 0 for document in ended))
        metrics.add_metric(MetricName.DOLLARS, MetricUnit.NoUnit, sum(cost(document, per_page) for document in ended))
        for document in ended:
            metrics.add_metric(
                MetricName.AGE, MetricUnit.Seconds, (document.updated_at - document.submitted_at).total_seconds()
            )
        metrics.flush_metrics()


def jobs_started(count: int) -> None:
    """Log how many async jobs an invocation has started."""
    _one(MetricName.JOBS_STARTED, count)


def jobs_running(count: int, places: int | None) -> None:
    """Log how many async jobs are not collected yet, and the percentage of the quota in use, if the quota is known."""
    _one(MetricName.JOBS_RUNNING, count)
    if places:
        _one(MetricName.QUOTA_IN_USE, 100 * count / places, MetricUnit.Percent)


def documents_stuck(count: int) -> None:
    """Log how many documents the flow had lost track of."""
    _one(MetricName.STUCK_DOCUMENTS, count)


def _one(name: MetricName, value: float, unit: MetricUnit = MetricUnit.Count) -> None:
    metrics = EphemeralMetrics()
    metrics.add_metric(name, unit, value)
    metrics.flush_metrics()


def _pipeline(document: Document) -> str:
    if document.format is None:
        return "none"
    return "sync" if document.goes_sync else "async"
