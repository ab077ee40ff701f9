"""Registers objects that are documents, as most tests do first."""

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
    """Call `pipeline.register` for an object that the pipeline did not write itself."""
    registration = pipeline.register(source, settings, backfill, now)
    assert registration
    return registration
