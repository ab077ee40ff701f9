"""The documents that `make bench-local` processes, and how it counts."""

import io
import subprocess
import sys
import time
from collections.abc import Sized

import pypdfium2
from PIL import Image

from benchmarks.local import __main__ as benchmark
from benchmarks.local.cost import Cost, cpu_seconds_of_sessions
from benchmarks.local.documents import jpeg, page_text, pdf, tiff
from local.textract.recognition.documents.formats import open_document


def test_a_page_has_as_many_words_as_asked_and_no_two_are_alike() -> None:
    texts = [page_text(120, seed) for seed in range(60)]
    assert {len(text.split()) for text in texts} == {120}
    assert len(set(texts)) == 60


def test_a_pdf_page_holds_the_words_and_needs_no_ocr() -> None:
    text = page_text(400, 1)
    document = pypdfium2.PdfDocument(pdf([text]))
    assert document[0].get_textpage().get_text_range().split() == text.split()
    document.close()
    with open_document(pdf([text])) as opened:
        found = opened.page(1).text_layer
        assert found is not None
        assert len(found.words) == 400


def test_images_have_a_page_for_each_text() -> None:
    with Image.open(io.BytesIO(jpeg("one"))) as one, Image.open(io.BytesIO(tiff(["one", "two", "three"]))) as three:
        assert (one.format, three.format) == ("JPEG", "TIFF")
        assert getattr(three, "n_frames", 1) == 3


class Takes:
    """A substitute for the engine or the pipeline that takes that long per document."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def cost(self, documents: Sized) -> Cost:
        return Cost(self._seconds * len(documents), 2 * self._seconds * len(documents))


def test_a_round_counts_every_document_once_on_either_side() -> None:
    assert benchmark._round(Takes(1.0), Takes(1.25), 0, 7) == (Cost(7.0, 14.0), Cost(8.75, 17.5))  # type: ignore[arg-type]


def test_no_round_has_a_document_of_another() -> None:
    first, second = (benchmark._one_page_documents(3, first=number * 3) for number in (0, 1))
    assert len({*first, *second}) == 6


def test_the_cpu_time_of_a_session_is_that_of_its_processes() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\ninput()"
    with subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, start_new_session=True) as process:
        deadline = time.monotonic() + 30
        while cpu_seconds_of_sessions({process.pid}) < 0.2:
            assert time.monotonic() < deadline
        process.communicate(b"\n")
    assert cpu_seconds_of_sessions({process.pid}) == 0
