"""A constant stream of documents: this many are in progress at a time; each one that ends is replaced."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from benchmarks.soak.documents import NewDocument
from cli.target import Target
from textract_pipeline.aws import clients
from textract_pipeline.document import Document, document_id

POLL_SECONDS = 0.5
GIVEN_UP_SECONDS = 900.0  # without a document ending: more than a lost message needs to come back or be found


@dataclass(frozen=True, slots=True)
class Ended:
    """An ended document, and when it ended (seconds)."""

    at: float
    document: Document


def stream(target: Target, waiting: Iterable[NewDocument], at_once: int) -> Iterator[list[Ended]]:
    """Yield documents as they end, until all have ended, or no more end: then the rest are lost."""
    to_come = iter(waiting)
    under_way: set[str] = set()
    last_end = time.monotonic()
    while True:
        under_way |= {_upload(one, target.bucket) for one in islice(to_come, at_once - len(under_way))}
        if not under_way:
            return
        states, now = target.documents.get_many(under_way), time.monotonic()
        ended = [Ended(now, document) for document in states.values() if document.status.is_terminal]
        if ended:
            last_end = now
        elif now - last_end > GIVEN_UP_SECONDS:
            return
        under_way -= {one.document.document_id for one in ended}
        yield ended
        time.sleep(POLL_SECONDS)


def _upload(new: NewDocument, bucket: str) -> str:
    etag = clients.s3().put_object(Bucket=bucket, Key=new.key, Body=new.body)["ETag"]
    return document_id(bucket, new.key, etag)
