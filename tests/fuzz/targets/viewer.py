"""The HTML viewer of a file."""

from tests.fuzz.corpus import PDF_WORDS, files
from tests.fuzz.mutation import changed_bytes
from tests.fuzz.target import SECONDS_WITH_WORKERS, Target
from tests.fuzz.views import NotRegisteredError, make_view, registered
from textract_pipeline.names import OutputName


def run(data: bytes) -> None:
    """Make the viewer, and check that it is complete."""
    made = make_view(OutputName.VIEWER, registered(data))
    assert made is None or made.endswith(b"</body></html>\n")


TARGET = Target(changed_bytes(files(), PDF_WORDS), run, (NotRegisteredError,), SECONDS_WITH_WORKERS)
