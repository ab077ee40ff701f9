"""What a page costs with Textract, which of a document's features it costs for, and what a backfill adds. Pure.

Prices of us-east-1 for the first million pages a month, in dollars (aws.amazon.com/textract/pricing, 2026-11). Other
regions, volumes and agreements have their own: the stack's setting `prices` replaces any of these.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from textract_pipeline.document import Document
from textract_pipeline.names import Feature

PRICES: Mapping[Feature, float] = MappingProxyType(
    {
        Feature.TEXT: 0.0015,
        Feature.FORMS: 0.05,
        Feature.TABLES: 0.015,
        Feature.LAYOUT: 0.004,
        Feature.SIGNATURES: 0.0035,
        Feature.QUERIES: 0.015,
    }
)

# S3 Batch Operations takes so much for a job, and for each object of its manifest (aws.amazon.com/s3/pricing, 2026-11).
_BATCH_JOB, _BATCH_OBJECT = 0.25, 1 / 1_000_000


def agreed(prices: Mapping[str, float]) -> Mapping[Feature, float]:
    """The prices, where some of them are others than in us-east-1."""
    return {**PRICES, **{Feature(name): price for name, price in prices.items()}}


def charged(features: Collection[Feature]) -> tuple[Feature, ...]:
    """Those of the features that a page is charged for.

    Text costs only where it is alone, signatures where nothing is analyzed beside them, layout where no tables are.
    """
    analyzed = tuple(feature for feature in Feature if feature in features and feature is not Feature.TEXT)
    if not analyzed:
        return (Feature.TEXT,)
    if Feature.TABLES in analyzed:
        analyzed = tuple(feature for feature in analyzed if feature is not Feature.LAYOUT)
    return tuple(feature for feature in analyzed if feature is not Feature.SIGNATURES) or analyzed


def price(features: Collection[Feature], pages: float, prices: Mapping[Feature, float] = PRICES) -> float:
    """What so many pages analyzed for these features cost, in dollars."""
    return pages * sum(prices[feature] for feature in charged(features))


def cost(document: Document, prices: Mapping[Feature, float] = PRICES) -> float:
    """What Textract took for the run, in dollars; nothing where it went on with what an earlier one had paid for."""
    if document.run != document.billed_run:
        return 0.0
    return price(document.features, document.pages or 0, prices)


def batch_operations_fee(objects: int) -> float:
    """What S3 Batch Operations takes for a job over so many objects, in dollars."""
    return _BATCH_JOB + objects * _BATCH_OBJECT
