"""Registering objects that are documents, as most tests begin."""

from textract_pipeline import pipeline
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import ObjectVersion, Registration
from textract_pipeline.events import Backfill
from textract_pipeline.settings import BackfillSettings, RegisterSettings


def register(
    source: ObjectVersion,
    settings: RegisterSettings | BackfillSettings,
    backfill: Backfill | None = None,
    now: Clock = utc_now,
) -> Registration:
    """`pipeline.register` of an object that the pipeline has not written itself."""
    registration = pipeline.register(source, settings, backfill, now)
    assert registration
    return registration
