"""The searchable PDF of a file."""

from io import BytesIO

from pypdf import PdfReader

from tests.fuzz.corpus import PDF_WORDS, files
from tests.fuzz.mutation import changed_bytes
from tests.fuzz.target import SECONDS_WITH_WORKERS, Target
from tests.fuzz.views import NotRegisteredError, make_view, registered
from textract_pipeline.names import OutputName


def run(data: bytes) -> None:
    """Make the PDF, and check that it can be read."""
    made = make_view(OutputName.SEARCHABLE_PDF, registered(data))
    if made is not None:
        PdfReader(BytesIO(made))


TARGET = Target(changed_bytes(files(), PDF_WORDS), run, (NotRegisteredError,), SECONDS_WITH_WORKERS)
