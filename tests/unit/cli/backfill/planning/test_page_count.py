"""Pages are counted from as few bytes as possible."""

import struct
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from cli.backfill.planning import page_count
from cli.backfill.planning.page_count import MAX_PAGES, ObjectBytes, content_of
from document_rendering.worker import Seconds
from tests.bad_input.corpus import CORPUS
from tests.bad_input.pdf import encrypted, stream, with_files, written, xfa_form
from tests.support.aws_requests import Checked
from textract_pipeline.aws import clients
from textract_pipeline.aws.objects import HEAD_BYTES
from textract_pipeline.document import DocumentFormat, ObjectHead, ObjectVersion
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.names import DocumentStatus
from textract_pipeline.registration.accepted_format import accepted_format

JPEG, PNG, PDF, TIFF = DocumentFormat
PROCESSED = {DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS}
ETAG = "0123456789abcdef"


@dataclass
class Stored:
    """A substitute for boto3's S3 client with one object, which returns the requested range of it."""

    data: bytes
    etag: str = ETAG
    heeds_ranges: bool = True

    def get_object(self, *, Range: str, IfMatch: str, **_: str) -> object:
        if IfMatch != self.etag:
            raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": "replaced"}}, "GetObject")
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        assert first <= last < len(self.data)
        if not self.heeds_ranges:
            return {"Body": BytesIO(self.data)}
        whole = len(self.data)
        return {"Body": BytesIO(self.data[first : last + 1]), "ContentRange": f"bytes {first}-{last}/{whole}"}


@pytest.fixture
def file(monkeypatch):
    """An object with this content, whose first bytes have been read."""

    def of(data: bytes, etag: str = ETAG) -> ObjectBytes:
        stored = Stored(data, etag)
        monkeypatch.setattr(clients, "s3", lambda: Checked("s3", stored))
        return ObjectBytes(ObjectVersion("bucket", "key"), ObjectHead(ETAG, len(data), data[:HEAD_BYTES]))

    return of


def pdf(pages: int, bytes_each: int = 100) -> bytes:
    """A file whose pages have about that many bytes of content each, and whose page tree is in the middle."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(pages))
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    for number in range(pages):
        if number == pages // 2:
            objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
        page, contents = 3 + 2 * number, 4 + 2 * number
        objects[page] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents %d 0 R >>" % contents
        objects[contents] = stream(bytes(bytes_each))
    return written(objects)


def pdf_with_object_streams(pages: int, filler: int) -> bytes:
    """A PDF 1.5 file: its page tree is in an object stream, and its table of objects is also in a stream."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)]
    bodies += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * pages
    places = [sum(len(body) + 1 for body in bodies[:index]) for index in range(len(bodies))]
    index = b" ".join(b"%d %d" % (number, place) for number, place in enumerate(places, start=1)) + b" "
    packed, table, size = len(bodies) + 1, len(bodies) + 2, len(bodies) + 3
    entries = b"/Type /ObjStm /N %d /First %d" % (len(bodies), len(index))
    body = b"%%PDF-1.5\n%d 0 obj\n%s\nendobj\n" % (packed, stream(index + b"\n".join(bodies), entries))
    packed_at = len(b"%PDF-1.5\n")
    body += b"%" + bytes(filler) + b"\n"
    rows = [(0, 0, 0), *((2, packed, number) for number in range(len(bodies))), (1, packed_at, 0), (1, len(body), 0)]
    xref = b"".join(struct.pack(">BIH", *row) for row in rows)
    entries = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R" % size
    return body + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, stream(xref, entries), len(body))


