"""A file whose pages are counted for the plan of a backfill."""

from cli.backfill.planning.page_count import MAX_PAGES, ObjectBytes, content_of
from tests.fuzz.corpus import PDF_WORDS, pdfs, tiffs
from tests.fuzz.mutation import changed_bytes
from tests.fuzz.stored import ETAG, stored
from tests.fuzz.target import SECONDS_WITH_WORKERS, Target
from textract_pipeline.aws.objects import HEAD_BYTES
from textract_pipeline.document import ObjectHead, ObjectVersion
from textract_pipeline.errors import DocumentError
from textract_pipeline.registration.accepted_format import accepted_format


def run(data: bytes) -> None:
    """Register it and count its pages."""
    head = ObjectHead(ETAG, len(data), data[:HEAD_BYTES])
    found = accepted_format(head)
    with stored(data):
        pages = content_of(ObjectBytes(ObjectVersion("bucket", "key"), head), found).pages
    assert 1 <= pages <= MAX_PAGES


TARGET = Target(changed_bytes((*pdfs(), *tiffs()), PDF_WORDS), run, (DocumentError,), SECONDS_WITH_WORKERS)
