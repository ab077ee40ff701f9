"""The workbook of the tables in a response."""

from io import BytesIO
from zipfile import ZipFile

from document_rendering.workbook import write_workbook
from tests.fuzz.corpus import responses
from tests.fuzz.mutation import changed_json
from tests.fuzz.target import Target
from tests.fuzz.targets.response import NoResponseError, pages_of


def run(data: bytes) -> None:
    """Write the workbook to memory, and check that it is a complete ZIP file."""
    written = BytesIO()
    write_workbook(pages_of(data), written)
    with ZipFile(written) as book:
        assert book.testzip() is None


TARGET = Target(changed_json(responses()), run, (NoResponseError,))
