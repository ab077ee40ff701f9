"""An open document, which provides its pages one at a time. A worker reads its file.

A file that takes too much memory or time, or that crashes its reader, is a bad document. Other documents are not
affected. Everything that the worker does with a page shares the page's time.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Concatenate, Literal, NamedTuple, ParamSpec, Protocol, Self, TypeVar

from document_rendering.confined import A_PAGE, Confined, OverLimitError, OverTimeError
from document_rendering.worker import Seconds
from local.textract.exceptions import BadDocumentError, OutOfTimeError
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.page import Page
from local.textract.recognition.page.words import Reading

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Look(NamedTuple):
    """The size of a page's image in pixels, and the words of its text layer, if it has one."""

    width: int
    height: int
    text_layer: Reading | None = None


class Reader(Protocol):
    """Reads the files of a format, in a worker."""

    def page_count(self) -> int:
        """The number of pages in the file."""

    def look(self, number: int) -> Look:
        """The size and text of page `number`, from 1; raises BadDocumentError and DocumentTooLargeError."""

    def draw(self, number: int, *, has_text: bool) -> PageImage:
        """The page's pixels, at the size that `look` gave; raises BadDocumentError."""


class OpenDocument:
    """An open document. For one thread at a time."""

    def __init__(
        self,
        data: bytes,
        document_format: Literal["JPEG", "PNG", "PDF", "TIFF"],
        reader: Callable[[Path], Reader],
        seconds_left: Callable[[], float],
        later: Sequence[Callable[..., object]],
    ) -> None:
        self.digest = hashlib.sha256(data).hexdigest()
        self.format = document_format
        self._seconds_left = seconds_left
        self._file = NamedTemporaryFile(prefix="textract-document-")  # noqa: SIM115 - closed in `close`
        self._file.write(data)
        self._file.flush()
        self._confined = Confined(partial(_reader_of, reader, Path(self._file.name), later))
        self._worked_before = 0.0  # until the page that is read
        try:
            self.page_count: int = self._ask(f"The {self.format} file", _page_count)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._confined.close()
        self._file.close()

    def page(self, number: int) -> Page:
        """Page `number`, from 1; raises BadDocumentError, DocumentTooLargeError, and OutOfTimeError."""
        where = self._where(number)
        self._worked_before = self._confined.worked
        width, height, text_layer = self._ask(where, _look, number)
        return Page(width, height, partial(self._ask, where, _draw, number, text_layer is not None), text_layer)

    def made_of_page(
        self, number: int, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function in the worker, within the time that is left for page `number`, the last one read.

        Raises BadDocumentError, OutOfTimeError, and what the function raises.
        """
        return self._ask(self._where(number), _made, function, args, kwargs)

    def check_time(self) -> float:
        """The seconds that are left; raises OutOfTimeError if there are none."""
        left = self._seconds_left()
        if left <= 0:
            raise OutOfTimeError
        return left

    def _where(self, number: int) -> str:
        return f"Page {number} of the {self.format} file"

    def _ask(
        self,
        where: str,
        function: Callable[Concatenate[Reader, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        left = self.check_time()
        try:
            seconds = Seconds(A_PAGE.working, min(A_PAGE.waiting, left), self._confined.worked - self._worked_before)
            return self._confined.ask(seconds, function, *args, **kwargs)
        except OverLimitError as error:
            if isinstance(error, OverTimeError) and left < A_PAGE.waiting:
                raise OutOfTimeError from error
            raise BadDocumentError(f"{where} cannot be read: {error}") from error


def _reader_of(reader: Callable[[Path], Reader], file: Path, later: object) -> Reader:
    """The reader. The worker loaded the modules of `later` when it received them, before its memory was limited."""
    del later
    return reader(file)


def _page_count(reader: Reader) -> int:
    return reader.page_count()


def _look(reader: Reader, number: int) -> Look:
    return reader.look(number)


def _draw(reader: Reader, number: int, has_text: bool) -> PageImage:  # noqa: FBT001 - a worker is told it
    return reader.draw(number, has_text=has_text)


def _made(_: Reader, function: Callable[..., Result], args: Sequence[object], kwargs: Mapping[str, object]) -> Result:
    return function(*args, **kwargs)
