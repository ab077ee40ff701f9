"""The first bytes of a file, from which registration decides whether Textract can read it."""

from hypothesis import strategies as st

from tests.fuzz.corpus import files
from tests.fuzz.mutation import changed_bytes
from tests.fuzz.target import Target
from textract_pipeline.aws.objects import HEAD_BYTES
from textract_pipeline.document import ObjectHead
from textract_pipeline.errors import DocumentError
from textract_pipeline.registration.accepted_format import MAX_SIDE, accepted_format
from textract_pipeline.registration.image_size import EndedError, image_size


def run(data: bytes) -> None:
    """The bytes as a whole file, or as the beginning of a larger one."""
    for size_bytes in (len(data), 2 * HEAD_BYTES):
        head = data[:HEAD_BYTES]
        found = accepted_format(ObjectHead("etag", max(size_bytes, len(head)), head))
        try:
            size = image_size(found, head)
        except EndedError:
            continue
        assert size is None or all(0 < side <= MAX_SIDE for side in size)


TARGET = Target(changed_bytes(files()) | st.binary(max_size=64), run, (DocumentError,))
