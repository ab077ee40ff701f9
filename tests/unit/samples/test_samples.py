"""The sample documents: their properties, and that they can be generated again."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageSequence

SAMPLES = Path(__file__).parents[3] / "samples"
FORMATS = {
    "application-form.png": "PNG",
    "fax.tiff": "TIFF",
    "invoice.jpg": "JPEG",
    "report.pdf": "PDF",
    "scanned-lease.pdf": "PDF",
    "two-column.jpg": "JPEG",
}
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def generate(folder: Path) -> Path:
    folder.mkdir()
    subprocess.run([sys.executable, SAMPLES / "generate.py", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("samples") / "once")


def page_images(file: Path) -> list[np.ndarray]:
    if file.suffix == ".pdf":
        with pypdfium2.PdfDocument(file) as document:
            images = [page.render().to_pil() for page in document]
    else:
        with Image.open(file) as image:
            images = [frame.copy() for frame in ImageSequence.Iterator(image)]
    return [np.asarray(image.convert("L"), dtype=np.float64) for image in images]


def page_texts(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_samples_are_those_that_are_expected() -> None:
    documents = {file.name for file in SAMPLES.iterdir() if file.suffix not in {".json", ".md", ".py", ".toml"}}
    assert {name for name in documents if (SAMPLES / name).is_file()} == set(EXPECTED) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_has_the_format_its_name_says_and_the_pages_that_are_expected(name: str) -> None:
    if FORMATS[name] == "PDF":
        assert (SAMPLES / name).read_bytes().startswith(b"%PDF-")
    else:
        with Image.open(SAMPLES / name) as image:
            assert image.format == FORMATS[name]
    assert len(page_images(SAMPLES / name)) == len(EXPECTED[name])


def test_the_fax_is_black_and_white_in_group_4_at_200_dpi() -> None:
    with Image.open(SAMPLES / "fax.tiff") as image:
        assert (image.mode, image.info["compression"], image.info["dpi"]) == ("1", "group4", (200, 200))


@pytest.mark.parametrize("name", ["application-form.png", "invoice.jpg", "two-column.jpg"])
def test_an_image_carries_no_exif_data(name: str) -> None:
    with Image.open(SAMPLES / name) as image:
        assert not image.getexif()


def test_the_report_has_a_text_layer_with_all_that_is_expected_of_it() -> None:
    for text, expected in zip(page_texts(SAMPLES / "report.pdf"), EXPECTED["report.pdf"], strict=True):
        cells = [cell for table in expected["tables"] for row in table for cell in row]
        fields = [f"{key}: {value}" for key, value in expected["fields"].items()]
        assert [wanted for wanted in [*expected["phrases"], *fields, *cells] if wanted not in text] == []


def test_the_scan_has_no_text_layer() -> None:
    assert page_texts(SAMPLES / "scanned-lease.pdf") == ["", ""]


def test_the_samples_are_small_enough_to_keep() -> None:
    assert sum((SAMPLES / name).stat().st_size for name in FORMATS) < 1_500_000


def test_the_generator_writes_the_same_bytes_each_time(generated: Path, tmp_path: Path) -> None:
    again = generate(tmp_path / "again")
    assert {file.name: file.read_bytes() for file in generated.iterdir()} == {
        file.name: file.read_bytes() for file in again.iterdir()
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_looks_as_the_generator_draws_it(name: str, generated: Path) -> None:
    """Compare images as the eye does, not by bytes: codecs differ by a shade; another digit, by a hundred pixels."""
    for kept, drawn in zip(page_images(SAMPLES / name), page_images(generated / name), strict=True):
        assert (np.abs(kept - drawn) > 64).mean() < 1e-5


def test_what_is_expected_is_what_the_generator_drew(generated: Path) -> None:
    assert json.loads((generated / "expected.json").read_text(encoding="utf-8")) == EXPECTED