def linearized_pdf(filler: int) -> bytes:
    """A linearized file: the table of the first page's objects is at its start, the other table at its end."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
    }
    head = b"%%PDF-1.7\n5 0 obj\n<< /Linearized 1 /L %010d /H [0 0] /O 3 /E 0 /N 2 /T %010d >>\nendobj\n"
    first_table = (
        b"xref\n5 1\n0000000009 00000 n \ntrailer << /Size 6 /Root 1 0 R /Prev %010d >>\nstartxref\n0\n%%%%EOF\n"
    )
    first_at = len(head % (0, 0))
    body, offsets = b"", {}
    for number, content in objects.items():
        offsets[number] = first_at + len(first_table % 0) + len(body)
        body += b"%d 0 obj\n%s\nendobj\n%%" % (number, content) + bytes(filler // 4) + b"\n"
    table_at = first_at + len(first_table % 0) + len(body)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % offsets[number] for number in (1, 2, 3, 4)
    )
    end = table + b"trailer << /Size 5 >>\nstartxref\n%d\n%%%%EOF\n" % first_at
    return head % (table_at + len(end), table_at) + first_table % table_at + body + end


def tiff(pages: int, bytes_each: int = 100, order: str = "<") -> bytes:
    """A file in which each directory is followed by its pixels."""
    body = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8))
    for number in range(pages):
        next_at = len(body) + 18 + bytes_each
        last = number == pages - 1
        body += struct.pack(order + "HHHIII", 1, 256, 4, 1, 9, 0 if last else next_at) + bytes(bytes_each)
    return bytes(body)


def test_an_image_is_one_page_and_nothing_is_read(file):
    for kind in (JPEG, PNG):
        image = file(bytes(HEAD_BYTES + 1))
        assert content_of(image, kind).pages == 1
        assert image.calls == 0


def test_a_server_that_gives_the_whole_file_is_understood(file, monkeypatch):
    data = pdf(3, HEAD_BYTES)
    whole = file(data)
    monkeypatch.setattr(clients, "s3", lambda: Checked("s3", Stored(data, heeds_ranges=False)))
    assert content_of(whole, PDF).pages == 3


def test_a_small_file_takes_no_further_call(file):
    for data, kind in ((pdf(3), PDF), (tiff(3), TIFF)):
        small = file(data)
        assert content_of(small, kind).pages == 3
        assert small.calls == 0


@pytest.mark.parametrize("pages", [1, 100, MAX_PAGES])
def test_a_pdf_of_100_mb_costs_a_few_hundred_kilobytes(file, pages):
    large = file(pdf(pages, 100_000_000 // pages))
    assert large.size > 100_000_000
    assert content_of(large, PDF).pages == pages
    assert large.bytes_read < 512 * 1024
    assert large.calls <= 8


@pytest.mark.parametrize(
    ("data", "pages"), [(pdf_with_object_streams(7, 5_000_000), 7), (linearized_pdf(5_000_000), 2)]
)
def test_a_pdf_with_another_layout_is_read_as_sparingly(file, data, pages):
    large = file(data)
    assert content_of(large, PDF).pages == pages
    assert large.bytes_read <= 4 * HEAD_BYTES


def test_a_tiff_file_of_large_images_is_read_directory_by_directory(file):
    large = file(tiff(20, 1_000_000))
    assert content_of(large, TIFF).pages == 20
    assert large.bytes_read <= 20 * HEAD_BYTES < large.size / 10


def test_a_tiff_file_of_small_images_is_read_in_few_calls(file):
    large = file(tiff(1500, 5_000))
    assert large.size > 5_000_000
    assert content_of(large, TIFF).pages == 1500
    assert large.calls <= 8


def test_a_big_endian_tiff_file_is_understood(file):
    assert content_of(file(tiff(3, order=">")), TIFF).pages == 3


def test_pillow_counts_the_same_pages(file):
    images, buffer = [Image.new("L", (100, 100), number) for number in range(12)], BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    assert content_of(file(buffer.getvalue()), TIFF).pages == Image.open(buffer).n_frames == 12  # type: ignore[attr-defined]


def test_a_pdf_that_opens_for_everyone_is_counted(file):
    assert content_of(file(encrypted("")), PDF).pages == 1


def test_a_pdf_whose_table_of_objects_is_lost_is_searched(file):
    assert content_of(file(pdf(3).replace(b"startxref", b"startxxxx")), PDF).pages == 3


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (encrypted("secret"), PDF, "password-protected"),
        (b"%PDF-1.7\nno more", PDF, "it cannot be opened"),
        (pdf(0), PDF, "it has no pages"),
        (tiff(2)[:130], TIFF, "it is truncated"),
        (b"II*\0\0\0\0\0", TIFF, "it has no pages"),
    ],
)
def test_a_file_that_will_fail_says_why(file, data, kind, message):
    with pytest.raises(DocumentError, match=message) as raised:
        content_of(file(data), kind)
    assert raised.value.code is ErrorCode.BAD_DOCUMENT


@pytest.mark.parametrize("filler", [0, 300_000])
def test_a_dynamic_xfa_form_is_found_wherever_its_catalog_is(file, filler):
    whole = xfa_form()
    start = whole.index(b"1 0 obj")
    data = whole[:start] + b"%" + b"x" * filler + b"\n" + whole[start:]
    with pytest.raises(DocumentError, match="dynamic XFA form") as raised:
        content_of(file(data), PDF)
    assert raised.value.code is ErrorCode.UNSUPPORTED_FORMAT
    assert content_of(file(xfa_form(rendering=b"")), PDF).pages == 1


@pytest.mark.parametrize(("data", "kind"), [(pdf(MAX_PAGES + 1), PDF), (tiff(MAX_PAGES + 1), TIFF)])
def test_too_many_pages_are_said(file, data, kind):
    with pytest.raises(DocumentError, match="more than 3,000 pages") as raised:
        content_of(file(data), kind)
    assert raised.value.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize(
    "case", [case for case in CORPUS if case.ending.status in PROCESSED], ids=lambda case: case.key
)
def test_no_file_that_is_processed_is_called_bad(file, case):
    data = case.body()
    head = ObjectHead(ETAG, len(data), data[:HEAD_BYTES])
    assert content_of(file(data), accepted_format(head)).pages in {1, 2}


def test_a_large_pdf_that_is_cut_off_is_not_read_to_its_end(file):
    large = file(pdf(100, 500_000)[:-40_000_000])
    with pytest.raises(DocumentError, match="too large to search"):
        content_of(large, PDF)
    assert large.bytes_read < 12_000_000
    assert large.calls < 40


def test_an_object_that_is_replaced_meanwhile_is_said_to_be(file):
    with pytest.raises(DocumentError) as raised:
        content_of(file(pdf(100, 10_000), etag="another"), PDF)
    assert raised.value.code is ErrorCode.OBJECT_CHANGED


def test_a_version_is_asked_for(monkeypatch):
    data, asked = tiff(20, 100_000), set()

    def get_object(**request: str) -> object:
        asked.add(request["VersionId"])
        return Stored(data).get_object(**request)

    monkeypatch.setattr(clients, "s3", lambda: Checked("s3", SimpleNamespace(get_object=get_object)))
    source = ObjectVersion("bucket", "key", "v1")
    assert content_of(ObjectBytes(source, ObjectHead(ETAG, len(data), data[:HEAD_BYTES])), TIFF).pages == 20
    assert asked == {"v1"}


def test_a_pdf_that_takes_too_much_to_be_opened_is_bad(file, monkeypatch):
    monkeypatch.setattr(page_count, "_open_pdf", without_end)
    monkeypatch.setattr(page_count, "A_PAGE", Seconds(working=1, waiting=60))
    with pytest.raises(DocumentError, match=r"is damaged: it took .* of CPU time when it was opened") as raised:
        content_of(file(pdf(3)), PDF)
    assert raised.value.code is ErrorCode.BAD_DOCUMENT


def without_end(*_):
    return sum(range(10**12))


def test_a_pdf_whose_page_tree_goes_round_in_a_circle_is_counted(file):
    tree = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    }
    assert content_of(file(written(tree)), PDF).pages == 1


def test_a_tiff_file_of_200_000_pages_is_not_read_to_its_end(file):
    large = file(tiff(200_000))
    with pytest.raises(DocumentError, match="more than 3,000 pages"):
        content_of(large, TIFF)
    assert large.bytes_read < large.size / 10


@pytest.mark.parametrize("filler", [0, 400_000])
def test_embedded_files_are_counted_too(file, filler):
    assert content_of(file(with_files(3, filler=filler)), PDF) == (1, 3)
    assert content_of(file(with_files(0, attached=2, filler=filler)), PDF) == (1, 0)
    assert content_of(file(pdf(2)), PDF) == (2, 0)
