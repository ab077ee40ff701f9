"""A stream of documents that never ebbs: so many are under way at a time; each that ends makes room for the next."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from benchmarks.soak.documents import NewDocument
from cli.target import Target
from textract_pipeline.aws import clients
from textract_pipeline.document import Document, document_id

LOOK_SECONDS = 0.5
GIVEN_UP_SECONDS = 900.0  # without any end: later than a lost message comes back, or is found to be lost


@dataclass(frozen=True, slots=True)
class Ended:
    """A document that was seen to have ended, and when (seconds)."""

    at: float
    document: Document


def stream(target: Target, waiting: Iterable[NewDocument], at_once: int) -> Iterator[list[Ended]]:
    """What has ended, look after look, until all has, or nothing does any more: then the rest is lost."""
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
        time.sleep(LOOK_SECONDS)


def _upload(new: NewDocument, bucket: str) -> str:
    etag = clients.s3().put_object(Bucket=bucket, Key=new.key, Body=new.body)["ETag"]
    return document_id(bucket, new.key, etag)
