"""What a page costs with Textract, which features of a document are charged, and what a backfill adds. Pure.

Prices in dollars for us-east-1, for the first million pages a month (aws.amazon.com/textract/pricing, 2026-11). Other
regions, volumes, and agreements differ: the stack's setting `prices` replaces any of them.
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

# What S3 Batch Operations charges per job, and per object of its manifest (aws.amazon.com/s3/pricing, 2026-11).
_BATCH_JOB, _BATCH_OBJECT = 0.25, 1 / 1_000_000


def agreed(prices: Mapping[str, float]) -> Mapping[Feature, float]:
    """The us-east-1 prices, with these replacing the default ones."""
    return {**PRICES, **{Feature(name): price for name, price in prices.items()}}


def charged(features: Collection[Feature]) -> tuple[Feature, ...]:
    """The features that are charged for per page.

    Text is charged only if it is alone, signatures only if nothing else is analyzed, layout only without tables.
    """
    analyzed = tuple(feature for feature in Feature if feature in features and feature is not Feature.TEXT)
    if not analyzed:
        return (Feature.TEXT,)
    if Feature.TABLES in analyzed:
        analyzed = tuple(feature for feature in analyzed if feature is not Feature.LAYOUT)
    return tuple(feature for feature in analyzed if feature is not Feature.SIGNATURES) or analyzed


def price(features: Collection[Feature], pages: float, prices: Mapping[Feature, float] = PRICES) -> float:
    """The price in dollars of analyzing this many pages for these features."""
    return pages * sum(prices[feature] for feature in charged(features))


def cost(document: Document, prices: Mapping[Feature, float] = PRICES) -> float:
    """What Textract charged for the run, in dollars; nothing if it continued a run that was already paid for."""
    if document.run != document.billed_run:
        return 0.0
    return price(document.features, document.pages or 0, prices)


def batch_operations_fee(objects: int) -> float:
    """What S3 Batch Operations charges for a job over this many objects, in dollars."""
    return _BATCH_JOB + objects * _BATCH_OBJECT
